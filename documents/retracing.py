"""The way back along a run: steps that end because somebody else went back, steps that open again, steps taken back.

Beside routing.py the only module that moves a StepRun. A step that was done is never undone by a return: a new one,
which names the return (`reopened_by`), stands in its stead. 取回 opens the very step again: nobody has seen its end.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from units.models import Appointment, Task
from units.roles import PostKind
from units.rules import own_tasks
from units.tasks import close_tasks, shortened
from units.workflow import Act, Stale

from . import routing
from .agreements import Way
from .lead_limits import laid_down_for
from .models import Opinion, StepRun
from .models.route import Step
from .set_back import RETRIEVED, told
from .states import DUTY, StepKind, StepResult, StepState

COPIED = (*(one.attname for one in Step._meta.fields), "run_id", "unit_id", "post_id", "department_id")
LONGEST_REMARK = 300


def who_acts(act: Act) -> str:
    """区民政局 张三, as the others read who went back."""
    return f"{act.seat.unit.short_name} {act.by.name}" if act.seat else act.by.name


def end_open_steps(document, *, by, why: str) -> list[Task]:
    """Whatever is open on the way ends with the words `why`; its items, for `tell`."""
    tasks = list(
        Task.objects.of(document)
        .open()
        .filter(step_uid__isnull=False)
        .select_related("post__unit", "assignee", "unit")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    keys = [task.pk for task in tasks]
    Task.objects.filter(pk__in=keys).update(remark=shortened(why, LONGEST_REMARK))
    close_tasks(document, by=by, outcome="dropped", only=keys)
    StepRun.objects.filter(uid__in=[task.step_uid for task in tasks]).update(
        state=StepState.DROPPED, closed_at=timezone.now()
    )
    _nothing_to_pass_on(document, tasks, by)
    return tasks


def _nothing_to_pass_on(document, tasks: Iterable[Task], by) -> None:
    """What a unit's telephone was to pass on of these items has gone with them."""
    told = Task.objects.of(document).open().filter(label=DUTY, unit__in=[task.unit_id for task in tasks])
    close_tasks(document, by=by, outcome="dropped", only=[task.pk for task in told])


def tell(document, tasks: Iterable[Task], why: str, *, by) -> None:
    """Who had opened an item that has ended finds why in his list; to who never saw it nothing was lost, and `by`, who
    ended it, knows.
    """
    seen = [task for task in tasks if task.seen_at is not None]
    own = Task.objects.filter(own_tasks(by), pk__in=[task.pk for task in seen]) if seen else Task.objects.none()
    known = set(own.values_list("pk", flat=True))
    for task in seen:
        if task.pk not in known:
            routing.assign(
                document, StepKind.NOTICE, unit=task.unit, post=task.post.kind if task.post else None,
                person=task.assignee, remark=f"“{task.label}”{why}",
            )  # fmt: skip


def tell_person(document, person, post: PostKind, remark: str) -> None:
    """A line in the person's list; in that of the post when he is no more in the document's unit."""
    routing.assign(document, StepKind.NOTICE, remark=remark, **addressee(document, person, post))


def addressee(document, person, post: PostKind) -> dict:
    """The person while he holds a post in the document's unit, else whoever holds `post` there."""
    held = Appointment.objects.active().filter(user=person, post__unit=document.unit)
    return {"person": person} if person is not None and held.exists() else {"post": post}


def open_again(document, steps: list[StepRun], opinion: Opinion, remark: str) -> None:
    """New steps in the stead of `steps`, because of `opinion`; the first of them opens, with `remark` in its list."""
    fresh = [
        StepRun(
            **{name: getattr(step, name) for name in COPIED}, reopened_by=opinion, due_at=laid_down_for(document, step)
        )
        for step in sorted(steps, key=lambda step: (step.position, step.pk))
    ]
    StepRun.objects.bulk_create(fresh)
    StepRun.objects.filter(pk__in=[step.pk for step in steps]).update(settled_by=opinion)
    routing.advance(document)
    first = [step.uid for step in fresh if step.position == fresh[0].position]
    Task.objects.of(document).open().filter(step_uid__in=first).update(remark=shortened(remark, LONGEST_REMARK))


def go_back_to(document, target: StepRun, until: int, opinion: Opinion, remark: str) -> None:
    """`target` opens again, and after it all that was done or ended up to the position `until`.

    Steps beside `target`, and those beside the one that went back which had been done, stay done.
    """
    between = [
        step
        for step in Way.of(document).standing
        if target.position < step.position < until and step.state in (StepState.DONE, StepState.DROPPED)
    ]
    ended = [step for step in _ended_at(document, until) if step.pk != target.pk]
    open_again(document, [target, *between, *ended], opinion, remark)


def _ended_at(document, position: int) -> list[StepRun]:
    """At the place of who went back: his own step, and the open ones that ended with it."""
    here = [step for step in Way.of(document).standing if step.position == position]
    return [step for step in here if step.state == StepState.DROPPED or step.result == StepResult.RETURNED]


def take_from(tasks: list[Task], act: Act) -> None:
    """The items leave their addressees' lists, unless one of them opens his at this moment: one of the two wins.

    The opening is `UPDATE … WHERE closed_at IS NULL AND seen_at IS NULL`, this is the same the other way round.
    """
    mine = Q(seen_at=None) | Q(assignee=act.by)
    gone = Task.objects.filter(mine, pk__in=[task.pk for task in tasks], closed_at=None).update(
        closed_at=timezone.now(), outcome="taken_back", remark=shortened(f"{act.by.name}已取回", LONGEST_REMARK)
    )
    if gone != len(tasks):
        raise Stale("对方刚刚打开了公文，不能取回；如需修改，请与其联系退回。")


def put_back(document, step: StepRun, tasks: list[Task], act: Act) -> None:
    """`step` is open again, with what it had opened ahead of it once more."""
    _nothing_to_pass_on(document, tasks, act.by)
    opened = [task.step_uid for task in tasks if task.step_uid]
    for one in StepRun.objects.filter(uid__in=opened):
        due_at = laid_down_for(document, one)
        StepRun.objects.filter(pk=one.pk).update(state=StepState.AHEAD, opened_at=None, due_at=due_at)
    mark_taken_back(Task.objects.of(document).filter(step_uid=step.uid))
    StepRun.objects.filter(pk=step.pk).update(
        state=StepState.OPEN, result="", closed_at=None, done_by=None, settled_by=None
    )
    routing.ask(document, step, step.person, step.due_at, told(RETRIEVED, who_acts(act)))


def mark_taken_back(tasks) -> None:
    """On the way these items are no more what was done."""
    tasks.filter(outcome="done").update(outcome="taken_back", remark="已取回")
