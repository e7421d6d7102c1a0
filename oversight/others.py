"""What else the inspector looks at: first inspections, returns by cause, transfer due, opening in time; by unit.

Due for transfer is what the archive takes and has been in the unit for ten years (档案法实施条例 art. 20), in time is the
year after, or the day of a plan that stands. Due for opening is what the archive holds and was formed 25 years ago
(档案法 art. 27; archive/due.py); decided is what is open, or postponed until a day to come; in time, what a published
round decided by the end of the year in which it fell due. 控制 is an old mark and no decision, and what fell due again
waits again.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from archive.due import OPENING_AGE
from archive.models import Record
from archive.states import State
from transfer import plans

from .rates import percent
from .states import TRANSFER_AGE

# A record's first batch on which the archive decided: accepted or returned
INSPECTED = """
SELECT b.unit_id, count(*), count(*) FILTER (WHERE i.verdict = 'accepted') FROM transfer_batchitem i
JOIN transfer_batch b ON b.id = i.batch_id
WHERE NOT i.is_open AND b.state IN ('accepted', 'partially_returned', 'returned', 'closed')
  AND egov_local_day(b.submitted_at) BETWEEN %(first)s AND %(as_of)s AND b.unit_id = ANY(%(units)s)
  AND NOT EXISTS (SELECT 1 FROM transfer_batchitem e JOIN transfer_batch eb ON eb.id = e.batch_id
                  WHERE e.record_id = i.record_id AND e.id < i.id AND eb.state <> 'dissolved')
GROUP BY 1
"""
RETURNS = """
SELECT i.reason, count(*) FROM transfer_batchitem i JOIN transfer_batch b ON b.id = i.batch_id
WHERE i.verdict = 'returned' AND NOT i.is_open AND b.state IN ('accepted', 'partially_returned', 'returned', 'closed')
  AND egov_local_day(b.submitted_at) BETWEEN %(first)s AND %(as_of)s AND b.unit_id = ANY(%(units)s)
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10
"""
OPENING = """
SELECT r.unit_id, count(*), count(*) FILTER (WHERE d.is_decided), count(*) FILTER (WHERE d.is_decided AND EXISTS (
         SELECT 1 FROM archive_openingitem i JOIN archive_openinground o ON o.id = i.round_id
         WHERE i.record_id = r.id AND i.left_because = '' AND o.state = 'published'
           AND egov_local_day(o.published_at) <= make_date(r.year + %(opening_age)s + 1, 12, 31)))
FROM archive_record r CROSS JOIN LATERAL (
  SELECT r.access_status = 'open' OR r.access_status = 'postponed' AND coalesce(r.postponed_until >= %(as_of)s, false)
         AS is_decided) d
WHERE r.state = 'accessioned' AND r.direction <> 'incoming' AND r.year <= %(opening_year)s
  AND r.unit_id = ANY(%(units)s) GROUP BY 1
"""


@dataclass
class Others:
    """Counts of items; a share is None where there is nothing to count."""

    inspected: int = 0
    accepted_at_first: int = 0
    due_for_transfer: int = 0
    not_transferred: int = 0
    overdue: int = 0
    due_for_opening: int = 0
    opening_decided: int = 0
    opened_in_time: int = 0

    @property
    def acceptance(self) -> Decimal | None:
        return percent(self.accepted_at_first, self.inspected)

    @property
    def opening(self) -> Decimal | None:
        return percent(self.opening_decided, self.due_for_opening)

    @property
    def opening_timeliness(self) -> Decimal | None:
        return percent(self.opened_in_time, self.due_for_opening)


def by_unit(year: int, as_of: date, units: list[int]) -> dict[int, Others]:
    """Unit key → counts at `as_of`: inspections of what was submitted in `year`, the rest whatever its year."""
    found = {unit: Others() for unit in units}
    given = _given(year, as_of, units)
    with connection.cursor() as cursor:
        cursor.execute(INSPECTED, given)
        for unit, count, accepted in cursor.fetchall():
            found[unit].inspected, found[unit].accepted_at_first = count, accepted
        cursor.execute(OPENING, given)
        for unit, due, decided, timely in cursor.fetchall():
            found[unit].due_for_opening, found[unit].opening_decided = due, decided
            found[unit].opened_in_time = timely
    for unit, due, left, overdue in transfers(as_of, units):
        found[unit].due_for_transfer, found[unit].not_transferred, found[unit].overdue = due, left, overdue
    return found


def due_for_transfer(as_of: date, units: list[int]):
    """Records ten years in their unit that the archive takes (transfer/plans.py), with `is_left` and `is_overdue`.

    Overdue is what is left a year later, unless a plan that stands gives it a later day.
    """
    year = as_of.year - TRANSFER_AGE - 1
    rows = Record.objects.unguarded("numbers of units, no titles").filter(year__lte=year, unit__in=units)
    left = Q(state__in=(State.FILED, State.IN_TRANSFER))
    extended = Q(plans.covering(due_on__gte=as_of))
    return rows.filter(plans.to_be_transferred()).annotate(
        is_left=ExpressionWrapper(left, BooleanField()),
        is_overdue=ExpressionWrapper(left & Q(year__lt=year) & ~extended, BooleanField()),
    )


def transfers(as_of: date, units: list[int]) -> list[tuple[int, int, int, int]]:
    """(unit, due for transfer, left of it, overdue of it)."""
    rows = due_for_transfer(as_of, units).order_by().values("unit")
    counted = rows.annotate(
        n=Count("pk"), left=Count("pk", filter=Q(is_left=True)), late=Count("pk", filter=Q(is_overdue=True))
    )
    return list(counted.values_list("unit", "n", "left", "late"))


def returns_by_cause(year: int, as_of: date, units: list[int]) -> list[tuple[str, int]]:
    """The ten most frequent reasons for which the archive returned items submitted in `year`."""
    with connection.cursor() as cursor:
        cursor.execute(RETURNS, _given(year, as_of, units))
        return [(reason or "未写明", count) for reason, count in cursor.fetchall()]


def _given(year: int, as_of: date, units: list[int]) -> dict:
    return {
        "first": date(year, 1, 1),
        "as_of": min(as_of, date(year, 12, 31)),
        "opening_age": OPENING_AGE,
        "opening_year": as_of.year - OPENING_AGE - 1,
        "units": units,
    }
