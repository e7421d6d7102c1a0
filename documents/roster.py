"""值班: who is on duty in a unit, and whether urgent things go to him now (practice 1 and 2.1 item 11).

A day's duty begins at MORNING and ends the next morning. Out of hours are days off, and working days outside office
hours; the hours are our own setting, no rule names them.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from units.calendar import WorkingCalendar

from .models import DutyDay

MORNING, EVENING = time(8, 30), time(17, 30)


def duty_day(moment: datetime | None = None) -> date:
    """Whose duty it is: before the morning still the day before."""
    local = timezone.localtime(moment or timezone.now())
    return local.date() - timedelta(days=local.time() < MORNING)


def is_out_of_hours(moment: datetime | None = None) -> bool:
    local = timezone.localtime(moment or timezone.now())
    return not MORNING <= local.time() < EVENING or not WorkingCalendar().is_working(local.date())


def on_duty(unit, moment: datetime | None = None) -> list[DutyDay]:
    """Those of the roster, in the order they were entered; [] where nobody keeps one."""
    rows = DutyDay.objects.filter(unit=unit, day=duty_day(moment), removed_at=None, person__is_active=True)
    return list(rows.select_related("person").order_by("pk"))


def to_be_told(unit) -> list[DutyDay]:
    """Whom an urgent thing of `unit` is put before now; in office hours nobody but its own addressee."""
    found = on_duty(unit)
    return found if found and is_out_of_hours() else []


def today_everywhere() -> list[DutyDay]:
    """Of every unit that keeps a roster."""
    rows = DutyDay.objects.filter(day=duty_day(), removed_at=None)
    return list(rows.select_related("unit", "person").order_by("unit__code", "pk"))
