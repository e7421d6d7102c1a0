"""The page as a grid of cells (GB/T 9704—2012, 5.2.3): 22 lines of 28 characters, a cell 5.5714 mm square.

Everything is counted in half cells across and lines down; the painters turn that into millimetres. One layout, so
that preview and PDF break lines alike.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS, LINES = 56, 22  # half cells, lines
CELL = 156 / 28  # mm
PITCH = (225 - CELL) / 21  # mm
LEADING = PITCH - CELL  # mm; 7/8 of a 3号 character
LEFT, TOP = 28.0, 37.0  # mm from the paper's edge
RIGHT, FOOT, CENTRE = LEFT + 156, TOP + 225, LEFT + 78  # mm
POINT = 25.4 / 72  # mm
ASCENT = 0.88  # of the size: from the top of a character's cell to the base line

# Which mark must not begin or end a line: GB/T 15834—2011, 5.1; pairs and full-width forms as they come in typed texts.
NOT_FIRST = set("，。、；：？！）》〉」』】〕〗〙〛｝］｣﹂﹄”’…—％‰℃°,.;:?!)]}·・～〜々ー%．＂")
NOT_LAST = set("（《〈「『【〔〖〘〚｛［｢﹁﹃“‘([{")
# A number with its sign, separators and unit letters, a word, —— and …… are never cut; full-width figures are figures.
_WHOLE = r"——|……|[¥￥$€£+\-−±#№]?[0-9A-Za-z][0-9A-Za-z.,:/%+\-_@]*|[＋－]?[０-９]+(?:[，．][０-９]+)*|[Ａ-Ｚａ-ｚ]+"
_OPENING, _CLOSING = (f"[{re.escape(''.join(sorted(marks)))}]" for marks in (NOT_LAST, NOT_FIRST))
_HANGING = "[\u0300-\u036f\u20dd-\u20e3\ufe00-\ufe0f\u200d]"  # combining marks and selectors
TOGETHER = re.compile(rf"{_WHOLE}|\s+|.", re.S)
CLUSTER = re.compile(rf"\s+|(?:{_OPENING}\s*)*(?:{_WHOLE}|\S)(?:{_CLOSING}|{_HANGING}|\s+)*")
AT_END = re.compile(r"[.,:]+$")  # behind the last figure these are marks of the sentence
RUN_OF_BLANKS = re.compile(r"\s+")


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
    advance: float = 0.0  # mm from one full-width character to the next; 0: as its size has it
    stretch: float = 1.0  # width of a glyph as part of its own

    @property
    def step(self) -> float:
        """mm from one full-width character to the next."""
        return self.advance or step_of(self.size)

    @property
    def left(self) -> float:
        """mm from the paper's edge."""
        return LEFT + self.x * CELL / 2

    @property
    def top(self) -> float:
        """mm from the paper's edge to the upper edge of the characters' cells."""
        return TOP + self.line * PITCH


def step_of(size: float) -> float:
    """mm that one full-width character of `size` pt takes: 28 of 3号 fill the type area, others as wide as high."""
    return CELL if size == 16.0 else size * POINT


def across(mm: float) -> float:
    """Half cells from the type area's left edge to `mm` from the paper's."""
    return (mm - LEFT) * 2 / CELL


def down(mm: float) -> float:
    """Lines from the type area's upper edge to `mm` from the paper's."""
    return (mm - TOP) / PITCH


@dataclass(frozen=True)
class Rule:
    """A rule from half cell `x` at a height in lines: `span` half cells across, or `height` lines down where given."""

    line: float
    thickness: float = 0.35  # mm
    colour: str = "black"
    x: float = 0.0
    span: float = COLUMNS
    height: float = 0.0

    @property
    def length(self) -> float:
        """In mm."""
        return self.height * PITCH if self.height else self.span * CELL / 2


@functools.lru_cache(8192)
def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def half_cells(text: str) -> int:
    """Width of `text`: 2 for a full-width character, 1 for a narrow one, 0 for a combining mark."""
    return _cells(text) if len(text) == 1 else sum(map(_cells, text))


def tokens(text: str, width: int = COLUMNS) -> Iterator[str]:
    """Pieces that are not broken: numbers and words, —— and ……; a run wider than `width` half cells is cut."""
    for match in TOGETHER.finditer(text):
        piece = match.group()
        if len(piece) == 1 and piece > " ":
            yield piece
            continue
        if piece.isspace():
            yield " " * min(len(piece), 4)
            continue
        ends = AT_END.search(piece) if len(piece) > 1 else None
        yield from _cut(piece[: ends.start()] if ends else piece, width)
        yield from ends.group() if ends else ()


def _cut(piece: str, width: int) -> Iterator[str]:
    while half_cells(piece) > width:
        end = len(piece)
        while end > 1 and half_cells(piece[:end]) > width:
            end -= 1
        end = max(piece.rfind(",", 0, end), piece.rfind("/", 0, end)) + 1 or end  # a list or an address, where it may
        yield piece[:end]
        piece = piece[end:]
    if piece:
        yield piece


def clusters(text: str, width: int = COLUMNS) -> Iterator[tuple[str, int]]:
    """(piece, its half cells): a line may end between them. An opening mark stays with what follows, a closing one and
    a blank with what stands before. What is wider than `width` is cut between its tokens, in as few parts as it takes.
    """
    for match in CLUSTER.finditer(text):
        piece = match.group()
        if piece[-1] <= " " or not piece.isprintable():
            piece = RUN_OF_BLANKS.sub(_blanks, piece)
        wide = half_cells(piece)
        if wide <= width:
            yield piece, wide
        else:
            yield from _fitted(piece, width)


def _blanks(match: re.Match) -> str:
    return " " * min(len(match.group()), 4)


def _fitted(piece: str, width: int) -> Iterator[tuple[str, int]]:
    part = ""
    for token in tokens(piece, width):
        if part and half_cells((part + token).rstrip()) > width:
            yield part, half_cells(part)
            part = ""
        part += token
    yield part, half_cells(part)


def break_lines(text: str, width: int = COLUMNS, first: int = 0) -> list[str]:
    """Greedy lines of at most `width` half cells, the first one `first` half cells shorter.

    No line begins with a closing mark or ends with an opening one (unless marks alone are wider than a line).
    """
    lines, room, used = [""], width - first, 0
    for piece, wide in clusters(text, min(width, width - first)):
        solid = wide if piece[-1] > " " else half_cells(piece.rstrip())
        if used and used + solid > room:
            lines.append("")
            room, used = width, 0
        lines[-1] += piece
        used += wide
    return [line.rstrip() for line in lines]
