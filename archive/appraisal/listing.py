"""到期鉴定清单: records whose period, as laid down or prolonged, has run out, and which lie with the unit."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..due import due_by, due_from
from ..models import AppraisalItem, Hold, Prolongation, Record
from ..states import Prolonged, State


def due_records(rows: QuerySet, day: date) -> QuerySet:
    """Of `rows` (records) those due on `day`, in no open appraisal; `is_held` says which are frozen."""
    kept = Prolongation.objects.filter(record=OuterRef("pk")).filter(Q(until=None) | Q(until__gte=day))
    under_way = AppraisalItem.objects.filter(record=OuterRef("pk"), is_open=True)
    held = Hold.objects.filter(record=OuterRef("pk"), lifted_at=None)
    return rows.filter(due_by(day), ~Exists(kept), ~Exists(under_way), state=State.FILED).annotate(is_held=Exists(held))


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
