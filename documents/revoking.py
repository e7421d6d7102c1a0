"""撤销补录: the clerk takes back what was entered from paper, with a reason; whose step it was does it himself.

The approval falls with a 签发 that was entered wrongly, the number stays reserved (art. 25(1)).
"""

from dataclasses import dataclass, replace

from django.utils import timezone

from units.tasks import close_tasks
from units.workflow import Act, Transition

from . import conditions as when
from . import correcting as fix
from . import disputes, hanging, retracing, routing
from . import going_back as back
from .after_seal import bears_a_seal
from .models import Opinion, PaperOpinion
from .set_back import REVOKED, told
from .states import State, StepKind

S = State
REVOKED_FOR_GOOD = "撤销补录"


@dataclass(frozen=True)
class RevokeInput:
    """Key of the entry; 0 is the last one that closed a step."""

    entry: int = 0


def revocable(document) -> list[PaperOpinion]:
    """Entries whose step stands, the newest first."""
    return [one for one in reversed(hanging.entered(document)) if disputes.step_of(document, one) is not None]


def _chosen(document, act: Act[RevokeInput]) -> PaperOpinion | None:
    rows = revocable(document)
    return next((one for one in rows if act.given.entry in (0, one.pk)), None)


def is_there(document, act: Act[RevokeInput]) -> str:
    """An entry that closed a step of the way under way"""
    return "" if _chosen(document, act) else "所选补录已经撤销，或者该环节已重新办理。"


def bears_no_seal(document, act: Act) -> str:
    """Who answers for the seal takes it off first"""
    return "已用印的，请先由监印人撤销用印，再撤销补录。" if bears_a_seal(document) else ""


def may_be_offered(user, document) -> bool:
    """Something was entered from paper and stands, and no seal is on the paper"""
    return bool(revocable(document)) and not bears_a_seal(document) and fix.is_not_referred(user, document)


def where_it_waits(document, act: Act[RevokeInput]) -> State:
    """At the step that is asked for once more"""
    entry = _chosen(document, act)
    return back.waits_in(document, entry.opinion.kind) if entry else State(document.state)


def revoke(document, act: Act[RevokeInput]) -> None:
    entry = _chosen(document, act)
    assert entry is not None  # `is_there` stands among the checks
    step = disputes.step_of(document, entry)
    assert step is not None
    kind, who = StepKind(entry.opinion.kind), retracing.who_acts(act)
    settled = {"settled_at": timezone.now(), "settled_by": act.by, "settlement": act.note[:500]}
    # an objection that he withdrew before keeps his name and his words
    ends = settled if entry.settled_at is None else {}
    PaperOpinion.objects.filter(pk=entry.pk).update(revoked=True, **ends)
    opinion = Opinion(
        document=document, kind=kind, label=REVOKED_FOR_GOOD, by=act.by, name=act.by.name, post=act.seat_name[:60],
        text=act.note, takes_back=entry.opinion,
    )  # fmt: skip
    opinion.save(force_insert=True)
    ended = retracing.end_open_steps(document, by=act.by, why=f"因{who}撤销补录而终止")
    close_tasks(document, by=act.by, kinds=(StepKind.SEAL,), outcome="dropped")  # another issuer's has no step
    if document.approved_at is not None:
        back.approval_falls(document)
    until = max((one.position for one in hanging.steps(document) if one.uid in {task.step_uid for task in ended}),
                default=step.position + 1)  # fmt: skip
    retracing.go_back_to(document, step, until, opinion, told(f"{REVOKED}，请本人办理", who, act.note))
    retracing.tell(document, ended, told(f"因{who}撤销补录而终止", "", act.note), by=act.by)
    routing.did(document, act)
    act.detail |= {"entry": str(entry.uid), "leader": entry.opinion.by.name}


OUTGOING = Transition(
    "revoke_entry", "撤销补录", frozenset({S.IN_REVIEW, S.APPROVED, S.NUMBERED, S.PROOFREAD}), S.IN_REVIEW,
    "enter_opinion", (when.reason_is_short, fix.nothing_is_referred, is_there, bears_no_seal), revoke,
    input=RevokeInput, lands=where_it_waits, offered=may_be_offered, needs_note=True, danger=True,
    past="补录已撤销，请本人办理", note="撤销的理由",
)  # fmt: skip
INTERNAL = replace(OUTGOING, sources=frozenset({S.IN_REVIEW, S.INSTRUCTED}))
INCOMING = replace(OUTGOING, sources=frozenset({S.INSTRUCTED, S.IN_HANDLING}), target=S.PROPOSED)
