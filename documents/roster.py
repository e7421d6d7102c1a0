"""值班: who is on duty in a unit, and whether urgent things go to him now (practice 1 and 2.1 item 11).

A day's duty begins at MORNING and ends the next morning. Out of hours are days off, and working days outside office
hours; the hours are our own setting, no rule names them.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from units.calendar import WorkingCalendar
from units.models import Task

from .models import Document, DutyDay
from .states import DUTY

MORNING, EVENING = time(8, 30), time(17, 30)
HANDED_ON = timedelta(days=3)  # as long as a list for 交班 goes back
MOST = 50


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


def told_lately(user, unit) -> list[Task]:
    """交班: what was put before whoever was on duty in the last days, of the documents that `user` may see."""
    rows = Task.objects.filter(label=DUTY, unit=unit, opened_at__gte=timezone.now() - HANDED_ON)
    seen = Document.objects.allowing("view", user).filter(uid__in=rows.values("subject_uid"))
    found = rows.filter(subject_uid__in=seen.values("uid")).select_related("assignee", "post__unit", "done_by")
    return list(found.order_by("-opened_at", "-pk")[:MOST])
