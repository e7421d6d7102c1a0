"""Every write on documents that is not a transition: one function a verb, one transaction, one event."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from files.store import Landed, keep
from units import audit
from units.access import OnUnit, holds, may, standing
from units.behind import moved_since
from units.models import Task
from units.rules import own_tasks
from units.secrecy import marks_in
from units.tasks import close_tasks, retitle
from units.texts import too_long
from units.workflow import Refused, Secret, Stale

from . import issuers, routing
from .conditions import awaits_a_reply, may_be_answered
from .inputs import AttachInput
from .models import Addressee, Attachment, Countersigner, Document
from .revisions import keep_revision
from .states import SECRET_CLASSES, Direction, State, StepKind

DRAFT_FIELDS = (
    "doc_type",
    "title",
    "body",
    "urgency",
    "routing_direction",
    "security_class",
    "disclosure_attr",
    "disclosure_reason",
    "note",
    "contact",
    "print_copies",
    "department",
    "retention_code",
    "class_code",
)
NOT_IN_HAND = "已经送出，或者不在您手上"  # of a draft that was still his when the page was shown
# a 签报 asks the unit's own leader: it is no 文种, goes to nobody, is issued with nobody and printed nowhere
NOT_OF_A_REPORT = frozenset(
    {
        "doc_type", "routing_direction", "disclosure_attr", "disclosure_reason", "note", "print_copies", "co_issuers",
        "seal_unit", "seal_authority",
    }
)  # fmt: skip
OUTSIDE_FIELDS = (
    "doc_type",
    "title",
    "urgency",
    "sender_name",
    "sender_number",
    "sender_date",
    "disclosure_attr",
    "body",
    "received_as",
)


def told_of_secret(security_class: str, by) -> str:
    """The same for a form that can be given back: what stands at the field, "" for a class that may be here."""
    if security_class not in SECRET_CLASSES:
        return ""
    _record_secrecy(by)
    return (
        f"本系统为非涉密网络，不得拟制“{SECRET_CLASSES[security_class]}”公文。确属涉密的，请立即停止录入、关闭本页，"
        "改用机要渠道办理；误选的，请改选“公开”或“内部”。填写的内容还在下面，没有保存。"
    )


def refuse_secret(security_class: str, by) -> None:
    """MG-02, SC-01: choosing a secret class stores nothing but one event without content."""
    if security_class in SECRET_CLASSES:
        _record_secrecy(by)
        raise Secret(
            f"本系统为非涉密网络，不得拟制、存储“{SECRET_CLASSES[security_class]}”公文。"
            "请立即停止录入，改用机要渠道办理；已填写的内容没有保存。"
        )


def _record_secrecy(by) -> None:
    audit.record_refusal(
        "secrecy_refused", "涉密拒收", actor=by, address=getattr(by, "request_address", ""), object_type="document"
    )


def tell_of_marks(typed, by) -> None:
    """SC-03: the same event when a mark of secrecy was typed; the form's fields refuse it with their sentences.

    `typed` are the posted values by name; names that end in "title" are judged as names.
    """
    if any(marks_in(value, is_name=name.endswith("title")) for name, value in typed.items()):
        _record_secrecy(by)


@transaction.atomic
def create_draft(
    fields: dict, *, unit, by, direction=Direction.OUTGOING, addressees=(), countersigners=(), replies_to=None,
    form_uid=None,
) -> Document:  # fmt: skip
    """A new draft of `unit`; `fields` has the names of DRAFT_FIELDS, `addressees` are (kind, unit or None, name).

    `form_uid` names the form it was typed into: a second one of the same form is an IntegrityError.
    """
    if not holds("draft_documents", by, unit):
        raise Refused(f"您没有在{unit}拟稿的权限，请改选您拟稿的单位。")
    if direction == Direction.INTERNAL:
        fields, addressees, replies_to = _of_a_report(fields), (), None
    document = Document(
        direction=direction,
        unit=unit,
        drafted_by=by,
        replies_to=replies_to,
        form_uid=form_uid,
        **{name: fields[name] for name in DRAFT_FIELDS if name in fields},
    )
    if replies_to is not None and (reason := _answers_nothing(replies_to, unit)):
        raise Refused(reason)
    if document.department_id is None:
        document.department_id = _own_department(by, unit)
    seat = next(iter(OnUnit("draft_documents").seats(by, document)), None)
    document.drafted_in = seat.kind_label if seat else ""
    document._history_user = by
    document.save()
    _set_addressees(document, addressees, countersigners)
    issuers.keep(document, fields)
    keep_revision(document, by)
    routing.assign(document, StepKind.DRAFT, person=by)
    audit.record("draft", "拟稿", document, by=by, seat=seat, after=document.state)
    return document


def _own_department(by, unit) -> int | None:
    """拟稿部门: the department in which the person drafts; nobody's guess when he belongs to several."""
    held = {one.department_id for one in standing(by).appointments if one.post.unit_id == unit.pk and one.department_id}
    return held.pop() if len(held) == 1 else None


def _of_a_report(fields: dict) -> dict:
    """What only an issued document has is left out, whoever sent it."""
    return {name: value for name, value in fields.items() if name not in NOT_OF_A_REPORT}


def _answers_nothing(request: Document, unit) -> str:
    """A reply is drafted from the unit's own received copy of the request."""
    received = (
        Document.objects.unguarded("whether the unit received it, not what it says")
        .filter(issued=request, unit=unit)
        .select_related("issued", "unit")
        .first()
    )
    return may_be_answered(received) if received else f"{unit}没有收到这份请示，不能拟批复。"


@transaction.atomic
def save_draft(document: Document, fields: dict, *, by, version: int, addressees=None, countersigners=()) -> Document:
    """Overwrite an open draft; Stale when it was saved by somebody else since `version`."""
    row = locked(document)
    if not may(by, "edit", row):
        raise Refused(f"“{row}”{NOT_IN_HAND}，不能修改。")
    if row.version != version:
        raise Stale(f"{moved_since(row, version, by)}请核对后再保存。")
    if row.direction == Direction.INTERNAL:
        fields, addressees = _of_a_report(fields), None if addressees is None else ()
    for name in DRAFT_FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    _save(row, by)
    if addressees is not None:
        _set_addressees(row, addressees, countersigners)
        issuers.keep(row, fields)
    keep_revision(row, by)
    retitle(row)
    audit.record("edit_draft", "修改", row, by=by, through="edit", before=row.state, after=row.state)
    return row


def _set_addressees(document, addressees, countersigners) -> None:
    document.addressees.all().delete()
    Addressee.objects.bulk_create(
        [
            Addressee(document=document, kind=kind, unit=unit, name=name, position=position)
            for position, (kind, unit, name) in enumerate(addressees, start=1)
        ]
    )
    document.countersigners.all().delete()
    Countersigner.objects.bulk_create([Countersigner(document=document, unit=unit) for unit in countersigners])


def locked(document: Document) -> Document:
    """The document's row under its lock: every act takes it first, then tasks, then what hangs on them."""
    return Document._base_manager.select_for_update(of=("self",)).select_related("unit").get(pk=document.pk)


def _save(row: Document, by) -> None:
    row.version += 1
    row._history_user = by
    row.save()


@transaction.atomic
def attach_uploads(document: Document, *, by, note: str = "", given: AttachInput) -> str:
    """添加附件: all of them or none; they were examined before any lock is taken. What is told has a line for each."""
    for name, landed in given.files:
        attach(document, landed, by=by, name=name, title=given.title, is_main_text=given.is_main_text)
    return "\n".join(f"已添加附件“{given.title or name}”" for name, _ in given.files)


@transaction.atomic
def attach(
    document: Document, landed: Landed, *, by, name: str, title: str = "", is_main_text: bool = False
) -> Attachment:
    """Keep an examined file with an editable document; Refused with every finding that bars it."""
    if landed.examination.refusals:
        raise Refused(*(f"“{name}”不能作为附件：{one.message}" for one in landed.examination.refusals))
    row = locked(document)
    if not may(by, "edit", row):
        raise Refused(f"“{row}”{NOT_IN_HAND}，不能增加附件。")
    attachment = Attachment.objects.create(
        document=row,
        stored_file=keep(landed),
        name=name,
        title=title,
        is_main_text=is_main_text,
        position=(row.attachments.aggregate(last=Max("position"))["last"] or 0) + 1,
        added_by=by,
    )
    _save(row, by)
    keep_revision(row, by)
    audit.record("attach", "添加附件", row, by=by, through="edit", name=name, sha256=landed.sha256)
    return attachment


@transaction.atomic
def detach(attachment: Attachment, *, by) -> None:
    row = locked(attachment.document)
    if not may(by, "edit", row) or not row.attachments.filter(pk=attachment.pk, removed_at=None).exists():
        raise Refused(f"该附件已移除，或者公文{NOT_IN_HAND}，不能再改。")
    Attachment.objects.filter(pk=attachment.pk).update(removed_at=timezone.now())
    _save(row, by)
    keep_revision(row, by)
    audit.record("detach", "移除附件", row, by=by, through="edit", name=attachment.name)


@transaction.atomic
def move_attachment(attachment: Attachment, *, by, up: bool) -> None:
    """上移, 下移: one place among the files that the document has; at the end nothing is moved and nothing told."""
    row = locked(attachment.document)
    rows = list(row.attachments.filter(removed_at=None).order_by("position", "pk"))
    place = next((number for number, one in enumerate(rows) if one.pk == attachment.pk), None)
    if not may(by, "edit", row) or place is None:
        raise Refused(f"该附件已移除，或者公文{NOT_IN_HAND}，不能调整顺序。")
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for number, one in enumerate(rows, start=1):
        one.position = number
    Attachment.objects.bulk_update(rows, ["position"])
    _save(row, by)
    keep_revision(row, by)
    order = [one.name for one in rows]
    audit.record("order_files", "调整附件顺序", row, by=by, through="edit", name=attachment.name, order=order)


def made_from(form_uid, *, by) -> Document | None:
    """What the person's form of this uid has made already, hidden or not."""
    rows = Document.objects.unguarded("the person's own form is looked for, by its uid")
    return rows.filter(form_uid=form_uid, drafted_by=by).select_related("unit").first() if form_uid else None


@transaction.atomic
def register_outside(fields: dict, *, unit, by, form_uid=None) -> Document:
    """A document that came on paper or from another district: signed for at once, registered by hand with scans."""
    if not holds("receive_documents", by, unit):
        raise Refused(f"您没有在{unit}登记来文的权限，请由该单位文书登记。")
    document = Document(
        direction=Direction.INCOMING,
        state=State.SIGNED_FOR,
        unit=unit,
        drafted_by=by,
        signed_for_at=timezone.now(),
        form_uid=form_uid,
        **{name: fields[name] for name in OUTSIDE_FIELDS if name in fields},
    )
    document.doc_number_as_given = document.sender_number
    document._history_user = by
    document.save()
    act = routing.acting(document, by, "receive")
    routing.did(document, act)
    routing.arrive(document, signed_for_by=by)
    audit.record("sign_for", "签收", document, by=by, seat=act.seat, after=document.state, opinion="外来文件，手工登记")
    return document


def still_open(permission: str, reason: str, row: Document, by) -> None:
    """Asked again under the row's lock: the document may have moved since the page was shown."""
    if reason:
        raise Refused(reason)
    if not may(by, permission, row):
        raise Refused("您没有此项权限，或者该事项已由他人办理。")


@transaction.atomic
def read(document: Document, *, by, note: str = "", given=None) -> None:
    """阅毕: close the person's circulation task with his opinion, if any."""
    row = locked(document)
    act = routing.acting(row, by, "read", note)
    task = routing.own_task(row, act, StepKind.READ)
    if task is None:
        raise Refused("没有待您传阅的事项，或者已经阅毕。")
    routing.give_opinion(row, StepKind.READ, act)
    close_tasks(row, by=by, only=[task.pk])
    audit.record("read", "阅毕", row, by=by, seat=act.seat, opinion=act.note)


@transaction.atomic
def take_note(document: Document, *, by, note: str = "", given=None) -> None:
    """阅知: the person has seen one thing that he was told; each notice has its own answer."""
    row = locked(document)
    act = routing.acting(row, by, "take_note")
    rows = Task.objects.of(row).open().filter(own_tasks(by), kind=StepKind.NOTICE).order_by("pk")
    task = (rows.filter(pk=given.task) if given is not None and given.task else rows).first()
    if task is None:
        raise Stale("没有待您阅知的事项，或者已由他人阅知。")
    close_tasks(row, by=by, only=[task.pk])
    audit.record("take_note", "阅知", row, by=by, seat=act.seat)


@transaction.atomic
def waive_reply(document: Document, *, by, note: str, given=None) -> None:
    """免予批复: the unit that asked no longer waits; the reason stays with the document."""
    row = locked(document)
    still_open("complete", awaits_a_reply(row), row, by)
    if refused := too_long(note, 200, "免予批复的理由"):
        raise Refused(refused)
    row.reply_waived = note
    _save(row, by)
    audit.record("waive_reply", "免予批复", row, by=by, through="complete", opinion=note)


def may_draft_for(user) -> list:
    """Units for which the person may draft, from his appointments."""
    units = {
        one.post.unit_id: one.post.unit
        for one in standing(user).appointments
        if holds("draft_documents", user, one.post.unit)
    }
    return list(units.values())
