"""Numbers of items as people name them, and what is said of those that a list does not have."""

from collections.abc import Iterable, Sequence

from units.texts import some_of

NAMED = 10  # of how many ranges one sentence says the numbers
READ = 1000  # of how many places they are read: what lies behind is only counted


def in_ranges(places: Iterable[int]) -> str:
    """1、3-5 of 1, 3, 4, 5."""
    pieces: list[list[int]] = []
    for place in sorted(set(places)):
        if pieces and place == pieces[-1][1] + 1:
            pieces[-1][1] = place
        else:
            pieces.append([place, place])
    return "、".join(f"{first}" if first == last else f"{first}-{last}" for first, last in pieces)


def named(first: Sequence[int], count: int = 0) -> str:
    """第 1-10、12 件, and 等 with how many there are where the ranges are many; `count`: of how many `first` are the
    first READ, where there are more."""
    ranges, count = in_ranges(first).split("、"), count or len(first)
    unread = 2 if count > len(first) else 0  # there are further ranges, nobody knows how many
    told = some_of(ranges, NAMED, count=max(len(ranges), NAMED) + unread if unread else None)
    return f"第 {told} {count} 件" if told.endswith("等") else f"第 {told} 件"


def named_of(rows) -> str:
    """As `named`, of the items that `rows` are; "" where there is none."""
    first = list(rows.order_by("position").values_list("position", flat=True)[:READ])
    return named(first, rows.count() if len(first) == READ else 0) if first else ""


def beyond(wanted: Iterable[int], there: Iterable[int]) -> str:
    """The refusal that names exactly what the list does not have; "" when it has all of them."""
    known = set(there)
    missing = set(wanted) - known
    if not missing:
        return ""
    return f"本批次中没有第 {in_ranges(missing)} 件，现有序号为 {in_ranges(known) or '无'}，请更正。"
