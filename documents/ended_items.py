"""Why an item ended that nobody did: in 流转, in 催办 and wherever else it is told, in the same words.

What ended it wrote the reason into its remark (“因…终止”), or the whole paper ended and its state says why.
"""

from collections import Counter
from collections.abc import Iterable

from units.models import Task

from .states import DUTY, State, StepKind

ENDS = "终止"
OF_STATE = {
    State.RECALLED: "因收回终止",
    State.REPLACED: "因更正件替换终止",
    State.RETURNED_TO_SENDER: "因退文终止",
    State.VOIDED: "因作废终止",
    State.COMPLETED: "未办，本件已办结",
}
BY_THE_LEAD = "未办，已由主办办结"
TAKEN_BACK = "已取回"


def why(task: Task, state: str) -> str:
    """`state`: of the paper that it is about; "" while it is open, when it was done, and of what was only passed on."""
    if task.outcome in ("", "done") or task.is_open or task.label == DUTY:
        return ""
    if ENDS in task.remark or TAKEN_BACK in task.remark:
        return task.remark
    if task.outcome == "dropped":
        return (
            BY_THE_LEAD if (task.kind, state) == (StepKind.ASSIST, State.COMPLETED) else OF_STATE.get(State(state), "")
        )
    return ""


def told_of(tasks: Iterable[Task], states: dict) -> str:
    """What became of all of `tasks`, "" while one is open: 已办, 因收回终止, or how many of each."""
    rows = list(tasks)
    if any(one.is_open for one in rows):
        return ""
    found = Counter("已办" if one.outcome == "done" else why(one, states[one.subject_uid]) or "未办" for one in rows)
    return next(iter(found)) if len(found) == 1 else "，".join(f"{word} {many}" for word, many in found.items())
