"""Objections to what was entered from paper: while one stands, the paper goes no further than it is.

It stands until whoever it is about withdraws it or decides in 复审, or the clerk takes the entry back
(documents/revoking.py).
"""

from units.texts import full_stop

from . import hanging
from .models import Opinion, PaperOpinion, StepRun
from .states import OpinionWay, State, StepKind, StepResult, StepState

SETTLES = "请由本人撤回异议，或由文书“撤销补录”，再由本人办理或者重新补录；已用印的先由监印人撤销用印。"


RETURN_STANDS = "本件已按补录退回，不必撤销补录：请{}，由本人重新办理；本人也可撤回异议。"
COMES_AGAIN = "拟稿人不作修改、重新送审（已同意本稿的人不再重复办理）"


def ends_return(document) -> str:
    """What a refusal entered from paper brought about is mended by going on: it comes to the leader himself."""
    return RETURN_STANDS.format("办理人重新报送" if document.is_incoming else COMES_AGAIN)


def step_of(document, entry: PaperOpinion) -> StepRun | None:
    """The step of the way under way that the entry closed; None where it was gone through anew, or closed none."""
    if entry.way != OpinionWay.PAPER or entry.revoked:
        return None
    return next((step for step in hanging.steps(document) if _closed_by(step, entry)), None)


def _closed_by(step: StepRun, entry: PaperOpinion) -> bool:
    if step.run.ended_at is not None or step.state != StepState.DONE or step.result == StepResult.RETURNED:
        return False
    if step.settled_by_id is not None and step.result != StepResult.DISAGREED:  # a return put another in its stead
        return False
    if (step.kind, step.done_by_id) != (entry.opinion.kind, entry.opinion.by_id):
        return False
    opened, closed = step.opened_at, step.closed_at
    return opened is not None and closed is not None and opened <= entry.entered_at <= closed


def standing(document) -> list[PaperOpinion]:
    """Entries that hold the paper up, in the order of entering."""
    return [
        one
        for one in hanging.entered(document)
        if one.is_objected and step_of(document, one) is not None and not _decided_since(document, one)
    ]


def of_return(document) -> PaperOpinion | None:
    """The refusal entered from paper because of which it is back where it is now, while its leader objects to it."""
    if document.is_incoming:
        open_now = [step for step in hanging.steps(document) if step.state == StepState.OPEN]
        back = {step.reopened_by_id for step in open_now if step.reopened_by_id}
    elif document.state == State.DRAFTING and document.was_returned:
        back = {one.pk for one in hanging.opinions(document) if one.result == StepResult.RETURNED}
        back = {max(back)} if back else set()
    else:
        return None
    return next((one for one in hanging.entered(document) if one.is_objected and one.opinion_id in back), None)


def told_of(opinion: Opinion, objection: str) -> str:
    """甲对补录的签发提出异议：…, in the clerk's list, on top of the page and in a refusal."""
    return f"{opinion.by.name}对补录的{StepKind(opinion.kind).label}提出异议：{objection}"


def _decided_since(document, entry: PaperOpinion) -> bool:
    """He decided in 复审 after he had objected."""
    if entry.opinion.kind != StepKind.APPROVE or entry.objected_at is None:
        return False
    return any(
        one.kind == StepKind.REAPPROVE and one.by_id == entry.opinion.by_id and one.at > entry.objected_at
        for one in hanging.opinions(document)
    )


def nothing_stands(document, act) -> str:
    """No objection to what was entered from paper: all that comes after it waits for its end"""
    told = (full_stop(told_of(one.opinion, one.objection)) for one in standing(document))
    return next((f"{one}{SETTLES}" for one in told), "")
