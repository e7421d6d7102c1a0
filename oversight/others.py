"""What else the inspector looks at: first inspections, returns by cause, transfer due, opening in time; by unit.

Due for transfer is what the archive takes and has been in the unit for ten years (档案法实施条例 art. 20), in time is the
year after, or the day of a plan that stands. Due for opening is what the archive holds and was formed 25 years ago
(档案法 art. 27; archive/due.py); decided is what is open, or postponed until a day to come; in time, what a published
round decided by the end of the year in which it fell due. 控制 is an old mark and no decision, and what fell due again
waits again. In time is asked only of what the archive held when the term fell.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from archive.due import OPENING_AGE
from archive.effective import PERIOD_SQL
from transfer.plans import TAKEN
from transfer.states import last_due_year

from .rates import percent

# One row a record, with what it counts as; the figures and the rows behind them read the same. What was taken out of a
# draft was never offered, so it has no version as packed.
INSPECTED = """
SELECT b.unit_id, i.record_id, i.verdict = 'accepted' AS accepted_at_first FROM transfer_batchitem i
JOIN transfer_batch b ON b.id = i.batch_id
WHERE NOT i.is_open AND b.state IN ('accepted', 'partially_returned', 'returned', 'closed')
  AND i.record_version IS NOT NULL
  AND egov_local_day(b.submitted_at) BETWEEN %(first)s AND %(until)s AND b.unit_id = ANY(%(units)s)
  AND NOT EXISTS (SELECT 1 FROM transfer_batchitem e JOIN transfer_batch eb ON eb.id = e.batch_id
                  WHERE e.record_id = i.record_id AND e.id < i.id AND eb.state <> 'dissolved'
                    AND e.record_version IS NOT NULL)
"""
RETURNED = """
SELECT b.unit_id, i.record_id, i.reason FROM transfer_batchitem i JOIN transfer_batch b ON b.id = i.batch_id
WHERE i.verdict = 'returned' AND NOT i.is_open AND b.state IN ('accepted', 'partially_returned', 'returned', 'closed')
  AND i.record_version IS NOT NULL
  AND egov_local_day(b.submitted_at) BETWEEN %(first)s AND %(until)s AND b.unit_id = ANY(%(units)s)
"""
# A plan p that stands and asks for the record r; one without units or periods asks for all of them (transfer/plans.py)
ASKED = f"""
SELECT 1 FROM transfer_receivingplan p WHERE p.withdrawn_at IS NULL AND r.year BETWEEN p.first_year AND p.last_year
  AND (cardinality(p.retentions) = 0 OR ({PERIOD_SQL}) = ANY(p.retentions))
  AND (EXISTS (SELECT 1 FROM transfer_receivingplan_units u WHERE u.receivingplan_id = p.id AND u.unit_id = r.unit_id)
       OR NOT EXISTS (SELECT 1 FROM transfer_receivingplan_units u WHERE u.receivingplan_id = p.id))
"""
# What the archive takes without a plan, or asks for by one, and never paper alone; a later day of a plan extends it
TRANSFER = f"""
SELECT r.unit_id, r.id AS record_id, r.state IN ('filed', 'in_transfer') AS not_transferred,
       r.state IN ('filed', 'in_transfer') AND r.year < %(transfer_year)s
       AND NOT EXISTS ({ASKED} AND p.due_on >= %(as_of)s) AS overdue
FROM archive_record r
WHERE r.year <= %(transfer_year)s AND r.state NOT IN ('destroyed', 'joined', 'sent_home')
  AND NOT (r.state = 'filed' AND r.component_count = 0)
  AND (({PERIOD_SQL}) = ANY(%(taken)s) OR EXISTS ({ASKED})) AND r.unit_id = ANY(%(units)s)
"""
OPENING = """
SELECT r.unit_id, r.id AS record_id, d.is_decided AS opening_decided, d.held_at_term, d.held_at_term AND d.is_decided
       AND EXISTS (
         SELECT 1 FROM archive_openingitem i JOIN archive_openinground o ON o.id = i.round_id
         WHERE i.record_id = r.id AND i.left_because = '' AND o.state = 'published'
           AND egov_local_day(o.published_at) <= make_date(r.year + %(opening_age)s + 1, 12, 31)) AS opened_in_time
FROM archive_record r CROSS JOIN LATERAL (
  SELECT r.access_status = 'open' OR r.access_status = 'postponed' AND coalesce(r.postponed_until >= %(as_of)s, false)
         AS is_decided,
         coalesce(r.accessioned_on <= make_date(r.year + %(opening_age)s + 1, 1, 1), false) AS held_at_term) d
WHERE r.state = 'accessioned' AND r.direction <> 'incoming' AND r.year <= %(opening_year)s
  AND r.unit_id = ANY(%(units)s)
"""
# figure → its words, the rows it counts, and which of them
FIGURES = {
    "inspected": ("首次检测", INSPECTED, "true"),
    "accepted_at_first": ("一次通过", INSPECTED, "accepted_at_first"),
    "due_for_transfer": ("满十年应移交", TRANSFER, "true"),
    "not_transferred": ("尚未移交", TRANSFER, "not_transferred"),
    "overdue": ("已逾期", TRANSFER, "overdue"),
    "due_for_opening": ("满二十五年应审核", OPENING, "true"),
    "opening_decided": ("已审核", OPENING, "opening_decided"),
    "held_at_term": ("届满时在馆", OPENING, "held_at_term"),
    "opened_in_time": ("按时审核", OPENING, "opened_in_time"),
    "returned": ("移交退回", RETURNED, "reason = %(reason)s"),
}
COUNTED = [name for name in FIGURES if name != "returned"]
MOST_REASONS = 10


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
    held_at_term: int = 0
    opened_in_time: int = 0

    @property
    def acceptance(self) -> Decimal | None:
        return percent(self.accepted_at_first, self.inspected)

    @property
    def opening(self) -> Decimal | None:
        return percent(self.opening_decided, self.due_for_opening)

    @property
    def opening_timeliness(self) -> Decimal | None:
        """Of what the archive held when its 25 years were over: what came later could not be reviewed in time."""
        return percent(self.opened_in_time, self.held_at_term)


def by_unit(year: int, as_of: date, units: list[int]) -> dict[int, Others]:
    """Unit key → counts at `as_of`: inspections of what was submitted in `year`, the rest whatever its year."""
    found = {unit: Others() for unit in units}
    given = _given(year, as_of, units)
    with connection.cursor() as cursor:
        for rows in (INSPECTED, TRANSFER, OPENING):
            names = [name for name in COUNTED if FIGURES[name][1] == rows]
            sums = ", ".join(f"count(*) FILTER (WHERE {FIGURES[name][2]})" for name in names)
            cursor.execute(f"SELECT unit_id, {sums} FROM ({rows}) x GROUP BY 1", given)
            for unit, *counts in cursor.fetchall():
                for name, count in zip(names, counts, strict=True):
                    setattr(found[unit], name, count)
    return found


def count_of(figure: str, year: int, as_of: date, units: list[int]) -> int:
    """One of FIGURES by itself."""
    _, rows, condition = FIGURES[figure]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({rows}) x WHERE {condition}", _given(year, as_of, units))
        return cursor.fetchone()[0]


def returns_by_cause(year: int, as_of: date, units: list[int]) -> list[tuple[str, int]]:
    """The most frequent reasons for which the archive returned items submitted in `year`; "" where none is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT reason, count(*) FROM ({RETURNED}) x GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_REASONS}",
            _given(year, as_of, units),
        )
        return list(cursor.fetchall())


def rows_of(figure: str, year: int, as_of: date, units: list[int], *, reason: str = "", after: int = 0,
            size: int = 50) -> list[int]:  # fmt: skip
    """Keys of the records behind `figure`, one for each that it counts, behind the key `after`; at most `size`."""
    _, rows, condition = FIGURES[figure]
    given = _given(year, as_of, units) | {"reason": reason, "after": after, "size": size}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT record_id FROM ({rows}) x WHERE {condition} AND record_id > %(after)s"
            " ORDER BY record_id LIMIT %(size)s",
            given,
        )
        return [key for (key,) in cursor.fetchall()]


def _given(year: int, as_of: date, units: list[int]) -> dict:
    return {
        "first": date(year, 1, 1),
        "until": min(as_of, date(year, 12, 31)),
        "as_of": as_of,
        "transfer_year": last_due_year(as_of),
        "taken": [str(one) for one in TAKEN],
        "opening_age": OPENING_AGE,
        "opening_year": as_of.year - OPENING_AGE - 1,
        "units": units,
    }
