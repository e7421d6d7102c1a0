"""A catalogue as it lies on the sheet: lines of texts with the line numbers, before anybody asks what they mean."""

from collections.abc import Iterator
from pathlib import Path

from . import delimited
from .cells import Line
from .natures import WORKBOOK, nature_of
from .reading import read, separation_of, sheet_of
from .sheets import Workbook


def is_workbook(catalogue: Path) -> bool:
    """Whether it is an Excel workbook; raises BadCatalogue for what is no table."""
    return nature_of(catalogue) == WORKBOOK


def lines_of(catalogue: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, its cells as texts) of every line that holds something."""
    for line in _lines(catalogue):
        width = max(line.cells, default=0)
        yield line.number, [line.cells[at].text if at in line.cells else "" for at in range(1, width + 1)]


def _lines(catalogue: Path) -> Iterator[Line]:
    if not is_workbook(catalogue):
        yield from delimited.lines(catalogue, *separation_of(catalogue))
        return
    sheet = sheet_of(catalogue)
    with Workbook(catalogue) as book:
        yield from book.lines(sheet)


def heading_of(catalogue: Path) -> tuple[int, dict[str, int]]:
    """(line of the heading, identifier → column as 1 = A)."""
    heading = read(catalogue).heading
    return heading.first, {name: column for column, name in heading.names.items()}
