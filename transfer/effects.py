"""What a step of a batch does besides moving its state; always inside `Workflow.perform`'s transaction."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone

from archive import custody
from units import jobs

from . import delivery
from .models import Receipt
from .states import ItemVerdict, PartState, ReceiptKind


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


def submitted(batch, act) -> None:
    batch.submitted_at = timezone.now()
    custody.offer(keys_of(batch), batch.archive, by=act.by)
    jobs.start(
        "receive_batch", f"接收“{batch.name}”", by=act.by, unit=batch.archive, subject=batch, batch=str(batch.uid)
    )


def received(batch, act) -> None:
    batch.received_at = timezone.now()
    receipt(batch, ReceiptKind.TECHNICAL, act.by, {"parts": act.given.parts, "manifest_digest": batch.manifest_digest})


def inspected(batch, act) -> None:
    act.detail["verdict"] = act.given.verdict


def accepted(batch, act) -> None:
    """Custody changes now; what is marked for return goes home in the same transaction."""
    taken, home = keys_of(batch, verdict=ItemVerdict.PENDING), keys_of(batch, verdict=ItemVerdict.RETURNED)
    custody.accession(taken, batch.archive, by=act.by, opinion=act.note)
    _send_home(batch, act, home)
    batch.items.filter(is_open=True, record__in=taken).update(verdict=ItemVerdict.ACCEPTED, is_open=False)
    batch.accepted_at = timezone.now()
    content = {
        "accepted": len(taken),
        "returned": len(home),
        "manifest_digest": batch.manifest_digest,
        "opinion": act.note,
    }
    receipt(batch, ReceiptKind.CUSTODY, act.by, content)
    act.detail |= {"accepted": len(taken), "returned": len(home)}


def returned(batch, act) -> None:
    home = keys_of(batch)
    batch.items.filter(is_open=True).exclude(verdict=ItemVerdict.RETURNED).update(
        verdict=ItemVerdict.RETURNED, reason=act.note
    )
    _send_home(batch, act, home)
    act.detail["returned"] = len(home)
    delivery.forget_holdings(batch)
    transaction.on_commit(lambda: delivery.empty_holdings(batch))


def _send_home(batch, act, keys: list[int]) -> None:
    if not keys:
        return
    custody.release(keys, by=act.by, opinion=act.note or "接收检测退回")
    rows = batch.items.filter(is_open=True, record__in=keys).select_related("record")
    listed = [{"code": one.record.archival_code, "uid": str(one.record.uid), "reason": one.reason} for one in rows]
    receipt(batch, ReceiptKind.RETURN, act.by, {"items": listed, "opinion": act.note})
    batch.items.filter(record__in=keys).update(is_open=False)


def dissolved(batch, act) -> None:
    custody.release(keys_of(batch), by=act.by, opinion=act.note)
    batch.items.filter(is_open=True).update(is_open=False, verdict=ItemVerdict.RETURNED, reason=act.note)


def receipt(batch, kind: ReceiptKind, by, content: dict) -> Receipt:
    """Content and its digest, only ever added; both sides keep the same words."""
    content = {
        "batch_no": batch.batch_no, "batch_uid": str(batch.uid), "unit": batch.unit.name, "archive": batch.archive.name,
        "record_count": batch.record_count, "made_at": timezone.localtime().isoformat(), "made_by": by.name, **content,
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return Receipt.objects.create(batch=batch, kind=kind, content=content, digest=digest, made_by=by)
