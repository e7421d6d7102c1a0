"""What a step does besides moving the state; always inside `Workflow.perform`'s transaction."""

from django.utils import timezone

from files.store import keep
from units.roles import PostKind
from units.tasks import close_tasks
from units.workflow import Act, Stale

from . import filing_port, numbering, routing
from .conditions import content_digest
from .models import Document, Rendition
from .states import WITHOUT_SEAL, Direction, State, StepKind


def submit(document, act: Act) -> None:
    routing.finish(document, act.by, StepKind.DRAFT, StepKind.REDRAFT)
    document.was_returned = False
    routing.start(document)


def pass_step(kind: StepKind):
    def effect(document, act: Act) -> None:
        routing.give_opinion(document, kind, act)
        routing.finish_own(document, act.by, kind)
        routing.advance(document)

    return effect


def send_back(document, act: Act) -> None:
    own = routing.own_task(document, act.by, *routing.review_kinds())
    routing.give_opinion(document, StepKind(own.kind), act)
    close_tasks(document, by=act.by, only=[own.pk])
    close_tasks(document, by=act.by, outcome="dropped")
    document.was_returned = True
    document.route_position = 0
    routing.take_part(document, "did", person=act.by)
    routing.assign(document, StepKind.REDRAFT, person=document.drafted_by)


def approve(document, act: Act) -> None:
    routing.give_opinion(document, StepKind.APPROVE, act)
    routing.finish(document, act.by, StepKind.APPROVE)
    document.signatory = act.by
    document.approved_at = timezone.now()
    document.document_date = timezone.localdate()
    document.content_digest = content_digest(document)
    act.detail["content_digest"] = document.content_digest
    routing.assign(document, StepKind.NUMBER, post=PostKind.CLERK)


def recheck_back(document, act: Act) -> None:
    """复核 finds a substantive fault: the approval falls, the draft goes back (Regulations art. 25(1))."""
    routing.give_opinion(document, StepKind.NUMBER, act)
    close_tasks(document, by=act.by, outcome="dropped")
    document.was_returned = True
    document.content_digest, document.approved_at, document.signatory = "", None, None
    document.route_position = 0
    routing.assign(document, StepKind.REDRAFT, person=document.drafted_by)


def number(document, act: Act) -> None:
    routing.finish(document, act.by, StepKind.NUMBER)
    document.numbered_at = timezone.now()
    document.print_copies = act.given.print_copies or document.print_copies
    routing.assign(document, StepKind.PROOFREAD, post=PostKind.CLERK)
    document.doc_number, document.number_prefix, document.number_year, document.number_seq = numbering.next_number(
        document
    )
    act.detail["doc_number"] = document.doc_number


def proofread(document, act: Act) -> None:
    landed, page = act.prepared
    routing.finish(document, act.by, StepKind.PROOFREAD)
    stored = keep(landed)
    Rendition.objects.create(
        document=document, kind=Rendition.Kind.PAGE, stored_file=stored, pages=page.pages, fonts=page.fonts
    )
    act.detail["page_digest"] = stored.sha256
    if document.doc_type in WITHOUT_SEAL:
        routing.assign(document, StepKind.DISPATCH, post=PostKind.CLERK)
    else:
        routing.assign(document, StepKind.SEAL, post=PostKind.SEAL_KEEPER)


def seal(document, act: Act) -> None:
    """The seal register's entry: the page that was proofread, by digest, is the one sealed."""
    routing.finish(document, act.by, StepKind.SEAL)
    document.sealed_at = timezone.now()
    act.detail["page_digest"] = document.renditions.filter(kind=Rendition.Kind.PAGE).first().stored_file.sha256
    routing.assign(document, StepKind.DISPATCH, post=PostKind.CLERK)


def dispatch(document, act: Act) -> None:
    routing.finish(document, act.by, StepKind.DISPATCH)
    document.dispatched_at = timezone.now()
    for addressee in document.addressees.select_related("unit"):
        if addressee.unit_id is not None:
            _deliver(document, addressee.unit)
    if document.doc_type != "request_for_instruction" and not document.addressees.filter(unit__isnull=False).exists():
        routing.assign(document, StepKind.COMPLETE, post=PostKind.CLERK)


def _deliver(document, unit) -> Document:
    delivery = Document(
        direction=Direction.INCOMING,
        state=State.DELIVERED,
        unit=unit,
        issued=document,
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
        created_at=document.dispatched_at,
    )
    delivery.save()
    routing.assign(delivery, StepKind.SIGN_FOR, unit=unit, post=PostKind.CLERK)
    return delivery


def withdraw(document, act: Act) -> None:
    close_tasks(document, by=act.by, outcome="dropped")


def void(document, act: Act) -> None:
    """The number stays with its row and reason; it is never given again (domain 1.4)."""
    close_tasks(document, by=act.by, outcome="dropped")
    act.detail["doc_number"] = document.doc_number


def sign_for(document, act: Act) -> None:
    routing.finish(document, act.by, StepKind.SIGN_FOR)
    document.signed_for_at = timezone.now()
    routing.assign(document, StepKind.REGISTER, post=PostKind.CLERK)


def register(document, act: Act) -> None:
    routing.finish(document, act.by, StepKind.REGISTER)
    document.registered_at = timezone.now()
    document.handling_kind = act.given.handling_kind
    document.due_at = act.given.due_at or document.due_at
    routing.assign(document, StepKind.PROPOSE, post=PostKind.REVIEWER, due_at=document.due_at)
    document.receipt_number = numbering.next_receipt_number(document.unit)
    act.detail["receipt_number"] = document.receipt_number


def return_to_sender(document, act: Act) -> None:
    close_tasks(document, by=act.by, outcome="dropped")
    routing.take_part(document, "did", person=act.by)
    if document.issued_id is not None:
        routing.assign(document.issued, StepKind.TAKE_BACK, unit=document.sender_unit, post=PostKind.CLERK)


def propose(document, act: Act) -> None:
    routing.give_opinion(document, StepKind.PROPOSE, act)
    routing.finish(document, act.by, StepKind.PROPOSE)
    document.lead_officer = act.given.lead_officer or document.lead_officer
    document.due_at = act.given.due_at or document.due_at
    routing.assign(document, StepKind.INSTRUCT, post=PostKind.LEADER, due_at=document.due_at)


def instruct(document, act: Act) -> None:
    routing.give_opinion(document, StepKind.INSTRUCT, act)
    routing.finish(document, act.by, StepKind.INSTRUCT)
    document.lead_officer = act.given.lead_officer or document.lead_officer
    for reader in act.given.readers:
        routing.assign(document, StepKind.READ, person=reader)
    if document.direction == Direction.INTERNAL:
        routing.assign(document, StepKind.COMPLETE, person=document.drafted_by)
    elif document.lead_officer is not None:
        routing.assign(document, StepKind.HANDLE, person=document.lead_officer, due_at=document.due_at)
    else:
        routing.assign(document, StepKind.HANDLE, post=PostKind.OFFICER, due_at=document.due_at)


def handle(document, act: Act) -> None:
    if act.note:
        routing.give_opinion(document, StepKind.HANDLE, act)
    routing.finish(document, act.by, StepKind.HANDLE)
    document.lead_officer = act.by
    routing.assign(document, StepKind.REPORT, person=act.by, due_at=document.due_at)


def report(document, act: Act) -> None:
    routing.give_opinion(document, StepKind.REPORT, act)
    routing.finish(document, act.by, StepKind.REPORT)
    document.result = act.note
    routing.assign(document, StepKind.COMPLETE, post=PostKind.CLERK, due_at=document.due_at)


def prepare_completion(document, act: Act):
    """First half of filing, without a lock; nothing is filed when a reason not to file was chosen."""
    if act.given.not_to_file:
        return None
    return filing_port.prepare(document, act)


def complete(document, act: Act) -> None:
    if act.prepared is not None and act.prepared.version != document.version:
        raise Stale(f"“{document}”在办结准备期间被他人修改，请重新办结。")
    if act.note:
        routing.give_opinion(document, StepKind.COMPLETE, act)
    close_tasks(document, by=act.by, kinds=(StepKind.COMPLETE,))
    close_tasks(document, by=act.by, outcome="dropped")
    document.completed_at = act.prepared.moment if act.prepared else timezone.now()
    document.reply_waived = act.given.reply_waived or document.reply_waived
    document.result = act.given.result or document.result
    if code := act.given.not_to_file:
        document.not_to_file, document.not_to_file_by = code, act.by
        act.detail["not_to_file"] = code
        return
    record = filing_port.file(document, act.prepared, act.by)
    act.detail["archival_code"] = record.archival_code
