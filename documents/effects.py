"""What a step does besides moving the state; always inside `Workflow.perform`'s transaction.

Who is next is the route's business: an effect closes its own step and calls `routing.advance`.
"""

from django.utils import timezone

from files.store import keep
from units import audit
from units.workflow import Act, Stale, who_changed

from . import filing_port, number_book, numbering, routing
from .conditions import content_digest
from .inputs import CompleteInput, InstructInput, NumberInput, ProposeInput, RegisterInput, SubmitInput
from .models import Document, Rendition
from .states import REVIEWS, Direction, RunOutcome, State, StepKind, StepResult

AFTER_SIGNING = (StepKind.NUMBER, StepKind.PROOFREAD, StepKind.SEAL, StepKind.DISPATCH)


def submit(document, act: Act[SubmitInput]) -> None:
    routing.finish(document, act, StepKind.DRAFT, StepKind.REDRAFT)
    document.was_returned = False
    routing.start(document, act.given)


def pass_step(kind: StepKind):
    def effect(document, act: Act) -> None:
        routing.give_opinion(document, kind, act, result=StepResult.AGREED)
        routing.finish_own(document, act, kind, result=StepResult.AGREED)
        routing.advance(document)

    return effect


def send_back(document, act: Act) -> None:
    """退回: this step says no, the others' open steps end, the draft is its drafter's again."""
    own = routing.finish_own(document, act, *REVIEWS, result=StepResult.RETURNED)
    _back_to_draft(document, act, StepKind(own.kind), RunOutcome.RETURNED)


def _back_to_draft(document, act: Act, kind: StepKind, outcome: RunOutcome) -> None:
    label, result = ("退回", StepResult.RETURNED) if outcome == RunOutcome.RETURNED else ("撤回", "")
    if act.note:
        routing.give_opinion(document, kind, act, label=label, result=result)
    routing.end(document, outcome, by=act.by)
    document.was_returned = outcome == RunOutcome.RETURNED
    routing.did(document, act)
    remark = f"被退回：{act.note}" if document.was_returned else ""
    routing.assign(document, StepKind.REDRAFT, person=document.in_hands_of, remark=remark)


def withdraw(document, act: Act) -> None:
    """撤回: the drafter calls his draft back; it is a draft again, in his own list."""
    _back_to_draft(document, act, StepKind.DRAFT, RunOutcome.WITHDRAWN)


def approve(document, act: Act) -> None:
    routing.give_opinion(document, StepKind.APPROVE, act, result=StepResult.AGREED)
    routing.finish(document, act, StepKind.APPROVE, result=StepResult.AGREED)
    document.signatory, document.signed_for = act.by, act.seat.principal if act.seat else None
    document.approved_at = timezone.now()
    document.document_date = timezone.localdate()
    document.content_digest = content_digest(document)
    act.detail["content_digest"] = document.content_digest
    routing.advance(document)


def recheck_back(document, act: Act) -> None:
    """复核 finds a substantive fault: the approval falls, the draft goes back, the number stays reserved (art. 25(1))."""
    document.content_digest, document.approved_at = "", None
    document.signatory = document.signed_for = None
    document.page_digest, document.document_date = "", None
    routing.finish(
        document, act, *AFTER_SIGNING, result=StepResult.RETURNED
    )  # the way shows who sent it back, and when
    _back_to_draft(document, act, StepKind.NUMBER, RunOutcome.RETURNED)


def number(document, act: Act[NumberInput]) -> None:
    routing.finish(document, act, StepKind.NUMBER)
    document.numbered_at = timezone.now()
    document.print_copies = act.given.print_copies or document.print_copies
    routing.advance(document)
    if voided := number_book.settle(document, by=act.by):
        act.detail["voided_number"] = voided
    act.detail["doc_number"] = document.doc_number


def proofread(document, act: Act) -> None:
    landed, page = act.prepared
    routing.finish(document, act, StepKind.PROOFREAD)
    stored = keep(landed)
    Rendition.objects.create(
        document=document, kind=Rendition.Kind.PAGE, stored_file=stored, pages=page.pages, fonts=page.fonts
    )
    document.page_digest = act.detail["page_digest"] = stored.sha256
    routing.advance(document)


def seal(document, act: Act) -> None:
    """The seal register's entry: the page that was proofread, by digest, is the one sealed."""
    routing.finish(document, act, StepKind.SEAL)
    document.sealed_at = timezone.now()
    act.detail["page_digest"] = document.page_digest
    routing.advance(document)


def dispatch(document, act: Act) -> None:
    """核发: each receiving unit gets a row of its own, with an event that says from whom."""
    routing.finish(document, act, StepKind.DISPATCH)
    document.dispatched_at = timezone.now()
    act.detail["page_digest"] = document.page_digest
    addressees = document.addressees.filter(unit__isnull=False).select_related("unit").order_by("unit__code")
    delivered = [_deliver(document, addressee.unit, act) for addressee in addressees]
    audit.record_many(
        "deliver", "送达", delivered, by=act.by, seat=act.seat, after=State.DELIVERED, issued=str(document.uid)
    )
    routing.advance(document)


def _deliver(document, unit, act: Act) -> Document:
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
    delivery._history_user = act.by
    delivery.save()
    routing.arrive(delivery)
    return delivery


def void(document, act: Act) -> None:
    """The number stays with its row and reason; it is never given again (domain 1.4)."""
    routing.end(document, RunOutcome.DROPPED, by=act.by)
    if document.doc_number:
        number_book.void(document, by=act.by, reason=act.note)
        act.detail["doc_number"] = document.doc_number


def hide(document, act: Act) -> None:
    """删除草稿: voided, and in nobody's sight; the row and its trail stay (design section 13)."""
    document.hidden_at = timezone.now()


def sign_for(document, act: Act) -> None:
    routing.finish(document, act, StepKind.SIGN_FOR)
    document.signed_for_at = timezone.now()
    routing.advance(document)


def register(document, act: Act[RegisterInput]) -> None:
    routing.finish(document, act, StepKind.REGISTER)
    document.registered_at = timezone.now()
    document.handling_kind = act.given.handling_kind
    document.due_at = act.given.due_at or document.due_at
    routing.append_route(document, act.given)
    routing.advance(document)
    document.receipt_number = numbering.next_receipt_number(document)
    act.detail["receipt_number"] = document.receipt_number


def return_to_sender(document, act: Act) -> None:
    routing.end(document, RunOutcome.RETURNED, by=act.by)
    routing.did(document, act)
    if document.issued_id is not None:
        routing.assign(document.issued, StepKind.TAKE_BACK, unit=document.sender_unit, post="clerk")


def propose(document, act: Act[ProposeInput]) -> None:
    routing.give_opinion(document, StepKind.PROPOSE, act)
    routing.finish(document, act, StepKind.PROPOSE)
    document.lead_officer = act.given.lead_officer or document.lead_officer
    document.due_at = act.given.due_at or document.due_at
    routing.advance(document)


def instruct(document, act: Act[InstructInput]) -> None:
    routing.give_opinion(document, StepKind.INSTRUCT, act)
    routing.finish(document, act, StepKind.INSTRUCT)
    document.lead_officer = act.given.lead_officer or document.lead_officer
    for reader in act.given.readers:
        routing.assign(document, StepKind.READ, person=reader)
    routing.advance(document)


def handle(document, act: Act) -> None:
    if act.note:
        routing.give_opinion(document, StepKind.HANDLE, act)
    routing.finish(document, act, StepKind.HANDLE)
    document.lead_officer = act.by
    routing.advance(document)


def report(document, act: Act) -> None:
    routing.give_opinion(document, StepKind.REPORT, act)
    routing.finish(document, act, StepKind.REPORT)
    document.result = act.note
    routing.advance(document)


def prepare_completion(document, act: Act[CompleteInput]):
    """First half of filing, without a lock; nothing is filed when a reason not to file was chosen."""
    if act.given.not_to_file:
        return None
    return filing_port.prepare(document, act)


def complete(document, act: Act[CompleteInput]) -> None:
    if act.prepared is not None and act.prepared.version != document.version:
        raise Stale(f"“{document}”在办结准备期间被{who_changed(document, act.by)}修改，请重新办结。")
    if act.note:
        routing.give_opinion(document, StepKind.COMPLETE, act)
    routing.finish(document, act, StepKind.COMPLETE)
    routing.end(document, RunOutcome.DONE, by=act.by)
    document.completed_at = act.prepared.moment if act.prepared else timezone.now()
    document.reply_waived = act.given.reply_waived or document.reply_waived
    document.result = act.given.result or document.result
    if code := act.given.not_to_file:
        document.not_to_file, document.not_to_file_by = code, act.by
        act.detail["not_to_file"] = code
        return
    record = filing_port.file(document, act.prepared, act.by, act.seat)
    act.detail["archival_code"] = record.archival_code
