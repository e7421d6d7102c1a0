"""The filing rate by practice 3: every document whose base date lies in the period stands in exactly one place.

Read from the facts (sql/facts.sql) in one statement for all units; a baseline before go-live is added. The rate of
several units is the sum of what they filed by the sum of what was due, never a mean.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection

from .periods import Clock, Period, clock
from .states import MISSING, USUAL_CAUSES, Standing

# One row a document of the period: where it stands at %(as_of)s
STANDINGS = """
SELECT f.document_id, f.unit_id, f.base_on, f.filed_on, CASE
    WHEN f.not_to_file_on <= %(as_of)s AND c.document_id IS NULL AND coalesce(f.filed_on > %(as_of)s, true)
      THEN 'not_to_file'
    WHEN f.filed_on <= %(as_of)s AND f.repair_from IS NOT NULL
      AND (SELECT count(*) FROM unnest(f.repair_from) AS d(day) WHERE d.day <= %(as_of)s)
        > (SELECT count(*) FROM unnest(f.repair_to) AS d(day) WHERE d.day <= %(as_of)s) THEN 'returned'
    WHEN f.filed_on <= %(as_of)s THEN 'filed'
    WHEN f.completed_on <= %(as_of)s THEN 'undecided'
    WHEN f.base_on >= %(not_yet_from)s THEN 'not_yet_due'
    ELSE 'not_completed' END AS standing
FROM oversight_filingfact f
LEFT JOIN oversight_golive g ON g.unit_id = f.unit_id
LEFT JOIN oversight_samplecheck c ON c.document_id = f.document_id AND c.is_refused AND c.checked_on <= %(as_of)s
WHERE f.base_on BETWEEN %(first)s AND %(last)s AND f.base_on <= %(as_of)s AND coalesce(f.base_on >= g.day, true)
"""
# 久拖未办, in the annual figure alone: open on the annual cut-off, no act for long, no note that it goes on. Where the
# last act came after the as-of day, the trail says whether there was one in the time before: asked of these few
# documents by index (a NOT EXISTS would let the planner hash the whole trail)
OVERLONG = """
SELECT f.document_id, f.unit_id, f.registered_on AS base_on, NULL::date AS filed_on, 'overlong' AS standing
FROM oversight_filingfact f JOIN documents_document d ON d.id = f.document_id
LEFT JOIN oversight_golive g ON g.unit_id = f.unit_id
LEFT JOIN oversight_yearnote n ON n.document_id = f.document_id AND n.year = %(year)s AND n.noted_on <= %(as_of)s
WHERE %(counts_idle)s AND f.registered_on BETWEEN %(first)s AND %(last)s AND coalesce(f.base_on > %(as_of)s, true)
  AND n.id IS NULL AND coalesce(f.registered_on >= g.day, true)
  AND (egov_local_day(d.changed_at) < %(idle_before)s
       OR egov_local_day(d.changed_at) > %(as_of)s AND f.registered_on < %(idle_before)s AND (
         SELECT 1 FROM units_auditevent e
         WHERE e.object_uid = d.uid AND egov_local_day(e.at) BETWEEN %(idle_before)s AND %(as_of)s LIMIT 1) IS NULL)
"""
ALL_STANDINGS = f"({STANDINGS} UNION ALL {OVERLONG})"
COUNTS = f"""
SELECT s.unit_id, {{grouped}}, s.standing, count(*),
       count(*) FILTER (WHERE s.standing = 'filed' AND s.filed_on <= l.until)
FROM {ALL_STANDINGS} s
LEFT JOIN unnest(%(days)s::date[], %(limits)s::date[]) AS l(day, until) ON l.day = s.base_on
WHERE s.unit_id = ANY(%(units)s) GROUP BY 1, 2, 3
"""
# What registers show as due before go-live, and the back-file records of those months
BASELINES = """
SELECT b.unit_id, b.months, b.count, (
  SELECT count(*) FROM archive_record r
  WHERE r.unit_id = b.unit_id AND r.document_id IS NULL AND r.year = b.year AND egov_local_day(r.filed_at) <= %(as_of)s
    AND r.state <> 'sent_home'
    AND (cardinality(b.months) = 12
         OR (r.date_precision IN ('day', 'month') AND extract(month FROM r.date) = ANY(b.months))))
FROM oversight_baselinedue b
WHERE b.year = %(year)s AND egov_local_day(b.accepted_at) <= %(as_of)s AND b.unit_id = ANY(%(units)s)
  AND coalesce(egov_local_day(b.withdrawn_at) > %(as_of)s, true)
"""


@dataclass(frozen=True)
class Figures:
    """The figures of one unit, or of several added up."""

    filed: int = 0
    not_to_file: int = 0
    not_yet_due: int = 0
    timely: int = 0
    missing_by_cause: dict[str, int] = field(default_factory=dict)
    baseline: int = 0  # of `due`, what the registers of the time before go-live show
    excess: int = 0  # back-file records beyond the baseline: a warning, not a cap

    @property
    def missing(self) -> int:
        return sum(self.missing_by_cause.values())

    @property
    def without_list(self) -> int:
        """Of what is missing, what registers of the time before go-live only count: no row stands behind it."""
        return self.missing_by_cause.get(Standing.NO_BACKFILE, 0)

    @property
    def due(self) -> int:
        return self.filed + self.missing - self.excess

    @property
    def rate(self) -> Decimal | None:
        return percent(self.filed, self.due)

    @property
    def timeliness(self) -> Decimal | None:
        """Of what was handled on the platform; nobody knows the base dates of a baseline."""
        return percent(self.timely, self.due - self.baseline)

    @property
    def share_not_to_file(self) -> Decimal | None:
        return percent(self.not_to_file, self.due + self.not_to_file)

    def __add__(self, other: "Figures") -> "Figures":
        causes = {
            cause: total
            for cause in MISSING
            if (total := self.missing_by_cause.get(cause, 0) + other.missing_by_cause.get(cause, 0))
        }
        return Figures(
            self.filed + other.filed, self.not_to_file + other.not_to_file, self.not_yet_due + other.not_yet_due,
            self.timely + other.timely, causes, self.baseline + other.baseline, self.excess + other.excess,
        )  # fmt: skip

    def causes_shown(self) -> dict[str, int]:
        """In the trade's words; the three usual ones always, the others where there are any."""
        return {
            cause.label: self.missing_by_cause.get(cause, 0)
            for cause in MISSING
            if cause in USUAL_CAUSES or self.missing_by_cause.get(cause)
        }


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent, half-up to 0.1; None of nothing: a rate that does not exist is not 100 or 0."""
    if whole <= 0:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def total(several: Iterable[Figures]) -> Figures:
    return sum(several, Figures())


def parameters(period: Period, now: Clock, units: Iterable[int]) -> dict:
    """What the statements above are given."""
    return {
        "first": period.first,
        "last": period.last,
        "year": period.year,
        "as_of": now.as_of,
        "not_yet_from": now.not_yet_from,
        "idle_before": now.idle_before,
        "counts_idle": not period.month and now.as_of >= period.idle_counts_from,
        "days": [day for day, _ in now.limits],
        "limits": [until for _, until in now.limits],
        "units": list(units),
    }


APART = "不分月"  # what stands under month 0


def by_unit(period: Period, as_of: date, units: Iterable[int]) -> dict[int, Figures]:
    """Unit key → its figures of the period at the end of `as_of`; every unit asked for is there."""
    found = by_month(period, as_of, units)
    return {unit: total(months.values()) for unit, months in found.items()}


def by_month(period: Period, as_of: date, units: Iterable[int]) -> dict[int, dict[int, Figures]]:
    """Unit key → month → figures; 久拖未办 and a baseline of several months stand under month 0."""
    keys = list(units)
    given = parameters(period, clock(period, as_of), keys)
    found: dict[int, dict[int, Figures]] = {unit: {} for unit in keys}
    grouped = "CASE WHEN s.standing = 'overlong' THEN 0 ELSE extract(month FROM s.base_on)::int END"
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(grouped=grouped), given)
        for unit, month, standing, count, timely in cursor.fetchall():
            counted = found[unit].get(month, Figures())
            found[unit][month] = _with(counted, Standing(standing), count, timely)
        cursor.execute(BASELINES, given)
        for unit, months, count, filed in cursor.fetchall():
            if set(months) <= set(period.months):
                month = months[0] if len(months) == 1 else 0
                found[unit][month] = found[unit].get(month, Figures()) + _baseline(count, filed)
    return found


def _with(figures: Figures, standing: Standing, count: int, timely: int) -> Figures:
    if standing in MISSING:
        return replace(figures, missing_by_cause={**figures.missing_by_cause, standing: count})
    return replace(figures, **{standing.value: count}, timely=figures.timely + timely)


def _baseline(count: int, filed: int) -> Figures:
    left = {Standing.NO_BACKFILE: count - filed} if filed < count else {}
    return Figures(filed=filed, missing_by_cause=left, baseline=count, excess=max(0, filed - count))


def recount(size: int = 5_000, progress: Callable[[int, int], None] | None = None) -> int:
    """Compare every document's days with its facts and put right what differs; returns how many did."""
    changed, last, done = 0, 0, 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM documents_document")
        of_all = cursor.fetchone()[0]
        while True:
            cursor.execute("SELECT array_agg(id) FROM (SELECT id FROM documents_document WHERE id > %s "
                           "ORDER BY id LIMIT %s) d", [last, size])  # fmt: skip
            keys = cursor.fetchone()[0]
            if not keys:
                return changed
            cursor.execute("SELECT oversight_refresh(%s)", [keys])
            changed, last, done = changed + cursor.fetchone()[0], keys[-1], done + len(keys)
            if progress:
                progress(done, max(done, of_all))  # some are written meanwhile
