"""Of a list, what nobody has checked and what is of a year without 定号 (practice 1: checked, numbered, handed over).

Told and never refused (decisions: the unit answers for its list), at every step before the batch leaves, to the
leader who approves, and to the archive: after the transfer no code changes any more.
"""

from dataclasses import dataclass

from django.db.models import Case, Count, Exists, OuterRef, Q, When, Window
from django.db.models.functions import RowNumber

from archive.fixed_years import fixed_among
from units.models import AuditEvent

from .models import Batch
from .places import READ, named
from .states import HELD, State


@dataclass(frozen=True)
class Unready:
    unchecked: int = 0
    places: tuple[int, ...] = ()  # of the first unchecked ones: their numbers on the papers
    on_page: tuple[int, ...] = ()  # and on the batch page
    mended: int = 0  # others whose check a 补正 has undone
    mended_places: tuple[int, ...] = ()
    mended_on_page: tuple[int, ...] = ()
    unnumbered: int = 0
    years: tuple[int, ...] = ()

    @property
    def lines(self) -> list[dict[str, str]]:
        """As a batch keeps them: each sentence `told`, and `short` for a line of a register (practice 1)."""
        found = []
        if self.unchecked:
            short, places = f"未核对 {self.unchecked} 件", _named(self.places, self.on_page, self.unchecked)
            found.append({"short": short, "told": f"{short}（{places}）：题名、期限还没有人核对过。"})
        if self.mended:
            short, places = (
                f"补正后未再核对 {self.mended} 件",
                _named(self.mended_places, self.mended_on_page, self.mended),
            )
            found.append({"short": short, "told": f"{short}（{places}）。"})
        if self.unnumbered:
            short, years = f"未定号 {self.unnumbered} 件", "、".join(map(str, self.years))
            found.append({"short": short, "told": f"{short}（{years}年度）：移交后档号不能再变。"})
        return found

    @property
    def told(self) -> list[str]:
        return [line["told"] for line in self.lines]


def _named(places: tuple[int, ...], on_page: tuple[int, ...], count: int) -> str:
    """By the numbers on the papers, and by those on the batch page where they are others."""
    return (
        named(places, count)
        if places == on_page
        else f"移交清单{named(places, count)}，即批次页{named(on_page, count)}"
    )


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
    unnumbered, years = sum(n for _, n in open_years), tuple(sorted({year for year, _ in open_years}))
    if not count:
        return Unready(unnumbered=unnumbered, years=years)
    mended = unchecked & Q(Exists(AuditEvent.objects.filter(object_uid=OuterRef("record__uid"), verb="answer_mend")))
    again = rows.filter(mended).count()
    fresh, late = _first(rows, unchecked & ~mended), _first(rows, mended) if again else ((), ())
    return Unready(count - again, *fresh, again, *late, unnumbered, years)


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
