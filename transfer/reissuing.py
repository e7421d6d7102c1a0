"""What is left of a batch after a return is packaged, carried over and read anew as -v2 (domain 9.4).

The register that both sides then sign names the new digest, so that nothing is accepted that a leader did not sign.
"""

from django.db import transaction

from units import audit
from units.actions import system_user

from .effects import receipt
from .models import Batch, Copy
from .states import CopyState, Place, ReceiptKind, State


def is_waiting(batch: Batch) -> bool:
    """The return was agreed to, and the new package has not been read at the archive's side."""
    if batch.state != State.HANDING_OVER or batch.issue == 1:
        return False
    return not any(
        one.content["batch_no"] == batch.issued_no for one in batch.receipts.filter(kind=ReceiptKind.TECHNICAL)
    )


@transaction.atomic
def set_package(batch: Batch, digest: str, payload: int) -> None:
    """The digest of the package as formed anew; what the archive holds of the former one does not pass as sound."""
    row = Batch.objects.unguarded("the worker does what both sides agreed to").select_for_update().get(pk=batch.pk)
    row.manifest_digest, row.payload_bytes = digest, payload
    row.version += 1
    row._history_user = system_user()
    row.save()
    Copy.objects.filter(part__batch=row, place=Place.HOLDINGS).update(
        state=CopyState.UNREAD, found="", read_at=None, verified_at=None
    )
    audit.record("reissue", "重新形成移交信息包", row, by=system_user(), manifest_digest=digest, issue=row.issue)
    batch.refresh_from_db()


@transaction.atomic
def received_anew(batch: Batch, parts: list[dict], verdict: str) -> None:
    """签收确认 of the new issue, with what its inspection said."""
    receipt(
        batch, ReceiptKind.TECHNICAL, system_user(), {"parts": parts, "manifest_digest": batch.manifest_digest}
    )  # fmt: skip
    audit.record("inspect", "检测", batch, by=system_user(), verdict=verdict, issue=batch.issue)
