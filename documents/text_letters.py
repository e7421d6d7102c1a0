"""What was changed within a passage, by letters; figures and foreign words are wholes (diff-match-patch)."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from time import monotonic

from diff_match_patch import diff_match_patch

EQUAL, INSERT, DELETE = "equal", "insert", "delete"
OPS = {-1: DELETE, 0: EQUAL, 1: INSERT}
SECONDS = 0.7  # for the letters of one comparison; what takes longer is shown coarser, never wrong
ALIKE = 0.35  # share of letters in common from which a paragraph is the other one, changed
SHORT = 120  # letters, old and new, up to which a passage is compared by letters whatever it has in common
FIRST_UNIT = 0x10000  # a million units, more than the longest text has
FIRST_PRIVATE = 0xF0000  # stands for a figure or word among letters
MOST_WORDS = 60_000
END = "\n"  # inside a piece: an end of a paragraph that was put in or taken out
TOKEN = re.compile(r"[0-9０-９]+(?:[.．,，][0-9０-９]+)*[%％‰]?|[A-Za-z]+|.", re.DOTALL)
SENTENCE = re.compile(r"[^。；！？\n]*(?:[。；！？]+[”’）』」]*|\n|$)")

Pieces = tuple["Piece", ...]


@dataclass(frozen=True)
class Piece:
    """A run of letters, END among them; `change` counts the places that were changed, from 1, 0 for what stayed."""

    op: str
    text: str
    change: int = 0


class Patience:
    """How long one comparison may look at letters."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.until = monotonic() + seconds

    def differ(self) -> diff_match_patch | None:
        """With what time is left; None when there is none."""
        left = self.until - monotonic()
        if left <= 0:
            return None
        found = diff_match_patch()
        found.Diff_Timeout = left
        return found


def pieces_of(old: str, new: str, patience: Patience | None = None) -> Pieces:
    """One line or passage against another, by letters; deleted before inserted."""
    if old == new:
        return (Piece(EQUAL, old),) if old else ()
    return tuple(joined(_by_sentences(old, new, patience or Patience())))


def runs(olds: Sequence[str], newer: Sequence[str], patience: Patience) -> list[tuple[str, int]]:
    """(op, how many) over whole units, each taken as one letter."""
    letters: dict[str, str] = {}
    a, b = (
        "".join(letters.setdefault(unit, chr(FIRST_UNIT + len(letters))) for unit in units) for units in (olds, newer)
    )
    ours = patience.differ()
    if ours is None:
        return [(op, len(text)) for op, text in ((DELETE, a), (INSERT, b)) if text]
    return [(OPS[op], len(text)) for op, text in ours.diff_main(a, b, False)]


def bag(text: str) -> Counter:
    """Letters and pairs of neighbours: long texts have their letters in common, whatever they say."""
    return Counter(text) + Counter(map("".join, pairwise(text)))


def alike(one: Counter, other: Counter) -> float:
    together = one.total() + other.total()
    return 2 * (one & other).total() / together if together else 1.0


def _by_sentences(old: str, new: str, patience: Patience) -> Iterator[Piece]:
    """Sentences that stayed are not looked into; what lies between is compared by letters."""
    olds, news = ([one for one in SENTENCE.findall(text) if one] for text in (old, new))
    if len(olds) < 4 and len(news) < 4:
        yield from _by_letters(old, new, patience)
        return
    a = b = 0
    before = ["", ""]
    for op, size in runs(olds, news, patience):
        if op == EQUAL:
            yield from _by_letters(*before, patience)
            before = ["", ""]
            yield Piece(EQUAL, "".join(olds[a : a + size]))
            a, b = a + size, b + size
        elif op == DELETE:
            before[0] += "".join(olds[a : a + size])
            a += size
        else:
            before[1] += "".join(news[b : b + size])
            b += size
    yield from _by_letters(*before, patience)


def _by_letters(old: str, new: str, patience: Patience) -> Iterator[Piece]:
    """Figures and foreign words count as one letter; equal crumbs between changes are taken into them."""
    ours = None if not old or not new or _is_another(old, new) else patience.differ()
    if ours is None:
        yield from (Piece(op, text) for op, text in ((DELETE, old), (INSERT, new)) if text)
        return
    letters: dict[str, str] = {}
    is_plain = max(old + new) < chr(FIRST_PRIVATE) and len(old) + len(new) < MOST_WORDS

    def folded(text: str) -> str:
        if not is_plain:
            return text
        return "".join(
            one if len(one) == 1 else letters.setdefault(one, chr(FIRST_PRIVATE + len(letters)))
            for one in TOKEN.findall(text)
        )

    diffs = ours.diff_main(folded(old), folded(new), False)
    ours.diff_cleanupSemantic(diffs)
    words = {private: word for word, private in letters.items()}
    for op, text in _without_crumbs(diffs):
        yield Piece(OPS[op], "".join(words.get(one, one) for one in text))


def _without_crumbs(diffs: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """One letter that stayed between two changes (抓好 → 狠抓) is read with them."""
    for n, (op, text) in enumerate(diffs):
        if op == 0 and len(text) == 1 and text != END and 0 < n < len(diffs) - 1:
            yield from ((-1, text), (1, text))
        else:
            yield op, text


def _is_another(old: str, new: str) -> bool:
    """Longer passages with little in common: nobody reads the letters that they happen to share."""
    return len(old) + len(new) > SHORT and alike(bag(old), bag(new)) < ALIKE


def joined(pieces) -> Iterator[Piece]:
    """Neighbours of one kind as one; in a place that was changed what was struck comes first."""
    for same, group in groupby(pieces, lambda one: one.op == EQUAL):
        rows = list(group)
        for op in (EQUAL,) if same else (DELETE, INSERT):
            if text := "".join(one.text for one in rows if one.op == op):
                yield Piece(op, text)
