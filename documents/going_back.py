"""退回, 撤回, 取回, and what a countersigner says: the acts by which a paper does not simply go on (design section 4).

None of them ends a document. Who went back, when and why is an opinion or an event; the steps are retracing.py's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils import timezone

from units.models import Task
from units.roles import PostKind
from units.tasks import shortened
from units.workflow import Act

from . import conclusions, hanging, retracing, routing
from .agreements import Way
from .inputs import CoordinateInput, CountersignInput, SendBackInput
from .models import Opinion, StepRun
from .pages import only_agrees
from .set_back import LONGEST, RETRIEVED, RETURNED, WITHDRAWN, told
from .states import REVIEWS, RunOutcome, State, StepKind, StepResult, StepState

RETURNERS = (*REVIEWS, StepKind.HANDLE, StepKind.REPORT)
DRAFTS = (StepKind.DRAFT, StepKind.REDRAFT)
# The state of a paper that waits at such a step of its own way
WAITS_IN = {
    StepKind.PROPOSE: State.REGISTERED,
    StepKind.INSTRUCT: State.PROPOSED,
    StepKind.HANDLE: State.INSTRUCTED,
    StepKind.REPORT: State.IN_HANDLING,
    StepKind.ASSIST: State.IN_HANDLING,
}
COORDINATED = (StepResult.COORDINATED, StepResult.DECIDED)


def waits_in(document, kind: str) -> State:
    return WAITS_IN[StepKind(kind)] if document.is_incoming else State.IN_REVIEW


# 退回


def where_it_is_returned_to(document, act: Act[SendBackInput]) -> State:
    """In review at an earlier step when one is chosen"""
    step = _chosen(document, act)
    return State.DRAFTING if step is None else waits_in(document, step.kind)


def _chosen(document, act: Act[SendBackInput]) -> StepRun | None:
    earlier = Way.of(document).earlier if act.given.to is not None else []
    return next((step for step in earlier if step.uid == act.given.to), None)


def goes_back_to_a_done_step(document, act: Act[SendBackInput]) -> str:
    """A step goes back to one that was done before it; an incoming document has no drafter here to go back to"""
    if act.given.to is None:
        return "请选择退回到哪一环节。" if document.is_incoming else ""
    return "" if _chosen(document, act) else "所选环节尚未办理，或者已经变动，不能退回到该环节，请重新选择。"


def send_back(document, act: Act[SendBackInput]) -> None:
    """退回: to the drafter, or to an earlier step where the text stays as it is; the others' open steps end."""
    target = _chosen(document, act)
    own = routing.finish_own(document, act, *RETURNERS, result=StepResult.RETURNED)
    opinion = routing.give_opinion(document, StepKind(own.kind), act, label="退回", result=StepResult.RETURNED)
    if target is None:
        to_the_draft(document, act, RunOutcome.RETURNED, act.note)
        return
    act.detail["returned_to"] = to_the_step(document, act, target, own, opinion)


def to_the_step(document, act: Act, target: StepRun, own: Task, opinion: Opinion, entered: str = "") -> str:
    """From `own`, which `opinion` closed, back to `target`, whose words are returned; who had a step open is told."""
    who = f"{retracing.who_acts(act)}{entered}"
    why = f"因{who}退回而终止"
    ended = retracing.end_open_steps(document, by=act.by, why=why)
    until = StepRun.objects.get(uid=own.step_uid).position
    retracing.go_back_to(document, target, until, opinion, told(RETURNED, who, act.note))
    retracing.tell(document, ended, told(why, "", act.note), by=act.by)
    return f"{target.get_kind_display()} {target.unit.short_name}"


def to_the_draft(document, act: Act, outcome: RunOutcome, reason: str, entered: str = "") -> None:
    """The way ends and the draft is its drafter's again, as it was; who had a step open is told.

    `entered`: （纸质签批，甲补录）, behind the name of who did not do it here himself.
    """
    is_return = outcome == RunOutcome.RETURNED
    who = f"{retracing.who_acts(act)}{entered}"
    why = f"因{who}{outcome.label}而终止"
    ended = retracing.end_open_steps(document, by=act.by, why=why)
    routing.end(document, outcome, by=act.by)
    document.was_returned = is_return
    routing.did(document, act)
    remark = told(RETURNED if is_return else WITHDRAWN, who, reason)
    routing.assign(document, StepKind.REDRAFT, person=document.in_hands_of, remark=remark)
    retracing.tell(document, ended, told(why, "", reason), by=act.by)


BOTH = (
    "取回：对方尚未打开，原样拿回，不留痕于意见；撤回：随时可用，须写理由，文稿回到草稿、流转终止，已打开的人会被告知。"
)


def explained(name: str, steps, document, user) -> str:
    """What tells 取回 from 撤回, before the first of them where somebody has both; why only 撤回 is left."""
    names = [step.name for step in steps]
    if name == "withdraw" and "retrieve" not in names:
        found = _sent(document, user)
        return found.reason if found.tasks else ""
    return BOTH if name == "retrieve" and "withdraw" in names else ""


def withdraw(document, act: Act) -> None:
    """撤回: the drafter calls his draft back; it is a draft again, in his own list, with all that it had."""
    if act.note:
        routing.give_opinion(document, StepKind.DRAFT, act, label="撤回")
    to_the_draft(document, act, RunOutcome.WITHDRAWN, act.note)


# 会签 and 协调


def has_its_conclusion(document, act: Act[CountersignInput]) -> str:
    """One of the three that 会签 has"""
    offered = conclusions.of(StepKind.COUNTERSIGN, document.direction)
    return "" if act.given.result in offered else conclusions.asked(StepKind.COUNTERSIGN, document.direction)


def says_what_is_to_be_changed(document, act: Act[CountersignInput]) -> str:
    """修改意见 and 分歧 are written out"""
    if act.given.result not in (StepResult.AGREED_WITH_CHANGES, StepResult.DISAGREED):
        return ""
    wanted = "修改意见" if act.given.result == StepResult.AGREED_WITH_CHANGES else "分歧所在和理由"
    if only_agrees(act.note):
        return f"会签结论为“{StepResult(act.given.result).label}”的，请在意见中写明{wanted}，不能只写“同意”。"
    return ""


def countersign(document, act: Act[CountersignInput]) -> None:
    """会签 is an opinion, not a return: the others stay open, the drafter is told what is wanted."""
    result = StepResult(act.given.result)
    label = StepKind.COUNTERSIGN.label if result == StepResult.AGREED else f"会签：{result.label}"
    routing.give_opinion(document, StepKind.COUNTERSIGN, act, label=label, result=result)
    own = routing.finish_own(document, act, StepKind.COUNTERSIGN, result=result)
    if result != StepResult.AGREED:
        said = told_of_result(own.unit, result, act.note)
        retracing.tell_person(document, document.in_hands_of, PostKind.CLERK, said)
    routing.advance(document)


def told_of_result(unit, result: StepResult, words: str) -> str:
    """区民政局会签不同意（有分歧）：…, in the drafter's list."""
    return shortened(f"{unit.short_name}会签{result.label}：{words}", LONGEST)


def disagreements_are_settled(document, act: Act) -> list[str]:
    """RT-11: what the units asked do not agree on is not signed before 协调"""
    return [
        f"{step.unit.short_name}（{step.done_by.name if step.done_by else ''}）会签不同意，分歧尚未协调，不能签发："
        "请拟稿人撤回修改后重新送审，或由本单位领导先记录协调结果。"
        for step in Way.of(document).unresolved
    ]


def has_a_disagreement(user, document) -> bool:
    """A countersigner disagrees"""
    return bool(Way.of(document).unresolved)


def settles_a_disagreement(document, act: Act[CoordinateInput]) -> list[str]:
    """There is a disagreement, and the result is one of the two"""
    found = [] if Way.of(document).unresolved else ["没有待协调的会签分歧。"]
    if act.given.result not in COORDINATED:
        found.append("请选择协调结果：意见一致，或未能一致、按现稿办理。")
    return found


def coordinate(document, act: Act[CoordinateInput]) -> None:
    """协调: the drafting unit's leader records what came of it; it stands among the opinions, and signing is free."""
    result = StepResult(act.given.result)
    opinion = routing.give_opinion(document, StepKind.COUNTERSIGN, act, label=f"协调：{result.label}", result=result)
    steps = Way.of(document).unresolved
    StepRun.objects.filter(pk__in=[step.pk for step in steps]).update(settled_by=opinion)
    Task.objects.of(document).open().filter(remark__startswith=routing.DISPUTED).update(remark="")
    outcome = told(f"协调：{result.label}", retracing.who_acts(act), act.note)
    for step in steps:
        _tell_of_outcome(document, act, step, outcome)
    act.detail["result"] = result.label
    act.detail["settled"] = [step.unit.short_name for step in steps]
    routing.did(document, act)


def _tell_of_outcome(document, act: Act[CoordinateInput], step: StepRun, outcome: str) -> None:
    """Who disagreed reads what was recorded in his stead, and the drafter's line says how it ended."""
    said = f"{step.unit.short_name}会签{StepResult.DISAGREED.label}"
    lines = Task.objects.of(document).open().filter(kind=StepKind.NOTICE, remark__startswith=said)
    lines.update(remark=shortened(f"{said}，已{outcome}", LONGEST))
    if step.done_by_id != act.by.pk:
        remark = f"您会签不同意的，已{outcome}。如与事实不符，请与{document.unit.short_name}联系"
        routing.assign(document, StepKind.NOTICE, unit=step.unit, person=step.done_by, remark=remark)


# 取回


def _unsign(document, step: StepRun) -> None:
    approval_falls(document)


def _unreport(document, step: StepRun) -> None:
    document.result = ""


def _unhandle(document, step: StepRun) -> None:
    document.lead_officer = step.person


UNDONE: dict[str, Callable[[object, StepRun], None] | None] = {
    StepKind.REVIEW: None,
    StepKind.CHECK: None,
    StepKind.COUNTERSIGN: None,
    StepKind.APPROVE: _unsign,
    StepKind.PROPOSE: None,
    StepKind.INSTRUCT: None,
    StepKind.HANDLE: _unhandle,
    StepKind.REPORT: _unreport,
}


@dataclass(frozen=True)
class Sent:
    """What the person sent on last: his step (None: the submission), what waits because of it, why it stays sent."""

    step: StepRun | None = None
    tasks: list[Task] = field(default_factory=list)
    reason: str = ""


def sent(document, user) -> Sent:
    steps = Way.of(document).current
    own = [step for step in steps if step.kind in UNDONE and _did(step, user)]
    step = max(own, key=lambda one: one.closed_at, default=None)
    if step is None and not _submitted(document, user):
        return Sent(reason="前一环节不是您办理的，不能取回；如需修改，请办理人退回。")
    if step is not None and any(
        one.state == StepState.OPEN and one.position < step.position and one.kind != StepKind.ASSIST for one in steps
    ):
        return Sent(step, reason="公文已退回前面的环节，不能取回；如有意见，请与该环节办理人联系。")
    after = [one for one in steps if step is None or one.position > step.position]
    ended = (StepState.DONE, StepState.DROPPED)
    done = [one for one in after if one.state in ended and (step is None or one.closed_at > step.closed_at)]
    if done:
        return Sent(
            step, reason=f"下一环节“{done[0].get_kind_display()}”已经办理，不能取回；如需修改，可撤回文稿，或请其退回。"
        )
    tasks = _waiting_after(document, step, [one.uid for one in after if one.state == StepState.OPEN])
    seen = [task for task in tasks if task.seen_at is not None and task.assignee_id != user.pk]
    return Sent(step, tasks, _seen(seen[0]) if seen else "")


def _did(step: StepRun, user) -> bool:
    return step.state == StepState.DONE and step.done_by_id == user.pk and step.result != StepResult.RETURNED


def _submitted(document, user) -> bool:
    drafts = Task.objects.of(document).filter(kind__in=DRAFTS, closed_at__isnull=False).order_by("closed_at", "pk")
    last = None if document.is_incoming else drafts.last()
    return last is not None and last.outcome == "done" and last.done_by_id == user.pk


def _waiting_after(document, step: StepRun | None, uids: list) -> list[Task]:
    """Open items of the steps `uids`, and the 传阅 that went out with a 批示.

    All items of a document are made under its lock: what lies between the step's end and the next step's item went
    out with it.
    """
    rows = Task.objects.of(document).open().select_related("post__unit", "assignee").order_by("pk")
    tasks = list(rows.filter(step_uid__in=uids))
    if step is not None and step.kind == StepKind.INSTRUCT and tasks:
        tasks += rows.filter(kind=StepKind.READ, opened_at__gte=step.closed_at, pk__lt=tasks[0].pk)
    return tasks


def _seen(task: Task) -> str:
    at = timezone.localtime(task.seen_at)
    return f"{task.assignee or task.post}已于 {at:%m-%d %H:%M} 打开，不能取回；如需修改，可撤回文稿，或请其退回。"


def is_still_unseen(user, document) -> bool:
    """The next one has not opened it"""
    return not _sent(document, user).reason


def _sent(document, user) -> Sent:
    """`sent`, read once for a page."""
    return hanging.once(document, f"sent by {user.pk}", lambda: sent(document, user))


def nobody_has_seen_it(document, act: Act) -> str:
    """Only what he himself sent on, and the next one has neither opened nor done"""
    return sent(document, act.by).reason


def where_it_was_sent_from(document, act: Act) -> State:
    """The state in which it was sent on"""
    step = sent(document, act.by).step
    return State.DRAFTING if step is None else waits_in(document, step.kind)


def retrieve(document, act: Act) -> None:
    """取回: as if it had not been sent on; what he wrote then is no opinion any more, and the trail keeps it."""
    found = sent(document, act.by)
    retracing.take_from(found.tasks, act)
    if found.step is None:
        _unsubmit(document, act)
        return
    retracing.put_back(document, found.step, found.tasks, act)
    _take_back_the_opinion(document, act, found.step.kind, found.step.opened_at)
    if (undo := UNDONE[StepKind(found.step.kind)]) is not None:
        undo(document, found.step)
    routing.did(document, act)


def _unsubmit(document, act: Act) -> None:
    routing.end(document, RunOutcome.TAKEN_BACK, by=act.by)
    last = Task.objects.of(document).filter(kind__in=DRAFTS, outcome="done").order_by("closed_at", "pk").last()
    retracing.mark_taken_back(Task.objects.filter(pk=last.pk if last else None))
    if last is not None:
        _take_back_the_opinion(document, act, StepKind.DRAFT, last.opened_at)
    before = document.runs.exclude(outcome=RunOutcome.TAKEN_BACK).order_by("pk").last()
    document.was_returned = before is not None and before.outcome == RunOutcome.RETURNED
    reason, remark = last_return(document), told(RETRIEVED, retracing.who_acts(act))
    if document.was_returned and reason:
        remark = told(RETURNED, reason.name, reason.text, reason.at)
    routing.assign(document, StepKind.REDRAFT, person=document.in_hands_of, remark=remark)


def _take_back_the_opinion(document, act: Act, kind: str, since) -> None:
    given = Opinion.objects.filter(document=document, kind=kind, by=act.by, taken_back=None, takes_back=None)
    last = given.filter(at__gte=since).order_by("at", "pk").last()
    if last is not None:
        opinion = Opinion(
            document=document, kind=kind, label="取回", by=act.by, name=act.by.name, post=act.seat_name[:60],
            text=act.note or f"“{last.label}”意见已取回。", takes_back=last,
        )  # fmt: skip
        opinion.save(force_insert=True)


def approval_falls(document) -> None:
    """The text is nobody's approved one any more; a number that it has stays reserved (art. 25(1))."""
    document.content_digest, document.approved_at = "", None
    document.signatory = document.signed_for = None
    document.page_digest, document.document_date = "", None


def last_return(document) -> Opinion | None:
    """Why the draft is back with its drafter."""
    return document.opinions.filter(result=StepResult.RETURNED).order_by("at", "pk").last()
