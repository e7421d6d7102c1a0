"""主办 and 协办: one department or person leads the handling of a received paper, others help, each within a limit.

More than one department means that a lead is named (domain 1.8). 协办 runs beside the main line (routing.advance): each
gives an opinion and closes its own step, 主办 reports for all (综合协办意见); whoever reports or completes while 协办 is
open says why.
"""

from django.db.models import Q
from django.utils import timezone

from units.models import Appointment, Task
from units.roles import PostKind
from units.texts import too_long
from units.workflow import Act

from . import retracing, routing
from .deadlines import shown as shown_day
from .inputs import ASKED, CoHandler, CompleteInput, ProposeInput, ReportInput
from .lead_limits import lay_down, whole_limit
from .lead_limits import shown as shown_limit
from .models import StepRun
from .shared_out import name_of, still_open
from .states import State, StepKind

WHY = ASKED["unassisted_reason"]
LONGEST_REASON = 200


# Checks: each returns a sentence, or several, or nothing


def is_shared_out_soundly(document, act: Act[ProposeInput]) -> list[str]:
    """协办 has a 主办, who is not among them; everybody asked is of the unit, with a limit that can be kept"""
    given = act.given
    found = _lead_faults(document, given)
    if not given.co_handlers:
        return found
    lead = {given.lead_officer, given.lead_department} - {None} or {document.lead_officer, document.department} - {None}
    if not lead:
        found.append("有协办的，须先确定主办处室或主办人。")
    for one in given.co_handlers:
        found += _faults(document, one)
        if {one.department, one.person} & lead:
            found.append(f"{one}是主办，不能同时作为协办，请从协办中去掉。")
    return found


def _lead_faults(document, given: ProposeInput) -> list[str]:
    if given.lead_department is None:
        return []
    if given.lead_officer is not None:
        return ["主办只能有一个：请选择一个处室，或者一人。"]
    return _faults(document, CoHandler(department=given.lead_department))


def _faults(document, one: CoHandler) -> list[str]:
    of = Q(department=one.department) if one.department else Q(user=one.person)
    if not Appointment.objects.active().filter(of, post__unit=document.unit).exists():
        return [f"{one}目前无人，请改选其他处室或人员。" if one.department else f"{one}不在本单位任职，请改选。"]
    if one.due_at is not None and one.due_at <= timezone.now():
        return [f"{one}的协办时限 {shown_limit(one.due_at)} 已过，请改为今天或以后的日期。"]
    return []


def limits_end_with_the_whole(document, act: Act[ProposeInput]) -> list[str]:
    """Neither 主办时限 nor a limit of 协办 ends after 办理时限, which is the registration's to change"""
    given, whole, found = act.given, whole_limit(document), []
    if whole and given.due_at and given.due_at > whole:
        found.append(
            f"主办时限 {shown_limit(given.due_at)} 晚于本件办理时限 {shown_limit(whole)}：请改为不晚于办理时限；"
            "确需延长的，先用“更正登记”改办理时限。"
        )
    last = whole or given.due_at or document.due_at
    for one in given.co_handlers or ():
        if last and one.due_at and one.due_at > last:
            found.append(
                f"{one}的协办时限 {shown_limit(one.due_at)} 晚于本件办理时限 {shown_limit(last)}："
                "请改早，或不填（以办理时限为准）。"
            )
    return found


def missing_is_explained(document, act: Act[ReportInput | CompleteInput]) -> str:
    """While 协办 is open, whoever reports or completes says why it is not waited for"""
    if act.given.unassisted_reason:
        return too_long(act.given.unassisted_reason, LONGEST_REASON, WHY)
    names = [] if document.unassisted_reason else still_open(document)
    return asks_why(names) if names else ""


def asks_why(names: list[str]) -> str:
    """The sentence of the refusal, and of the form's empty field."""
    return f"协办{'、'.join(names)}尚未反馈意见，可先催办；确需现在办理的，请填写“{WHY}”。"


# Effects


def share_out(document, act: Act[ProposeInput]) -> None:
    """拟办 proposes and 批示 settles who leads, who helps, and by when."""
    given = act.given
    if given.lead_officer is not None or given.lead_department is not None:
        document.lead_officer = given.lead_officer
        document.department = given.lead_department if document.is_incoming else document.department
        act.detail["lead"] = str(given.lead_officer or given.lead_department)
    if given.due_at is not None:
        lay_down(document, act, given.due_at)
    if given.co_handlers is None:
        return
    routing.co_handle(document, given.co_handlers)
    if given.co_handlers:
        act.detail["co_handlers"] = [_told(one) for one in given.co_handlers]


def _told(one: CoHandler) -> str:
    return f"{one}（限 {shown_day(one.due_at)}）" if one.due_at else str(one)


def assist(document, act: Act) -> None:
    """协办意见: the doer's own step ends, the others' and the lead's stay; 主办 is told."""
    own = routing.finish_own(document, act, StepKind.ASSIST)
    routing.give_opinion(document, StepKind.ASSIST, act)
    step = StepRun.objects.select_related("department", "person", "post").get(uid=own.step_uid)
    act.detail["for"] = name_of(step)
    waits = Task.objects.of(document).open().filter(kind=StepKind.REPORT).exists()
    if document.lead_officer is not None and document.lead_officer_id != act.by.pk and waits:
        said = f"{name_of(step)}协办意见：{act.note}"
        retracing.tell_person(document, document.lead_officer, PostKind.OFFICER, said)
    routing.advance(document)


def keep_why(document, act: Act[ReportInput | CompleteInput]) -> None:
    """The reason, while it is one: 协办 is open."""
    if act.given.unassisted_reason and (names := still_open(document)):
        document.unassisted_reason = act.detail["unassisted_reason"] = act.given.unassisted_reason
        act.detail["unassisted"] = names


def where_it_is(document, act: Act) -> State:
    """In the state in which it is"""
    return State(document.state)
