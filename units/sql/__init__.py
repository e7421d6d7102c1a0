"""SQL objects live in files; migrations and post_migrate handlers read them here."""

from pathlib import Path


def read(path: Path | str) -> str:
    return Path(path).read_text(encoding="utf-8")


def unit_sql(name: str) -> str:
    return read(Path(__file__).parent / name)
