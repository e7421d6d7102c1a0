"""What a step of a batch does besides moving its state; always inside `Workflow.perform`'s transaction."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone

from archive import custody
from units import jobs
from units.models import AuditEvent
from units.workflow import Refused

from . import delivery, handover_papers, manual_items, returning, sealed_register, signing, unready
from .models import Receipt
from .states import ItemVerdict, Medium, PartState, ReceiptKind, Side, State


def keys_of(batch, **conditions) -> list[int]:
    return list(batch.items.filter(is_open=True, **conditions).values_list("record_id", flat=True))


def self_checked(batch, act) -> None:
    batch.manifest_digest = act.given.manifest_digest
    batch.payload_bytes = act.given.payload_bytes
    act.detail["manifest_digest"] = batch.manifest_digest


def reopened(batch, act) -> None:
    """Back to the archivist's hands: the package falls, because its content may change."""
    batch.manifest_digest, batch.payload_bytes = "", 0
    batch.approved_by, batch.approved_at = None, None
    batch.parts.filter(record_count__gt=0).update(state=PartState.PENDING)


def approved(batch, act) -> None:
    batch.approved_by, batch.approved_at = act.by, timezone.now()
    act.detail["manifest_digest"] = batch.manifest_digest
    # what he was told of and approved all the same
    act.detail["unready"] = unready.of_batch(batch).told
    act.detail["unlooked"] = manual_items.left_told(batch, Side.UNIT)


def submitted(batch, act) -> None:
    batch.submitted_at = timezone.now()
    custody.offer(keys_of(batch), batch.archive, by=act.by)
    if batch.medium != Medium.ONLINE:
        return  # the archive takes it in from the disk (receive_package), or another installation does
    jobs.start(
        "receive_batch", f"接收“{batch.name}”", by=act.by, unit=batch.archive, subject=batch, batch=str(batch.uid)
    )


def received(batch, act) -> None:
    batch.received_at = timezone.now()
    receipt(batch, ReceiptKind.TECHNICAL, act.by, {"parts": act.given.parts, "manifest_digest": batch.manifest_digest})


def inspected(batch, act) -> None:
    act.detail["verdict"] = act.given.verdict


def something_to_return(user, batch) -> bool:
    return batch.items.filter(is_open=True, verdict=ItemVerdict.RETURNED).exists()


def nothing_to_return(user, batch) -> bool:
    return not something_to_return(user, batch)


def settled(batch, act) -> None:
    """The way without a return; refused in the person's words where items are marked."""
    if something_to_return(act.by, batch):
        raise Refused("批次中有拟退回的档案，请先“提请退回所标各件”，由移交单位确认。")
    signing.void_signatures(batch, by=act.by)
    batch.unready = unready.of_batch(batch).lines


def proposed(batch, act) -> None:
    count = batch.items.filter(is_open=True, verdict=ItemVerdict.RETURNED).count()
    if not count:
        raise Refused("没有拟退回的档案，请直接办理交接手续。")
    act.detail["returned"] = count


def return_agreed(batch, act) -> None:
    """Both sides agree: the marked items go home as repairs, and list, register and package are issued anew (-v2)."""
    home = list(batch.items.filter(is_open=True, verdict=ItemVerdict.RETURNED).select_related("record"))
    whose, opinion = returning.returner(batch, act.by), act.note or "接收检测退回"
    listed = returning.send_home(batch, home, by=act.by, whose=whose, opinion=opinion, to_mend=True)
    batch.items.filter(pk__in=[item.pk for item in home]).update(is_open=False, is_listed=False)
    receipt(batch, ReceiptKind.RETURN, act.by, returning.notice(act.by, whose, listed, act.note))
    batch.unready = unready.of_batch(batch).lines  # of what is still listed
    batch.issue += 1
    batch.record_count -= len(home)
    batch.manifest_digest, batch.payload_bytes = "", 0
    batch.parts.filter(record_count__gt=0).update(state=PartState.PENDING)
    act.detail |= {"returned": len(home), "issue": batch.issue}
    jobs.start(
        "reissue_batch", f"重新形成“{batch.name}”", by=act.by, unit=batch.unit, subject=batch, batch=str(batch.uid)
    )


def taken_back(batch, act) -> None:
    act.detail["void_signatures"] = signing.void_signatures(batch, by=act.by)


def accepted_as(batch, act) -> str:
    return State.ACCEPTED if batch.issue == 1 else State.PARTIALLY_RETURNED


def accepted(batch, act) -> None:
    """Custody changes now, by the register that both sides signed; then the package is stored in two places."""
    taken = keys_of(batch, verdict=ItemVerdict.PENDING)
    custody.accession(taken, batch.archive, by=act.by, opinion=act.note)
    content = {
        **handover_papers.register_content(batch),
        "signed": handover_papers.signed_content(batch),
        "sealed": sealed_register.told(batch),
        "accepted": len(taken),
        "returned": batch.items.sent_back().count(),
        "opinion": act.note,
    }
    batch.items.filter(is_open=True, record__in=taken).update(verdict=ItemVerdict.ACCEPTED, is_open=False)
    batch.accepted_at = timezone.now()
    receipt(batch, ReceiptKind.CUSTODY, act.by, content)
    act.detail |= {"accepted": len(taken), "returned": content["returned"]}
    start_storing(batch, by=act.by)


def start_storing(batch, *, by) -> None:
    jobs.start("store_batch", f"入库“{batch.name}”", by=by, unit=batch.archive, subject=batch, batch=str(batch.uid))


def returned(batch, act) -> None:
    """The whole batch, after the archive had looked at it: each item is a repair with its own reason, else the batch's,
    as with items returned one by one. Before, it was the package that could not be read: it is sent anew, and nothing
    of a record is to be mended."""
    home = list(batch.items.filter(is_open=True).select_related("record"))
    own = [item for item in home if item.verdict == ItemVerdict.RETURNED]
    rest = [item for item in home if item.verdict != ItemVerdict.RETURNED]
    whose, opinion = returning.returner(batch, act.by), act.note or "接收检测退回"
    listed = returning.send_home(batch, own, by=act.by, whose=whose, opinion=opinion, to_mend=True)
    for item in rest:
        item.verdict, item.reason = ItemVerdict.RETURNED, act.note
    was_inspected = AuditEvent.objects.of(batch).filter(verb="inspect").exists()
    listed += returning.send_home(batch, rest, by=act.by, whose=whose, opinion=opinion, to_mend=was_inspected)
    for item in home:
        item.is_open = False
    batch.items.bulk_update(home, ["verdict", "reason", "is_open"], batch_size=1000)
    receipt(batch, ReceiptKind.RETURN, act.by, returning.notice(act.by, whose, listed, act.note))
    signing.void_signatures(batch, by=act.by)
    batch.unready = []
    act.detail["returned"] = len(home)
    delivery.forget_holdings(batch)
    transaction.on_commit(lambda: delivery.empty_holdings(batch))


def dissolved(batch, act) -> None:
    custody.release(keys_of(batch), by=act.by, opinion=act.note)
    batch.items.filter(is_open=True).update(is_open=False, verdict=ItemVerdict.RETURNED, reason=act.note)


def receipt(batch, kind: ReceiptKind, by, content: dict) -> Receipt:
    """Content and its digest, only ever added; both sides keep the same words."""
    content = {
        "batch_no": batch.issued_no, "batch_uid": str(batch.uid), "unit": batch.unit.name,
        "archive": batch.archive.name,
        "record_count": batch.record_count, "made_at": timezone.localtime().isoformat(), "made_by": by.name, **content,
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return Receipt.objects.create(batch=batch, kind=kind, content=content, digest=digest, made_by=by)
