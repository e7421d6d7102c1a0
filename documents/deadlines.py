"""A limit in words: 逾期 3 个工作日, 今日到期, 剩 2 个工作日; the colour only comes second (practice 1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from units.calendar import WorkingCalendar, ends_a_day

LONG_AGO = timedelta(days=366)
SOON = 2  # working days


def shown(moment: datetime) -> str:
    """The local day of a limit, with its hour when it is one of the clock."""
    return f"{timezone.localtime(moment):{'%Y-%m-%d' if ends_a_day(moment) else '%Y-%m-%d %H:%M'}}"


@dataclass(frozen=True)
class Deadline:
    """`words` for the row; `tone` is a class of static/css/lists.css: overdue, today, soon or ""."""

    at: datetime
    words: str
    tone: str = ""


def told(due_at: datetime | None, calendar: WorkingCalendar, now: datetime | None = None) -> Deadline | None:
    """What `due_at` means now; None without a limit. Days are working days after the local day of the limit."""
    if due_at is None:
        return None
    now = now or timezone.now()
    if due_at < now:
        return Deadline(due_at, _late(due_at, calendar, now), "overdue")
    today, last = timezone.localdate(now), timezone.localdate(due_at)
    hour = f"{timezone.localtime(due_at):%H:%M}" if not ends_a_day(due_at) else ""
    if today == last:
        return Deadline(due_at, f"今日 {hour} 到期" if hour else "今日到期", "today")
    if last - today > LONG_AGO:
        return Deadline(due_at, "剩 1 年以上")
    left = calendar.between(today, last)
    if left == 0:  # an hour of the clock on a day off
        return Deadline(due_at, f"剩 {max(1, int((due_at - now).total_seconds() // 3600))} 小时", "today")
    return Deadline(due_at, f"剩 {left} 个工作日", "soon" if left <= SOON else "")


def _late(due_at: datetime, calendar: WorkingCalendar, now: datetime) -> str:
    if now - due_at > LONG_AGO:
        return "逾期 1 年以上"
    days = calendar.between(timezone.localdate(due_at), timezone.localdate(now))
    if days:
        return f"逾期 {days} 个工作日"
    hours = int((now - due_at).total_seconds() // 3600)
    return "已逾期" if ends_a_day(due_at) or hours == 0 else f"逾期 {hours} 小时"
