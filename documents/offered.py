"""Which steps are offered, beside the person's right: none that could only be refused; and what is said instead.

The checks of the steps (conditions.py, deputies.py) stay the rule; here they are asked before the button stands there.
"""

from units.access import standing
from units.models import Task
from units.workflow import Act, Nothing, Transition

from . import conditions as when
from . import deputies, disputes, slips
from .states import Direction, State, StepKind

# what an objection to what was entered from paper holds up; after 签发 slips.py says it
HELD = {
    Direction.OUTGOING: frozenset({StepKind.APPROVE}),
    Direction.INCOMING: frozenset({StepKind.HANDLE, StepKind.COMPLETE}),
    Direction.INTERNAL: frozenset({StepKind.INSTRUCT, StepKind.COMPLETE}),
}


def is_ready_to_go(user, document) -> bool:
    """分发: what is sealed first is offered to nobody before"""
    return slips.is_undisputed(user, document) and not when.is_sealed_when_needed(document, Act(user, Nothing()))


def may_review(user, document) -> bool:
    """审核 and 核稿: nobody's own draft"""
    return not when.is_not_his_own(document, Act(user, Nothing()))


def may_sign(user, document) -> bool:
    """签发: not by a deputy what he wrote, or a 上行文 without being appointed for that"""
    return not _why_not_sign(user, document)


def may_decide(permission: str):
    """会签, 批示, 协调: not by a deputy what he wrote"""

    def offered(user, document) -> bool:
        return not deputies.may_decide_as_deputy(permission)(document, Act(user, Nothing()))

    return offered


def _why_not_sign(user, document) -> list[str]:
    return when.may_sign_as_deputy(document, Act(user, Nothing())) if standing(user).delegations else []


def said_instead(user, document, waiting: frozenset[str], steps: list[Transition]) -> list[str]:
    """Why what waits for the person is not offered to him, and whose act comes first.

    `waiting`: kinds of his items; `steps`: what is offered.
    """
    act, found = Act(user, Nothing()), []
    names = {step.name for step in steps}
    goes_out = document.direction == Direction.OUTGOING and document.state == State.PROOFREAD
    if goes_out and names and "seal" not in names and not is_ready_to_go(user, document):
        found.append(_whose_seal(document))
    if waiting & {StepKind.NUMBER, StepKind.PROOFREAD, StepKind.SEAL, StepKind.DISPATCH}:
        found.append(slips.nothing_is_disputed(document, act))
    if waiting & {StepKind.REVIEW, StepKind.CHECK}:
        found.append(when.is_not_his_own(document, act))
    if waiting & HELD[Direction(document.direction)]:
        found.append(disputes.nothing_stands(document, act))
    if StepKind.APPROVE in waiting:
        found += _why_not_sign(user, document)
    for kind in sorted(waiting & {StepKind.COUNTERSIGN, StepKind.INSTRUCT}):
        found.append(deputies.may_decide_as_deputy(kind)(document, act))
    return [one for one in dict.fromkeys(found) if one]


def _whose_seal(document) -> str:
    task = Task.objects.of(document).open().filter(kind=StepKind.SEAL).select_related("assignee", "post__unit").first()
    return f"待用印 · {task.assignee or task.post}" if task else "待用印"
