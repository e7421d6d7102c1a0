"""Rows of the transition tables by which a document goes back, and those of what is found after signing.

documents/workflow.py sets them into its tables; a row that two tables have is written once.
"""

from dataclasses import replace

from units.workflow import Transition

from . import co_handling as shared
from . import conditions as when
from . import correcting as fix
from . import deputies, offered
from . import going_back as back
from .inputs import CoordinateInput, CorrectInput, CountersignInput, SendBackInput
from .states import State

S = State
IN_REVIEW = frozenset({S.IN_REVIEW})
HANDED_ON = frozenset({S.PROPOSED, S.INSTRUCTED, S.IN_HANDLING})
SHORT = (when.reason_is_short,)

SEND_BACK = Transition(
    "send_back",
    "退回",
    IN_REVIEW,
    S.DRAFTING,
    "send_back",
    (when.reason_is_short, back.goes_back_to_a_done_step),
    back.send_back,
    input=SendBackInput,
    lands=back.where_it_is_returned_to,
    needs_note=True,
    danger=True,
)
SEND_BACK_RECEIVED = replace(SEND_BACK, sources=HANDED_ON, target=S.REGISTERED)
COUNTERSIGN = Transition(
    "countersign",
    "会签",
    IN_REVIEW,
    S.IN_REVIEW,
    "countersign",
    (deputies.may_decide_as_deputy("countersign"), back.has_its_conclusion, back.says_what_is_to_be_changed),
    back.countersign,
    input=CountersignInput,
    offered=offered.may_decide("countersign"),
    beside=True,  # another unit's opinion on the same text is no change of what he read
)
COORDINATE = Transition(
    "coordinate",
    "协调",
    IN_REVIEW,
    S.IN_REVIEW,
    "coordinate",
    (back.settles_a_disagreement, deputies.may_decide_as_deputy("coordinate")),
    back.coordinate,
    input=CoordinateInput,
    offered=back.has_a_disagreement,
    needs_note=True,
    past="已记录协调结果",
    note="协调情况",
)
WITHDRAW = Transition(
    "withdraw", "撤回", IN_REVIEW, S.DRAFTING, "withdraw", SHORT, back.withdraw, needs_note=True, danger=True
)
ASSIST = Transition(
    "assist",
    "填报协办意见",
    frozenset({S.INSTRUCTED, S.IN_HANDLING}),
    S.IN_HANDLING,
    "assist",
    (),
    shared.assist,
    lands=shared.where_it_is,
    needs_note=True,
    beside=True,
)
AFTER_SIGNING = (
    Transition(
        "correct",
        "改正文字差错",
        fix.FOUND_IN,
        S.NUMBERED,
        "proofread",
        (*SHORT, fix.nothing_is_referred, when.is_unchanged, fix.is_a_slip),
        fix.correct,
        input=CorrectInput,
        lands=fix.where_it_is_proofread,
        offered=fix.is_not_referred,
        needs_note=True,
        danger=True,
        past="文字差错已改正",
        note="改了哪里",
    ),
    Transition(
        "refer_back",
        "退原签批人复审",
        fix.FOUND_IN,
        S.NUMBERED,
        "proofread",
        (*SHORT, fix.nothing_is_referred),
        fix.refer_back,
        lands=fix.where_it_is,
        offered=fix.is_not_referred,
        needs_note=True,
        danger=True,
        note="退回复审的理由",
    ),
    Transition(
        "agree_to_change",
        "同意修改",
        fix.FOUND_IN,
        S.DRAFTING,
        "reapprove",
        SHORT,
        fix.agree_to_change,
        past="已同意修改，退拟稿人",
    ),
    Transition(
        "keep_text",
        "维持原稿",
        fix.FOUND_IN,
        S.NUMBERED,
        "reapprove",
        SHORT,
        fix.keep_text,
        lands=fix.where_it_is,
        needs_note=True,
        note="维持原稿的理由",
    ),
)


def retrieve(*sources: State) -> Transition:
    """取回 in a table of these states: back to where it was sent from."""
    return Transition(
        "retrieve",
        "取回",
        frozenset(sources),
        sources[0],
        "retrieve",
        (back.nobody_has_seen_it,),
        back.retrieve,
        lands=back.where_it_was_sent_from,
        offered=back.is_still_unseen,
        danger=True,
    )
