"""What a step does besides moving the state; always inside `Workflow.perform`'s transaction.

Who is next is the route's business: an effect closes its own step and calls `routing.advance`.
"""

from django.utils import timezone

from files.store import keep
from units.behind import who_changed
from units.roles import PostKind
from units.tasks import retitle
from units.workflow import Act, Stale

from . import (
    co_handling,
    filing_port,
    issuers,
    left_open,
    number_book,
    numbering,
    own_answers,
    page_ahead,
    renditions,
    reply_calls,
    retracing,
    routing,
    sealing,
)
from .agreements import keep_digest
from .conditions import content_digest, why_unsigned, why_waived
from .inputs import CompleteInput, InstructInput, NumberInput, ProposeInput, RegisterInput, ReportInput, SubmitInput
from .models import Rendition
from .set_back import VOIDED, told
from .states import RunOutcome, StepKind, StepResult


def submit(document, act: Act[SubmitInput]) -> None:
    renditions.keep_made(document, act)
    routing.finish(document, act, StepKind.DRAFT, StepKind.REDRAFT)
    document.was_returned = False
    run = routing.start(document, act.given)
    keep_digest(run, document)
    if act.note:  # 送审说明: what the sender says to whoever reads next; no opinion, and on no sheet (domain 1.9)
        run.remark, run.sent_by = act.note, act.by
        run.save(update_fields=["remark", "sent_by"])


def pass_step(kind: StepKind):
    def effect(document, act: Act) -> None:
        routing.give_opinion(document, kind, act, result=StepResult.AGREED)
        routing.finish_own(document, act, kind, result=StepResult.AGREED)
        routing.advance(document)

    return effect


def approve(document, act: Act) -> None:
    routing.give_opinion(document, StepKind.APPROVE, act, result=StepResult.AGREED)
    routing.finish(document, act, StepKind.APPROVE, result=StepResult.AGREED)
    document.signatory, document.signed_for = act.by, act.seat.principal if act.seat else None
    document.approved_at = timezone.now()
    # a 更正件 keeps number and date of what it corrects; new is the day of printing (docs/rules/exchange.md)
    document.document_date = document.corrects.document_date if document.corrects_id else timezone.localdate()
    document.content_digest = content_digest(document)
    act.detail["content_digest"] = document.content_digest
    issuers.take_signatures(document)
    routing.advance(document)


def number(document, act: Act[NumberInput]) -> None:
    routing.finish(document, act, StepKind.NUMBER)
    document.numbered_at = timezone.now()
    document.print_copies = act.given.print_copies or document.print_copies
    routing.advance(document)
    if voided := number_book.settle(document, by=act.by):
        act.detail["voided_number"] = voided
    act.detail["doc_number"] = document.doc_number
    retitle(document)  # the row of 校对 shows the number
    page_ahead.start(document, act.by)


def proofread(document, act: Act) -> None:
    landed, page = act.prepared
    routing.finish(document, act, StepKind.PROOFREAD)
    stored = keep(landed)
    Rendition.objects.create(
        document=document, kind=Rendition.Kind.PAGE, stored_file=stored, pages=page.pages, fonts=page.fonts
    )
    document.page_digest = act.detail["page_digest"] = stored.sha256
    routing.advance(document)
    sealing.ask_the_keeper(document)


def void(document, act: Act) -> None:
    """The number stays with its row and reason; it is never given again (domain 1.4)."""
    why = f"因{retracing.who_acts(act)}作废而终止"
    ended = retracing.end_open_steps(document, by=act.by, why=why)
    routing.end(document, RunOutcome.DROPPED, by=act.by)
    retracing.tell(document, ended, told(why, "", act.note), by=act.by)
    if document.in_hands_of is not None and document.in_hands_of != act.by:
        remark = told(VOIDED, retracing.who_acts(act), act.note)
        retracing.tell_person(document, document.in_hands_of, PostKind.CLERK, remark)
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
    document.repeat_reason = act.given.repeat_reason or document.repeat_reason
    routing.append_route(document, act.given)
    routing.advance(document)
    document.receipt_number = numbering.next_receipt_number(document)
    act.detail["receipt_number"] = document.receipt_number


def propose(document, act: Act[ProposeInput]) -> None:
    routing.give_opinion(document, StepKind.PROPOSE, act)
    routing.finish(document, act, StepKind.PROPOSE)
    co_handling.share_out(document, act)
    routing.advance(document)


def instruct(document, act: Act[InstructInput]) -> None:
    routing.give_opinion(document, StepKind.INSTRUCT, act)
    routing.finish(document, act, StepKind.INSTRUCT)
    co_handling.share_out(document, act)
    for reader in act.given.readers:
        routing.assign(document, StepKind.READ, person=reader)
    routing.advance(document)


def handle(document, act: Act) -> None:
    if act.note:
        routing.give_opinion(document, StepKind.HANDLE, act)
    routing.finish(document, act, StepKind.HANDLE)
    document.lead_officer = act.by
    routing.advance(document)


def report(document, act: Act[ReportInput]) -> None:
    co_handling.keep_why(document, act)
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
    co_handling.keep_why(document, act)
    ended = left_open.of_others(document, act.by)
    routing.end(document, RunOutcome.DONE, by=act.by)
    retracing.tell(document, ended, f"因{retracing.who_acts(act)}办结而终止", by=act.by)
    reply_calls.end_for(document)
    document.completed_at = act.prepared.moment if act.prepared else timezone.now()
    if reason := why_waived(document, act):
        document.reply_waived = act.detail["reply_waived"] = reason
    document.result = act.given.result or document.result
    if reason := why_unsigned(document, act):
        document.unsigned_reason = act.detail["unsigned_reason"] = reason
    if reason := own_answers.why(document, act):
        document.unanswered_reason = act.detail["unanswered_reason"] = reason
    if code := act.given.not_to_file:
        document.not_to_file, document.not_to_file_by = code, act.by
        document.not_to_file_at = document.completed_at
        act.detail["not_to_file"] = code
        return
    record = filing_port.file(document, act.prepared, act.by, act.seat)
    act.detail["archival_code"] = record.archival_code
