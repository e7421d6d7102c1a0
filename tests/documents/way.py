"""Routes as tests write them: rows, a saved route, a document walked to the end of its way."""

from django.utils import timezone

from documents import route_editing, routing
from documents.exchange_actions import note_sending
from documents.exchange_inputs import NoteSendingInput
from documents.models import Route, RouteRun, RouteStep, StepRun
from documents.route_editing import Typed
from documents.route_plan import Staff, plan, units_of
from documents.states import Addressed, Direction, StepKind, StepState
from documents.workflow import workflow_of
from tests.made import take
from units.models import Appointment, Task
from units.roles import PostKind

K = StepKind


def step(position, kind, addressed=Addressed.POST, post=PostKind.CLERK, **fields) -> RouteStep:
    return RouteStep(position=position, kind=kind, addressed=addressed, post=post, **fields)


def after_signing(first: int) -> list[RouteStep]:
    """签发 to 办结, the first at position `first`."""
    posts = (PostKind.LEADER, PostKind.CLERK, PostKind.CLERK, PostKind.SEAL_KEEPER, PostKind.CLERK, PostKind.CLERK)
    kinds = (K.APPROVE, K.NUMBER, K.PROOFREAD, K.SEAL, K.DISPATCH, K.COMPLETE)
    return [step(first + n, kind, post=post) for n, (kind, post) in enumerate(zip(kinds, posts, strict=True))]


def route_of(unit, direction=Direction.OUTGOING) -> Route:
    return Route.objects.get(unit=unit, direction=direction, is_default=True, superseded_at=None)


def saved(
    steps, people, unit, *, direction=Direction.OUTGOING, of=None, name="发文路线", default=True, **condition
) -> Route:
    """By the unit's clerk: the next version of `of`, or of the default; a route of its own when it is none."""
    if of is None and default:
        of = route_of(unit, direction)
    typed = Typed(
        name, default, condition.get("when", ""), condition.get("flow", ""), steps, condition.get("doc_type", "")
    )
    return route_editing.save(typed, by=people[f"{unit.code}:clerk"], unit=unit, direction=direction, of=of)


def waiting(document) -> set[tuple]:
    rows = Task.objects.of(document).open().select_related("unit", "post", "assignee")
    return {(task.kind, task.unit.code, task.post.kind if task.post else task.assignee.name) for task in rows}


def kinds_gone(document) -> list[str]:
    rows = StepRun.objects.filter(run__document=document).order_by("run", "position", "pk")
    return [row.kind for row in rows]


def walk(document, steps, subject) -> list[str]:
    """The run alone, each position closed as soon as it opens; the states of its steps in the end."""
    run = RouteRun.objects.create(document=document, name="试")
    planned = plan(steps, subject, Staff(units_of(steps, subject)))
    routing._copy(run, document, planned, 0)
    routing.advance(document)
    for _ in planned:
        closed = run.steps.filter(state=StepState.OPEN).update(state=StepState.DONE)
        Task.objects.of(document).open().update(closed_at=timezone.now(), outcome="done")
        if not closed:
            break
        routing.advance(document)
    RouteRun.objects.filter(pk=run.pk).update(ended_at=timezone.now())
    return [row.state for row in run.steps.order_by("position", "pk")]


def carried_on(document, **given) -> None:
    """By real acts of whoever has the open items, until nothing is open; `given` is what 办结 is given."""
    for _ in range(40):
        task = Task.objects.of(document).open().select_related("post", "assignee").order_by("pk").first()
        if task is None:
            return
        by = task.assignee or Appointment.objects.active().filter(post=task.post).order_by("pk").first().user
        document.refresh_from_db()
        if task.kind == StepKind.SEND_OUT:  # a side act: what went by hand is noted
            rows = tuple(document.outside_deliveries.filter(sent_on=None).values_list("pk", flat=True))
            note_sending(document, by=by, given=NoteSendingInput(rows, timezone.localdate(), "post"))
            continue
        asks = workflow_of(document).steps[task.kind]
        take(
            document,
            task.kind,
            by,
            note="同意。" if asks.needs_note else "",
            **(given if task.kind == "complete" else {}),
        )
    raise AssertionError(f"no end: {waiting(document)}")
