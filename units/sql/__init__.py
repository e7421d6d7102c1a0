"""SQL objects of the units app live in files; its migration reads them here."""

from pathlib import Path


def unit_sql(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
