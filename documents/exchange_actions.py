"""What is done with papers after they were sent or received, beside the transitions: one function a verb, one
transaction, one event on the document that is acted on. Each returns the sentence for the person."""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.models import Task
from units.roles import PostKind
from units.tasks import close_tasks
from units.workflow import Act, Refused

from . import actions, exchange, issuers, outside_items, retracing, routing
from . import exchange_conditions as when
from .exchange_effects import begin, deliver, send_outside
from .exchange_inputs import (
    DisposeInput,
    NoteSendingInput,
    RecallDeliveriesInput,
    SendInput,
    TasksInput,
)
from .exchange_workflow import EXCHANGE
from .models import Attachment, DispatchRequest, Document, OriginalDisposal, OutsideDelivery
from .revisions import keep_revision
from .set_back import RECALLED, told
from .states import GONE, AddresseeKind, DispatchKind, State, StepKind


def _locked(document: Document) -> Document:
    """The row under a lock that lets deliveries be returned meanwhile (their tasks refer to it)."""
    rows = Document.objects.unguarded("an act that asks its own rule under the lock")
    return rows.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=document.pk)


def _still(reason: str, permission: str, row: Document, by) -> None:
    if reason:
        raise Refused(reason)
    if not may(by, permission, row):
        raise Refused("您没有此项权限，或者该事项已由他人办理。")


def _save(row: Document, by) -> None:
    row.version += 1
    row._history_user = by
    row.save()


def _names(rows) -> str:
    return "、".join(str(one) for one in rows)


@transaction.atomic
def recall(document: Document, *, by, note: str, given: RecallDeliveriesInput) -> str:
    """收回 from chosen receivers, or from all who have not signed for it; who was quicker keeps it and is named."""
    row = _locked(document)
    _still(when.may_be_recalled(row), "exchange", row, by)
    rows = exchange.deliveries_of(row).exclude(state__in=sorted(GONE)).select_related("unit").order_by("unit__code")
    chosen = list(rows.filter(pk__in=given.deliveries) if given.deliveries else rows)
    kept = [one.unit for one in chosen if one.state != State.DELIVERED]
    waiting = [one for one in chosen if one.state == State.DELIVERED]
    results = EXCHANGE.perform_each("recall", waiting, by=by, note=note)
    for one in results:
        if one.is_done:  # it has left every list of the receiver: his clerk is told
            remark = told(f"发文单位{RECALLED}", f"{row.unit.short_name} {by.name}", note)
            routing.assign(one.obj, StepKind.NOTICE, post="clerk", remark=remark)
    done = [one.obj.unit for one in results if one.is_done]
    kept += [one.obj.unit for one in results if not one.is_done]
    stay = f"{_names(kept)}已经签收，不能收回，仍由其保存" if kept else ""
    if not done:
        raise Refused(f"{stay or '没有可收回的单位：只能从尚未签收的单位收回，内容有误的请更正重发'}。")
    audit.record(
        "recall", "收回", row, by=by, through="exchange", before=row.state, after=row.state,
        opinion=f"收回{_names(done)}：{note}", recalled=[one.name for one in done], kept=[one.name for one in kept],
    )  # fmt: skip
    _left_to_clerk(row)
    return f"已从{_names(done)}收回{'；' if stay else ''}{stay}"


def _left_to_clerk(document: Document) -> None:
    """Nobody has it any more: nothing completes it by itself, its clerk decides."""
    if document.state != State.DISPATCHED or exchange.deliveries_of(document).exclude(state__in=sorted(GONE)).exists():
        return
    if not Task.objects.of(document).open().filter(kind=StepKind.COMPLETE).exists():
        routing.open_completion(document)


@transaction.atomic
def send_more(document: Document, *, by, note: str, given: SendInput) -> str:
    """补发: at once within the approved scope; beyond it the 原签批人 is asked, and it goes out when he agrees."""
    row = _locked(document)
    _still(when.may_be_sent_on(row), "exchange", row, by)
    _refuse_holders(row, given)
    units, names = exchange.beyond_scope(row, given.units, given.names)
    at_once = [unit for unit in given.units if unit not in units]
    outside = [name for name in given.names if name not in names]
    told = []
    if at_once or outside:
        sending = _send(row, at_once, outside, Act(by, None, note, _seat(row, by)), reason=note)
        told.append(f"已补发{_names([*at_once, *outside])}")
        audit.record(
            "send_more", "补发", row, by=by, through="exchange", before=row.state, after=row.state,
            opinion=f"补发{_names([*at_once, *outside])}：{note}", dispatch=str(sending.uid),
        )  # fmt: skip
    if units or names:
        quoted = "、".join(f"“{one}”" for one in [*(unit.short_name for unit in units), *names])
        told.append(f"{quoted}不在原批准范围内，已请原签批人同意，同意后即发出")
        _ask(row, units, names, by, note)
    return "；".join(told)


def _seat(row: Document, by):
    return routing.acting(row, by, "exchange").seat


def _refuse_holders(row: Document, given: SendInput) -> None:
    if not given.units and not given.names:
        raise Refused("请选择要补发的单位。")
    live = exchange.deliveries_of(row).exclude(state__in=sorted(GONE)).filter(unit__in=given.units)
    have = [one.unit.short_name for one in live.select_related("unit")]
    asked = DispatchRequest.objects.filter(document=row, decided_at=None, uid__in=_open_requests(row))
    waiting = {unit.pk for one in asked for unit in one.units.all()}
    ended = [one for one in when.not_addressed_twice(row, given.units, ()) if "已停用" in one]
    reasons = [f"{name}已有这份公文，不必补发。" for name in have]
    reasons += [f"{unit.short_name}正待原签批人同意，不要重复。" for unit in given.units if unit.pk in waiting]
    if reasons or ended:
        raise Refused(*reasons, *ended)


def _open_requests(row: Document):
    return Task.objects.of(row).open().filter(kind=StepKind.CONSENT).values("step_uid")


def _send(row: Document, units, names, act: Act, *, reason: str, consented_by=None):
    sending = begin(row, DispatchKind.ADDITIONAL, act, reason=reason, consented_by=consented_by)
    deliver(row, sending, sorted(units, key=lambda unit: unit.code), act)
    send_outside(row, sending, dict.fromkeys(names, AddresseeKind.CC))
    return sending


def _ask(row: Document, units, names, by, note: str) -> None:
    request = DispatchRequest.objects.create(document=row, names=list(names), reason=note, asked_by=by)
    request.units.set(units)
    wanted = _names([*units, *names])
    remark = f"{by.name}请求补发{wanted}：{note}"
    task = routing.assign(
        row, StepKind.CONSENT, unit=row.unit, person=exchange.signer_of(row), post="leader", remark=remark
    )
    Task.objects.filter(pk=task.pk).update(step_uid=request.uid)
    audit.record(
        "ask_consent", "请求补发", row, by=by, through="exchange", before=row.state, after=row.state,
        opinion=f"请求补发{wanted}：{note}", request=str(request.uid),
    )  # fmt: skip


def _asked_of(row: Document, act: Act) -> tuple[Task, DispatchRequest]:
    task = routing.own_task(row, act, StepKind.CONSENT)
    request = (
        DispatchRequest.objects.select_for_update().filter(uid=task.step_uid, decided_at=None).first() if task else None
    )
    if task is None or request is None:
        raise Refused("没有待您同意的补发，或者已经答复。")
    return task, request


def _decide(row: Document, act: Act, *, agreed: bool) -> DispatchRequest:
    task, request = _asked_of(row, act)
    principal = act.seat.principal if act.seat else None
    close_tasks(row, by=act.by, only=[task.pk], on_behalf_of=principal)
    request.decided_by, request.decided_at, request.is_agreed = act.by, timezone.now(), agreed
    request.answer = act.note
    request.save()
    routing.give_opinion(row, StepKind.CONSENT, act, label="同意补发" if agreed else "不同意补发")
    routing.did(row, act)
    return request


@transaction.atomic
def consent(document: Document, *, by, note: str = "", given=None) -> str:
    """同意补发: what was asked goes out in the same act, as far as it was not sent meanwhile."""
    row = _locked(document)
    act = routing.acting(row, by, "consent", note)
    request = _decide(row, act, agreed=True)
    _still(when.may_be_sent_on(row), "view", row, by)
    have = exchange.deliveries_of(row).exclude(state__in=sorted(GONE)).values_list("unit", flat=True)
    units = [unit for unit in request.units.order_by("code") if unit.pk not in set(have)]
    sending = _send(row, units, request.names, act, reason=request.reason, consented_by=by)
    sent = _names([*units, *request.names])
    audit.record(
        "consent", "同意补发", row, by=by, seat=act.seat, before=row.state, after=row.state,
        opinion=f"同意补发{sent}{'：' if act.note else ''}{act.note}", dispatch=str(sending.uid), request=str(request.uid),
    )  # fmt: skip
    return f"已同意，已补发{sent}"


@transaction.atomic
def decline(document: Document, *, by, note: str, given=None) -> str:
    """不同意补发: nothing goes out; why stands in the table of the sendings."""
    row = _locked(document)
    act = routing.acting(row, by, "consent", note)
    request = _decide(row, act, agreed=False)
    audit.record(
        "decline", "不同意补发", row, by=by, seat=act.seat, before=row.state, after=row.state, opinion=act.note,
        request=str(request.uid),
    )  # fmt: skip
    return "已答复不同意补发"


@transaction.atomic
def take_back(document: Document, *, by, note: str = "", given: TasksInput) -> str:
    """退文处理: the sender's clerk has seen what came back, from whom and why, and settled it."""
    row = _locked(document)
    act = routing.acting(row, by, "take_back", note)
    first = routing.own_task(row, act, StepKind.TAKE_BACK)
    if first is None:
        raise Refused("没有待处理的退文。")
    open_ones = Task.objects.of(row).open().filter(kind=StepKind.TAKE_BACK, post=first.post, assignee=first.assignee)
    if given.tasks:
        open_ones = open_ones.filter(pk__in=given.tasks)
    settled = list(open_ones.order_by("pk"))
    if not settled:
        raise Refused("所选退文已由他人处理。")
    principal = act.seat.principal if act.seat else None
    close_tasks(row, by=by, only=[task.pk for task in settled], on_behalf_of=principal)
    _left_to_clerk(row)
    audit.record(
        "take_back", "退文处理", row, by=by, seat=act.seat, before=row.state, after=row.state, opinion=act.note,
        returns=[task.remark for task in settled],
    )  # fmt: skip
    return f"{len(settled)}件退文已处理"


@transaction.atomic
def note_sending(document: Document, *, by, note: str = "", given: NoteSendingInput) -> str:
    """登记寄送: when and how a body outside was sent its copy; a line already noted is noted anew, with trace."""
    row = _locked(document)
    _still(when.has_outside_receivers(row), "exchange", row, by)
    if given.sent_on is None or not given.way:
        raise Refused("请填写寄出日期和寄送方式。")
    if given.sent_on > timezone.localdate():
        raise Refused("寄出日期不能晚于今天。")
    rows = list(OutsideDelivery.objects.filter(document=row, pk__in=given.deliveries).order_by("pk"))
    if not rows:
        raise Refused("请选择已寄送的区外单位。")
    before = {one.name: f"{one.sent_on} {one.get_way_display()}" for one in rows if one.sent_on}
    OutsideDelivery.objects.filter(pk__in=[one.pk for one in rows]).update(
        sent_on=given.sent_on, way=given.way, carrier=given.carrier, noted_by=by, noted_at=timezone.now()
    )
    outside_items.follow(row, by=by)
    audit.record(
        "note_sending", "登记寄送", row, by=by, through="exchange", before=row.state, after=row.state,
        opinion=f"{_names(rows)}，{given.sent_on}，{given.carrier}", was=before, way=given.way,
    )  # fmt: skip
    return f"已登记寄送：{_names(rows)}"


@transaction.atomic
def correct(document: Document, *, by, note: str, given=None) -> str:
    """更正重发: a 更正稿 with the same text, files and receivers; it is reviewed, signed and sealed as every document."""
    original = _locked(document)
    _still(when.may_be_corrected(original), "exchange", original, by)
    if reasons := exchange.bars_correction(original):
        raise Refused(*reasons)
    fields = {name: getattr(original, name) for name in actions.DRAFT_FIELDS} | issuers.fields_of(original)
    addressees = [(one.kind, one.unit, one.name) for one in original.addressees.select_related("unit")]
    countersigners = [one.unit for one in original.countersigners.select_related("unit")]
    draft = actions.create_draft(
        fields, unit=original.unit, by=by, addressees=addressees, countersigners=countersigners,
        replies_to=original.replies_to,
    )  # fmt: skip
    draft.corrects = original
    _save(draft, by)
    files = original.attachments.filter(removed_at=None).order_by("position", "pk")
    Attachment.objects.bulk_create(
        Attachment(
            document=draft, stored_file=one.stored_file, name=one.name, title=one.title, position=one.position,
            added_by=by,
        )
        for one in files.select_related("stored_file")
    )  # fmt: skip
    keep_revision(draft, by)
    audit.record(
        "correct", "更正重发", original, by=by, through="exchange", before=original.state, after=original.state,
        opinion=note, correction=str(draft.uid),
    )  # fmt: skip
    audit.record("begin_correction", "拟更正稿", draft, by=by, through="exchange", after=draft.state, opinion=note)
    if original.drafted_by_id != by.pk:
        remark = told("更正重发", f"{original.unit.short_name} {by.name}", note)
        retracing.tell_person(original, original.drafted_by, PostKind.OFFICER, remark)
    return "更正稿已拟好，改正后送审；分发时原件作废，由更正件替换"


@transaction.atomic
def dispose(document: Document, *, by, note: str = "", given: DisposeInput) -> str:
    """原件退回/销毁确认 of a receiver."""
    row = _locked(document)
    act = routing.acting(row, by, "dispose", note)
    task = routing.own_task(row, act, StepKind.DISPOSE)
    if task is None:
        raise Refused("没有待确认的原件，或者已经确认。")
    if reason := when.reason_fits(note):
        raise Refused(reason)
    close_tasks(row, by=by, only=[task.pk], on_behalf_of=act.seat.principal if act.seat else None)
    done = OriginalDisposal.objects.create(delivery=row, how=given.how, by=by, note=act.note)
    audit.record(
        "dispose", "原件处理", row, by=by, seat=act.seat, before=row.state, after=row.state,
        opinion="：".join(filter(None, (done.get_how_display(), act.note))),
    )  # fmt: skip
    return f"已确认{done.get_how_display()}"
