"""Who is next: the run of a route on a document. Only this module moves a StepRun, and retracing.py on the way back."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from units.access import seat_for, standing
from units.calendar import WorkingCalendar, ends_a_day
from units.models import Appointment, Post, Task
from units.roles import PostKind
from units.rules import own_tasks, seats_of_task
from units.tasks import close_tasks, open_task, post_of, shortened
from units.workflow import Act, Refused

from . import alerts, hanging, roster
from .agreements import Way, agreed_already
from .inputs import CoHandler, SubmitInput
from .models import Opinion, Participant, Route, RouteRun, StepRun
from .route_plan import (
    Planned,
    Staff,
    chosen_route,
    due_after,
    is_still_there,
    left_open,
    plan,
    steps_of,
    subject_of,
    units_of,
)
from .routes import faults, fitting, in_force
from .seen import on_screen
from .states import (
    BESIDE,
    DUTY,
    WITHOUT_SEAL,
    Addressed,
    Direction,
    DocType,
    LimitUnit,
    RunOutcome,
    StepKind,
    StepState,
)

ARRIVAL = (StepKind.SIGN_FOR, StepKind.REGISTER)  # an incoming document's first steps; the unit's route comes after
DISPUTED = "有分歧"
TOLD = (StepKind.NOTICE,)  # outlives every end: what somebody was told of happened all the same
OPEN_BESIDE = (StepKind.ASSIST, StepState.OPEN)


def take_part(document, reason: str, *, unit=None, person=None, post=None) -> None:
    """From now on the person (or whoever holds the post) sees the document, while he has a post in `unit`."""
    unit = post.unit if post is not None else unit or document.unit
    Participant.objects.bulk_create(
        [Participant(document=document, unit=unit, user=person, post=post, reason=reason)], ignore_conflicts=True
    )


def assign(
    document, kind: StepKind, *, unit=None, post: str | None = None, person=None, due_at=None, step=None, remark=""
) -> Task:
    """Open a task on `document` and let its addressee see the document; `step` is the StepRun it belongs to.

    `remark` stands in his list under the title.
    """
    unit = unit or document.unit
    task = open_task(
        kind.value, kind.label, document, unit=unit, post=post, person=person, due_at=due_at,
        step_uid=step.uid if step is not None else None, remark=remark,
    )  # fmt: skip
    take_part(document, kind.value, unit=unit, person=task.assignee, post=task.post)
    return task


def did(document, act: Act) -> None:
    """Keep the doer among those who see the document, in the unit of the post he acted in."""
    if act.seat is not None:
        take_part(document, "did", unit=act.seat.unit, person=act.by)


def finish(document, act: Act, *kinds: StepKind, result: str = "") -> None:
    """Close the open tasks of `kinds` and the steps they belong to; the doer stays a participant."""
    _close(document, act, Task.objects.of(document).open().filter(kind__in=kinds), result)


def finish_own(document, act: Act, *kinds: StepKind, result: str = "") -> Task:
    """Close only the doer's own task of a step that several do in parallel, in the post he acts in."""
    mine = own_task(document, act, *kinds)
    if mine is None:
        raise Refused("该事项已由他人办理。")
    same = Q(step_uid=mine.step_uid) if mine.step_uid else Q(pk=mine.pk)  # of a department everybody was asked
    _close(document, act, Task.objects.of(document).open().filter(same), result)
    return mine


def _close(document, act: Act, tasks, result: str) -> None:
    rows = list(tasks.order_by("pk").select_for_update(of=("self",)))
    principal = act.seat.principal if act.seat else None
    close_tasks(document, by=act.by, on_behalf_of=principal, only=[task.pk for task in rows])
    if rows:  # that this step had ended is no news any more: it came again, and is done
        news = Task.objects.filter(own_tasks(act.by), kind=StepKind.NOTICE, remark__startswith=f"“{rows[0].label}”因")
        close_tasks(document, by=act.by, only=news.values("pk"))
    if document.urgency:
        told = Task.objects.of(document).open().filter(label=DUTY, unit__in=[task.unit_id for task in rows])
        close_tasks(document, by=act.by, outcome="dropped", only=[task.pk for task in told])
    StepRun.objects.filter(uid__in=[task.step_uid for task in rows if task.step_uid]).update(
        state=StepState.DONE, result=result, closed_at=timezone.now(), done_by=act.by,
        rendition=next((seen for task in rows if (seen := on_screen(document, task.kind))), None),
    )  # fmt: skip
    did(document, act)


def own_task(document, act: Act, *kinds: StepKind) -> Task | None:
    """The doer's open task of `kinds`, the one of the post he acts in when he has several."""
    if standing(act.by).is_system:
        return None
    rows = list(
        Task.objects.of(document).open().filter(own_tasks(act.by), kind__in=kinds).select_related("unit").order_by("pk")
    )
    fitting = [task for task in rows if act.seat in seats_of_task(act.by, task)]
    return next(iter(fitting or rows), None)


def give_opinion(document, kind: StepKind, act: Act, *, label: str = "", result: str = "") -> Opinion | None:
    """Keep what the person wrote, word for word, with name and post as they are now; "" stays ""."""
    opinion = Opinion.objects.create(
        document=document,
        kind=kind,
        label=label or kind.label,
        by=act.by,
        name=act.by.name,
        post=act.seat_name[:60],
        text=act.note,
        result=result,
        rendition_id=on_screen(document, kind),
    )
    alerts.tell_clerk(opinion, act.seat)
    return opinion


def current_run(document) -> RouteRun | None:
    return RouteRun.objects.filter(document=document, ended_at=None).first()


def start(document, given: SubmitInput | None = None) -> RouteRun:
    """送审: copy the unit's route and open its first steps; Refused when the route is impossible."""
    route, planned = _route_for(document, given)
    run = RouteRun.objects.create(document=document, name=route.name, route=route)
    _copy(run, document, planned, 0)
    advance(document)
    return run


def arrive(document, *, signed_for_by=None) -> None:
    """A delivery: 签收 and 登记 by the clerk, the unit's route is appended at registration. A paper from outside is
    signed for by whoever enters it."""
    run = RouteRun.objects.create(document=document, name="收文")
    clerk = post_of(document.unit, PostKind.CLERK)
    steps = [
        StepRun(run=run, position=position, kind=kind, unit=document.unit, post=clerk)
        for position, kind in enumerate(ARRIVAL, start=1)
    ]
    if signed_for_by is not None:
        now = timezone.now()
        steps[0].state, steps[0].opened_at, steps[0].closed_at = StepState.DONE, now, now
        steps[0].done_by = signed_for_by
    StepRun.objects.bulk_create(steps)
    advance(document)


def append_route(document, given: SubmitInput | None = None) -> None:
    """登记: what follows is the unit's own route for incoming documents."""
    run = RouteRun.objects.get(document=document, ended_at=None)
    route, planned = _route_for(document, given)
    _copy(run, document, planned, len(ARRIVAL))
    RouteRun.objects.filter(pk=run.pk).update(name=route.name, route=route)


def _route_for(document, given: SubmitInput | None) -> tuple[Route, list[Planned]]:
    """The route that the document goes along, and whom it finds there; Refused with all that bars it."""
    given = given or SubmitInput()
    subject = subject_of(document, given.people)
    case = (subject.urgency, subject.flow, subject.doc_type)
    offered = fitting(in_force(document.unit, document.direction), *case)
    route = chosen_route(offered, given.route)
    if route is None and given.route:
        raise Refused("所选流转路线已被文书修改或停用，请重新选择。")
    if route is None:
        raise Refused(f"{document.unit}没有{document.get_direction_display()}流转路线，请文书先设置。")
    steps = steps_of(route)
    taken = [step for step in steps if step.applies(*case)]
    if found := faults(document.direction, taken, document.unit, [case]):
        raise Refused(*(f"流转路线“{route.name}”有误：{fault}" for fault in found))
    planned = plan(steps, subject, Staff(units_of(steps, subject)))
    if missing := left_open(planned):
        raise Refused(*missing)
    return route, planned


def _copy(run: RouteRun, document, planned: list[Planned], after: int) -> None:
    posts = {(post.unit_id, post.kind): post for post in Post.objects.filter(unit__in={one.unit for one in planned})}
    StepRun.objects.bulk_create(
        StepRun(
            run=run, position=after + one.step.position, kind=one.step.kind, addressed=one.step.addressed,
            unit=one.unit, post=posts[one.unit.pk, one.post] if one.post else None, person=one.person,
            limit_value=one.limit_value, limit_unit=one.limit_unit,
        )
        for one in planned
    )  # fmt: skip


def advance(document) -> None:
    """Once no step is open, open the next position; what the document does not need is skipped."""
    run = current_run(document)
    if run is None:
        return
    left = run.steps.filter(state__in=(StepState.AHEAD, StepState.OPEN))
    left = left.select_related("unit", "post", "person", "department")
    # 协办 runs beside the main line: whether it was waited for is asked of 承办 and 办结 (co_handling.py)
    steps = [step for step in left.order_by("position", "pk") if (step.kind, step.state) != OPEN_BESIDE]
    if any(step.state == StepState.OPEN for step in steps):
        return
    for _, group in groupby(steps, key=lambda step: step.position):
        wanted = [step for step in group if not _skipped(document, step)]
        if any(_waits(document, step) for step in wanted):
            return
        for step in wanted:
            _open(document, step)
        if wanted:
            return


def _skipped(document, step: StepRun) -> bool:
    said = agreed_already(document, step)
    needless = said is not None or (step.kind == StepKind.SEAL and document.doc_type in WITHOUT_SEAL)
    if needless:
        result, by = (said.result, said.done_by) if said is not None else ("", None)
        StepRun.objects.filter(pk=step.pk).update(
            state=StepState.SKIPPED, closed_at=timezone.now(), result=result, done_by=by
        )
    return needless


def _waits(document, step: StepRun) -> bool:
    """办结 of an issued document is nobody's task while receivers or a reply are waited for (documents/chores.py)."""
    if step.kind != StepKind.COMPLETE or document.direction != Direction.OUTGOING:
        return False
    return document.doc_type == DocType.REQUEST or document.addressees.filter(unit__isnull=False).exists()


def open_completion(document) -> None:
    """The clerk is asked to complete after all: what should have gone by itself was refused."""
    run = current_run(document)
    step = (
        run and run.steps.filter(kind=StepKind.COMPLETE, state=StepState.AHEAD).select_related("unit", "post").first()
    )
    if step:
        _open(document, step)


def _open(document, step: StepRun) -> None:
    kind, now = StepKind(step.kind), timezone.now()
    is_led = step.addressed == Addressed.LEAD_OFFICER
    person = document.lead_officer if is_led else step.person
    if is_led and document.is_incoming and person is None:
        step.department = document.department
    if person is not None and step.post is not None and not is_still_there(person, step.unit):
        person = None  # he has left since: the post he was asked in has the step
    due_at = _limit_of(document, step, now)
    StepRun.objects.filter(pk=step.pk).update(
        state=StepState.OPEN, opened_at=now, due_at=due_at, person=person, department=step.department
    )
    ask(document, step, person, due_at, _disputed(document) if kind == StepKind.APPROVE else "")
    in_hours = step.limit_unit == LimitUnit.HOURS and bool(step.limit_value)
    in_hours |= step.kind == StepKind.ASSIST and step.due_at is not None and not ends_a_day(step.due_at)
    if document.urgency and (in_hours or step.kind == StepKind.SIGN_FOR):
        _tell_duty(document, step, person, due_at)


def _limit_of(document, step: StepRun, now):
    """What was laid down for 主办, else the way's own limit, else the letter's; those of 主办 and 协办 end with it."""
    whole = document.due_at if document.is_incoming else None
    own = step.due_at or due_after(now, step.limit_value, step.limit_unit)
    within = step.due_at is not None or step.kind == StepKind.ASSIST
    return min(own, whole) if own and whole and within else own or whole


def ask(document, step: StepRun, person, due_at, remark: str) -> None:
    """The step in the list of whoever has it: the person, everybody of the department, or the post."""
    everybody = Staff([step.unit]).holders(step.unit, department=step.department) if step.department else []
    for one in [person] if person is not None or not everybody else everybody:
        assign(
            document, StepKind(step.kind), unit=step.unit, post=step.post.kind if step.post else None, person=one,
            due_at=due_at, step=step, remark=remark,
        )  # fmt: skip


def co_handle(document, asked: Iterable[CoHandler]) -> None:
    """协办 as it is laid down now: steps beside 承办 that open with it; what was proposed before is forgotten."""
    run = current_run(document)
    lead = run.steps.filter(kind=StepKind.HANDLE).order_by("pk").last() if run is not None else None
    if run is None or lead is None:
        raise Refused("流转路线没有接办环节，不能安排协办。")
    run.steps.filter(kind=StepKind.ASSIST, state=StepState.AHEAD).update(state=StepState.SKIPPED)
    StepRun.objects.bulk_create(
        StepRun(
            run=run, position=lead.position, kind=StepKind.ASSIST, unit=document.unit, person=one.person,
            addressed=Addressed.DEPARTMENT if one.department else Addressed.PERSON, department=one.department,
            post=post_of(document.unit, PostKind.OFFICER), due_at=one.due_at,
        )
        for one in asked
    )  # fmt: skip


def _disputed(document) -> str:
    """What the signer's list says of a 会签 that is not agreed: 协调 comes before 签发."""
    units = "、".join(step.unit.short_name for step in Way.of(document).unresolved)
    return shortened(f"{DISPUTED}：{units}会签不同意，须先协调", 300) if units else ""


def _tell_duty(document, step: StepRun, person, due_at) -> None:
    """Out of hours an urgent step, and what arrives, is put before the 值班员 of the roster, beside its own addressee.

    Where no roster is kept: on a day off before the clerk's post. It is told, the step stays its addressee's
    (practice 1).
    """
    limit = f"，限{timezone.localtime(due_at):%m-%d %H:%M}前" if due_at else ""
    remark = f"请转告{person or step.post}：{step.get_kind_display()}{limit}"
    if duty := roster.to_be_told(step.unit):
        for one in duty:
            open_task(StepKind.READ, DUTY, document, unit=step.unit, person=one.person, due_at=due_at, remark=remark)
            take_part(document, StepKind.READ, unit=step.unit, person=one.person)
        return
    at_post = step.post.kind if step.post and person is None else ""
    if WorkingCalendar().is_working(timezone.localdate()) or at_post == PostKind.CLERK:
        return
    told = open_task(StepKind.READ, DUTY, document, unit=step.unit, post=PostKind.CLERK, due_at=due_at, remark=remark)
    take_part(document, StepKind.READ, post=told.post)


def readdress(task: Task) -> None:
    """转办: the step goes with its task to whoever has it next."""
    if task.step_uid:
        StepRun.objects.filter(uid=task.step_uid).update(person=task.assignee, post=task.post)


def end(document, outcome: RunOutcome, *, by) -> None:
    """The run is over: open items but TOLD (after 办结 BESIDE) are dropped, steps ahead never come; 办结 may come early."""
    close_tasks(document, by=by, outcome="dropped", but=BESIDE if outcome == RunOutcome.DONE else TOLD)
    if outcome == RunOutcome.DONE:
        StepRun.objects.filter(run__document=document, kind=StepKind.COMPLETE, state=StepState.AHEAD).update(
            state=StepState.DONE, closed_at=timezone.now(), done_by=by
        )
    StepRun.objects.filter(run__document=document, state__in=(StepState.AHEAD, StepState.OPEN)).update(
        state=StepState.DROPPED, closed_at=timezone.now()
    )
    RouteRun.objects.filter(document=document, ended_at=None).update(ended_at=timezone.now(), outcome=outcome)


def unfinished_before(document, kind: StepKind) -> list[StepRun]:
    """Steps up to and at the position of `kind` that are not closed, but `kind` itself: signing asks that none is."""
    run = current_run(document)
    own = run.steps.filter(kind=kind).order_by("-position").first() if run else None
    if run is None or own is None:
        return []
    rows = run.steps.filter(position__lte=own.position, state__in=(StepState.AHEAD, StepState.OPEN)).exclude(kind=kind)
    return list(rows.select_related("unit"))


def vacant_posts(document) -> list[Post]:
    """Posts that the run still needs, or needs now, and that nobody holds today; in the order of the way."""
    held = Appointment.objects.active().filter(post=OuterRef("post"))
    rows = StepRun.objects.filter(run__document=document, run__ended_at=None, person=None, department=None)
    rows = rows.filter(~Exists(held), post__isnull=False, state__in=(StepState.AHEAD, StepState.OPEN)).select_related(
        "post__unit"
    )
    return list({step.post.pk: step.post for step in rows.order_by("position", "pk") if step.post}.values())


def vacancy_told(posts: list[Post]) -> str:
    names = "、".join(str(post) for post in posts)
    return f"{names}岗位目前无人，公文到该环节后无人办理，请与安全保密管理员联系任命。"


def see(document, user) -> None:
    """The addressee's first opening is kept: the sender cannot take back what was seen."""
    read, now = hanging.own_items(document, user), timezone.now()
    unseen = None if read is None else [task for task in read if task.seen_at is None]
    if unseen != []:
        Task.objects.of(document).open().filter(own_tasks(user), seen_at=None).update(seen_at=now)
    for task in unseen or ():
        task.seen_at = now


def acting(document, by, permission: str, note: str = "") -> Act:
    """An act beside the workflow, with the post that gives the right."""
    return Act(by, None, note.strip(), seat_for(by, document, permission))
