"""转办: what is open and hangs on a person or a post goes to somebody of the same unit who can do it.

Apps above register what they know (units import none of them): TAKES_OVER locks the subject of a task and does what
else follows when it changes hands, HOLDINGS say what hangs on a person beside tasks (drafts); which posts an item
suits, and whose rules its title obeys, stand in units/fitting.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import models, transaction

from . import audit
from .access import Seat, holds, seat_for
from .fitting import NOTICE, SUBJECTS, Fit, fits
from .models import Appointment, Post, Task, Unit, User
from .roles import PostKind
from .tasks import shortened
from .workflow import Refused, patiently

TAKES_OVER: dict[str, Callable[[Task, User], None]] = {}


@dataclass(frozen=True)
class Choice:
    """Who has an item next: a person of the unit, or a post in common."""

    person: User | None = None
    post: Post | None = None

    def __str__(self) -> str:
        return self.person.name if self.person else str(self.post)


@dataclass(frozen=True)
class Item:
    """Something open that hangs on a person or a post; `title` is "" where the visitor may not see the subject."""

    kind: str
    label: str
    fit: Fit
    opened_at: object
    due_at: object = None
    title: str = ""
    task: Task | None = None


@dataclass
class Group:
    """The items of one kind, which go to one successor."""

    kind: str
    label: str
    fit: Fit
    items: list[Item] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    post: Post | None = None


class Holding(Protocol):
    """What of an app above hangs on a person beside tasks."""

    kind: str
    label: str
    fit: Fit

    def items(self, person: User, unit: Unit, viewer: User | None) -> list[Item]: ...

    def hand_over(self, person: User, unit: Unit, to: User, *, by: User, seat: Seat | None, reason: str) -> int: ...


HOLDINGS: list[Holding] = []


class Subject:
    """What a task speaks of, as the object of an event; its own app's row need not be loaded for that."""

    def __init__(self, task: Task) -> None:
        self.AUDIT_TYPE, self.uid, self.unit, self.title = task.subject_type, task.subject_uid, task.unit, task.title

    def __str__(self) -> str:
        return self.title


def open_tasks(unit: Unit, *, person: User | None = None, post: Post | None = None):
    rows = Task.objects.open().filter(unit=unit).exclude(kind=NOTICE)
    rows = rows.filter(assignee=person) if person is not None else rows.filter(assignee=None, post=post)
    return rows.select_related("unit", "post__unit", "assignee").order_by("opened_at", "pk")


def visible_subjects(tasks: Iterable[Task], viewer: User) -> set[UUID]:
    """Uids of the subjects that `viewer` may see, one query a kind of subject."""
    by_type: dict[str, set[UUID]] = {}
    for task in tasks:
        by_type.setdefault(task.subject_type, set()).add(task.subject_uid)
    found: set[UUID] = set()
    for kind, uids in by_type.items():
        if kind in SUBJECTS:
            rows = SUBJECTS[kind]._default_manager.allowing("view", viewer)
            found |= set(rows.filter(uid__in=uids).values_list("uid", flat=True))
    return found


def items_of(appointment: Appointment, viewer: User | None = None) -> list[Group]:
    """What has nobody any more once `appointment` ends, by kind; what another post of his in the unit can do stays."""
    person, unit = appointment.user, appointment.post.unit
    others = Appointment.objects.active().filter(user=person, post__unit=unit).exclude(pk=appointment.pk)
    left = set(others.values_list("post__kind", flat=True))
    tasks = list(open_tasks(unit, person=person))
    shown = visible_subjects(tasks, viewer) if viewer is not None else set()
    found = [_item(task, shown) for task in tasks]
    for holding in HOLDINGS:
        found += holding.items(person, unit, viewer)
    return _grouped([one for one in found if not left & one.fit.posts], unit, person)


def _item(task: Task, shown: set[UUID]) -> Item:
    fit = fits(task.kind, task.post.kind if task.post else "")
    title = task.title if task.subject_uid in shown else ""
    return Item(task.kind, fit.name or task.label, fit, task.opened_at, task.due_at, title, task)


def _grouped(items: list[Item], unit: Unit, person: User) -> list[Group]:
    groups: dict[str, Group] = {}
    for one in items:
        groups.setdefault(one.kind, Group(one.kind, one.label, one.fit)).items.append(one)
    for group in groups.values():
        group.people = holders(unit, group.fit, without=person)
        group.post = Post.objects.filter(unit=unit, kind=group.fit.back_to).select_related("unit").first()
    return list(groups.values())


def holders(unit: Unit, fit: Fit, *, without: User | None = None) -> list[User]:
    """People of the unit with an active appointment to a post that fits, by name."""
    held = Appointment.objects.active().filter(post__unit=unit, post__kind__in=fit.posts)
    rows = User.objects.filter(pk__in=held.values("user"))
    return list((rows.exclude(pk=without.pk) if without is not None else rows).order_by("name", "username"))


@dataclass(frozen=True)
class Waiting:
    """Items of one kind that wait at a post: how many, and since when the first of them."""

    label: str
    count: int
    since: datetime


def left_vacant(appointment: Appointment) -> list[Waiting] | None:
    """What waits at the post that nobody holds once `appointment` ends, by kind; None when another holds it.

    Such items stay with the post: whoever is appointed to it next finds them in his 待办.
    """
    if Appointment.objects.active().filter(post=appointment.post).exclude(pk=appointment.pk).exists():
        return None
    rows = open_tasks(appointment.post.unit, post=appointment.post).order_by("label", "kind")
    found = rows.values("label", "kind").annotate(count=models.Count("pk"), since=models.Min("opened_at"))
    return [Waiting(fits(row["kind"]).name or row["label"], row["count"], row["since"]) for row in found]


def receivers(tasks: Iterable[Task], unit: Unit) -> list[tuple[User, str]]:
    """Who of the unit can do at least one of `tasks`, but he who has them, with the names of his posts there."""
    rows = list(tasks)
    wanted = set().union(*(_item(task, set()).fit.posts for task in rows)) if rows else set()
    have = {task.assignee_id for task in rows}
    held = Appointment.objects.active().filter(post__unit=unit).select_related("user", "post")
    posts: dict[User, list[Post]] = {}
    for one in held.order_by("user__name", "user__username", "pk"):
        posts.setdefault(one.user, []).append(one.post)
    return [
        (person, "、".join(post.get_kind_display() for post in own))
        for person, own in posts.items()
        if person.pk not in have and wanted & {post.kind for post in own}
    ]


def without_receiver(tasks: Iterable[Task], unit: Unit) -> list[str]:
    """Sentences, one a kind of item: nobody else can do it."""
    found = {item.label: item.fit for item in (_item(task, set()) for task in tasks)}
    return [nobody_can(label, unit, fit) for label, fit in found.items()]


def hand_over_all(appointment: Appointment, *, by: User, seat: Seat | None, choices: dict[str, Choice], reason: str):
    """In the transaction of a dismissal: each kind of item to its choice; Refused, naming the kinds without one."""
    person, unit = appointment.user, appointment.post.unit
    groups = items_of(appointment)
    missing = [f"{group.label}（{len(group.items)} 项）" for group in groups if group.kind not in choices]
    if missing:
        raise Refused(f"{person.name}在{unit}尚有未办事项：{'、'.join(missing)}，请逐类选择转办给谁。")
    for group in groups:
        choice = choices[group.kind]
        _refuse_unfit(group.label, group.fit, choice, unit, person)
        tasks = [one.task for one in group.items if one.task is not None]
        _move(tasks, choice, by=by, seat=seat, reason=reason)
    for holding in HOLDINGS:
        if holding.kind in choices and choices[holding.kind].person is not None:
            to = choices[holding.kind].person
            holding.hand_over(person, unit, to, by=by, seat=seat, reason=reason)


def hand_over(tasks: list[Task], to: User, *, unit: Unit, by: User, reason: str = "") -> int:
    """转办 by the unit's clerk or leader: one or many open tasks of `unit` to `to`; all or nothing.

    Refused, naming each, when a task is done already, is not the unit's, or does not suit a post of `to`.
    """
    if not holds("hand_over", by, unit):
        raise Refused(f"您没有在{unit}转办的权限。")
    if not tasks:
        raise Refused("请先勾选要转办的事项。")
    with patiently(), transaction.atomic():
        rows = Task.objects.filter(pk__in=[task.pk for task in tasks])
        current = list(rows.select_related("unit", "post__unit", "assignee").order_by("subject_uid", "pk"))
        gone = [
            f"“{task}”已经办理或已不在{unit}，不能转办。"
            for task in current
            if not task.is_open or task.unit_id != unit.pk
        ]
        unseen = {task.subject_uid for task in current} - visible_subjects(current, by)
        if gone or unseen:
            raise Refused(*(gone or ["所选事项中有您无权查看的内容，不能转办。"]))
        for task in current:
            _refuse_unfit(str(task), _item(task, set()).fit, Choice(to), unit, task.assignee)
        return _move(current, Choice(to), by=by, seat=seat_for(by, unit, "hand_over"), reason=reason)


def _refuse_unfit(label: str, fit: Fit, choice: Choice, unit: Unit, person: User | None) -> None:
    if choice.post is not None:
        if not fit.back_to or choice.post.kind != fit.back_to or choice.post.unit_id != unit.pk:
            raise Refused(f"“{label}”不能交回{choice.post}，请选择一位承接人员。")
        return
    if choice.person == person:
        raise Refused(f"“{label}”本来就由{choice}办理，请选择其他人员。")
    able = holders(unit, fit)
    if not [one for one in able if one != person]:
        raise Refused(nobody_can(label, unit, fit))
    if choice.person not in able:
        raise Refused(f"{choice}在{unit}没有能办理“{label}”的岗位，请选择其他人员。")


def nobody_can(label: str, unit: Unit, fit: Fit) -> str:
    """What must happen first when nobody else of the unit may do such an item."""
    posts = "、".join(kind.label for kind in PostKind if kind in fit.posts)
    return (
        f"“{label}”须由{unit}的{posts}办理，现在没有其他人可以承接：请先由安全保密管理员任命继任者；"
        "岗位有人而本人不在的，请在“我的代理”中安排代理人。"
    )


def _move(tasks: list[Task], choice: Choice, *, by: User, seat: Seat | None, reason: str) -> int:
    """The subject's row is locked before its task's, as every transition does it."""
    for task in sorted(tasks, key=lambda one: (one.subject_uid, one.pk)):
        before = str(task.assignee or task.post)
        remark = f"转自{before}" + (f"：{reason}" if reason else "")
        task.assignee, task.post = choice.person, choice.post
        if task.subject_type in TAKES_OVER:
            TAKES_OVER[task.subject_type](task, by)
        rows = Task.objects.filter(pk=task.pk, closed_at=None)
        if not rows.update(assignee=choice.person, post=choice.post, seen_at=None, remark=shortened(remark, 300)):
            raise Refused(f"“{task}”刚刚已经办理，请重新选择。")
        audit.record(
            "hand_over", "转办", Subject(task), by=by, seat=seat, opinion=reason, task=task.label, given_by=before,
            given_to=str(choice),
        )  # fmt: skip
    return len(tasks)


def sources(unit: Unit) -> list[tuple[str, str, int]]:
    """(key, name, how many) of the people and posts of `unit` with open tasks; key is person:PK or post:PK."""
    rows = Task.objects.open().filter(unit=unit).exclude(kind=NOTICE).order_by()
    people = rows.exclude(assignee=None).values("assignee", "assignee__name").annotate(count=models.Count("pk"))
    posts = rows.filter(assignee=None).values("post").annotate(count=models.Count("pk"))
    names = {post.pk: str(post) for post in Post.objects.filter(unit=unit).select_related("unit")}
    found = [(f"person:{row['assignee']}", row["assignee__name"], row["count"]) for row in people]
    return sorted(found) + sorted((f"post:{row['post']}", names.get(row["post"], ""), row["count"]) for row in posts)
