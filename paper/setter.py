"""Sets row after row and turns the page when it is full; millimetres from the paper's upper left corner."""

from dataclasses import dataclass, field
from typing import Any

from .given import Seal
from .grid import CELL, CENTRE, PITCH, TOP, Rule, Run, across, break_lines, down, half_cells, step_of
from .grid import FOOT as TYPE_AREA_FOOT

TOUCH = 1e-6


@dataclass(frozen=True)
class SealPlace:
    """Where a seal is put: its centre in mm from the page's upper left corner."""

    x: float
    y: float
    seal: Seal
    shown: bool = True


@dataclass
class Page:
    number: int
    runs: list[Run] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    seals: list[SealPlace] = field(default_factory=list)
    numbered: bool = True
    bound: Any = None  # a finished page (paper.binding.Bound) that is laid under label and number
    turned: Any = None  # another Page, laid a quarter to the left: a wide table (paper.turned)
    foot: float = TYPE_AREA_FOOT  # mm; no row's cells end below


class Setter:
    """`turn_before`: the row of the text, counted from 0, before which the page is turned in any case.

    `step`: lines from one row of text and 附件说明 to the next; under 1 they stand closer (7.3.5.4).
    """

    def __init__(self, turn_before: int | None = None, step: float = 1.0) -> None:
        self.pages = [Page(1)]
        self.line = 0.0
        self.rows = self.text_rows = 0  # set so far; of them the text's own
        self.text_page = 1  # where the text ends
        self.turn_before, self.closer, self.step = turn_before, step, 1.0
        self.headings: set[int] = set()  # rows of the text that are headings: none is the last of a page
        self.last_named = 0  # row in which the last name of 附件说明 begins
        self.bottom = 0.0  # mm; how far the page is filled

    @property
    def page(self) -> Page:
        return self.pages[-1]

    @property
    def y(self) -> float:
        return TOP + self.line * PITCH

    @y.setter
    def y(self, mm: float) -> None:
        self.line = down(mm)

    @property
    def last(self) -> float:
        """Lines that this page holds."""
        return down(self.page.foot - CELL) + 1

    @property
    def foot(self) -> float:
        """The type area's lower edge on this page, in lines."""
        return down(self.page.foot)

    def fits(self, lines: float) -> bool:
        return self.line + lines <= self.last + TOUCH

    def room(self, lines: float) -> None:
        if not self.fits(lines):
            self.turn()

    def turn(self) -> None:
        self.pages.append(Page(len(self.pages) + 1))
        self.line = self.bottom = 0.0

    def row(self) -> None:
        """A row of the text is about to be set."""
        if self.rows == self.turn_before and self.line:
            self.turn()
        self.rows += 1
        self.room(1)

    def place(self, text: str, x: float, y: float, *, font: str = "body", size: float = 16.0, **more) -> Run:
        """`text` at x, y in mm, without moving on; `more`: colour, advance, stretch of Run."""
        step = more.get("advance") or step_of(size)
        run = Run(across(x), down(y), text, font, size, half_cells(text) * step / CELL, **more)
        self.page.runs.append(run)
        self.bottom = max(self.bottom, y + (CELL if size == 16.0 else step_of(size)))
        return run

    def put(self, text: str, x: float = 0, *, font: str = "body") -> None:
        """A row of 3号 from half cell `x` on."""
        self.room(1)
        if text:
            self.page.runs.append(Run(x, self.line, text, font, width=half_cells(text)))
            self.bottom = max(self.bottom, self.y + CELL)
        self.line += self.step

    def paragraph(self, text: str, font: str = "body", indent: int = 4) -> None:
        """First line indented by two characters, the others not."""
        for number, line in enumerate(break_lines(text, first=indent)):
            self.row()
            self.put(line, indent if number == 0 else 0, font=font)


def width_of(text: str, size: float = 16.0) -> float:
    """mm."""
    return half_cells(text) * step_of(size) / 2


def centred(text: str, size: float = 16.0, middle: float = CENTRE) -> float:
    """x in mm of `text` centred on `middle`."""
    return middle - width_of(text, size) / 2
