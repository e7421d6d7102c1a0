"""The transition table of batches (design section 4; domain 9.3)."""

from units.roles import PostKind
from units.tasks import Opens
from units.workflow import Transition, Workflow

from . import conditions as when
from . import effects as does
from .inputs import InspectedInput, PackagedInput, ReceivedInput
from .states import State

S = State


def _in(*states: State) -> frozenset:
    return frozenset(states)


def _unit_archivist(kind: str, label: str) -> tuple[Opens, ...]:
    return (Opens(kind, label, PostKind.ARCHIVIST),)


MEND = _unit_archivist("build_batch", "修改移交批次")
CLOSE = _unit_archivist("close_batch", "入库通知")
APPROVE = (Opens("approve_batch", "批准移交", PostKind.LEADER),)
RECEIVE = (Opens("receive_batch", "接收检测", PostKind.ACCESSIONER, "archive"),)

BATCH = Workflow(
    Transition(
        "self_check",
        "检测移交信息包",
        _in(S.DRAFT),
        S.SELF_CHECKED,
        "make",
        (when.has_items, when.nothing_runs),
        does.self_checked,
        input=PackagedInput,
        opens=APPROVE,
    ),
    Transition(
        "approve",
        "批准移交",
        _in(S.SELF_CHECKED),
        S.APPROVED,
        "approve",
        (when.package_is_whole,),
        does.approved,
        opens=_unit_archivist("submit_batch", "提交区档案馆"),
    ),
    Transition(
        "send_back",
        "退回修改",
        _in(S.SELF_CHECKED),
        S.DRAFT,
        "approve",
        (when.reason_is_short,),
        does.reopened,
        opens=MEND,
        needs_note=True,
        danger=True,
    ),
    Transition(
        "reopen",
        "重新编制移交清单",
        _in(S.SELF_CHECKED, S.APPROVED),
        S.DRAFT,
        "make",
        (when.nothing_runs,),
        does.reopened,
        opens=MEND,
        danger=True,
    ),
    Transition(
        "submit",
        "提交区档案馆",
        _in(S.APPROVED),
        S.SUBMITTED,
        "make",
        (when.package_is_whole, when.nothing_runs),
        does.submitted,
        opens=(),
        past="已提交",
    ),
    # an earlier try may have been reported: its task ends here
    Transition(
        "receive", "收妥", _in(S.SUBMITTED), S.RECEIVED, "deliver", (), does.received, input=ReceivedInput, opens=()
    ),
    Transition(
        "inspect",
        "检测",
        _in(S.RECEIVED),
        S.INSPECTING,
        "deliver",
        (),
        does.inspected,
        input=InspectedInput,
        opens=RECEIVE,
    ),
    Transition(
        "accept",
        "全部接收",
        _in(S.INSPECTING),
        S.ACCEPTED,
        "receive",
        (when.package_is_sound, when.nothing_is_returned, when.failing_items_are_returned),
        does.accepted,
        opens=CLOSE,
    ),
    Transition(
        "accept_rest",
        "接收其余",
        _in(S.INSPECTING),
        S.PARTIALLY_RETURNED,
        "receive",
        (when.package_is_sound, when.some_of_both, when.failing_items_are_returned),
        does.accepted,
        opens=CLOSE,
    ),
    # also before the inspection: a package that cannot be copied or read must not keep its records frozen
    Transition(
        "return_batch",
        "整批退回",
        _in(S.SUBMITTED, S.RECEIVED, S.INSPECTING),
        S.RETURNED,
        "receive",
        (when.nothing_runs, when.reason_is_short),
        does.returned,
        opens=_unit_archivist("close_batch", "移交退回"),
        needs_note=True,
        danger=True,
    ),
    Transition("close", "确认回执", _in(S.ACCEPTED, S.PARTIALLY_RETURNED, S.RETURNED), S.CLOSED, "make", opens=()),
    Transition(
        "dissolve",
        "撤销移交批次",
        _in(S.DRAFT),
        S.DISSOLVED,
        "make",
        (when.nothing_runs, when.reason_is_short),
        does.dissolved,
        opens=(),
        needs_note=True,
        danger=True,
    ),
    ended=(S.CLOSED, S.DISSOLVED),
)
