"""What stands in a row of a work list beside the title: who has it and since when, its limit, who was urged."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from units.calendar import WorkingCalendar
from units.models import Task
from units.roles import PostKind
from units.statements import UID, Statement
from units.texts import some_of

from .deadlines import Deadline, told
from .models import StepRun, Urging
from .set_back import SetBack, set_back
from .states import BESIDE, State, StepKind


@dataclass(frozen=True)
class Urged:
    """How often, and what was said last."""

    times: int
    at: datetime
    by: str
    text: str

    def __str__(self) -> str:
        said = f"：{self.text}" if self.text else ""
        return f"催办 {self.times} 次 · 最近 {timezone.localtime(self.at):%m-%d %H:%M} · {self.by}{said}"


@dataclass
class Work:
    """Where a document is now; built for a whole page in one query."""

    holders: list[str] = field(default_factory=list)
    since: datetime | None = None
    deadline: Deadline | None = None
    urged: Urged | None = None
    circulating: int = 0
    set_back: SetBack | None = None

    @property
    def held_by(self) -> str:
        return some_of(self.holders, 2, "处")


def with_urgings(rows):
    """Items with `urgings`, read into `urged` by `urged_of`."""
    said = Urging.objects.filter(task=OuterRef("pk"), kind=Urging.Kind.URGE).order_by("at", "pk")
    return rows.annotate(urgings_read=ArraySubquery(said.values(json=JSONObject(at="at", by="by__name", text="text"))))


def urged_of(said: list[dict]) -> Urged | None:
    """`said` in the order of time."""
    if not said:
        return None
    last, times = said[-1], {(one["at"], one["by"]) for one in said}  # one act may urge several items
    return Urged(len(times), parse_datetime(last["at"]) or timezone.now(), last["by"], last["text"])


def add_limits(tasks) -> None:
    """`deadline` and `urged` of each item; the calendar is read once for all."""
    calendar, now = WorkingCalendar(), timezone.now()
    for task in tasks:
        task.deadline = told(task.due_at, calendar, now) if task.is_open else None
        task.urged = urged_of(task.urgings_read)


class OpenItem(NamedTuple):
    """What a row asks of an open item, in the order of the columns of `_open_items`."""

    subject_uid: UUID
    kind: str
    label: str
    opened_at: datetime
    due_at: datetime | None
    assignee: str | None
    unit: str | None
    post: str | None
    urgings_read: list[dict]
    asked_of: str | None

    @property
    def holder(self) -> str:
        """Everybody of a department was asked: it is one that has it."""
        return self.asked_of or self.assignee or f"{self.unit} {POSTS.get(self.post, self.post)}"


POSTS = dict(PostKind.choices)


@cache
def _open_items() -> Statement:
    asked = StepRun.objects.filter(uid=OuterRef("step_uid")).values("department__name")[:1]
    rows = Task.objects.open().filter(subject_uid__among=[UID]).order_by("opened_at", "pk")
    found = with_urgings(rows).annotate(asked_of=Subquery(asked)).values_list(
        "subject_uid", "kind", "label", "opened_at", "due_at", "assignee__name", "post__unit__short_name",
        "post__kind", "urgings_read", "asked_of",
    )  # fmt: skip
    return Statement(found, of=[UID])


def add_work(documents) -> None:
    """`work` of each document, from the open items of all of them: one query, and one of the calendar."""
    found: dict[UUID, list[OpenItem]] = {}
    uids = [document.uid for document in documents]
    for row in _open_items().ask(of=uids) if uids else ():
        item = OpenItem(*row)
        found.setdefault(item.subject_uid, []).append(item)
    calendar, now = WorkingCalendar(), timezone.now()
    for document in documents:
        document.work = _work(document, found.get(document.uid, []), calendar, now)


def _work(document, tasks: list[OpenItem], calendar: WorkingCalendar, now: datetime) -> Work:
    steps = [task for task in tasks if task.kind not in BESIDE]
    limits = [task.due_at for task in tasks if task.due_at is not None]
    said = sorted((one for task in tasks for one in task.urgings_read), key=lambda one: one["at"])
    work = Work(
        list(dict.fromkeys(f"{task.holder}（{task.label}）" for task in steps)),
        min((task.opened_at for task in steps), default=None),
        told(min(limits), calendar, now) if limits else None,
        urged_of(said),
        sum(task.kind == StepKind.READ for task in tasks),
        set_back(document),
    )
    if not steps and document.state == State.DISPATCHED:
        work.holders, work.since = ["收文单位签收、办理中"], document.dispatched_at
    return work


class DocumentRow(NamedTuple):
    """All that documents/_row.html shows of a document, as values."""

    uid: UUID
    url: str
    title: str
    urgency: str
    detail: str
    state: str
    state_words: str
    created_at: datetime
    held_by: str
    since: datetime | None
    deadline: Deadline | None
    set_back: str
    urged: str
    circulating: int

    def get_state_display(self) -> str:
        return self.state_words


def row_of(document) -> DocumentRow:
    """Of a document read `for_list`, with `work`."""
    work = document.work
    return DocumentRow(
        document.uid, document.get_absolute_url(), document.title,
        document.get_urgency_display() if document.urgency else "", document.list_detail(), document.state,
        document.get_state_display(), document.created_at, work.held_by, work.since, work.deadline,
        str(work.set_back or ""), str(work.urged or ""), work.circulating,
    )  # fmt: skip


class TaskRow(NamedTuple):
    """All that documents/_task_row.html shows of an item, as values."""

    subject_type: str
    subject_uid: UUID
    url: str
    title: str
    urgency: str
    detail: str
    remark: str
    label: str
    post: str
    opened_at: datetime
    closed_at: datetime | None
    deadline: Deadline | None
    urged: str


def row_of_task(task) -> TaskRow:
    """Of an item with its `url`, `held_post` (of one given to a person), limit and urgings."""
    return TaskRow(
        task.subject_type, task.subject_uid, task.url, task.title, task.urgency, task.detail, task.remark, task.label,
        str(task.post or task.held_post), task.opened_at, task.closed_at, task.deadline, str(task.urged or ""),
    )  # fmt: skip
