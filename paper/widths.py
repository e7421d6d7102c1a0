"""How wide the columns of a printed register are: as it says, but for codes, which are not broken where they can stand.

An archive code, a number of a batch or a day is read and compared as one piece; a line of Chinese may break anywhere.
"""

import re
from collections.abc import Iterable, Sequence

from .grid import half_cells

# pieces joined by hyphens or points: A123-WS·2003·D30·办公室-0001, 2026-11-24, 3.1-7 (the painter's words: ledger.py)
CODE = re.compile(r"[0-9A-Za-z]+(?:[-·./][0-9A-Za-z\u3400-\u9fff]+)+")
SPARE = 1.1  # of what is counted in half characters
WIDE = re.compile("[A-Z@]"), 0.4  # a capital letter beyond its half character; M and W as much again
WIDEST = re.compile("[MW]"), 0.5
LEAST = 4  # half characters that stay of a column that gives room


def fitted(
    widths: Sequence[float], rows: Iterable[Sequence[str]], half: float, inset: float
) -> tuple[list[float], bool]:
    """(`widths` in mm so that no code of `rows` breaks, whether that could be). What a column takes, the others give by
    what they have beyond their own longest code; where that is not enough, every column has its share by its need.
    """
    needs = [_room(LEAST, half, inset)] * len(widths)
    for cells in rows:
        for place, cell in enumerate(cells):
            if any(mark in cell for mark in "-·./"):
                longest = max(map(_halves, CODE.findall(cell)), default=0)
                needs[place] = max(needs[place], _room(longest * SPARE, half, inset))
    return _shared(widths, needs)


def _halves(code: str) -> float:
    return half_cells(code) + sum(more * len(letters.findall(code)) for letters, more in (WIDE, WIDEST))


def _room(halves: float, half: float, inset: float) -> float:
    return halves * half + 2 * inset


def _shared(widths: Sequence[float], needs: Sequence[float]) -> tuple[list[float], bool]:
    pairs = list(zip(widths, needs, strict=True))
    lacking, beyond = (sum(max(sign * (need - width), 0) for width, need in pairs) for sign in (1, -1))
    if lacking > beyond:
        return [need * sum(widths) / sum(needs) for need in needs], False
    part = lacking / beyond if lacking else 0
    return [need if width < need else width - (width - need) * part for width, need in pairs], True
