"""Of a list, what nobody has checked and what is of a year without 定号 (practice 1: checked, numbered, handed over).

Told and never refused (decisions: the unit answers for its list), at every step before the batch leaves, to the
leader who approves, and to the archive: after the transfer no code changes any more.
"""

from dataclasses import dataclass

from django.db.models import Case, Count, Q, When, Window
from django.db.models.functions import RowNumber

from archive.fixed_years import fixed_among

from .models import Batch
from .places import READ, named_in_ranges
from .states import HELD, State


@dataclass(frozen=True)
class Unready:
    unchecked: int = 0
    places: tuple[int, ...] = ()  # of the first unchecked ones: their numbers on the papers
    on_page: tuple[int, ...] = ()  # and on the batch page
    unnumbered: int = 0
    years: tuple[int, ...] = ()

    @property
    def lines(self) -> list[dict[str, str]]:
        """As a batch keeps them: each sentence `told`, and `short` for a line of a register (practice 1)."""
        found = []
        if self.unchecked:
            short, places = f"未核对 {self.unchecked} 件", named_in_ranges(self.places, self.unchecked)
            if self.on_page != self.places:
                places = f"移交清单{places}，即批次页{named_in_ranges(self.on_page, self.unchecked)}"
            found.append({"short": short, "told": f"{short}（{places}）：题名、期限还没有人核对过。"})
        if self.unnumbered:
            short, years = f"未定号 {self.unnumbered} 件", "、".join(map(str, self.years))
            found.append({"short": short, "told": f"{short}（{years}年度）：移交后档号不能再变。"})
        return found

    @property
    def told(self) -> list[str]:
        return [line["told"] for line in self.lines]


def of_batch(batch: Batch) -> Unready:
    """Of another installation's batch nothing is known here: that is its own affair. Two or three queries."""
    if batch.is_foreign:
        return Unready()
    rows = batch.items.travelling().order_by()
    unchecked = Q(record__checked_at=None)
    found = list(
        rows.values_list("record__fonds", "record__year").annotate(n=Count("pk"), bare=Count("pk", filter=unchecked))
    )
    fixed = fixed_among((fonds, year) for fonds, year, _, _ in found)
    open_years = [(year, n) for fonds, year, n, _ in found if (fonds, year) not in fixed]
    count = sum(bare for *_, bare in found)
    lines, on_page = _first(rows, unchecked) if count else ((), ())
    years = tuple(sorted({year for year, _ in open_years}))
    return Unready(count, lines, on_page, sum(n for _, n in open_years), years)


def _first(rows, which: Q) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of the first READ of `which`: their numbers on the papers, and on the batch page."""
    line = Case(When(which, then=Window(RowNumber(), order_by="position")))
    found = rows.annotate(line=line).filter(line__isnull=False).order_by("position")[:READ]
    places = list(found.values_list("line", "position"))
    return tuple(line for line, _ in places), tuple(position for _, position in places)


def standing(batch: Batch) -> list[str]:
    """As paper and pages have it. From where handing over began as it was then: 定号 stays allowed, and four persons
    sign the same words. Of a list that went home or was dissolved nothing: its records go on being mended."""
    if batch.state in (State.HANDING_OVER, State.RETURNED, State.DISSOLVED, *HELD):
        return [line["told"] for line in batch.unready]
    return of_batch(batch).told


def told_after(batch: Batch) -> str:
    """Behind the sentence that a list was made; "" when everything is ready."""
    found = of_batch(batch).told
    return f"其中{''.join(found)}" if found else ""
