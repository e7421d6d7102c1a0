"""The steps of an appraisal (practice 1; domain 4.6): list, group, opinions, report, approval, noted, destroyed."""

from units.fitting import FITTING, Fit, holding
from units.roles import PostKind
from units.tasks import Opens
from units.workflow import Transition, Workflow

from .appraisal import conditions as when
from .appraisal import effects as does
from .appraisal import membership, witnessing
from .appraisal.inputs import ArrangeInput, DestroyInput, ReportInput
from .states import AppraisalState
from .unconfirmed import nothing_is_unchecked

S = AppraisalState


def _in(*states: AppraisalState) -> frozenset:
    return frozenset(states)


FITTING[does.JUDGE] = Fit(deputies=frozenset())  # a member of the group is meant himself
FITTING["approve_appraisal"] = Fit(posts=holding("approve_disposal"))
APPROVE = (Opens("approve_appraisal", "批准销毁", PostKind.LEADER),)
NOTE = (Opens("note_appraisal", "销毁备案", PostKind.INSPECTOR, "archive"),)

APPRAISAL = Workflow(
    Transition(
        "start", "交鉴定小组", _in(S.DRAFTING), S.JUDGING, "make", (when.has_items, when.group_is_whole),
        membership.handed_to_group, past="已交鉴定小组",
    ),
    Transition(
        "report", "形成鉴定报告", _in(S.JUDGING), S.REPORTED, "make",
        (when.every_item_is_judged, membership.everybody_has_signed, when.nothing_is_held, nothing_is_unchecked,
         when.is_still_due),
        does.reported,
        input=ReportInput, opens=APPROVE,
    ),
    Transition(
        "approve", "批准", _in(S.REPORTED), S.APPROVED, "approve",
        (
            when.is_approved_by_another, when.nothing_is_held, nothing_is_unchecked, when.items_are_there,
            when.is_still_due,
        ),
        does.approved,
        lands=does.after_approval,
        opens=NOTE,
    ),
    Transition(
        "send_back", "退回重新鉴定", _in(S.REPORTED), S.JUDGING, "approve", (), membership.handed_back, needs_note=True,
        danger=True,
    ),
    Transition("note", "备案", _in(S.APPROVED), S.NOTED, "note", (), does.noted),
    Transition(
        "object", "不予备案，退回", _in(S.APPROVED), S.JUDGING, "note", (), membership.objected, needs_note=True,
        danger=True, note="退回理由", past="已退回重新鉴定",
    ),
    Transition(
        "arrange_supervision", "安排监销", _in(S.NOTED), S.NOTED, "make", (witnessing.is_whole,), witnessing.arranged,
        input=ArrangeInput,
    ),
    Transition(
        "destroy", "执行销毁", _in(S.NOTED), S.DESTROYED, "make",
        (
            witnessing.is_as_signed, witnessing.is_timed, when.two_supervise, when.nothing_is_held,
            nothing_is_unchecked, when.items_are_there, when.is_still_due,
        ),
        does.destroyed,
        input=DestroyInput, opens=(), offered=when.is_ready_to_destroy, danger=True,
    ),
    Transition(
        "dissolve", "撤销鉴定", _in(S.DRAFTING, S.JUDGING, S.REPORTED, S.APPROVED, S.NOTED), S.DISSOLVED, "make", (),
        does.dissolved, opens=(), needs_note=True, danger=True,
    ),
    ended=(S.DESTROYED, S.CLOSED, S.DISSOLVED),
)  # fmt: skip
