"""Working days as the State Council announces them, year by year, and the clocks that count them (domain 20)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import chinese_calendar
from django.db import transaction
from django.utils import timezone

from .models import CalendarVersion

SATURDAY = 5
LAST_MINUTE = time(23, 59)  # how a limit in working days ends; any other hour is one of the clock


@dataclass(frozen=True)
class Due:
    """A local day; `provisional` when a year on the way has no published calendar and Monday to Friday was counted."""

    day: date
    provisional: bool = False


class WorkingCalendar:
    """The calendar in force now; read once for a count."""

    def __init__(self) -> None:
        self._exceptions: dict[int, dict[str, bool] | None] = {}

    def _year(self, year: int) -> dict[str, bool] | None:
        if year not in self._exceptions:
            row = CalendarVersion.objects.filter(year=year).order_by("-pk").first()
            self._exceptions[year] = row.exceptions if row else None
        return self._exceptions[year]

    def is_published(self, year: int) -> bool:
        return self._year(year) is not None

    def is_working(self, day: date) -> bool:
        """Make-up days (调休上班) count, announced holidays do not; an unpublished year is Monday to Friday."""
        exceptions = self._year(day.year) or {}
        return exceptions.get(day.isoformat(), day.weekday() < SATURDAY)

    def after(self, start: date, count: int) -> Due:
        """The `count`-th working day after `start` (local day, not counted itself); `start` itself for 0."""
        day, left, provisional = start, count, False
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working(day)
            provisional = provisional or not self.is_published(day.year)
        return Due(day, provisional)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def upcoming(today: date) -> dict[str, Any]:
    """What a page counts working days with, from `today` to the end of next year; one statement.

    today; exceptions: local date → is it a working day, as in CalendarVersion; published: years that have a calendar.
    """
    rows = CalendarVersion.objects.filter(year__in=(today.year, today.year + 1)).order_by("pk")
    latest = {row.year: row.exceptions for row in rows}
    days = {day: working for year in latest.values() for day, working in year.items() if day >= today.isoformat()}
    return {"today": today.isoformat(), "exceptions": days, "published": sorted(latest)}


def end_of_working_days(moment: datetime, count: int, calendar: WorkingCalendar | None = None) -> datetime:
    """The last minute of the `count`-th working day after the local day of `moment`."""
    day = (calendar or WorkingCalendar()).after(timezone.localdate(moment), count).day
    return timezone.make_aware(datetime.combine(day, LAST_MINUTE))


def end_of_day(day: date) -> datetime:
    """The last minute of a local day, as limits in days have it."""
    return timezone.make_aware(datetime.combine(day, LAST_MINUTE))


def ends_a_day(moment: datetime) -> bool:
    """Whether a limit is one in days: people are told its day, and no hour."""
    return timezone.localtime(moment).time().replace(second=0, microsecond=0) == LAST_MINUTE


def exceptions_of(year: int) -> dict[str, bool]:
    """Days of `year` that differ from Monday to Friday: local date → is it a working day. Source: chinesecalendar."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range(366))
    return {
        day.isoformat(): working
        for day in days
        if day.year == year and (working := chinese_calendar.is_workday(day)) != (day.weekday() < SATURDAY)
    }


@transaction.atomic
def load_published_years() -> int:
    """Rows for the years that the library knows and the table lacks; an amended table of the site's own stays."""
    have = set(CalendarVersion.objects.values_list("year", flat=True))
    years = sorted({day.year for day in chinese_calendar.holidays} - have)
    CalendarVersion.objects.bulk_create(
        CalendarVersion(
            year=year, source="国务院办公厅节假日安排通知（chinesecalendar）", exceptions=exceptions_of(year)
        )
        for year in years
    )
    return len(years)
