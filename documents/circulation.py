"""传阅: a document goes to persons, to whoever holds a post, and to everybody of a department, beside its handling.

Each reader has an item of his own: opened (`seen_at`), 阅毕 (closed), or cancelled. It holds nothing up: a document is
completed while readers still have it (units.fitting, `outlives`).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from units import audit
from units.models import Appointment, Post, Task, User
from units.roles import ADMINISTRATORS
from units.tasks import close_tasks
from units.texts import some_of
from units.workflow import Refused

from . import hanging, routing
from .actions import locked, still_open
from .conditions import is_circulating, may_be_circulated
from .departments import NOBODY
from .inputs import CirculateInput, RecallInput
from .models import Document
from .states import DUTY, StepKind

OF_READERS = ~Q(label=DUTY)  # a call to whoever is on duty is no circulation


NO_MORE = ("已撤销", "未阅终止")  # they are asked no more, and do not count
NAMED = 8


@transaction.atomic
def circulate(document: Document, *, by, note: str = "", given: CirculateInput) -> str:
    """Ask the chosen to read it; who has it, or has read it, is not asked twice. Returns who is new, "" for nobody.

    With a whole department whoever circulates it is not asked himself, unless he names himself.
    `note` says why it is circulated and stands in the reader's list.
    """
    row = locked(document)
    still_open("circulate", may_be_circulated(row), row, by)
    asked = Task.objects.of(row).filter(OF_READERS, kind=StepKind.READ).exclude(outcome="cancelled")
    have = set(asked.values_list("assignee_id", "post_id"))
    if empty := [str(one) for one in given.departments if not _people_of([one])]:
        raise Refused(f"{'、'.join(empty)}{NOBODY}，请改选其他处室或人员。")
    people = dict.fromkeys([*given.readers, *(one for one in _people_of(given.departments) if one != by)])
    new = [person for person in people if (person.pk, None) not in have]
    posts = [post for post in dict.fromkeys(given.posts) if (None, post.pk) not in have]
    for person in new:
        routing.assign(row, StepKind.READ, person=person, remark=note)
    for post in posts:
        routing.assign(row, StepKind.READ, unit=post.unit, post=post.kind, remark=note)
    names = [*(person.name for person in new), *(str(post) for post in posts)]
    if names:
        audit.record("circulate", "传阅", row, by=by, through="circulate", opinion=note, readers=names)
    return f"已送{some_of(names, NAMED, '处')}传阅" if names else ""


def _people_of(departments) -> list[User]:
    """Who has an active post in one of the departments, by name."""
    if not departments:
        return []
    held = Appointment.objects.active().filter(department__in=departments).exclude(post__kind__in=ADMINISTRATORS)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("name", "username"))


@transaction.atomic
def recall(document: Document, *, by, note: str = "", given: RecallInput) -> int:
    """撤销传阅 of one, several or all who have not read it; what they have read and written stays."""
    row = locked(document)
    still_open("circulate", is_circulating(row), row, by)
    chosen = [task for task in readers_open(row) if not given.tasks or task.pk in given.tasks]
    if not chosen:
        raise Refused("所选传阅已经阅毕或已撤销。")
    close_tasks(row, by=by, outcome="cancelled", only=[task.pk for task in chosen])
    names = [str(task.assignee or task.post) for task in chosen]
    audit.record("recall_circulation", "撤销传阅", row, by=by, through="circulate", opinion=note, readers=names)
    return len(chosen)


def readers_open(document) -> list[Task]:
    """Items of those who have not read it yet."""
    return [task for task in _asked(document) if task.is_open]


def told_before(step: str, document) -> str:
    """Beside the button of 办结: who has not read it yet; "" where everybody has, and for other steps."""
    if step != "complete" or not (left := readers_open(document)):
        return ""
    asked = [task for task in _asked(document) if task.is_open or task.outcome == "done"]
    names = some_of([str(task.assignee or task.post) for task in left], NAMED, "人")
    return f"传阅 {len(asked) - len(left)}/{len(asked)} 已阅，传阅尚未阅毕：{names}。办结后仍可继续阅看。"


def _asked(document) -> list[Task]:
    return [task for task in hanging.items(document) if task.kind == StepKind.READ and task.label != DUTY]


@dataclass(frozen=True)
class Reader:
    """One line of the circulation as a person reads it."""

    who: User | Post | None
    words: str  # 未打开, 已打开, 阅毕, 已撤销
    at: datetime | None
    by: str = ""  # who read it, where a post was asked
    is_open: bool = False


def readers_of(document) -> list[Reader]:
    """Everybody asked, in the order of asking, with what became of it."""
    return [_reader(task) for task in _asked(document)]


def _reader(task: Task) -> Reader:
    who = task.assignee or task.post
    if task.outcome == "done":
        return Reader(who, "阅毕", task.closed_at, by=task.done_by.name if task.post and task.done_by else "")
    if task.closed_at is not None:
        return Reader(who, "已撤销" if task.outcome == "cancelled" else "未阅终止", task.closed_at)
    return Reader(who, "已打开" if task.seen_at else "未打开", task.seen_at, is_open=True)
