"""Merged cells: only the first of them holds the value, the others are empty in the file and must not pass as such."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .cells import Cell, Line, letters, place_of

_END = re.compile(rb"</(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*/>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z0-9:$]+)[\"']")
LONGEST_END = 64 * 2**20  # bytes behind the rows
WIDEST = 255  # columns of a range that are filled


@dataclass(frozen=True, order=True)
class Span:
    """A merged range, inclusive, 1-based."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


def spans_of(blocks: Iterable[bytes]) -> list[Span]:
    """The merged ranges of a sheet; they stand behind its rows, so the whole part passes once (and is proved)."""
    kept, is_behind = b"", False
    for block in blocks:
        kept += block
        if not is_behind:
            found = _END.search(kept)
            is_behind = found is not None
            kept = kept[found.end() :] if found else kept[-40:]
        elif len(kept) > LONGEST_END:
            break
    spans = []
    for reference in _MERGE.findall(kept if is_behind else b""):
        first, _, last = reference.decode().partition(":")
        try:
            (top, left), (bottom, right) = place_of(first), place_of(last or first)
        except ValueError:
            continue
        spans.append(Span(top, left, bottom, right))
    return sorted(spans)


class Merges:
    """Lays the value of a range's first cell on the lines below it, in its first column."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.waiting = spans_of(blocks)[::-1]
        self.open: list[Span] = []
        self.values: dict[Span, Cell] = {}

    def lay_on(self, line: Line) -> None:
        """Give the line's covered places the value of their range, marked as filled."""
        if not self.waiting and not self.open:
            return
        while self.waiting and self.waiting[-1].top <= line.number:
            self.open.append(self.waiting.pop())
        for span in [one for one in self.open if one.bottom < line.number]:
            self.open.remove(span)
            self.values.pop(span, None)
        for span in self.open:
            if span.top == line.number and span.left in line.cells:
                line.cells[span.left] = self.values[span] = replace(line.cells[span.left], span=str(span))
            if first := self.values.get(span):
                self._fill(line, span, first)

    @staticmethod
    def _fill(line: Line, span: Span, first: Cell) -> None:
        for column in range(span.left, min(span.right, span.left + WIDEST) + 1):
            if (line.number, column) != (span.top, span.left):
                line.cells[column] = replace(first, line=line.number, column=column, is_filled=True)
