"""Tables in a plain body: consecutive lines with tabs, set with rules on the grid (design section 5).

That is what a paste from Word or Excel gives. A tab at the beginning of a line is an indent, and one behind a
number at its beginning is that number's: neither makes a table.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from .grid import CELL, COLUMNS, LINES, PITCH, Rule, break_lines, clusters, half_cells

BLANKS = " 　\t\u00a0"
# 1. 1、 （1） (1) 一、 （一） 第一条 a) and the bullets, as Word puts them before a tab
NUMBERED = re.compile(
    r"^[ 　\t]*(?:[（(]?(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,4}|[a-zA-Z])[）)、.．]|第[一二三四五六七八九十百0-9]{1,5}[章节条]"
    r"|[•·●■◆○□▪–-])[ 　]*\t[ 　\t]*"
)
INSET = 2  # half cells beside a cell's text, together
NARROWEST = 2 + INSET
GAP = (PITCH - CELL) / 2 / PITCH  # lines; a rule stands in the middle of the space above a row
FOOT = LINES - 1 + CELL / PITCH  # the type area's lower edge in lines
NUMBER = re.compile(r"[-+−]?[0-9０-９][0-9０-９,，.．]*[%％‰]?")


@dataclass(frozen=True)
class Table:
    """Rows of equally many cells; `line` is the number of its first line in the body, from 1."""

    rows: tuple[tuple[str, ...], ...]
    line: int = 1

    @property
    def columns(self) -> int:
        return len(self.rows[0])

    def widths(self, room: int = COLUMNS) -> list[int] | None:
        """Half cells of each column, together the `room` of a line; None when it does not fit."""
        columns = [
            tuple(dict.fromkeys(column)) for column in zip(*self.rows, strict=True)
        ]  # each text is measured once
        least = [NARROWEST if not any(column) else INSET + _least(column) for column in columns]
        wanted = [max(INSET + half_cells(cell) for cell in column) for column in columns]
        if len(columns) > room // NARROWEST or sum(least) > room:
            return None
        return _shared(least, [max(pair) for pair in zip(least, wanted, strict=True)], room)


def _least(column: tuple[str, ...]) -> int:
    """The widest piece of the column that a line does not break."""
    pieces = (half_cells(piece.rstrip()) for cell in column for piece, _ in clusters(cell))
    return max(2, *pieces)


def _shared(least: list[int], wanted: list[int], room: int) -> list[int]:
    """Widths that fill the line: narrow columns what they want, the wide ones share the rest, never under `least`."""
    found = [0] * len(least)
    by_want = sorted(range(len(least)), key=lambda n: wanted[n])
    for place, n in enumerate(by_want):
        rest = by_want[place + 1 :]
        fair = room // (len(rest) + 1)
        found[n] = max(least[n], min(wanted[n], fair, room - sum(least[other] for other in rest)))
        room -= found[n]
    for n in range(room):  # what nobody wants goes round
        found[n % len(found)] += 1
    return found


def has_cells(line: str) -> bool:
    """A tab between two things; an indent is none."""
    return "\t" in line.strip(BLANKS)


def numbered(line: str) -> bool:
    """`1.⇥…`: Word's list number and its only tab."""
    found = NUMBERED.match(line)
    return found is not None and not has_cells(line[found.end() :])


def blocks(body: str) -> Iterator[str | Table]:
    """Paragraphs, without outer blanks and never empty, and tables in between, in order."""
    at = 1
    for with_cells, group in groupby(body.split("\n"), has_cells):
        lines = list(group)
        if with_cells and len(lines) > 1 and not all(map(numbered, lines)):
            yield Table(_rows(lines), at)
        else:
            yield from (one for line in lines if (one := _paragraph(line)))
        at += len(lines)


def _paragraph(line: str) -> str:
    if numbered(line):
        head = NUMBERED.match(line).group()
        line = head.strip(BLANKS) + line[len(head) :]
    return line.strip(BLANKS)


def _rows(lines: list[str]) -> tuple[tuple[str, ...], ...]:
    """Cells without outer blanks; a column that is empty throughout (lines indented by a tab) is none."""
    rows = [[cell.strip(BLANKS) for cell in line.split("\t")] for line in lines]
    most = max(map(len, rows))
    rows = [row + [""] * (most - len(row)) for row in rows]
    kept = [n for n in range(most) if any(row[n] for row in rows)]
    return tuple(tuple(row[n] for n in kept) for row in rows)


class TableSetter:
    """Sets one table through the page's setter; at the foot of a page the table goes on under its heading row.

    `lines`: rows that a whole page holds.
    """

    def __init__(self, setter, table: Table, widths: list[int], lines: int = LINES) -> None:
        self.setter, self.widths, self.lines = setter, widths, lines
        self.rows = [self._broken(row) for row in table.rows]
        self.top, self.shifted = 0.0, False

    def _broken(self, row: tuple[str, ...]) -> list[list[str]]:
        return [break_lines(cell, width - INSET) for cell, width in zip(row, self.widths, strict=True)]

    def set(self) -> None:
        head, *rest = self.rows
        head_height = _height(head)
        repeated = head_height <= self.lines // 3
        strips = [strip for row in rest for strip in _strips(row, self.lines - 1 - (head_height if repeated else 0))]
        heads = list(_strips(head, self.lines - 1))
        self.setter.row()
        self.setter.room(_height(heads[0]) + (_height(strips[0]) if strips else 0))
        self._begin()
        for strip in heads:
            self._row(strip, is_head=True)
        for number, strip in enumerate(strips):
            if number:
                self.setter.rows += 1
            forced = number and self.setter.rows - 1 == self.setter.turn_before
            if forced or not self.setter.fits(_height(strip)):
                self._end()
                self.setter.turn()
                self._begin()
                if repeated:
                    self._row(head, is_head=True)
            self._row(strip)
        self._end()
        if self.shifted:
            self.setter.line += 1 - GAP  # the grid again

    def _begin(self) -> None:
        """The rule above; at the top of a page the rows stand a little lower, so that it does not touch them."""
        self.shifted = self.setter.line < GAP
        if self.shifted:
            self.setter.line = GAP
        self.top = self.setter.line - GAP
        self.setter.page.rules.append(Rule(self.top, 0.25, span=sum(self.widths)))

    def _row(self, cells: list[list[str]], *, is_head: bool = False) -> None:
        setter, x, line = self.setter, 0, self.setter.line
        height = _height(cells)
        if not setter.fits(height):  # a heading row taller than what is left
            self._end()
            setter.turn()
            self._begin()
            line = setter.line
        for lines, width in zip(cells, self.widths, strict=True):
            for number, text in enumerate(lines):
                setter.line = line + number
                if text:
                    setter.put(text, x + _indent(text, width, is_head or NUMBER.fullmatch("".join(lines))))
            x += width
        setter.line = line + height
        setter.page.rules.append(Rule(min(setter.line - GAP, setter.foot), 0.25, span=sum(self.widths)))

    def _end(self) -> None:
        """The upright rules of what stands on this page."""
        bottom, x = min(self.setter.line - GAP, self.setter.foot), 0
        for width in [0, *self.widths]:
            x += width
            self.setter.page.rules.append(Rule(self.top, 0.25, x=x, height=bottom - self.top))


def height_of(table: Table, widths: list[int]) -> int:
    """Lines of all rows in columns of `widths`."""
    return sum(
        max(len(break_lines(cell, width - INSET)) for cell, width in zip(row, widths, strict=True))
        for row in table.rows
    )


def height_of_first(table: Table, widths: list[int]) -> int:
    """Lines of the heading row and the one under it, which are not parted."""
    return height_of(Table(table.rows[:2]), widths)


def _height(cells: list[list[str]]) -> int:
    return max(len(lines) for lines in cells)


def _strips(cells: list[list[str]], most: int) -> Iterator[list[list[str]]]:
    """A row as it is, or in parts of at most `most` lines when no page holds it."""
    for start in range(0, _height(cells), most):
        yield [lines[start : start + most] or [""] for lines in cells]


def _indent(text: str, width: int, centred: object) -> float:
    """Headings and figures stand in the middle of their column, words at its left."""
    return (width - half_cells(text)) / 2 if centred else INSET / 2
