"""Current documents (现行文件): an issued document offered to the public while it is in force; domain 10.3."""

from django.db import transaction
from django.utils import timezone

from files.public import put_public
from units import audit
from units.access import may
from units.counters import take
from units.workflow import Refused

from .models import CurrentDocument, Document
from .pages import page_of
from .states import Direction, Disclosure, State, Validity


def barred(document: Document) -> list[str]:
    """Why `document` cannot be offered to the public; empty when it can."""
    found = []
    if document.direction != Direction.OUTGOING or document.state not in (State.DISPATCHED, State.COMPLETED):
        found.append("只有本单位已分发的发文可以作为现行文件公开。")
    if document.disclosure_attr != Disclosure.PROACTIVE:
        found.append("公开属性不是主动公开，不能作为现行文件公开。")
    if page_of(document) is None:
        found.append("没有正本文件，不能公开。")
    return found


@transaction.atomic
def publish(
    document: Document, *, by, topic: str, summary: str, effective_from=None, expires_on=None
) -> CurrentDocument:
    """Offer the document at once; its page is copied to the public root, the only one that portal code reads."""
    row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if not may(by, "publish", row):
        raise Refused("您没有公开现行文件的权限。")
    if reasons := barred(row):
        raise Refused(*reasons)
    if CurrentDocument.objects.filter(document=row).exists():
        raise Refused("该文件已作为现行文件公开。")
    put_public(page_of(row).stored_file)
    year = timezone.localdate().year
    current = CurrentDocument.objects.create(
        document=row,
        unit=row.unit,
        topic=topic,
        summary=summary,
        effective_from=effective_from or row.document_date,
        expires_on=expires_on,
        published_on=timezone.localdate(),
        published_by=by,
        index_no=f"{row.unit.code}-{year}-{take(f'index:{row.unit.code}:{year}'):03d}",
    )
    audit.record("publish_current", "公开现行文件", row, by=by, through="publish", index_no=current.index_no)
    return current


@transaction.atomic
def withdraw(current: CurrentDocument, *, by, reason: str) -> None:
    """Hide the text at once; the row stays with its reason."""
    if not reason.strip():
        raise Refused("撤下须填写理由。")
    row = CurrentDocument.objects.select_for_update(of=("self",)).select_related("document__unit").get(pk=current.pk)
    if not may(by, "publish", row.document):
        raise Refused("您没有撤下现行文件的权限。")
    if row.withdrawn_at is not None:
        raise Refused("该文件已经撤下。")
    row.withdrawn_at, row.withdrawal_reason = timezone.now(), reason
    row.save()
    audit.record("withdraw_current", "撤下现行文件", row.document, by=by, through="publish", opinion=reason)


@transaction.atomic
def set_validity(current: CurrentDocument, validity: str, *, by, reason: str = "") -> None:
    """MG-06: an abolished document stays visible with its mark."""
    if validity not in Validity.values:
        raise Refused("有效性不在规定之列。")
    row = CurrentDocument.objects.select_for_update(of=("self",)).select_related("document__unit").get(pk=current.pk)
    if not may(by, "publish", row.document):
        raise Refused("您没有变更有效性的权限。")
    before, row.validity = row.validity, validity
    row.save()
    audit.record(
        "set_validity",
        "变更有效性",
        row.document,
        by=by,
        through="publish",
        before=before,
        after=validity,
        opinion=reason,
    )
