"""The transition tables of outgoing and incoming documents and internal reports (design section 4)."""

from units.workflow import Transition, Workflow

from . import (
    after_seal,
    corrections,
    deputies,
    disputes,
    hanging,
    issuers,
    left_open,
    name_stamps,
    number_book,
    offered,
    on_paper,
    own_answers,
    page_ahead,
    renditions,
    revoking,
    sealing,
    slips,
)
from . import co_handling as shared
from . import conditions as when
from . import correcting as fix
from . import effects as does
from . import exchange_conditions as exchanging
from . import exchange_effects as sends
from . import going_back as back
from . import going_back_rows as rows
from . import reply_calls as replies
from .exchange_inputs import CopiesInput, DispatchInput, DropInput, ReturnInput
from .filing_after_all import FILE_AFTER_ALL
from .inputs import CompleteInput, InstructInput, NumberInput, ProposeInput, RegisterInput, ReportInput, SubmitInput
from .models import Document
from .states import ENDED, Direction, State, StepKind
from .supervised import supervision_is_ended

S = State
IN_REVIEW = frozenset({S.IN_REVIEW})
BEFORE_DISPATCH = frozenset({S.APPROVED, S.NUMBERED, S.PROOFREAD, S.SEALED})
SHORT, OWN = (when.reason_is_short,), (when.is_not_his_own,)
FILING = (when.filing_is_decided,)
HELD = (disputes.nothing_stands,)


def _one(state: State) -> frozenset:
    return frozenset({state})


REVIEW = Transition(
    "review",
    "部门审核",
    IN_REVIEW,
    S.IN_REVIEW,
    "review",
    OWN,
    does.pass_step(StepKind.REVIEW),
    offered=offered.may_review,
)
CHECK = Transition(
    "check",
    "核稿",
    IN_REVIEW,
    S.IN_REVIEW,
    "check",
    OWN,
    does.pass_step(StepKind.CHECK),
    offered=offered.may_review,
)

OUTGOING = Workflow(
    Transition(
        "submit",
        "送审",
        _one(S.DRAFTING),
        S.IN_REVIEW,
        "submit",
        (
            when.is_ready,
            corrections.says_something_else,
            when.recipients_are_in_force,
            when.files_are_sound,
        ),
        does.submit,
        prepare=renditions.prepare,
        input=SubmitInput,
    ),
    REVIEW,
    CHECK,
    rows.COUNTERSIGN,
    rows.COORDINATE,
    Transition(
        "approve",
        "签发",
        IN_REVIEW,
        S.APPROVED,
        "approve",
        (
            when.all_before_are_closed(StepKind.APPROVE),
            disputes.nothing_stands,
            back.disagreements_are_settled,
            when.may_sign_as_deputy,
            issuers.all_have_signed,
            when.files_are_sound,
        ),
        does.approve,
        offered=offered.may_sign,
    ),
    rows.SEND_BACK,
    Transition(
        "number",
        "编号",
        _one(S.APPROVED),
        S.NUMBERED,
        "number",
        (
            fix.nothing_is_referred,
            slips.nothing_is_disputed,
            when.is_unchanged,
            when.can_be_printed,
            number_book.year_is_open,
        ),
        does.number,
        input=NumberInput,
        offered=slips.is_undisputed,
    ),
    *rows.AFTER_SIGNING,
    Transition(
        "proofread",
        "校对",
        _one(S.NUMBERED),
        S.PROOFREAD,
        "proofread",
        (fix.nothing_is_referred, slips.nothing_is_disputed, when.is_unchanged, name_stamps.are_registered),
        does.proofread,
        prepare=page_ahead.prepare,
        offered=slips.is_undisputed,
    ),
    Transition(
        "seal",
        "用印",
        _one(S.PROOFREAD),
        S.SEALED,
        "seal",
        (
            fix.nothing_is_referred,
            slips.nothing_is_disputed,
            deputies.may_seal_as_deputy,
            deputies.is_not_who_signed,
            when.needs_a_seal,
            when.page_is_the_proofread_one,
            when.is_unchanged,
            sealing.may_be_sealed,
        ),
        sealing.seal,
        prepare=sealing.prepare,
        lands=sealing.lands,
        offered=sealing.has_its_turn,
    ),
    after_seal.RETURN_UNSEALED,
    Transition(
        "dispatch",
        "分发",
        frozenset({S.PROOFREAD, S.SEALED}),
        S.DISPATCHED,
        "dispatch",
        (
            fix.nothing_is_referred,
            slips.nothing_is_disputed,
            when.is_sealed_when_needed,
            when.page_is_the_proofread_one,
            sealing.sealed_page_is_whole,
            when.is_unchanged,
            when.files_are_sound,
            when.recipients_are_in_force,
            exchanging.correction_is_open,
            left_open.original_is_settled,
        ),
        sends.dispatch,
        input=DispatchInput,
        offered=offered.is_ready_to_go,
    ),
    Transition(
        "add_copies",
        "增加抄送",
        _one(S.APPROVED),
        S.APPROVED,
        "exchange",
        (*SHORT, exchanging.copies_are_new),
        sends.add_copies,
        input=CopiesInput,
    ),
    Transition(
        "add_copies_anew",
        "增加抄送",
        frozenset({S.NUMBERED, S.PROOFREAD, S.SEALED}),
        S.NUMBERED,
        "exchange",
        (*SHORT, exchanging.copies_are_new),
        sends.add_copies,
        input=CopiesInput,
    ),
    Transition(
        "drop_addressees",
        "减少主送、抄送",
        BEFORE_DISPATCH,
        S.IN_REVIEW,
        "exchange",
        (*SHORT, exchanging.something_is_left),
        sends.drop_addressees,
        input=DropInput,
        needs_note=True,
        danger=True,
        past="已送原签批人重新签发",
        note="减少的理由",
    ),
    Transition(
        "complete",
        "办结",
        _one(S.DISPATCHED),
        S.COMPLETED,
        "complete",
        (left_open.nothing_waits, when.reply_is_settled, when.unsigned_is_explained, replies.replies_are_in, *FILING),
        does.complete,
        prepare=does.prepare_completion,
        input=CompleteInput,
    ),
    FILE_AFTER_ALL,
    rows.retrieve(S.IN_REVIEW, S.APPROVED),
    rows.WITHDRAW,
    Transition("delete", "删除草稿", _one(S.DRAFTING), S.VOIDED, "delete", (), does.hide, danger=True, past="已删除"),
    Transition(
        "discard", "作废", _one(S.DRAFTING), S.VOIDED, "withdraw", SHORT, does.void, needs_note=True, danger=True
    ),
    after_seal.UNSEAL,
    after_seal.VOID,
    after_seal.VOID_SEALED,
    *on_paper.OF_OUTGOING,
    revoking.OUTGOING,
    ended=ENDED,
    reading=hanging.shared,
)

INCOMING = Workflow(
    Transition("sign_for", "签收", _one(S.DELIVERED), S.SIGNED_FOR, "sign_for", (), does.sign_for),
    Transition(
        "register",
        "登记",
        _one(S.SIGNED_FOR),
        S.REGISTERED,
        "receive",
        (when.has_handling_kind, when.urgent_has_a_limit, exchanging.is_no_repeat),
        does.register,
        input=RegisterInput,
    ),
    Transition(
        "return_to_sender",
        "退文",
        frozenset({S.DELIVERED, S.SIGNED_FOR, S.REGISTERED}),
        S.RETURNED_TO_SENDER,
        "receive",
        (*SHORT, exchanging.way_of_return_is_told),
        sends.return_to_sender,
        input=ReturnInput,
        needs_note=True,
        danger=True,
    ),
    Transition(
        "propose",
        "拟办",
        _one(S.REGISTERED),
        S.PROPOSED,
        "propose",
        (shared.is_shared_out_soundly, shared.limits_end_with_the_whole),
        does.propose,
        input=ProposeInput,
        needs_note=True,
    ),
    Transition(
        "instruct",
        "批示",
        _one(S.PROPOSED),
        S.INSTRUCTED,
        "instruct",
        (shared.is_shared_out_soundly, shared.limits_end_with_the_whole),
        does.instruct,
        input=InstructInput,
        needs_note=True,
    ),
    Transition("handle", "接办", _one(S.INSTRUCTED), S.IN_HANDLING, "handle", HELD, does.handle),
    Transition(
        "report",
        "填报办理结果",
        _one(S.IN_HANDLING),
        S.IN_HANDLING,
        "report",
        (shared.missing_is_explained,),
        does.report,
        input=ReportInput,
        needs_note=True,
        beside=True,
    ),
    rows.ASSIST,
    Transition(
        "complete",
        "办结",
        frozenset({S.REGISTERED, S.PROPOSED, S.INSTRUCTED, S.IN_HANDLING}),
        S.COMPLETED,
        "complete",
        (
            when.may_be_completed_unhandled,
            when.nothing_is_open,
            *HELD,
            shared.missing_is_explained,
            replies.reply_is_given,
            own_answers.is_explained,
            supervision_is_ended,
            *FILING,
        ),
        does.complete,
        prepare=does.prepare_completion,
        offered=lambda user, document: not when.may_be_completed_unhandled(document, None),
        input=CompleteInput,
    ),
    FILE_AFTER_ALL,
    rows.SEND_BACK_RECEIVED,
    rows.retrieve(S.PROPOSED, S.INSTRUCTED, S.IN_HANDLING),
    *on_paper.OF_INCOMING,
    revoking.INCOMING,
    ended=ENDED,
    reading=hanging.shared,
)

INTERNAL = Workflow(
    Transition(
        "submit",
        "送审",
        _one(S.DRAFTING),
        S.IN_REVIEW,
        "submit",
        (when.is_ready,),
        does.submit,
        prepare=renditions.prepare,
        input=SubmitInput,
    ),
    REVIEW,
    rows.COUNTERSIGN,
    rows.COORDINATE,
    CHECK,
    Transition(
        "instruct",
        "批示",
        IN_REVIEW,
        S.INSTRUCTED,
        "instruct",
        (when.all_before_are_closed(StepKind.INSTRUCT), *HELD, deputies.may_decide_as_deputy("instruct")),
        does.instruct,
        input=InstructInput,
        offered=offered.may_decide("instruct"),
        needs_note=True,
    ),
    rows.SEND_BACK,
    Transition(
        "complete",
        "办结",
        _one(S.INSTRUCTED),
        S.COMPLETED,
        "complete",
        (*HELD, *FILING),
        does.complete,
        prepare=does.prepare_completion,
        input=CompleteInput,
    ),
    FILE_AFTER_ALL,
    rows.retrieve(S.IN_REVIEW, S.INSTRUCTED),
    rows.WITHDRAW,
    Transition("delete", "删除草稿", _one(S.DRAFTING), S.VOIDED, "delete", (), does.hide, danger=True, past="已删除"),
    Transition(
        "discard", "作废", _one(S.DRAFTING), S.VOIDED, "withdraw", SHORT, does.void, needs_note=True, danger=True
    ),
    *on_paper.OF_INTERNAL,
    revoking.INTERNAL,
    ended=ENDED,
    reading=hanging.shared,
)

WORKFLOWS = {Direction.OUTGOING: OUTGOING, Direction.INCOMING: INCOMING, Direction.INTERNAL: INTERNAL}


def workflow_of(document: Document) -> Workflow:
    return WORKFLOWS[Direction(document.direction)]
