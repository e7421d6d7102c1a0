"""Numbers of items as people name them, and what is said of those that a list does not have."""

from collections.abc import Iterable, Sequence

from units.texts import some_of

NAMED = 10  # of how many places one sentence says the numbers
READ = NAMED + 2  # of how many they are read: to leave a single one out would save nothing


def in_ranges(places: Iterable[int]) -> str:
    """1、3-5 of 1, 3, 4, 5."""
    pieces: list[list[int]] = []
    for place in sorted(set(places)):
        if pieces and place == pieces[-1][1] + 1:
            pieces[-1][1] = place
        else:
            pieces.append([place, place])
    return "、".join(f"{first}" if first == last else f"{first}-{last}" for first, last in pieces)


def named(places: Sequence[int]) -> str:
    """The first NAMED of `places`, and 等 where it has many more: whoever asks reads READ of them."""
    return f"第 {some_of([str(one) for one in places], NAMED)} 件"


def named_in_ranges(first: Sequence[int], count: int) -> str:
    """As `named`, in ranges, of `count` places whose first READ are known."""
    shown = list(first) if count <= NAMED + 1 else list(first)[:NAMED]
    ranges = in_ranges(shown).split("、")
    return f"第 {some_of(ranges, len(ranges), count=len(ranges) + count - len(shown))} 件"


def beyond(wanted: Iterable[int], there: Iterable[int]) -> str:
    """The refusal that names exactly what the list does not have; "" when it has all of them."""
    known = set(there)
    missing = set(wanted) - known
    if not missing:
        return ""
    return f"本批次中没有第 {in_ranges(missing)} 件，现有序号为 {in_ranges(known) or '无'}，请更正。"
