"""The transition table of batches (design section 4; domain 9.3)."""

from units.workflow import Transition, Workflow

from . import conditions as when
from . import effects as does
from .states import State

S = State


def _in(*states: State) -> frozenset:
    return frozenset(states)


BATCH = Workflow(
    Transition("self_check", "自检打包", _in(S.DRAFT), S.SELF_CHECKED, "make", (when.has_items, when.nothing_runs), does.self_checked),
    Transition("approve", "批准移交", _in(S.SELF_CHECKED), S.APPROVED, "approve", (when.package_is_whole,), does.approved),
    Transition("send_back", "退回修改", _in(S.SELF_CHECKED), S.DRAFT, "approve", (), does.reopened, needs_note=True, danger=True),
    Transition("reopen", "重新组批", _in(S.SELF_CHECKED, S.APPROVED), S.DRAFT, "make", (when.nothing_runs,), does.reopened, danger=True),
    Transition("submit", "提交移交", _in(S.APPROVED), S.SUBMITTED, "make", (when.package_is_whole, when.nothing_runs), does.submitted, past="已提交"),
    Transition("receive", "收妥", _in(S.SUBMITTED), S.RECEIVED, "deliver", (), does.received),
    Transition("inspect", "检测", _in(S.RECEIVED), S.INSPECTING, "deliver", (), does.inspected),
    Transition(
        "accept", "全部接收", _in(S.INSPECTING), S.ACCEPTED, "receive",
        (when.package_is_sound, when.nothing_is_returned, when.failing_items_are_returned), does.accepted,
    ),
    Transition(
        "accept_rest", "接收其余", _in(S.INSPECTING), S.PARTIALLY_RETURNED, "receive",
        (when.package_is_sound, when.some_of_both, when.failing_items_are_returned), does.accepted,
    ),
    # also before the inspection: a package that cannot be copied or read must not keep its records frozen
    Transition(
        "return_batch", "整批退回", _in(S.SUBMITTED, S.RECEIVED, S.INSPECTING), S.RETURNED, "receive",
        (when.nothing_runs,), does.returned, needs_note=True, danger=True,
    ),
    Transition("close", "确认回执", _in(S.ACCEPTED, S.PARTIALLY_RETURNED, S.RETURNED), S.CLOSED, "make", (), does.closed),
    Transition("dissolve", "撤销批次", _in(S.DRAFT), S.CLOSED, "make", (when.nothing_runs,), does.dissolved, needs_note=True, danger=True),
)  # fmt: skip
