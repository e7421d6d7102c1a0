"""What the transitions of sending and receiving do besides moving the state; inside `Workflow.perform`'s transaction.

Each receiving unit gets a row of its own; text and bytes are read through the issuing one and never copied.
"""

from django.utils import timezone

from units import audit
from units.models import Task
from units.roles import PostKind
from units.tasks import close_tasks, shortened
from units.workflow import Act, Refused

from . import exchange, joint_copies, left_open, outside_items, pages, renditions, reply_calls, retracing, routing
from .conditions import content_digest
from .exchange_inputs import CopiesInput, DispatchInput, DropInput, ReturnInput
from .exchange_workflow import EXCHANGE, ask_about_original, tell_readers
from .models import Addressee, Dispatch, Document, OutsideDelivery, StepRun
from .revisions import keep_revision
from .set_back import told
from .states import (
    GONE,
    AddresseeKind,
    Direction,
    DispatchKind,
    RunOutcome,
    State,
    StepKind,
    StepState,
)

ANEW = (StepKind.PROOFREAD, StepKind.SEAL, StepKind.DISPATCH)
CORRECTED = "由更正件替换，原件作废"


def dispatch(document, act: Act[DispatchInput]) -> None:
    """分发: to every addressee; a 更正件 also to whoever has the original, in whose place it comes, and to nobody from
    whom that was recalled unless he is named once more."""
    routing.finish(document, act, StepKind.DISPATCH)
    document.dispatched_at = timezone.now()
    act.detail["page_digest"] = document.page_digest
    kind, reason, held, left_out = DispatchKind.INITIAL, "", [], []
    if document.corrects_id:
        left_out = [unit for unit in exchange.withdrawn_from(document) if unit.pk not in act.given.again]
        kind, reason, held = DispatchKind.REPLACEMENT, _why_replaced(left_out, act), _replaced(document, act)
    sending = begin(document, kind, act, reason=reason)
    rows = list(document.addressees.select_related("unit").order_by("unit__code", "pk"))
    units = {one.unit.pk: one.unit for one in rows if one.unit and one.unit not in left_out}
    units |= {unit.pk: unit for unit in held}
    deliver(document, sending, sorted(units.values(), key=lambda unit: unit.code), act)
    joint_copies.hand_out(document, sending, act, set(units))
    outside = {one.name: one.kind for one in rows if not one.unit}
    if document.corrects_id:
        outside |= {one.name: outside.get(one.name, one.kind) for one in document.corrects.outside_deliveries.all()}
    send_outside(document, sending, outside)
    routing.advance(document)


def _why_replaced(left_out: list, act: Act) -> str:
    if not left_out:
        return CORRECTED
    act.detail["left_out"] = names = [unit.short_name for unit in left_out]
    return f"{CORRECTED}；原件已收回、不再发给：{'、'.join(names)}"[:500]


def _replaced(document, act: Act) -> list:
    """Ends the original at every receiver and, unless it is filed, with its issuer; the units that had it."""
    original = _locked(document.corrects_id)
    rows = exchange.deliveries_of(original).exclude(state__in=sorted(GONE))
    held = list(rows.select_related("unit").order_by("unit__code"))
    act.detail["replaced"] = [one.unit.short_name for one in held]
    read = _read_by([one.uid for one in held])
    for delivery in held:
        EXCHANGE.perform("replace", delivery, by=act.by, note=CORRECTED)
        if delivery.signed_for_at or read.get(delivery.uid):
            ask_about_original(delivery)
        tell_readers(delivery, read.get(delivery.uid, ()))
    joint_copies.replace(original, act, CORRECTED)
    if reasons := exchange.bars_correction(original):  # asked again when all its deliveries are locked
        raise Refused(*reasons)
    if original.state == State.DISPATCHED:
        EXCHANGE.perform("supersede", original, by=act.by, note=CORRECTED)
    else:
        audit.record(
            "supersede", "替换", original, by=act.by, seat=act.seat, before=original.state, after=original.state,
            opinion=CORRECTED, correction=str(document.uid),
        )  # fmt: skip
    if original.drafted_by_id != act.by.pk:
        remark = told(CORRECTED, retracing.who_acts(act))
        retracing.tell_person(original, original.drafted_by, PostKind.OFFICER, remark)
    return [one.unit for one in held]


def _read_by(uids: list) -> dict:
    """Items of these deliveries that somebody opened, by delivery."""
    found: dict = {}
    rows = Task.objects.filter(subject_uid__in=uids, seen_at__isnull=False).select_related("unit", "post", "assignee")
    for task in rows.order_by("pk"):
        found.setdefault(task.subject_uid, []).append(task)
    return found


def _locked(key: int) -> Document:
    rows = Document.objects.unguarded("the original that is replaced: whoever dispatches its correction may")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=key)


def begin(document, kind: DispatchKind, act: Act, *, reason: str = "", consented_by=None) -> Dispatch:
    """The row of one sending, with the page that goes out."""
    return Dispatch.objects.create(
        document=document,
        kind=kind,
        reason=reason,
        by=act.by,
        consented_by=consented_by,
        rendition=pages.page_of(document),
    )


def deliver(document, sending: Dispatch, units, act: Act) -> list[Document]:
    """A delivery to each of `units`, with an event that says from whom."""
    delivered = [_deliver(document, sending, unit, act) for unit in units]
    reply_calls.open_for(document, delivered)
    audit.record_many(
        "deliver", "送达", delivered, by=act.by, seat=act.seat, after=State.DELIVERED, issued=str(document.uid),
        dispatch=sending.kind,
    )  # fmt: skip
    return delivered


def _deliver(document, sending: Dispatch, unit, act: Act) -> Document:
    delivery = Document(
        direction=Direction.INCOMING,
        state=State.DELIVERED,
        unit=unit,
        issued=document,
        dispatch=sending,
        title=document.title,
        doc_type=document.doc_type,
        urgency=document.urgency,
        routing_direction=document.routing_direction,
        security_class=document.security_class,
        disclosure_attr=document.disclosure_attr,
        sender_unit=document.unit,
        sender_name=document.unit.name,
        sender_number=document.doc_number,
        sender_date=document.document_date,
        created_at=sending.at,
    )
    delivery._history_user = act.by
    delivery.save()
    routing.arrive(delivery)
    return delivery


def send_outside(document, sending: Dispatch, names: dict[str, str]) -> None:
    """Lines of what has to go out by hand, and the clerk's item until all are noted: name → 主送 or 抄送."""
    kept = {name: exchange.body_named(document.unit, name) for name in names}
    OutsideDelivery.objects.bulk_create(
        OutsideDelivery(
            document=document, dispatch=sending, body=kept[name], name=name, kind=kind,
            way=kept[name].way if kept[name] else "",
        )
        for name, kind in names.items()
    )  # fmt: skip
    if names:
        outside_items.follow(document, by=sending.by)


def return_to_sender(document, act: Act[ReturnInput]) -> None:
    """退文: a task of the sender's clerk who, why; of a paper from outside how it went back."""
    ended = left_open.readers_and_others(document, act.by)
    routing.end(document, RunOutcome.RETURNED, by=act.by)
    retracing.tell(document, ended, told(f"因{retracing.who_acts(act)}退文而终止", "", act.note), by=act.by)
    routing.did(document, act)
    way = f"（退回方式：{act.given.way}）" if act.given.way else ""
    document.ended_at, document.ended_by, document.ended_note = timezone.now(), act.by, f"{act.note}{way}"
    if act.given.way:
        act.detail["way"] = act.given.way
    if document.issued_id is not None:
        remark = told(f"{document.unit.short_name} {act.by.name}退文", "", act.note)
        routing.assign(document.issued, StepKind.TAKE_BACK, unit=document.sender_unit, post="clerk", remark=remark)


def add_copies(document, act: Act[CopiesInput]) -> None:
    """增加抄送 = 复核 with consent noted: the digest follows; a page that is set already is set and sealed anew."""
    last = document.addressees.order_by("-position").values_list("position", flat=True).first() or 0
    added = [(unit, unit.name) for unit in act.given.units] + [(None, name) for name in act.given.names]
    Addressee.objects.bulk_create(
        Addressee(document=document, kind=AddresseeKind.CC, unit=unit, name=name, position=last + number)
        for number, (unit, name) in enumerate(added, start=1)
    )
    act.detail |= {"added": [name for _, name in added], "consented": act.given.consented}
    act.note = "；".join(
        filter(None, (f"增加抄送{'、'.join(name for _, name in added)}，{act.given.consented}", act.note))
    )
    routing.give_opinion(document, StepKind.NUMBER, act, label="复核（增加抄送）")
    document.content_digest = act.detail["content_digest"] = content_digest(document)
    keep_revision(document, act.by)
    if document.page_digest:
        document.page_digest, document.sealed_at = "", None
        _again(document, act, ANEW)


def drop_addressees(document, act: Act[DropInput]) -> None:
    """调整主送 = re-sign: the approval falls and is asked again of the 签发人; the number stays reserved."""
    rows = list(document.addressees.filter(pk__in=act.given.addressees))
    names = "、".join(one.name for one in rows)
    act.detail["dropped"] = names
    document.addressees.filter(pk__in=[one.pk for one in rows]).delete()
    signer = exchange.signer_of(document)
    document.content_digest, document.approved_at = "", None
    document.signatory = document.signed_for = document.document_date = None
    document.page_digest, document.sealed_at = "", None
    renditions.make_again(document, act.by)
    run = StepRun.objects.filter(run__document=document, run__ended_at=None, kind=StepKind.APPROVE)
    run.update(person=signer)
    _again(document, act, (StepKind.APPROVE, StepKind.NUMBER, *ANEW))
    signing = Task.objects.of(document).open().filter(kind=StepKind.APPROVE)
    signing.update(remark=shortened(f"减少收文单位{names}，请重新签发：{act.note}", 300))


def _again(document, act: Act, kinds: tuple[StepKind, ...]) -> None:
    """Steps of the run that are gone through once more; who did them the first time stands in the tasks."""
    close_tasks(document, by=act.by, kinds=kinds, outcome="dropped")
    routing.did(document, act)
    StepRun.objects.filter(run__document=document, run__ended_at=None, kind__in=kinds).update(
        state=StepState.AHEAD, result="", opened_at=None, closed_at=None, due_at=None, done_by=None
    )
    routing.advance(document)
