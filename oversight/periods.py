"""Months and years of the filing rate: their days, when they are frozen, and which base dates are due by when."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from units.calendar import WorkingCalendar

from .states import GRACE_DAYS, IDLE_DAYS, TIMELY_DAYS, Stage

FIRST_YEAR, LAST_YEAR = 1950, 2200


@dataclass(frozen=True)
class Period:
    """A month, or the whole year where `month` is 0."""

    AUDIT_TYPE = "figures"  # of its jobs

    year: int
    month: int = 0

    @property
    def uid(self) -> UUID:
        """Of no row: under it the jobs of the period are found."""
        return uuid5(NAMESPACE_OID, f"filing-rate-{self.year}-{self.month}")

    @property
    def first(self) -> date:
        return date(self.year, self.month or 1, 1)

    @property
    def last(self) -> date:
        following = date(self.year + 1, 1, 1) if self.month in (0, 12) else date(self.year, self.month + 1, 1)
        return following - timedelta(days=1)

    @property
    def months(self) -> tuple[int, ...]:
        return (self.month,) if self.month else tuple(range(1, 13))

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (Stage.MONTH,) if self.month else (Stage.FIRST, Stage.FINAL)

    def due_for(self, stage: Stage) -> date:
        """The day from which the period may be frozen: the 10th of the next month; 31 March, 30 June (practice 3)."""
        if stage == Stage.MONTH:
            return self.last + timedelta(days=10)
        return date(self.year + 1, 3, 31) if stage == Stage.FIRST else date(self.year + 1, 6, 30)

    def as_of_for(self, stage: Stage) -> date:
        """What a freeze counts: a month as it stood on its last day (practice 3, example A), a year as on its cut-off.

        So a freeze that comes late counts the same.
        """
        return self.last if stage == Stage.MONTH else self.due_for(stage)

    @property
    def idle_counts_from(self) -> date:
        """The annual cut-off: before it nothing of the year is 久拖未办."""
        return self.due_for(Stage.FIRST)

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"


@dataclass(frozen=True)
class Clock:
    """The working days around one as-of day: read once for a count."""

    as_of: date
    not_yet_from: date  # a base date from this day on is not yet due at `as_of` while the document is not completed
    idle_before: date  # an act before this day is more than IDLE_DAYS working days ago
    limits: tuple[tuple[date, date], ...]  # (base date, last day on which filing is timely)


def clock(period: Period, as_of: date) -> Clock:
    calendar = WorkingCalendar()
    day, limits = period.first, []
    while day <= min(period.last, as_of):
        limits.append((day, calendar.after(day, TIMELY_DAYS).day))
        day += timedelta(days=1)
    return Clock(as_of, _back(calendar, as_of, GRACE_DAYS), _back(calendar, as_of, IDLE_DAYS), tuple(limits))


def _back(calendar: WorkingCalendar, as_of: date, count: int) -> date:
    """The first day after which no more than `count` working days have gone by at `as_of`."""
    day, passed = as_of, 0
    while passed + calendar.is_working(day) <= count:
        passed += calendar.is_working(day)
        day -= timedelta(days=1)
    return day
