"""催办: who has an open item of a document, here or at the units it was sent to, is asked to hurry."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from units import audit
from units.access import standing
from units.models import Appointment, Task, User
from units.texts import some_of, too_long
from units.workflow import Refused

from . import ended_items, hanging
from .actions import locked, still_open
from .conditions import may_be_urged
from .inputs import UrgeInput
from .models import Document, Urging
from .states import BESIDE, ENDED, Direction, State, StepKind

LONGEST = 200
NAMED = 8  # in the line that says who was urged


class Scope(models.TextChoices):
    """Whom to urge, as one chooses it."""

    STEP = "step", "当前办理人"
    READERS = "readers", "传阅未阅的人"
    UNSIGNED = "unsigned", "未签收的单位"  # offered first where there are some
    UNANSWERED = "unanswered", "已签收、未办结的单位"
    NO_REPLY = "no_reply", "未报回执的单位"


@dataclass(frozen=True)
class Target:
    """One open item that can be urged: whose, and in which of the groups."""

    task: Task
    scope: Scope

    @property
    def who(self) -> str:
        if self.scope in (Scope.UNSIGNED, Scope.UNANSWERED, Scope.NO_REPLY):
            return self.task.unit.short_name
        return str(self.task.assignee or self.task.post)

    def __str__(self) -> str:
        """A receiver's own steps are its own business: of what it has signed for, only that it is not completed."""
        return f"{self.who}（未办结）" if self.scope == Scope.UNANSWERED else f"{self.who}（待{self.task.label}）"


def targets(document: Document, by: User | None = None) -> list[Target]:
    """Open items of the document and, once it is dispatched, of its deliveries; not those of `by`, no notices."""
    own = [task for task in hanging.open_items(document) if task.kind == StepKind.READ or task.kind not in BESIDE]
    found = [Target(task, _own_scope(task)) for task in _by_unit(own)]
    if _is_sent(document):
        states = {one.uid: one.state for one in hanging.deliveries(document) if one.state not in ENDED}
        rows = [task for task in hanging.delivery_items(document) if task.is_open and task.subject_uid in states]
        waiting = _by_unit([task for task in rows if task.kind not in BESIDE])
        found += [Target(task, _scope_at(states[task.subject_uid], task.kind)) for task in waiting]
    return [one for one in found if by is None or one.task.assignee_id != by.pk]


def not_own(found: list[Target], user) -> list[Target]:
    """Without what waits for `user` himself, by name or at a post of his: nobody is offered to urge himself."""
    posts = standing(user).post_ids
    return [
        one
        for one in found
        if one.task.assignee_id != user.pk and (one.task.assignee_id or one.task.post_id not in posts)
    ]


def _is_sent(document: Document) -> bool:
    return document.direction == Direction.OUTGOING and document.dispatched_at is not None


def _by_unit(tasks: list[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.unit.code, task.pk))


def _own_scope(task: Task) -> Scope:
    return Scope.READERS if task.kind == StepKind.READ else Scope.STEP


def _scope_at(state: str, kind: str) -> Scope:
    if kind == StepKind.ANSWER:
        return Scope.NO_REPLY
    return Scope.UNSIGNED if state == State.DELIVERED else Scope.UNANSWERED


@dataclass(frozen=True)
class Said:
    """One act of 催办 as the page shows it, or a reminder that came by itself; `ended`: how what was urged ended."""

    label: str
    by: str
    at: datetime
    text: str
    asked: str
    ended: str = ""

    @property
    def said(self) -> str:
        """催办：请今日办结。（已办）, （因收回终止）"""
        words = f"{self.label}：{self.text}" if self.text else self.label
        return f"{words}（{self.ended}）" if self.ended else words


def said_on(document: Document, most: int = 20) -> list[Said]:
    """The latest acts of 催办 on the document's items and, for its issuer, its own on those of its deliveries; newest
    first. What a receiver urges within itself is not the issuer's to read.
    """
    elsewhere = hanging.delivery_items(document) if _is_sent(document) else []
    urged = [one.pk for one in (*hanging.items(document), *elsewhere) if one.was_urged]
    if not urged:
        return []
    rows = Urging.objects.filter(_shown_to(document), task__in=urged).order_by("-at", "-pk")
    acts: dict[tuple, list[Urging]] = {}
    for one in rows.select_related("by", "task__unit", "task__assignee", "task__post__unit")[: most * 10]:
        acts.setdefault((one.at, one.by_id, one.kind), []).append(one)
    shown = list(acts.values())[:most]
    strangers = _of_the_issuer(document, {group[0].by_id for group in shown})
    return [_said(document, group, strangers) for group in shown]


def _of_the_issuer(document: Document, people: set[int]) -> set[int]:
    """Of who urged at a receiver, those who are none of its own: it has to know whom to call."""
    if not (document.is_incoming and document.issued_id):
        return set()
    own = Appointment.objects.filter(user__in=people, post__unit=document.unit_id).values_list("user", flat=True)
    return people - set(own)


def _shown_to(document: Document) -> Q:
    """What was urged here, and what the issuer's own people urged elsewhere."""
    own_people = Appointment.objects.filter(user=OuterRef("by"), post__unit=document.unit)
    return Q(task__subject_uid=document.uid) | (Q(kind=Urging.Kind.URGE) & Q(Exists(own_people)))


def _said(document: Document, group: list[Urging], strangers: set[int]) -> Said:
    first = group[0]
    asked = [
        str(one.task.assignee or one.task.post) if one.task.subject_uid == document.uid else one.task.unit.short_name
        for one in reversed(group)
    ]
    by = "" if first.kind == Urging.Kind.REMINDER else first.by.name
    if by and first.by_id in strangers:
        call = (first.by.phone and f"电话 {first.by.phone}") or document.content.contact
        by = " ".join(filter(None, (document.sender_name, by, call)))
    states = {one.uid: one.state for one in (document, *(hanging.deliveries(document) if _is_sent(document) else ()))}
    ended = ended_items.told_of((one.task for one in group), states)
    return Said(first.get_kind_display(), by, first.at, first.text, "、".join(dict.fromkeys(asked)), ended)


@transaction.atomic
def urge(document: Document, *, by, note: str = "", given: UrgeInput | None = None) -> str:
    """One row an item urged, one event; returns who was urged. Refused when nothing of what was chosen is open.

    A form that is sent twice (`given.run`) urges once: "" the second time.
    """
    given = given or UrgeInput()
    if refused := too_long(note, LONGEST, "催办内容"):
        raise Refused(refused)
    row = locked(document)
    if given.run is not None and Urging.objects.filter(run=given.run, task__in=_tasks_of(row)).exists():
        return ""
    still_open("urge", may_be_urged(row), row, by)
    chosen = [one for one in targets(row, by) if _is_chosen(one, given)]
    if not chosen:
        raise Refused("没有可催的事项：所选事项已经办理，或者就在您本人手上；传阅未阅的人须另行选择。")
    now = timezone.now()  # of all items alike: one act is counted once
    Urging.objects.bulk_create([Urging(task=one.task, by=by, text=note, run=given.run, at=now) for one in chosen])
    audit.record("urge", "催办", row, by=by, through="urge", opinion=note, asked=[str(one) for one in chosen])
    return f"已催办：{some_of([str(one) for one in chosen], NAMED, '项')}"


def _tasks_of(document: Document):
    deliveries = document.deliveries.unguarded("whether this form urged them already").values("uid")
    return Task.objects.filter(Q(subject_uid=document.uid) | Q(subject_uid__in=deliveries))


def _is_chosen(one: Target, given: UrgeInput) -> bool:
    """Unless it is said, whoever handles the document: nothing waits for its readers."""
    if given.tasks:
        return one.task.pk in given.tasks
    return one.scope == given.scope if given.scope else one.scope != Scope.READERS
