"""补录意见 and what the leader says to it: the acts (documents/on_paper.py has the rules and the rows)."""

from django.db import transaction
from django.utils import timezone

from files.examination import safe_filename
from files.store import land
from units import audit
from units.models import Task
from units.rules import own_tasks
from units.tasks import close_tasks, shortened
from units.texts import full_stop, too_long
from units.workflow import Act, Refused

from . import conclusions, disputes, hanging, on_paper, routing
from .actions import locked, still_open
from .models import Document, Opinion, PaperOpinion
from .reply_inputs import EnterInput, ObjectInput, OnPaperInput
from .set_back import LONGEST as LONGEST_REMARK
from .states import BESIDE, OpinionWay, State, StepKind, StepResult
from .workflow import workflow_of

S = State
LONGEST = 2000


def may_be_entered(document: Document) -> str:
    return "" if on_paper.any_of(document) else "没有待签批、会签或传阅的环节，不能补录意见。"


def enter(document: Document, *, by, note: str, given: EnterInput) -> str:
    """Paper closes the step as the leader's own act would; a telephone call is kept, and the step stays his."""
    landed, name = None, ""
    if given.upload is not None:
        name = safe_filename(given.upload.name or "")
        landed = land(given.upload.chunks(), name)
        if landed.examination.refusals:
            raise Refused(*(f"“{name}”不能作为扫描件：{one.message}" for one in landed.examination.refusals))
    if refused := too_long(note, LONGEST, "意见"):
        raise Refused(refused)
    if given.way not in OpinionWay.values:
        raise Refused("请选择方式：纸质或电话。")
    task = on_paper.items_of(document).filter(pk=given.task).first()
    if task is None:
        raise Refused("所选环节已经办理，请重新选择。")
    on = OnPaperInput(task.pk, given.leader, given.way, given.given_at, landed, name, given.result, given.early)
    if given.way == OpinionWay.PAPER and task.kind == StepKind.READ:
        return _read(document, by, note, on)
    if given.way == OpinionWay.PAPER:
        returned = given.result == StepResult.RETURNED and StepResult.RETURNED in conclusions.of(task.kind, "")
        step = "return_on_paper" if returned else f"{task.kind}_on_paper"
        workflow_of(document).perform(step, document, by=by, note=note, given=on)
        return f"已补录{given.leader.name}的{task.label}意见，并告知本人" if given.leader else ""
    return _heard(document, by, note, on)


def _begun(document: Document, by, note: str, on: OnPaperInput) -> tuple[Document, Act]:
    """The row under its lock, and the act when nothing speaks against it."""
    row = locked(document)
    still_open("enter_opinion", may_be_entered(row), row, by)
    act = Act(by, on, note, routing.acting(row, by, "enter_opinion").seat)
    reasons: list[str] = []
    for check in on_paper.ALWAYS:
        found = check(row, act)
        reasons += [found] if isinstance(found, str) else found
    if any(reasons):
        raise Refused(*reasons)
    return row, act


@transaction.atomic
def _read(document: Document, by, note: str, on: OnPaperInput) -> str:
    """传阅 on paper: the reader's own item is closed as read, with what he wrote."""
    row, act = _begun(document, by, note, on)
    task, his = on_paper.keep_opinion(row, act)
    close_tasks(row, by=his.by, only=[task.pk])
    Task.objects.filter(pk=task.pk).update(remark=f"据纸质传阅件补录（{by.name}）")
    routing.did(row, act)
    audit.record(
        "enter_opinion", "补录传阅意见", row, by=by, seat=act.seat, before=row.state, after=row.state, opinion=act.note,
        **act.detail,
    )  # fmt: skip
    return f"已补录{his.by.name}的传阅意见，并告知本人"


@transaction.atomic
def _heard(document: Document, by, note: str, on: OnPaperInput) -> str:
    row, act = _begun(document, by, note, on)
    said = PaperOpinion.objects.filter(document=row, opinion__by=on.leader, given_at=on.given_at, opinion__text=note)
    if said.exists():  # sent twice
        raise Refused("这条电话意见已经补录。")
    task, his = on_paper.keep_opinion(row, act, label=_concluded(row, on))
    audit.record(
        "enter_opinion", "补录电话意见", row, by=by, seat=act.seat, before=row.state, after=row.state, opinion=act.note,
        **act.detail,
    )  # fmt: skip
    return f"已记录{his.by.name}的电话意见；{task.label}仍待本人办理"


def _concluded(document: Document, on: OnPaperInput) -> str:
    """签发：退回修改, as he said it by telephone; the step itself waits for him."""
    task = on_paper.items_of(document).get(pk=on.task)
    said = conclusions.of(task.kind, document.direction).get(on.result, "")
    return "" if on.result in ("", StepResult.AGREED) else f"{StepKind(task.kind).label}：{said}"


def may_be_objected_to(document: Document) -> str:
    left = any(one.is_open for one in hanging.entered(document))
    return "" if left else "没有补录的意见。"


def _entry(row: Document, by, given: ObjectInput, stands: dict) -> PaperOpinion | None:
    """What is chosen, or the last one, of what was entered in his name and `stands` so; locked."""
    rows = PaperOpinion.objects.filter(document=row, opinion__by=by, **stands).select_for_update(of=("self",))
    return (rows.filter(pk=given.entry) if given.entry else rows).order_by("-pk").first()


def _tell(row: Document, act: Act, label: str, told: str) -> None:
    """His words stand among the opinions, and the clerk finds `told` in his list."""
    Opinion.objects.create(
        document=row, kind=StepKind.NOTICE, label=label, by=act.by, name=act.by.name, post=act.seat_name[:60],
        text=act.note,
    )  # fmt: skip
    routing.assign(row, StepKind.NOTICE, post="clerk", remark=shortened(told, LONGEST_REMARK))


@transaction.atomic
def object_to(document: Document, *, by, note: str, given: ObjectInput) -> str:
    """提出异议: it stands on the sheet behind what was entered; a disputed 签发 goes no further."""
    row = locked(document)
    still_open("object", may_be_objected_to(row), row, by)
    if refused := too_long(note, 500, "异议"):
        raise Refused(refused)
    entry = _entry(row, by, given, PaperOpinion.OPEN)
    if entry is None:
        raise Refused("所选意见已提出异议或已撤销补录，或者不是以您的名义补录的。")
    act = routing.acting(row, by, "object", note)
    PaperOpinion.objects.filter(pk=entry.pk).update(objected_at=timezone.now(), objection=note)
    about = f"补录了您的{StepKind(entry.opinion.kind).label}意见"  # what else he was told of waits for its own answer
    own = Task.objects.of(row).open().filter(own_tasks(by), kind=StepKind.NOTICE, remark__contains=about)
    close_tasks(row, by=by, only=list(own.values_list("pk", flat=True)))
    told = disputes.told_of(entry.opinion, note)
    _tell(row, act, "对补录的异议", told)
    if disputes.of_return(row) is not None:  # it lies where the refusal sent it, and is done over from there
        redone = Task.objects.of(row).open().exclude(kind__in=BESIDE)
        redone.update(remark=shortened(f"{full_stop(told)}{disputes.ends_return(row)}", LONGEST_REMARK))
    audit.record(
        "object", "对补录意见提出异议", row, by=by, seat=act.seat, before=row.state, after=row.state, opinion=note,
        entry=str(entry.uid), entered_by=entry.entered_by.name,
    )  # fmt: skip
    return "异议已记录，并告知文书"


def may_be_withdrawn(document: Document) -> str:
    left = any(one.is_objected for one in hanging.entered(document))
    return "" if left else "没有提出过异议，或者异议已经了结。"


@transaction.atomic
def withdraw_objection(document: Document, *, by, note: str, given: ObjectInput) -> str:
    """撤回异议: what was entered stands after all, and the paper goes on."""
    row = locked(document)
    still_open("withdraw_objection", may_be_withdrawn(row), row, by)
    if refused := too_long(note, 500, "撤回说明"):
        raise Refused(refused)
    entry = _entry(row, by, given, PaperOpinion.OBJECTED)
    if entry is None:
        raise Refused("所选异议已经了结，或者不是您提出的。")
    act = routing.acting(row, by, "withdraw_objection", note)
    PaperOpinion.objects.filter(pk=entry.pk).update(settled_at=timezone.now(), settled_by=by, settlement=note)
    _tell(row, act, "撤回异议", f"{by.name}已撤回对补录意见的异议：{note}")
    audit.record(
        "withdraw_objection", "撤回对补录意见的异议", row, by=by, seat=act.seat, before=row.state, after=row.state,
        opinion=note, entry=str(entry.uid),
    )  # fmt: skip
    return "异议已撤回，并告知文书"
