"""What stands in a row of a work list beside the title: who has it and since when, its limit, who was urged."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from units.calendar import WorkingCalendar
from units.models import Task

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
        more = len(self.holders) - 2
        return "、".join(self.holders[:2]) + (f" 等 {len(self.holders)} 处" if more > 0 else "")


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


def add_work(documents) -> None:
    """`work` of each document, from the open items of all of them: one query, and one of the calendar."""
    rows = Task.objects.open().filter(subject_uid__in=[document.uid for document in documents])
    asked = StepRun.objects.filter(uid=OuterRef("step_uid")).values("department__name")[:1]
    rows = (
        with_urgings(rows.annotate(asked_of=Subquery(asked)))
        .select_related("assignee", "post__unit", "unit")
        .order_by("opened_at", "pk")
    )
    found: dict = {}
    for task in rows:
        found.setdefault(task.subject_uid, []).append(task)
    calendar, now = WorkingCalendar(), timezone.now()
    for document in documents:
        document.work = _work(document, found.get(document.uid, []), calendar, now)


def _work(document, tasks: list[Task], calendar: WorkingCalendar, now: datetime) -> Work:
    steps = [task for task in tasks if task.kind not in BESIDE]
    limits = [task.due_at for task in tasks if task.due_at is not None]
    said = sorted((one for task in tasks for one in task.urgings_read), key=lambda one: one["at"])
    work = Work(
        # everybody of a department was asked: it is one that has it
        list(dict.fromkeys(f"{task.asked_of or task.assignee or task.post}（{task.label}）" for task in steps)),
        min((task.opened_at for task in steps), default=None),
        told(min(limits), calendar, now) if limits else None,
        urged_of(said),
        sum(task.kind == StepKind.READ for task in tasks),
        set_back(document),
    )
    if not steps and document.state == State.DISPATCHED:
        work.holders, work.since = ["收文单位签收、办理中"], document.dispatched_at
    return work
