"""Documents brought to a state by the real acts, as short as a test can say it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from archive import custody
from archive.inputs import PostponeInput
from archive.models import Record
from archive.workflow import OPENING
from documents.actions import create_draft
from documents.states import AddresseeKind, HandlingKind
from documents.workflow import workflow_of
from tests.acts_again import again

BODY = "各有关单位：\n为进一步规范电子公文办理，现就有关事项通知如下。\n一、统一思想，提高认识。\n二、明确职责，抓好落实。\n特此通知。"


def draft(people, to=("D09",), **named):
    return again(_draft, people, to, **named)


def _draft(people, to, *, title="关于做好电子公文归档工作的通知", unit="D07", **fields):
    drafter = people[f"{unit}:officer"]
    home = drafter.appointments.get().post.unit
    units = {one.code: one for one in type(home).objects.filter(code__in=to)}
    return create_draft(
        {"title": title, "body": BODY, **fields},
        unit=home,
        by=drafter,
        addressees=[(AddresseeKind.MAIN, units[code], units[code].name) for code in to],
    )


STEPS = (
    ("submit", "officer"),
    ("check", "reviewer"),
    ("approve", "leader"),
    ("number", "clerk"),
    ("proofread", "clerk"),
    ("seal", "seal_keeper"),
    ("dispatch", "clerk"),
)


def take(document, step, by, note="", **data):
    taken = again(_take, document, step, by, note, **data)
    if taken is not document:
        document.refresh_from_db()
    return document


def _take(document, step, by, note, **data):
    document.refresh_from_db()
    if step == "complete" and document.direction == "outgoing":
        data = {"unsigned_reason": "收文单位已电话确认收到。", **data}
    workflow = workflow_of(document)
    workflow.perform(step, document, by=by, note=note, given=workflow.steps[step].input(**data))
    return document


def brought_to(last: str, people, **named):
    """A new outgoing document after the step `last` of STEPS."""
    return again(_brought_to, last, people, **named)


def _brought_to(last: str, people, *, unit="D07", **kwargs):
    document = draft(people, unit=unit, **kwargs)
    for step, post in STEPS:
        take(document, step, people[f"{unit}:{post}"], note="同意。")
        if step == last:
            return document
    raise LookupError(last)


def referred_back(document, people, note="内容有误。", unit="D07"):
    """A fault found after signing: the signer agrees, and the draft is its drafter's again, its number reserved."""
    take(document, "refer_back", people[f"{unit}:clerk"], note=note)
    take(document, "agree_to_change", people[f"{unit}:leader"], note=note)
    return document


def registered(people, **named):
    """A delivery, signed for and registered at `unit`."""
    return again(_registered, people, **named)


def _registered(people, *, unit="D09", kind=HandlingKind.FOR_READING, **kwargs):
    sent = brought_to("dispatch", people, to=(unit,), **kwargs)
    delivery = sent.deliveries.unguarded("a test looks").get()
    take(delivery, "sign_for", people[f"{unit}:clerk"])
    return take(delivery, "register", people[f"{unit}:clerk"], handling_kind=kind)


def accessioned(people, *given, **named) -> Record:
    """D07's record of a dispatched and completed document, in the archive's custody."""
    return again(_accessioned, people, *given, **named)


def _accessioned(people, title="关于开放查阅的通知", **fields) -> Record:
    document = brought_to("dispatch", people, title=title, **fields)
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    archive = people["D30:accessioner"].appointments.get().post.unit
    with transaction.atomic():
        custody.freeze([document.record.pk], by=people["D07:archivist"])
        custody.offer([document.record.pk], archive, by=people["D07:archivist"])
        custody.accession([document.record.pk], archive, by=people["D30:accessioner"])
    return Record.objects.unguarded("a test looks").get(pk=document.record.pk)


def decided(record: Record, step: str, people, *, note="同意。", **given) -> Record:
    """One decision of the archive's appraiser on opening."""
    OPENING.perform(step, record, by=people["D30:appraiser"], note=note, given=OPENING.steps[step].input(**given))
    return record


def closed(record: Record, people, *, note="涉及个人信息。", told="复核期间暂停开放") -> Record:
    """An open record postponed for a year."""
    given = PostponeInput(told=told, until=timezone.localdate() + timedelta(days=365), ground="private_rights")
    OPENING.perform("postpone", record, by=people["D30:appraiser"], note=note, given=given)
    return record


def public_names() -> set[str]:
    """Names of all files in the public root."""
    return {path.name for path in settings.EGOV_PUBLIC_DIR.rglob("*") if path.is_file()}
