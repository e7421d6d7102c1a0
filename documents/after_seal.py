"""Before and after 用印: a page that must not be sealed goes back, a sealed one is voided by a leader, and what falls.

The 监印人 answers for what bears the seal: he seals what was signed and proofread, and returns what was not (practice 1).
"""

from dataclasses import dataclass

from units.workflow import Act, Transition

from . import conditions as when
from . import correcting as fix
from . import deputies, retracing, routing, sealing
from . import effects as does
from .set_back import RETURNED, told
from .states import WITHOUT_SEAL, State, StepKind, StepResult

S = State
PROOFREADING, SIGNER = "proofread", "signer"
GOES_TO = {PROOFREADING: "校对（版面或文字与定稿不符）", SIGNER: "签批人复审（内容不宜用印）"}
WHO_ELSE = (
    "用印有误的，由监印人撤销用印（须写明理由）；不再发出的，由本单位领导作废。"  # for the clerk of a sealed paper
)
WHO_VOIDS = "已用印的公文由本单位领导作废；确需作废的，请报请领导在本页办理。"
# what has to be done once more when the page of `step` is no more the one that was proofread
AGAIN = {
    "add_copies_anew": "重新校对",
    "correct": "重新校对",
    "drop_addressees": "由原签批人重新签发，再重新校对",
    "agree_to_change": "由拟稿人修改，重新送审、签发、校对",
    "return_unsealed": "重新校对",
    "unseal": "重新校对",
}


@dataclass(frozen=True)
class ReturnUnsealedInput:
    """Where it goes back to: PROOFREADING or SIGNER."""

    to: str = ""


def bears_a_seal(document) -> bool:
    """The last seal is on it, or that of one of several issuers."""
    return document.state == S.SEALED or (document.state == S.PROOFREAD and bool(sealing.sealings_of(document)))


def bears_none(document, act: Act) -> str:
    """A sealed paper is a leader's to void: the clerk alone ends none that bears the seal"""
    return WHO_VOIDS if bears_a_seal(document) else ""


def bears_one(document, act: Act) -> str:
    """What bears no seal is voided by who numbers"""
    return "" if bears_a_seal(document) else "本件尚未用印，由文书作废。"


def goes_somewhere(document, act: Act[ReturnUnsealedInput]) -> str:
    """To 校对 or to the 原签批人"""
    return "" if act.given.to in GOES_TO else "请选择退回校对，还是退签批人复审。"


def may_be_returned(user, document) -> bool:
    """Whose seal is asked for now, while the 原签批人 has nothing to decide"""
    return sealing.has_its_turn(user, document) and fix.is_not_referred(user, document)


def is_his_turn(document, act: Act) -> str:
    """Only the keeper whose seal is asked for now"""
    return "" if sealing.has_its_turn(act.by, document) else "本单位的印章已经盖好，或者尚未轮到本单位用印，不能退回。"


def where_it_goes(document, act: Act[ReturnUnsealedInput]) -> State:
    """已编号 when it is proofread anew; it stays 已校对 while the 原签批人 decides"""
    return S.NUMBERED if act.given.to == PROOFREADING else S.PROOFREAD


def return_unsealed(document, act: Act[ReturnUnsealedInput]) -> None:
    """退回: nothing is sealed; seals that other issuers have put fall with the page."""
    act.detail["returned_to"] = GOES_TO[act.given.to]
    if act.given.to == SIGNER:
        fix.refer_back(document, act, StepKind.SEAL, "退签批人复审")
        return
    opinion = routing.give_opinion(document, StepKind.SEAL, act, label="退回校对", result=StepResult.RETURNED)
    routing.did(document, act)
    document.page_digest = ""
    fix.proofread_again(
        document, act, opinion, "监印人退回，重新校对", told(RETURNED, retracing.who_acts(act), act.note)
    )


def unseal(document, act: Act) -> None:
    """撤销用印: the seals count no more, their lines in the book are struck with the reason, and it is proofread anew."""
    opinion = routing.give_opinion(document, StepKind.SEAL, act, label="撤销用印", result=StepResult.RETURNED)
    routing.did(document, act)
    document.page_digest, document.sealed_at = "", None
    fix.proofread_again(
        document,
        act,
        opinion,
        "用印已撤销，重新校对",
        told("用印已撤销，请重新校对", retracing.who_acts(act), act.note),
    )


RETURN_UNSEALED = Transition(
    "return_unsealed",
    "退回",
    frozenset({S.PROOFREAD}),
    S.NUMBERED,
    "seal",
    (when.reason_is_short, fix.nothing_is_referred, is_his_turn, goes_somewhere),
    return_unsealed,
    input=ReturnUnsealedInput,
    lands=where_it_goes,
    offered=may_be_returned,
    needs_note=True,
    danger=True,
)
# whoever answers for the seal takes it off the paper, never the clerk alone: else he would void a sealed one by two acts
UNSEAL = Transition(
    "unseal",
    "撤销用印",
    frozenset({S.SEALED}),
    S.NUMBERED,
    "seal",
    (when.reason_is_short, deputies.may_seal_as_deputy),
    unseal,
    needs_note=True,
    danger=True,
    past="已撤销用印，退文书重新校对",
)
VOID = Transition(
    "void",
    "作废",
    frozenset({S.APPROVED, S.NUMBERED, S.PROOFREAD, S.SEALED}),
    S.VOIDED,
    "number",
    (when.reason_is_short, bears_none),
    does.void,
    offered=lambda user, document: not bears_a_seal(document),
    needs_note=True,
    danger=True,
)
VOID_SEALED = Transition(
    "void_sealed",
    "作废",
    frozenset({S.PROOFREAD, S.SEALED}),
    S.VOIDED,
    "void_sealed",
    (when.reason_is_short, bears_one),
    does.void,
    offered=lambda user, document: bears_a_seal(document),
    needs_note=True,
    danger=True,
)


def warned(step: Transition, document) -> str:
    """What falls by an act on a page that was proofread or sealed: said beside its button; "" where nothing does."""
    again = AGAIN.get(step.name)
    if again is None or not document.page_digest:
        return ""
    done = "已加盖印章" if bears_a_seal(document) else "已校对"
    falls = "现有印章随之作废，" if bears_a_seal(document) else ""
    sealed = "" if document.doc_type in WITHOUT_SEAL else "、用印"
    return f"本件{done}：{step.label}后{falls}须{again}{sealed}。"
