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
CLOSE = _unit_archivist("close_batch", "确认接收结果")
APPROVE = (Opens("approve_batch", "批准移交", PostKind.LEADER),)
RECEIVE = (Opens("receive_batch", "接收检测", PostKind.ACCESSIONER, "archive"),)
SIGN = (
    Opens("fill_over", "签署登记表（填表人）", PostKind.ARCHIVIST),
    Opens("check_over", "签署登记表（审核人）", PostKind.LEADER),
    Opens("fill_in", "签署登记表（填表人）", PostKind.ACCESSIONER, "archive"),
    Opens("check_in", "签署登记表（审核人）", PostKind.LEADER, "archive"),
)

BATCH = Workflow(
    Transition(
        "self_check",
        "检测移交信息包",
        _in(S.DRAFT),
        S.SELF_CHECKED,
        "make",
        (when.has_items, when.nothing_runs, when.is_accompanied, when.catalogue_is_reviewed),
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
        "receive", "签收", _in(S.SUBMITTED), S.RECEIVED, "deliver", (), does.received, input=ReceivedInput, opens=()
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
        "settle",
        "办理交接手续",
        _in(S.INSPECTING),
        S.HANDING_OVER,
        "receive",
        (
            when.nothing_runs, when.package_is_sound, when.something_is_left, when.failing_items_are_returned,
            when.sample_is_ticked, when.sample_passes,
        ),
        does.settled,
        opens=SIGN,
        offered=does.nothing_to_return,
    ),
    Transition(
        "propose_return",
        "提请退回所标各件",
        _in(S.INSPECTING),
        S.PROPOSED,
        "receive",
        (
            when.nothing_runs, when.package_is_sound, when.something_is_left, when.failing_items_are_returned,
            when.sample_is_ticked,
        ),
        does.proposed,
        opens=_unit_archivist("agree_return", "确认退回意见"),
        offered=does.something_to_return,
    ),
    Transition(
        "agree_return",
        "同意退回，其余重新形成信息包",
        _in(S.PROPOSED),
        S.HANDING_OVER,
        "make",
        (when.nothing_runs, when.something_is_left),
        does.return_agreed,
        opens=SIGN,
        past="已同意退回",
    ),
    Transition(
        "object",
        "不同意",
        _in(S.PROPOSED, S.HANDING_OVER),
        S.INSPECTING,
        "make",
        (when.nothing_runs, when.reason_is_short),
        does.taken_back,
        opens=RECEIVE,
        needs_note=True,
        danger=True,
    ),
    Transition(
        "inspect_again",
        "收回登记表，重新审核",
        _in(S.PROPOSED, S.HANDING_OVER),
        S.INSPECTING,
        "receive",
        (when.nothing_runs, when.reason_is_short),
        does.taken_back,
        opens=RECEIVE,
        needs_note=True,
        danger=True,
    ),
    Transition(
        "accept",
        "接收",
        _in(S.HANDING_OVER),
        S.ACCEPTED,
        "receive",
        (
            when.nothing_runs, when.package_is_sound, when.failing_items_are_returned, when.sample_is_ticked,
            when.sample_passes, when.register_is_signed,
            when.register_is_sealed,
        ),
        does.accepted,
        opens=CLOSE,
        lands=does.accepted_as,
    ),
    # also before the inspection: a package that cannot be copied or read must not keep its records frozen
    Transition(
        "return_batch",
        "整批退回",
        _in(S.SUBMITTED, S.RECEIVED, S.INSPECTING, S.PROPOSED, S.HANDING_OVER),
        S.RETURNED,
        "receive",
        (when.nothing_runs, when.reason_is_short),
        does.returned,
        opens=_unit_archivist("close_batch", "移交退回"),
        needs_note=True,
        danger=True,
    ),
    Transition("close", "确认接收结果", _in(S.ACCEPTED, S.PARTIALLY_RETURNED, S.RETURNED), S.CLOSED, "make", opens=()),
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
)  # fmt: skip
