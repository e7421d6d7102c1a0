"""Opening and closing of actionable items; always inside the transaction of the act that causes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from .fitting import kinds_that_outlive
from .models import Post, Task, User
from .roles import PostKind
from .texts import some_of

NAMED = 12  # persons and posts of whom one sentence says that the same is asked


@dataclass(frozen=True)
class Opens:
    """A task that a transition leaves behind where no route says who is next: `unit` names the row's field."""

    kind: str
    label: str
    post: str
    unit: str = "unit"


def post_of(unit, kind: str) -> Post:
    return Post.objects.select_related("unit").get(unit=unit, kind=kind)


def open_task(
    kind: str,
    label: str,
    subject,
    *,
    unit,
    post: str | None = None,
    person: User | None = None,
    step_uid: UUID | None = None,
    due_at=None,
    remark: str = "",
) -> Task:
    """One item for a person, or for everybody who holds the post `post` (PostKind) in `unit`."""
    held_by = None if person is not None else post_of(unit, post or PostKind.CLERK)
    row = _task(
        kind, label, subject, unit=unit, post=held_by, assignee=person, step_uid=step_uid, due_at=due_at, remark=remark
    )
    row.save(force_insert=True)
    return row


def _task(kind: str, label: str, subject, *, remark: str, **of: Any) -> Task:
    """Not yet written; all that an item says of its subject, and `of` whom it is asked and until when."""
    return Task(
        kind=kind, label=label, subject_type=subject.AUDIT_TYPE, subject_uid=subject.uid, remark=shortened(remark, 300),
        **_words_of(subject), **of,
    )  # fmt: skip


def _words_of(subject) -> dict[str, str]:
    title, detail = str(subject)[:500], subject.task_detail()[:300]
    return {"title": title, "detail": detail, "urgency": getattr(subject, "urgency", "")}


def open_many(kind: str, label: str, pairs: Iterable[tuple[Any, str]], *, unit, post: str) -> None:
    """`open_task` for the post on each (subject, remark) of `pairs`, in few statements."""
    held_by = post_of(unit, post)
    made = [_task(kind, label, subject, unit=unit, post=held_by, remark=remark) for subject, remark in pairs]
    Task.objects.bulk_create(made, batch_size=500)


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def open_following(subject, following: tuple[Opens, ...]) -> None:
    for one in following:
        open_task(one.kind, one.label, subject, unit=getattr(subject, one.unit), post=one.post)


def close_tasks(
    subject, *, by, kinds: tuple[str, ...] | None = None, outcome: str = "done", only=None, on_behalf_of=None,
    but: Iterable[str] = (),
) -> int:  # fmt: skip
    """Close the open items of `subject` (of `kinds`, or all `but` some; `only`: keys of tasks); returns how many.

    `on_behalf_of` is the principal of a deputy who did them: they are in the 已办 of both.
    """
    rows = Task.objects.of(subject).open().exclude(kind__in=list(but))
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    if only is not None:
        rows = rows.filter(pk__in=only)
    is_done = outcome == "done"
    return rows.update(
        closed_at=timezone.now(), done_by=by if is_done else None, done_for=on_behalf_of if is_done else None,
        outcome=outcome,
    )  # fmt: skip


def end_subject(subject, *, by) -> None:
    """Nothing more is expected of `subject`: open items but circulations are dropped, nobody's 已办 lists it any more."""
    close_tasks(subject, by=by, outcome="dropped", but=kinds_that_outlive())
    Task.objects.of(subject).filter(subject_ended=False).update(subject_ended=True)


def retitle_many(subjects) -> None:
    """`retitle` of those among `subjects` on which something is open; they are few."""
    known = {one.uid: one for one in subjects}
    busy = Task.objects.open().filter(subject_uid__in=list(known)).order_by().values_list("subject_uid", flat=True)
    for uid in busy.distinct():
        retitle(known[uid])


def told_next(subject) -> str:
    """Who has `subject` now and for what, as a page says after a step; "" when nothing is left to do."""
    rows = Task.objects.of(subject).open().exclude(kind="read").select_related("assignee", "post__unit").order_by("pk")
    asked: dict[str, list[str]] = {}  # what is asked for → of whom: a group is named whole
    for one in rows:
        asked.setdefault(one.label, []).append(one.assignee.name if one.assignee else str(one.post))
    named = [f"{some_of(names, NAMED, '人')}“{label}”" for label, names in asked.items()]
    return f"下一步：{'，'.join(named)}。" if named else ""


def retitle(subject) -> None:
    """The words on open items follow the draft's title."""
    Task.objects.of(subject).open().update(**_words_of(subject))


def open_at(posts: Iterable[Post], kind: str, label: str, subject, *, remark: str = "") -> None:
    """`open_task` on `subject` for each of `posts` (read with their units), in one statement."""
    made = [_task(kind, label, subject, unit=post.unit, post=post, remark=remark) for post in posts]
    Task.objects.bulk_create(made)
