"""补录: what a leader signed on paper is entered afterwards by the clerk in his name (practice 2.1 item 7).

Rows of the transition tables that are never offered as such: documents/paper_opinions.py takes them. A signature on
paper closes its step; what was said by telephone is only kept, and the step waits for the leader himself.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from files.store import keep
from units.access import Seat
from units.models import Appointment, Task
from units.roles import PostKind
from units.tasks import shortened
from units.texts import full_stop
from units.workflow import Act, Transition

from . import conclusions, disputes, hanging, retracing, routing
from . import conditions as when
from . import going_back as back
from .agreements import Way
from .models import Opinion, PaperOpinion, StepRun
from .reply_inputs import OnPaperInput
from .revisions import content_digest
from .states import DUTY, OpinionWay, RunOutcome, State, StepKind, StepResult

S = State
OWN = (StepKind.REVIEW, StepKind.CHECK, StepKind.APPROVE, StepKind.INSTRUCT, StepKind.READ)
PICTURES = ("application/pdf", "image/jpeg", "image/png", "image/tiff")
ON_PAPER = {StepKind.APPROVE: "纸质签批", StepKind.COUNTERSIGN: "纸质会签", StepKind.READ: "纸质传阅"}


def items_of(document):
    """Open items on which an opinion may be entered: the document's own unit's, and 会签 of whatever unit is asked."""
    own = Q(kind__in=OWN, unit=document.unit) & ~Q(label=DUTY)
    rows = Task.objects.of(document).open().filter(own | Q(kind=StepKind.COUNTERSIGN))
    return rows.select_related("post__unit", "assignee").order_by("pk")


def any_of(document) -> bool:
    """Whether there is one: `items_of`, from what a page has read already."""
    for task in hanging.open_items(document):
        own = task.kind in OWN and task.unit_id == document.unit_id and task.label != DUTY
        if own or task.kind == StepKind.COUNTERSIGN:
            return True
    return False


def leaders_of(task: Task) -> list[Appointment]:
    """Whose opinion it can be: the person who is asked, else whoever holds the post; never a deputy."""
    return leaders_of_each([task])[task.pk]


def leaders_of_each(tasks: Iterable[Task]) -> dict[int, list[Appointment]]:
    """By the item's key; one query for any number of items."""
    items = list(tasks)
    held = list(Appointment.objects.active().filter(post__unit__in={task.unit_id for task in items}).for_standing())
    return {
        task.pk: [
            one
            for one in held
            if one.post.unit_id == task.unit_id
            and (one.user_id == task.assignee_id if task.assignee_id else one.post_id == task.post_id)
        ]
        for task in items
    }


def _asked(document, act: Act[OnPaperInput]) -> tuple[Task, Appointment] | None:
    """The item and the appointment in which the leader was asked; None when he is not asked at all."""
    given, leader = act.given, act.given.leader
    task = items_of(document).filter(pk=given.task).first()
    if task is None or leader is None:
        return None
    return next(((task, one) for one in leaders_of(task) if one.user_id == leader.pk), None)


def is_asked(document, act: Act[OnPaperInput]) -> str:
    return "" if _asked(document, act) else "所选环节不待该领导办理，或者已由他人办理，请重新选择。"


def is_nobodys_own(document, act: Act[OnPaperInput]) -> list[str]:
    """Nobody enters his own opinion, nor one on a draft of his; nobody reviews his own draft on paper either."""
    leader, authors, found = act.given.leader, (document.drafted_by_id, document.held_by_id), []
    if leader is not None and leader.pk == act.by.pk:
        found.append("本人的意见请由本人办理，不能自行补录。")
    if document.is_incoming:
        return found
    if act.by.pk in authors:
        found.append("不得补录对本人拟制或修改的文稿的签批，请由其他文书补录。")
    task = items_of(document).filter(pk=act.given.task).first()
    own_barred = task is not None and task.kind in (StepKind.REVIEW, StepKind.CHECK)
    if own_barred and leader is not None and leader.pk in authors:
        found.append("不得审核本人拟制或修改的文稿，请由文书转办给其他核稿人或领导。")
    return found


def is_of_its_time(document, act: Act[OnPaperInput]) -> list[str]:
    """Signed after the text that it is about was last changed, and not in the future."""
    moment = act.given.given_at
    if moment is None:
        return ["请填写签批的日期和时间。"]
    if moment > timezone.now():
        return ["签批时间不能晚于现在。"]
    if timezone.localdate(moment) < timezone.localdate(document.signed_for_at or document.created_at):
        return ["签批日期早于本件的收到或拟稿日期，请核对。"]
    last = None if document.is_incoming else document.revisions.order_by("-number").first()
    if last is not None and last.saved_at.replace(second=0, microsecond=0) > moment:
        saved = f"{timezone.localtime(last.saved_at):%Y-%m-%d %H:%M}"
        return [f"文稿在签批之后（{saved}）又有修改，纸质签批不是对现稿的，请重新送签。"]
    return []


def comes_before(document, moment: datetime) -> str:
    """A paper may have been read before it was entered in the book; more often the time is wrong: it is asked about."""
    if document.is_incoming:
        since, what = document.registered_at or document.signed_for_at or document.created_at, "收文登记"
    else:
        since, what = routing.current_run(document).started_at, "送审"
    if moment >= since.replace(second=0, microsecond=0):
        return ""
    return f"签批时间早于本件{what}（{timezone.localtime(since):%Y-%m-%d %H:%M}），请核对；确系先签批、后{what}的，请勾选确认。"


def is_confirmed_when_early(document, act: Act[OnPaperInput]) -> str:
    """Earlier than registration or 送审 only when whoever enters it says that it was so"""
    moment = act.given.given_at
    return "" if moment is None or act.given.early else comes_before(document, moment)


def has_its_scan(document, act: Act[OnPaperInput]) -> str:
    landed = act.given.landed
    if landed is None:
        return "请上传签批件的扫描件。" if act.given.way != OpinionWay.TELEPHONE else ""
    return "" if landed.examination.mime in PICTURES else "扫描件应为 PDF、JPG、PNG 或 TIFF。"


def has_its_conclusion(document, act: Act[OnPaperInput]) -> str:
    """同意 or 退回 is what the paper says, never what the step is usually closed with"""
    task = items_of(document).filter(pk=act.given.task).first()
    offered = conclusions.of(task.kind, document.direction) if task is not None else {}
    if task is None or not offered or act.given.result in offered:
        return ""
    return conclusions.asked(task.kind, document.direction)


ALWAYS = (is_asked, is_nobodys_own, is_of_its_time, is_confirmed_when_early, has_its_scan, has_its_conclusion)


def named(way: OpinionWay, kind: StepKind) -> str:
    """How the opinion came, as it stands behind the name."""
    return ON_PAPER.get(kind, "纸质批示") if way == OpinionWay.PAPER else "电话"


def keep_opinion(document, act: Act[OnPaperInput], *, result: str = "", at=None, label: str = "") -> tuple[Task, Act]:
    """The opinion in the leader's name, its proof, and his notice; returns the item and the act as if it were his."""
    given, found = act.given, _asked(document, act)
    assert found is not None  # `is_asked` stands among the checks
    task, appointment = found
    kind, leader, seat = StepKind(task.kind), appointment.user, Seat(appointment.post)
    way = OpinionWay(given.way)
    opinion = Opinion.objects.create(
        document=document, kind=kind, label=label or kind.label, by=leader, post=str(seat)[:60], text=act.note,
        result=result, name=f"{leader.name}（{named(way, kind)}，{act.by.name}补录）", at=given.given_at,
    )  # fmt: skip
    PaperOpinion.objects.create(
        opinion=opinion, document=document, way=way, given_at=given.given_at, entered_by=act.by,
        proof=keep(given.landed) if given.landed else None, proof_name=given.proof_name,
        entered_at=at or timezone.now(),
    )  # fmt: skip
    told = f"{act.by.name}据{way.label}{'签批件' if way == OpinionWay.PAPER else ''}补录了您的{kind.label}意见"
    told = f"{full_stop(f'{told}：{act.note}')}如有不符，请提出异议"
    routing.assign(document, StepKind.NOTICE, unit=task.unit, person=leader, remark=shortened(told, 300))
    act.detail |= {
        "leader": leader.name, "way": way.label, "given_at": given.given_at.isoformat(),
        "sha256": given.landed.sha256 if given.landed else "",
    }  # fmt: skip
    if early := comes_before(document, opinion.at):
        act.detail["confirmed"] = early
    act.note = f"{opinion.name}：{act.note}"
    return task, Act(leader, given, opinion.text, seat)


def _close(document, act: Act[OnPaperInput], task: Task, his: Act, result: str = "") -> None:
    kind = StepKind(task.kind)
    routing.finish_own(document, his, kind, result=result)
    Task.objects.filter(pk=task.pk).update(remark=f"据纸质签批件补录（{act.by.name}）")
    routing.did(document, act)


def _pass(document, act: Act[OnPaperInput]) -> None:
    task, his = keep_opinion(document, act, result=StepResult.AGREED)
    _close(document, act, task, his, StepResult.AGREED)
    routing.advance(document)


def _return(document, act: Act[OnPaperInput]) -> None:
    """退回 on paper: what the act of 退回 does, in the leader's name; of 收文 the step before is done once more."""
    target = _step_before(document) if document.is_incoming else None  # while the step is open
    task, his = keep_opinion(document, act, result=StepResult.RETURNED, label="退回")
    _close(document, act, task, his, StepResult.RETURNED)
    entered = f"（{named(OpinionWay.PAPER, StepKind(task.kind))}，{act.by.name}补录）"
    if not document.is_incoming:
        back.to_the_draft(document, his, RunOutcome.RETURNED, his.note, entered)
        return
    assert target is not None  # `has_a_step_before`
    said = document.opinions.order_by("-pk").first()
    act.detail["returned_to"] = back.to_the_step(document, his, target, task, said, entered)


def _step_before(document) -> StepRun | None:
    return next((step for step in reversed(Way.of(document).earlier) if step.kind in back.WAITS_IN), None)


def has_a_step_before(document, act: Act[OnPaperInput]) -> str:
    """An incoming document has no drafter here to go back to"""
    if not document.is_incoming or _step_before(document):
        return ""
    return "没有可以退回的环节。"


def where_it_goes(document, act: Act[OnPaperInput]) -> State:
    """A draft again, or at the step before"""
    step = _step_before(document) if document.is_incoming else None
    return State.DRAFTING if step is None else back.waits_in(document, step.kind)


def _countersign(document, act: Act[OnPaperInput]) -> None:
    """会签 on paper: an opinion with its result, as if the unit's leader had given it here."""
    result = StepResult(act.given.result)
    said = "" if result == StepResult.AGREED else f"会签：{result.label}"
    note = act.note
    task, his = keep_opinion(document, act, result=result, label=said)
    _close(document, act, task, his, result)
    if said:
        told = back.told_of_result(task.unit, result, note)
        retracing.tell_person(document, document.in_hands_of, PostKind.CLERK, told)
    routing.advance(document)


def _approve(document, act: Act[OnPaperInput]) -> None:
    """成文日期 is the paper's date; 签发人 is the leader."""
    now = timezone.now()
    task, his = keep_opinion(document, act, result=StepResult.AGREED, at=now)
    _close(document, act, task, his, StepResult.AGREED)
    document.signatory, document.signed_for, document.approved_at = his.by, None, now
    day = timezone.localdate(act.given.given_at)
    document.document_date = document.corrects.document_date if document.corrects_id else day
    document.content_digest = act.detail["content_digest"] = content_digest(document)
    routing.advance(document)


def _instruct(document, act: Act[OnPaperInput]) -> None:
    task, his = keep_opinion(document, act)
    _close(document, act, task, his)
    routing.advance(document)


def _never(user, document) -> bool:
    """Entered through 补录意见"""
    return False


REVIEW = Transition(
    "review_on_paper", "补录部门审核", frozenset({S.IN_REVIEW}), S.IN_REVIEW, "enter_opinion", ALWAYS, _pass,
    input=OnPaperInput, offered=_never, needs_note=True,
)  # fmt: skip
CHECK = replace(REVIEW, name="check_on_paper", label="补录核稿")
APPROVE = replace(
    REVIEW, name="approve_on_paper", label="补录签发", target=S.APPROVED, effect=_approve,
    checks=(
        *ALWAYS, when.all_before_are_closed(StepKind.APPROVE), disputes.nothing_stands,
        back.disagreements_are_settled, when.files_are_sound,
    ),
)  # fmt: skip
COUNTERSIGN = replace(
    REVIEW, name="countersign_on_paper", label="补录会签", effect=_countersign,
    checks=(*ALWAYS, back.says_what_is_to_be_changed),
)  # fmt: skip
INSTRUCT = replace(
    REVIEW, name="instruct_on_paper", label="补录批示", sources=frozenset({S.PROPOSED}), target=S.INSTRUCTED,
    effect=_instruct,
)  # fmt: skip
INSTRUCT_REPORT = replace(
    INSTRUCT,
    sources=frozenset({S.IN_REVIEW}),
    checks=(*ALWAYS, when.all_before_are_closed(StepKind.INSTRUCT), disputes.nothing_stands),
)
RETURN = replace(
    REVIEW, name="return_on_paper", label="补录退回", target=S.DRAFTING, effect=_return, lands=where_it_goes,
    checks=(*ALWAYS, has_a_step_before),
)  # fmt: skip
RETURN_RECEIVED = replace(RETURN, sources=frozenset({S.PROPOSED}), target=S.REGISTERED)
OF_OUTGOING = (REVIEW, CHECK, COUNTERSIGN, APPROVE, RETURN)
OF_INCOMING, OF_INTERNAL = (INSTRUCT, RETURN_RECEIVED), (REVIEW, CHECK, COUNTERSIGN, INSTRUCT_REPORT, RETURN)
