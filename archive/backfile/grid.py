"""A catalogue as it lies on the sheet: lines of texts with the line numbers, before anybody asks what they mean."""

from collections.abc import Iterator
from pathlib import Path

from .columns import columns_of
from .reading import MARK, OLD_EXCEL, _csv, _sheet

XLSX = MARK
HEADING_LINES = 10


def is_workbook(catalogue: Path, *marks: bytes) -> bool:
    with catalogue.open("rb") as file:
        return file.read(4) in marks


def lines_of(catalogue: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, its cells as texts) of every line."""
    return _sheet(catalogue) if is_workbook(catalogue, MARK, OLD_EXCEL) else _csv(catalogue)


def heading_of(catalogue: Path) -> tuple[int, dict[str, int]]:
    """(line of the heading, identifier → column as 1 = A)."""
    for number, cells in lines_of(catalogue):
        found, _ = columns_of(cells)
        if "title" in found.values():
            return number, {name: place + 1 for place, name in found.items()}
        if number > HEADING_LINES:
            break
    return 1, {}
