"""开放审核: which accessioned records the public may see (Archives Law 2020 art. 27; domain 10.1).

Only the issuing unit's record of a document can be opened. Opening copies the files that citizens read to the public
root, the only one that portal code knows; closing takes the record from the portal's views at once.
"""

from django.db import transaction
from django.utils import timezone

from documents.states import Direction, Disclosure
from files.public import public_path, put_public
from units import audit
from units.access import may
from units.workflow import Refused

from .models import Component, Record
from .states import Access, Role, State

PUBLIC_ROLES = (Role.ORIGINAL, Role.ATTACHMENT, Role.CONVERTED, Role.COPY)
DECISIONS = {
    Access.OPEN: "开放",
    Access.POSTPONED: "延期开放",
    Access.CONTROLLED: "控制使用",
    Access.PENDING: "恢复待审",
}


def barred(record: Record) -> list[str]:
    """Why `record` cannot be opened; empty when it can."""
    found = []
    if record.state != State.ACCESSIONED:
        found.append(f"“{record}”尚未进馆，不能开放。")
    if record.direction == Direction.INCOMING:
        found.append(f"“{record}”是收文，只开放发文单位的档案。")
    if record.disclosure_attr == Disclosure.NOT_DISCLOSED:
        found.append(f"“{record}”的公开属性为不予公开，请先会同形成单位审核。")
    return found


@transaction.atomic
def decide(record: Record, status: str, *, by, reason: str) -> Record:
    """Give `record` the access status `status`; a reason is always kept, files follow before the row does."""
    if status not in DECISIONS:
        raise Refused("开放意见不在规定之列。")
    if not reason.strip():
        raise Refused("请填写审核意见。")
    row = Record.objects.select_for_update(of=("self",)).select_related("unit", "custodian").get(pk=record.pk)
    if not may(by, "open", row):
        raise Refused("您没有开放审核的权限。")
    if row.access_status == status:
        raise Refused(f"“{row}”已是{row.get_access_status_display()}。")
    if status == Access.OPEN:
        if reasons := barred(row):
            raise Refused(*reasons)
        _publish_files(row)
    before, row.access_status = row.access_status, status
    row.access_opinion = reason[:200]
    row.opened_at = timezone.now() if status == Access.OPEN else None
    row.version += 1
    row._history_user = by
    row.save()
    if before == Access.OPEN:
        _retire_files(row)
    audit.record(
        "decide_access", DECISIONS[status], row, by=by, through="open", before=before, after=status, opinion=reason
    )
    return row


def decide_many(records, status: str, *, by, reason: str) -> tuple[int, list[str]]:
    """Each record in a transaction of its own; (how many were decided, every refusal)."""
    done, refusals = 0, []
    for record in records:
        try:
            decide(record, status, by=by, reason=reason)
            done += 1
        except Refused as refusal:
            refusals += refusal.reasons
    return done, refusals


def _public_files(record: Record):
    return Component.objects.filter(record=record, role__in=PUBLIC_ROLES).select_related("stored_file")


def _publish_files(record: Record) -> None:
    for component in _public_files(record):
        put_public(component.stored_file)


def _retire_files(record: Record) -> None:
    """Bytes that no other open record shows leave the public root."""
    for component in _public_files(record):
        others = Component.objects.filter(
            stored_file=component.stored_file, role__in=PUBLIC_ROLES, record__access_status=Access.OPEN
        ).exclude(record=record)
        offered = record.document_id and record.document.renditions.filter(
            stored_file=component.stored_file, document__current_document__withdrawn_at=None
        ).filter(document__current_document__isnull=False)
        if not others.exists() and not (offered and offered.exists()):
            path = public_path(component.stored_file.sha256)
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))
