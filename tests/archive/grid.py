"""A catalogue as it lies on the sheet, for tests: lines of texts, and where the heading has its columns."""

from collections.abc import Iterator
from pathlib import Path

from archive.backfile.reading import read


def lines_of(catalogue: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, its cells as texts) of every line that holds something."""
    for line in read(catalogue).lines():
        width = max(line.cells, default=0)
        yield line.number, [line.cells[at].text if at in line.cells else "" for at in range(1, width + 1)]


def heading_of(catalogue: Path) -> tuple[int, dict[str, int]]:
    """(line of the heading, identifier → column as 1 = A)."""
    heading = read(catalogue).heading
    return heading.first, {name: column for column, name in heading.names.items()}
