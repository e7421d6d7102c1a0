"""One line with the numbers instead of one line a record: 第 1—3、7 件未满 25 年 …"""

from collections import defaultdict
from collections.abc import Iterable, Mapping


def spans(positions: Iterable[int]) -> str:
    """1—3、7 of 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for one in sorted(set(positions)):
        if runs and one == runs[-1][1] + 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return "、".join(str(first) if first == last else f"{first}—{last}" for first, last in runs)


def gone_from(wanted: Iterable[int], items: Iterable) -> tuple[str, ...]:
    """A line for those of the positions that were ticked which `items` has not: they left the round meanwhile."""
    left = set(wanted) - {one.position for one in items}
    return gathered(dict.fromkeys(left, "不在本批中，没有办理。")) if left else ()


def gathered(reasons: Mapping[int, str]) -> tuple[str, ...]:
    """`reasons`: position → why not; a line a reason, in the order of its first record."""
    found = defaultdict(list)
    for position, reason in sorted(reasons.items()):
        found[reason].append(position)
    return tuple(
        f"第 {spans(places)} 件{f'（共 {len(places)} 件）' if len(places) > 1 else ''}{reason}"
        for reason, places in found.items()
    )
