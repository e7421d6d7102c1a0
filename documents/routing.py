"""Who is next: routes of a unit's drafts, and the tasks that each act opens and closes."""

from datetime import timedelta

from django.utils import timezone

from units.access import standing
from units.models import Task
from units.roles import PostKind
from units.rules import own_tasks
from units.tasks import close_tasks, open_task, post_of

from .models import Opinion, Participant, Route, RouteStep
from .states import Direction, StepKind

DEFAULT_STEPS = {
    Direction.OUTGOING: (
        (1, StepKind.CHECK, PostKind.REVIEWER),
        (2, StepKind.COUNTERSIGN, PostKind.LEADER),
        (3, StepKind.APPROVE, PostKind.LEADER),
    ),
    Direction.INTERNAL: ((1, StepKind.CHECK, PostKind.REVIEWER), (2, StepKind.INSTRUCT, PostKind.LEADER)),
}


def ensure_routes(unit) -> None:
    """Each unit starts with a working default; what it edited is left alone."""
    for direction, steps in DEFAULT_STEPS.items():
        route, made = Route.objects.get_or_create(
            unit=unit, direction=direction, is_default=True, defaults={"name": f"默认{direction.label}路线"}
        )
        if made:
            RouteStep.objects.bulk_create(
                [RouteStep(route=route, position=position, kind=kind, post=post) for position, kind, post in steps]
            )


def take_part(document, reason: str, *, unit=None, person=None, post=None) -> None:
    """From now on the person (or whoever holds the post) sees the document, while he has a post in `unit`."""
    unit = post.unit if post is not None else unit or document.unit
    Participant.objects.bulk_create(
        [Participant(document=document, unit=unit, user=person, post=post, reason=reason)], ignore_conflicts=True
    )


def assign(document, kind: StepKind, *, unit=None, post: str | None = None, person=None, due_at=None) -> Task:
    """Open a task on `document` and let its addressee see the document."""
    unit = unit or document.unit
    task = open_task(kind.value, kind.label, document, unit=unit, post=post, person=person, due_at=due_at)
    take_part(document, kind.value, unit=unit, person=task.assignee, post=task.post)
    return task


def finish(document, by, *kinds: StepKind) -> None:
    """Close the open tasks of `kinds` and keep the doer as a participant."""
    close_tasks(document, by=by, kinds=tuple(kind.value for kind in kinds))
    take_part(document, "did", person=by)


def finish_own(document, by, kind: StepKind) -> None:
    """Close only the doer's own task of a step that several units do in parallel."""
    mine = Task.objects.of(document).open().filter(own_tasks(by), kind=kind.value).values_list("pk", flat=True)
    close_tasks(document, by=by, only=list(mine[:1]))
    take_part(document, "did", person=by)


def give_opinion(document, kind: StepKind, act) -> Opinion:
    """Keep what the person wrote, or the step's usual word, with name and post as they are now."""
    return Opinion.objects.create(
        document=document,
        kind=kind,
        label=kind.label,
        by=act.by,
        name=act.by.name,
        post=act.seat_name,
        text=act.note,
    )


def start(document) -> None:
    document.route_position = 0
    advance(document)


def advance(document) -> None:
    """Open the next position's tasks once none of the present position is open."""
    if Task.objects.of(document).open().filter(kind__in=review_kinds()).exists():
        return
    steps = RouteStep.objects.filter(
        route__unit=document.unit, route__direction=document.direction, route__is_default=True
    ).order_by("position", "pk")
    for position in sorted({step.position for step in steps if step.position > document.route_position}):
        document.route_position = position
        opened = [task for step in steps if step.position == position for task in _open(document, step)]
        if opened:
            return


def review_kinds() -> list[str]:
    return [StepKind.REVIEW, StepKind.CHECK, StepKind.COUNTERSIGN, StepKind.APPROVE, StepKind.INSTRUCT]


def _open(document, step: RouteStep) -> list[Task]:
    kind = StepKind(step.kind)
    due_at = timezone.now() + timedelta(days=step.limit_days) if step.limit_days else None
    if kind == StepKind.COUNTERSIGN:
        return [
            assign(document, kind, unit=row.unit, post=step.post, due_at=due_at)
            for row in document.countersigners.select_related("unit")
        ]
    return [assign(document, kind, post=step.post, due_at=due_at)]


def route_of(document) -> list[dict]:
    """The route as a person reads it: each step with its state (done, current, ahead), who and when."""
    tasks = list(Task.objects.of(document).select_related("post__unit", "assignee", "done_by", "unit").order_by("pk"))
    return [
        {
            "label": task.label,
            "who": (task.done_by or task.assignee or task.post),
            "unit": task.unit.short_name,
            "state": "current" if task.is_open else ("done" if task.outcome == "done" else "dropped"),
            "at": task.closed_at or task.opened_at,
            "due_at": task.due_at,
            "is_overdue": task.is_overdue,
        }
        for task in tasks
    ]


def own_task(document, user, *kinds: StepKind) -> Task | None:
    if standing(user).is_system:
        return None
    return Task.objects.of(document).open().filter(own_tasks(user), kind__in=kinds).first()


def holders_of(unit, kind: str):
    return post_of(unit, kind).appointments.active().select_related("user")
