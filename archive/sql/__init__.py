"""SQL objects of the archive live in files; its migration reads them here."""

from pathlib import Path


def archive_sql(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
