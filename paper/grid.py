"""The page as a grid of cells (GB/T 9704—2012, 5.2.3): 22 lines of 28 characters, a cell 5.5714 mm square.

Everything is counted in half cells across and lines down; the painters turn that into millimetres. One layout, so
that preview and PDF break lines alike.
"""

import re
import unicodedata
from dataclasses import dataclass

COLUMNS, LINES = 56, 22  # half cells, lines
CELL = 156 / 28  # mm
PITCH = (225 - CELL) / 21  # mm
LEFT, TOP = 28.0, 37.0  # mm from the paper's edge
WIDTH = 156.0

NOT_FIRST = set("，。、；：？！）》〉」』】〕”’…—％%,.;:?!)]}·～")
NOT_LAST = set("（《〈「『【〔“‘([{")
TOGETHER = re.compile(r"——|……|[0-9A-Za-z][0-9A-Za-z.,:/%+\-_@]*|\s+|.", re.S)


@dataclass(frozen=True)
class Run:
    """Text set from half cell `x` in line `line`; `width` half cells when laid out, `font` a role of fonts.ROLES."""

    x: float
    line: float
    text: str
    font: str = "body"
    size: float = 16.0  # pt; 3号
    width: float = 0.0
    colour: str = "black"


def half_cells(text: str) -> int:
    """Width of `text`: 2 for a full-width character, 1 for a narrow one, 0 for a combining mark."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text
    )


def tokens(text: str) -> list[str]:
    """Pieces that are not broken: numbers and words, —— and ……; a run wider than a line is cut."""
    found: list[str] = []
    for match in TOGETHER.finditer(text):
        piece = match.group()
        if piece.isspace():
            piece = " " * min(len(piece), 4)
        while half_cells(piece) > COLUMNS - 4:
            found.append(piece[: COLUMNS - 4])
            piece = piece[COLUMNS - 4 :]
        found.append(piece)
    return found


def break_lines(text: str, width: int = COLUMNS, first: int = 0) -> list[str]:
    """Greedy lines of at most `width` half cells, the first one `first` half cells shorter, with kinsoku."""
    lines: list[list[str]] = [[]]
    room = width - first
    for token in tokens(text):
        need = half_cells(token)
        if need > room and lines[-1]:
            carried = _carry(lines[-1], token)
            lines.append(carried)
            room = width - sum(half_cells(one) for one in carried)
        lines[-1].append(token)
        room -= need
    return ["".join(line).rstrip() for line in lines]


def _carry(line: list[str], token: str) -> list[str]:
    """Tokens taken over so that no closing mark begins the new line and no opening mark ends the old one."""
    carried: list[str] = []
    while len(line) > 1 and len(carried) < 3:
        head = carried[0] if carried else token
        if head[0] in NOT_FIRST or line[-1][-1] in NOT_LAST:
            carried.insert(0, line.pop())
        else:
            break
    return carried


def balanced(text: str, width: int) -> list[str]:
    """A title's lines, as even as words allow, the longest first when there are more than two (GB/T 9704, 7.3.1)."""
    total = half_cells(text)
    count = max(1, -(-total // width))
    for wanted in range(count, count + 3):
        for limit in range(-(-total // wanted), width + 1):
            lines = break_lines(text, limit)
            if len(lines) <= wanted:
                return lines
    return break_lines(text, width)
