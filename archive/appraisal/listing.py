"""到期鉴定清单: records whose period, as laid down or prolonged, has run out, and which lie with the unit.

What was filed as 长期 or 短期 (1987) stands on no calendar: its archivist lays a year of it before the group, which judges
whether it has run out (domain 4.5); once it was kept on until a day, that day is its end like any other.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..due import due_by, due_from, ended_by_appraisal
from ..models import AppraisalItem, Hold, Prolongation, Record
from ..states import Prolonged, State


def due_records(rows: QuerySet, day: date) -> QuerySet:
    """Of `rows` (records) those due on `day`, in no open appraisal; `is_held` says which are frozen."""
    return _free(rows.filter(_run_out(day)), day)


def old_records(rows: QuerySet, day: date) -> QuerySet:
    """Of `rows` those of the old periods that no appraisal has judged yet, or has under way; as `due_records`."""
    return _free(rows.filter(ended_by_appraisal(), ~Exists(_prolongations())), day)


def old_years(rows: QuerySet, day: date) -> list[tuple[int, str, int]]:
    """(年度, 长期 or 短期, how many) of `old_records`, the oldest first."""
    found = old_records(rows, day).order_by().values_list("year", "retention_as_filed").annotate(n=Count("pk"))
    return list(found.order_by("year", "retention_as_filed"))


def not_due(keys: Collection[int], day: date) -> list[Record]:
    """Of the records `keys` those whose period has not run out on `day`: corrected to a longer one, or a later year."""
    rows = Record.objects.unguarded("items of a list whose act was asked").filter(pk__in=keys)
    return list(rows.exclude(_run_out(day) | ended_by_appraisal()).order_by("archival_code", "pk"))


def _run_out(day: date) -> Q:
    """By the calendar; what was kept on until a day is due after it, whatever its first period was called."""
    return due_by(day) | ended_by_appraisal() & Q(Exists(_prolongations()))


def _prolongations() -> QuerySet:
    return Prolongation.objects.filter(record=OuterRef("pk"))


def _free(rows: QuerySet, day: date) -> QuerySet:
    kept = _prolongations().filter(Q(until=None) | Q(until__gte=day))
    under_way = AppraisalItem.objects.filter(record=OuterRef("pk"), is_open=True)
    held = Hold.objects.filter(record=OuterRef("pk"), lifted_at=None)
    return rows.filter(~Exists(kept), ~Exists(under_way), state=State.FILED).annotate(is_held=Exists(held))


def kept_until(record: Record, prolonged: str, today: date) -> date | None:
    """The last day of the longer keeping; None for ever. ValueError when it would be over already."""
    if prolonged == Prolonged.PERMANENT:
        return None
    if prolonged == Prolonged.TEN_MORE:
        return date(today.year + 10, 12, 31)
    after = due_from(record.year, prolonged)
    if after is None or after <= today:
        raise ValueError(f"“{record}”{Prolonged(prolonged).label}也已到期，请改选“再保管10年”或“改为永久”。")
    return date(after.year - 1, 12, 31)
