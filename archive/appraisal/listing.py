"""到期鉴定清单: records whose period, as laid down or prolonged, has run out, and which lie with the unit.

Beside them those of the old 长期 and 短期, which only an appraisal ends (domain 4.5).
"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..due import due_by, due_from, filed_in_old_words
from ..models import AppraisalItem, Hold, Prolongation, Record
from ..states import Prolonged, State


def due_records(rows: QuerySet, day: date) -> QuerySet:
    """Of `rows` (records) those due on `day`, in no open appraisal; `is_held` says which are frozen."""
    return _to_judge(rows.filter(due_by(day)), day)


def old_worded(rows: QuerySet, day: date) -> QuerySet:
    """Of `rows` those filed as 长期 or 短期: no calendar ends them, so they wait for an appraisal at any time."""
    return _to_judge(rows.filter(filed_in_old_words()), day)


def _to_judge(rows: QuerySet, day: date) -> QuerySet:
    kept = Prolongation.objects.filter(record=OuterRef("pk")).filter(Q(until=None) | Q(until__gte=day))
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
