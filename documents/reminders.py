"""到期提醒: what is due soon says so by itself, once, before its limit; nobody has to remember (a chore)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from units import audit
from units.actions import system_user
from units.calendar import WorkingCalendar
from units.models import Task

from .models import Document, Urging

AT_ONCE = 200
LOOKED_AHEAD = timedelta(days=21)  # no holidays are longer, with EGOV_REMIND_WORKING_DAYS on either side of them


def remind() -> str:
    """One reminder an item, EGOV_REMIND_WORKING_DAYS before its limit, never in the first half of the time given.

    Items and their events are written in one transaction a batch: killed anywhere, the next run does what is left.
    """
    done = 0
    while made := _batch():
        done += made
    return f"提醒 {done} 项" if done else "没有临期事项"


@transaction.atomic
def _batch() -> int:
    now, calendar = timezone.now(), WorkingCalendar()
    told = Urging.objects.filter(task=OuterRef("pk"), kind=Urging.Kind.REMINDER)
    rows = Task.objects.open().filter(due_at__gte=now, due_at__lt=now + LOOKED_AHEAD, subject_type="document")
    candidates = rows.filter(~Exists(told)).select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk")
    due = [task for task in candidates if _is_time(task, now, calendar)][:AT_ONCE]
    if not due:
        return 0
    by = system_user()
    Urging.objects.bulk_create(
        [Urging(task=task, kind=Urging.Kind.REMINDER, by=by, at=now) for task in due], ignore_conflicts=True
    )
    uids = {task.subject_uid for task in due}
    documents = (
        Document.objects.unguarded("drafts and items are told of their own limit; nobody reads a title")
        .filter(uid__in=uids)
        .select_related("unit")
        .order_by("pk")
    )
    audit.record_many("remind", "到期提醒", documents, by=by)
    return len(due)


def _is_time(task: Task, now, calendar: WorkingCalendar) -> bool:
    today, last = timezone.localdate(now), timezone.localdate(task.due_at)
    near = calendar.between(today, last) <= settings.EGOV_REMIND_WORKING_DAYS
    return near and now - task.opened_at >= (task.due_at - task.opened_at) / 2
