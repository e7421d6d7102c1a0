"""Tables that are wider than the page stand turned on pages of their own (GB/T 9704—2012, 8: 公文中的横排表格).

The sheet stays upright, with its number where every page has it; the table is turned a quarter to the left, so that its
head lies at the binding side of an odd page and at the fore-edge of an even one.
"""

from .grid import CELL, FOOT, LEFT, LINES, RIGHT, TOP
from .setter import Page, Setter
from .tables import Table, TableSetter, blocks, height_of

LENGTH, HEIGHT = FOOT - TOP, RIGHT - LEFT  # mm; of the type area as the table has it
TURNED_COLUMNS = int(LENGTH / CELL) * 2  # half cells: 40 characters
# A point (x, y) mm of the turned area lies at (y + ACROSS, DOWN - x) on the sheet: what Typst and SVG call -90°
ACROSS, DOWN = LEFT - TOP, FOOT + LEFT
ANGLE = -90
MANY = 6  # columns; our bounds: the standard says how a table is turned, not when
SQUEEZED = 1.5  # times as many rows upright as turned


def widths_of(table: Table) -> list[int] | None:
    """Half cells of each column of a table that is turned; None for every other.

    Turned is what an upright page does not hold, and of many columns what it holds only by breaking words in them.
    """
    turned, upright = table.widths(TURNED_COLUMNS), table.widths()
    if turned is None or upright is None:
        return turned
    is_squeezed = table.columns > MANY and height_of(table, upright) > SQUEEZED * height_of(table, turned)
    return turned if is_squeezed else None


class _Area(Setter):
    """The turned type area, page after page; millimetres as of an upright sheet whose rows are longer and fewer."""

    def __init__(self) -> None:
        super().__init__()
        self.page.foot = TOP + HEIGHT

    def turn(self) -> None:
        super().turn()
        self.page.foot = TOP + HEIGHT


def set_turned(setter: Setter, table: Table, widths: list[int]) -> None:
    """On pages of its own; what follows begins on the next one."""
    area = _Area()
    TableSetter(area, table, widths, lines=int(area.last)).set()
    for surface in area.pages:
        if setter.line or setter.page.turned is not None:
            setter.turn()
        surface.numbered = False  # the sheet has its number where every page has it
        setter.page.turned = surface
        setter.line, setter.bottom = float(LINES), setter.page.foot


def too_wide(body: str) -> list[Table]:
    """Tables that neither an upright nor a turned page holds."""
    tables = [one for one in blocks(body) if isinstance(one, Table)]
    return [one for one in tables if one.widths() is None and widths_of(one) is None]


def ends_turned(body: str) -> bool:
    """The text ends in such a table: 署名 and 成文日期 would stand on a page without text (7.3.5.4)."""
    last = next(reversed(list(blocks(body))), None)
    return isinstance(last, Table) and widths_of(last) is not None


def all_pages(pages: list[Page]) -> list[Page]:
    """Pages, and behind each what is turned on it: all that is painted."""
    return [one for page in pages for one in (page, page.turned) if one is not None]
