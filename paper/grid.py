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
LEFT, TOP = 28.0, 37.0  # mm from the paper's edge

# Which mark must not begin or end a line: GB/T 15834—2011, 5.1; pairs and full-width forms as they come in typed texts.
NOT_FIRST = set("，。、；：？！）》〉」』】〕〗〙〛｝］｣﹂﹄”’…—％‰℃°,.;:?!)]}·・～〜々ー%．＂")
NOT_LAST = set("（《〈「『【〔〖〘〚｛［｢﹁﹃“‘([{")
# A number with its sign, separators and unit letters, a word, —— and …… are never cut; full-width figures are figures.
TOGETHER = re.compile(
    r"——|……|[¥￥$€£+\-−±#№]?[0-9A-Za-z][0-9A-Za-z.,:/%+\-_@]*|[＋－]?[０-９]+(?:[，．][０-９]+)*|[Ａ-Ｚａ-ｚ]+|\s+|.",
    re.S,
)
AT_END = re.compile(r"[.,:]+$")  # behind the last figure these are marks of the sentence


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
    return sum(map(_cells, text))


def tokens(text: str, width: int = COLUMNS) -> Iterator[str]:
    """Pieces that are not broken: numbers and words, —— and ……; a run wider than `width` half cells is cut."""
    for match in TOGETHER.finditer(text):
        piece = match.group()
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


def clusters(text: str, width: int = COLUMNS) -> Iterator[str]:
    """Pieces between which a line may end: an opening mark with what follows, a closing one with what stands before.

    A blank belongs to what stands before it. What is wider than `width` is cut between its tokens.
    """
    held: list[str] = []
    for token in tokens(text, width):
        if held and not _belongs(held, token):
            yield from _fitted(held, width)
            held = []
        held.append(token)
    if held:
        yield from _fitted(held, width)


def _belongs(held: list[str], token: str) -> bool:
    if token.isspace() or token[0] in NOT_FIRST or not _cells(token[0]):
        return True
    last = next((one for one in reversed(held) if not one.isspace()), "")
    return bool(last) and last[-1] in NOT_LAST


def _fitted(held: list[str], width: int) -> Iterator[str]:
    """The cluster whole, or, wider than a line, in as few parts as it takes."""
    part = ""
    for token in held:
        if part and half_cells((part + token).rstrip()) > width:
            yield part
            part = ""
        part += token
    yield part


def break_lines(text: str, width: int = COLUMNS, first: int = 0) -> list[str]:
    """Greedy lines of at most `width` half cells, the first one `first` half cells shorter.

    No line begins with a closing mark or ends with an opening one (unless marks alone are wider than a line).
    """
    lines, room, used = [""], width - first, 0
    for piece in clusters(text, min(width, width - first)):
        solid = half_cells(piece.rstrip())
        if used and used + solid > room:
            lines.append("")
            room, used = width, 0
        lines[-1] += piece
        used += half_cells(piece)
    return [line.rstrip() for line in lines]


def balanced(text: str, width: int) -> list[str]:
    """A title's lines, as even as words allow, the longest first when there are more than two (GB/T 9704, 7.3.1)."""
    total = half_cells(text)
    widest = max((half_cells(one.rstrip()) for one in clusters(text, width)), default=0)
    count = max(1, -(-total // width))
    for wanted in range(count, count + 3):
        for limit in range(max(-(-total // wanted), widest), width + 1):
            lines = break_lines(text, limit)
            if len(lines) <= wanted:
                return lines
    return break_lines(text, width)
