"""What was changed between two texts, as a reader sees it: paragraph by paragraph, inside a sentence by characters.

Paragraphs are matched without their leading numbers, so that a new second point does not rewrite every point after it;
a paragraph that stands elsewhere is 移动, not struck and written anew. The letters are compared by diff-match-patch
(text_letters.py), figures and foreign words as wholes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby, repeat

from .text_letters import (
    ALIKE,
    DELETE,
    END,
    EQUAL,
    INSERT,
    Patience,
    Piece,
    Pieces,
    alike,
    bag,
    joined,
    pieces_of,
    runs,
)

MOVED_ALIKE = 0.8
WORTH_JOINING = 1.25  # how much more must be struck line by line before a passage is read as one text
SHORTEST_MOVED = 6  # letters; 特此通知。 at another place is no news
MOST_MOVED = 300  # paragraphs; where more went elsewhere the text was written anew
FARTHEST = 300  # paragraphs looked back for the longest order
MOST_PAIRS = 2500  # paragraphs of a passage that are weighed one against another
NUMBER = re.compile(
    r"^[ \u3000\t]*(?:[（(]?(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,4})[）)、.．]|第[一二三四五六七八九十百0-9]{1,5}[章节条])[ \u3000\t]*"
)


@dataclass(frozen=True)
class Paragraph:
    """`kind`: same, changed, inserted, deleted; moved (here it is now), away (here it stood)."""

    kind: str
    pieces: Pieces
    change: int = 0  # of the paragraph as a whole: inserted, deleted, moved

    @property
    def text_now(self) -> str:
        """Its letters in the new text; "" for what is there no more."""
        return "" if self.kind == "away" else self._but(DELETE)

    @property
    def text_before(self) -> str:
        """Its letters in the old text; of a moved paragraph once, where it stands now."""
        return "" if self.kind == "away" else self._but(INSERT)

    def _but(self, op: str) -> str:
        return "".join(one.text for one in self.pieces if one.op != op).replace(END, "")

    @property
    def is_same(self) -> bool:
        return self.kind == "same"


def changes_in(pieces: Pieces) -> int:
    """Places: what was struck and what stands in its stead are one."""
    return sum(1 for same, _ in groupby(pieces, lambda one: one.op == EQUAL) if not same)


def compare(old: str, new: str, first: int = 1) -> tuple[Paragraph, ...]:
    """The paragraphs of both texts in the order of the new one, those struck where they stood; empty lines are none.

    Places are counted from `first`.
    """
    olds, news = _lines(old), _lines(new)
    patience = Patience()
    passages = list(_passages(olds, news, patience))
    if pairs := _pairs_moved(passages, olds, news):
        pairs = _fewest_moved(passages, pairs, olds, news)
    kept = [
        [line for n, line in enumerate(lines) if n not in out]
        for lines, out in ((olds, set(pairs)), (news, set(pairs.values())))
    ]
    placed = [
        row
        for passage in (_passages(kept[0], kept[1], patience) if pairs else passages)
        for row in _compared(passage, kept[0], kept[1], patience)
    ]
    return tuple(_numbered(_put_back(placed, pairs, olds, news), first))


def count_changes(paragraphs: Sequence[Paragraph]) -> int:
    """The number of the last place, 0 when there is none."""
    return max((max([one.change, *(piece.change for piece in one.pieces)]) for one in paragraphs), default=0)


# Paragraphs


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r", "").split("\n") if line.strip()]


def _key(line: str) -> str:
    return NUMBER.sub("", line).strip() or line.strip()


@dataclass(frozen=True)
class Passage:
    """Lines from `old` and lines from `new` (their places) that stand for one another; one of them may be empty."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    is_anchor: bool = False


def _passages(olds: list[str], news: list[str], patience: Patience) -> Iterator[Passage]:
    """Lines that stayed, one by one, and between them what did not."""
    before: tuple[list[int], list[int]] = ([], [])
    a = b = 0
    for op, size in runs([_key(line) for line in olds], [_key(line) for line in news], patience):
        if op == EQUAL:
            if before[0] or before[1]:
                yield Passage(tuple(before[0]), tuple(before[1]))
                before = ([], [])
            for n in range(size):
                yield Passage((a + n,), (b + n,), is_anchor=True)
            a, b = a + size, b + size
        elif op == DELETE:
            before[0].extend(range(a, a + size))
            a += size
        else:
            before[1].extend(range(b, b + size))
            b += size
    if before[0] or before[1]:
        yield Passage(tuple(before[0]), tuple(before[1]))


@dataclass(frozen=True)
class Placed:
    """A paragraph, and how many lines of the old and of the new text (without moved ones) stand before it."""

    paragraph: Paragraph
    old: int
    new: int


def _compared(one: Passage, olds: list[str], news: list[str], patience: Patience) -> list[Placed]:
    if one.is_anchor:
        return [Placed(_line(olds[one.old[0]], news[one.new[0]], patience), one.old[0], one.new[0])]
    first = (min(one.old, default=0), min(one.new, default=0))
    found = _changed([olds[n] for n in one.old], [news[n] for n in one.new], patience)
    return [Placed(row.paragraph, row.old + first[0], row.new + first[1]) for row in found]


def _put_back(placed: list[Placed], pairs: dict[int, int], olds, news) -> list[Paragraph]:
    """Moved paragraphs where they stand now, and a line where they stood."""
    rows = list(placed)
    for a, b in sorted(pairs.items(), key=lambda pair: pair[1]):
        before = b - sum(1 for other in pairs.values() if other < b)
        moved = Placed(Paragraph("moved", pieces_of(olds[a], news[b])), -1, before)
        rows.insert(_place(rows, before, "new", ("deleted", "away")), moved)
    for a in sorted(pairs):
        before = a - sum(1 for other in pairs if other < a)
        away = Placed(Paragraph("away", (Piece(EQUAL, olds[a]),)), before, -1)
        rows.insert(_place(rows, before, "old", ("inserted", "moved")), away)
    return [one.paragraph for one in rows]


def _place(rows: list[Placed], before: int, side: str, without: tuple[str, ...]) -> int:
    """In front of the first row of that side that comes after `before` lines."""
    for n, one in enumerate(rows):
        if one.paragraph.kind not in without and getattr(one, side) >= before:
            return n
    return len(rows)


def _pairs_moved(passages: list[Passage], olds: list[str], news: list[str]) -> dict[int, int]:
    """Old place → new place of paragraphs that went elsewhere: the same words first, then nearly the same."""
    gone = {n: k for k, one in enumerate(passages) if not one.is_anchor for n in one.old}
    come = {n: k for k, one in enumerate(passages) if not one.is_anchor for n in one.new}
    found: dict[int, int] = {}
    places: dict[str, list[int]] = {}
    for b in come:
        places.setdefault(_key(news[b]), []).append(b)
    for a in gone:
        same = places.get(_key(olds[a]))
        if same and len(_key(olds[a])) >= SHORTEST_MOVED:
            found[a] = same.pop(0)
    left_a = [a for a in gone if a not in found]
    taken = set(found.values())
    left_b = [b for b in come if b not in taken]
    if len(found) > MOST_MOVED:
        return {}
    if not left_a or not left_b or len(left_a) * len(left_b) > MOST_PAIRS:
        return found
    bags_a, bags_b = ({n: bag(lines[n]) for n in left} for lines, left in ((olds, left_a), (news, left_b)))
    weighed = sorted(
        ((alike(bags_a[a], bags_b[b]), a, b) for a in left_a for b in left_b if gone[a] != come[b]),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    stays = _those_that_stay(gone, come, bags_a, bags_b)
    for share, a, b in weighed:
        if share < MOVED_ALIKE:
            break
        long_enough = min(len(olds[a]), len(news[b])) >= 2 * SHORTEST_MOVED
        if long_enough and a not in found and b not in found.values() and not stays & {("a", a), ("b", b)}:
            found[a] = b
    return found


def _fewest_moved(passages: list[Passage], pairs: dict[int, int], olds, news) -> dict[int, int]:
    """Of all that both texts have, the longest in the same order stays (by letters); only the rest was moved."""
    known = pairs | {one.old[0]: one.new[0] for one in passages if one.is_anchor}
    known |= {a: b for one in passages if not one.is_anchor for a, b in _alike_in(one, pairs, olds, news)}
    rows = sorted(known.items())
    best: list[tuple[int, int]] = []  # (letters of the longest order that ends here, the row before)
    for n, (a, b) in enumerate(rows):
        before = max(((best[k][0], k) for k in range(max(0, n - FARTHEST), n) if rows[k][1] < b), default=(0, -1))
        best.append((before[0] + len(olds[a]), before[1]))
    at = max(range(len(best)), key=lambda n: best[n][0])
    stays = set()
    while at >= 0:
        stays.add(rows[at][0])
        at = best[at][1]
    return {a: b for a, b in known.items() if a not in stays}


def _alike_in(one: Passage, pairs: dict[int, int], olds, news) -> Iterator[tuple[int, int]]:
    """Lines that were changed where they stand: they count for the order as those do that stayed."""
    left_a = [n for n in one.old if n not in pairs]
    left_b = [n for n in one.new if n not in pairs.values()]
    if len(left_a) * len(left_b) <= MOST_PAIRS:
        for x, y in _aligned([olds[n] for n in left_a], [news[n] for n in left_b]):
            if alike(bag(olds[left_a[x]]), bag(news[left_b[y]])) >= MOVED_ALIKE:
                yield left_a[x], left_b[y]


def _those_that_stay(gone, come, bags_a, bags_b) -> set[tuple[str, int]]:
    """Lines that have their like in their own passage: changed where they are, not moved."""
    found = set()
    for a, bag_a in bags_a.items():
        for b, bag_b in bags_b.items():
            if gone[a] == come[b] and alike(bag_a, bag_b) >= MOVED_ALIKE:
                found |= {("a", a), ("b", b)}
    return found


def _changed(olds: list[str], news: list[str], patience: Patience) -> list[Placed]:
    """A passage: line against line, or as one text (a paragraph cut in two), whichever leaves more as it was."""
    if not olds or not news:
        gone = [Placed(_gone(line), n, 0) for n, line in enumerate(olds)]
        return gone + [Placed(_come(line), len(olds), n) for n, line in enumerate(news)]
    if len(olds) * len(news) > MOST_PAIRS:
        return _as_one(olds, news, patience)
    pairs = _aligned(olds, news)
    paired = _line_by_line(olds, news, pairs, patience)
    if len(pairs) == len(olds) == len(news):
        return paired
    joined = _as_one(olds, news, patience)
    return paired if _cost(paired) <= WORTH_JOINING * _cost(joined) else joined


def _cost(placed: list[Placed]) -> int:
    return sum(len(piece.text) for one in placed for piece in one.paragraph.pieces if piece.op != EQUAL)


def _line_by_line(olds: list[str], news: list[str], pairs, patience: Patience) -> list[Placed]:
    found, a, b = [], 0, 0
    for x, y in [*pairs, (len(olds), len(news))]:
        found += [Placed(_gone(olds[n]), n, b) for n in range(a, x)]
        found += [Placed(_come(news[n]), x, n) for n in range(b, y)]
        if x < len(olds):
            found.append(Placed(_line(olds[x], news[y], patience), x, y))
        a, b = x + 1, y + 1
    return found


def _aligned(olds: list[str], news: list[str]) -> list[tuple[int, int]]:
    """Pairs of lines that are alike, in order, with the most in common together."""
    if len(olds) == len(news) == 1:
        return [(0, 0)]
    bags_a, bags_b = [bag(line) for line in olds], [bag(line) for line in news]
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    weights = [[alike(a, b) for b in bags_b] for a in bags_a]
    for a in range(len(olds) - 1, -1, -1):
        for b in range(len(news) - 1, -1, -1):
            share = weights[a][b]
            taken = share + best[a + 1][b + 1] if share >= ALIKE else 0.0
            best[a][b] = max(taken, best[a + 1][b], best[a][b + 1])
    found, a, b = [], 0, 0
    while a < len(olds) and b < len(news):
        if weights[a][b] >= ALIKE and best[a][b] == weights[a][b] + best[a + 1][b + 1]:
            found.append((a, b))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return found


def _gone(line: str) -> Paragraph:
    return Paragraph("deleted", (Piece(DELETE, line),))


def _come(line: str) -> Paragraph:
    return Paragraph("inserted", (Piece(INSERT, line),))


def _line(old: str, new: str, patience: Patience) -> Paragraph:
    pieces = pieces_of(old, new, patience)
    if all(one.op == EQUAL for one in pieces):
        return Paragraph("same", pieces)
    if all(one.op != EQUAL for one in pieces) and old and new:
        return Paragraph("changed", (Piece(DELETE, old), Piece(INSERT, new)))
    return Paragraph("changed", pieces)


def _as_one(olds: list[str], news: list[str], patience: Patience) -> list[Placed]:
    """Compared across the ends of paragraphs; an end that was put in or taken out is a letter."""
    found: list[Placed] = []
    here: list[Piece] = []
    a = b = 0
    for piece in pieces_of("\n".join(olds) + "\n", "\n".join(news) + "\n", patience):
        *ends, rest = piece.text.split("\n")
        for text in ends:
            here += [Piece(piece.op, text)] if text else []
            is_whole = piece.op == EQUAL or all(one.op == piece.op for one in here)
            if not is_whole:
                here.append(Piece(piece.op, END))
            if here and (is_whole or piece.op == INSERT):
                found.append(Placed(_of_pieces(here), a, b))
                here = []
            a, b = a + (piece.op != INSERT), b + (piece.op != DELETE)
        here += [Piece(piece.op, rest)] if rest else []
    return found + ([Placed(_of_pieces(here), a, b)] if here else [])


def _of_pieces(pieces: list[Piece]) -> Paragraph:
    ops = {one.op for one in pieces}
    kind = {frozenset({EQUAL}): "same", frozenset({INSERT}): "inserted", frozenset({DELETE}): "deleted"}
    return Paragraph(kind.get(frozenset(ops), "changed"), tuple(joined(pieces)))


def _numbered(paragraphs: list[Paragraph], first: int) -> Iterator[Paragraph]:
    numbers = count(first)
    for one in paragraphs:
        if one.kind == "away":
            yield one
        elif one.kind in ("inserted", "deleted", "moved"):
            number = next(numbers)
            inner = numbers if one.kind == "moved" else repeat(number)
            changed = numbered(one.pieces, inner)
            yield replace(one, change=number, pieces=changed)
        else:
            yield replace(one, pieces=numbered(one.pieces, numbers))


def numbered(pieces: Pieces, numbers) -> Pieces:
    """Each place with the next of `numbers`."""
    found: list[Piece] = []
    for same, group in groupby(pieces, lambda one: one.op == EQUAL):
        number = 0 if same else next(numbers)
        found += [replace(one, change=number) for one in group]
    return tuple(found)
