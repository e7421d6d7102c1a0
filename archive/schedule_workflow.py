"""归档范围和保管期限表 (Order 8 art. 12): the unit drafts and proposes, 区档案局 approves or returns.

The unit that plays 区档案局 plays 区档案馆 too; here it acts as 区档案局, and every label says so.
"""

from datetime import date, timedelta

from django.utils import timezone

from units.models import Unit
from units.reading import READ, to_read
from units.roles import PostKind
from units.tasks import Opens, close_tasks, open_task
from units.workflow import Act, Transition, Workflow

from .models import RetentionSchedule
from .schedule_inputs import ApproveInput, ProposeInput
from .schedules.versions import rules_of, schedule_for
from .schedules.wording import findings_of
from .states import ScheduleState

S = ScheduleState
ASKED = (Opens("approve_schedule", "审批保管期限表（区档案局）", PostKind.INSPECTOR, "authority"),)


def _is_whole(schedule: RetentionSchedule, act: Act) -> list[str]:
    """The rows can be used as they stand: all that is wrong with them is told."""
    return [one.message for one in findings_of(rules_of(schedule)) if one.is_refusal]


def _has_an_authority(schedule: RetentionSchedule, act: Act) -> str:
    """Some unit plays 区档案局."""
    return "" if schedule.authority_id else "系统中没有承担区档案局职责的单位，请与系统管理员联系。"


def _begins_from_today(schedule: RetentionSchedule, act: Act[ProposeInput | ApproveInput]) -> str:
    """What is still to be approved cannot have been in force: whoever sets the day, unit or 区档案局."""
    begins, today = act.given.valid_from, timezone.localdate()
    if begins is None or begins >= today:
        return ""
    return f"施行日期 {begins} 已过，应为 {today} 或以后；空则自批准之日起施行。"


def _begins_after_the_last(schedule: RetentionSchedule, act: Act[ApproveInput]) -> list[str]:
    """It begins after the approved version before it, not before Order 8, and ends after it begins."""
    begins, found = act.given.valid_from or timezone.localdate(), []
    if act.given.valid_to and act.given.valid_to < begins:
        found.append(f"施行至 {act.given.valid_to} 早于施行日期 {begins}。")
    last = approved_before(schedule)
    if last is not None and last.valid_from >= begins:
        found.append(f"现行版本“{last.edition}”自 {last.valid_from} 起施行，新版本的施行日期应在其后。")
    return found


def _says_where(schedule: RetentionSchedule, act: Act[ApproveInput]) -> str:
    """批准文号 is given."""
    return "" if act.given.approval.strip() else "请填写区档案局的批准文号。"


def told_late(schedule: RetentionSchedule) -> str:
    """That the day asked for is over before the approval, or was at it (approvals before the rule); "" where not."""
    day = schedule.approved_on or timezone.localdate()
    if schedule.unit_id is None or schedule.valid_from is None or schedule.valid_from >= day:
        return ""
    if schedule.state == S.PROPOSED:
        return f"报送的施行日期 {schedule.valid_from} 已过，批准时须改填今天或以后的日期；空则自批准之日起施行。"
    if schedule.state == S.APPROVED:
        return f"批准日期 {day} 晚于施行日期 {schedule.valid_from}；其间归档的文件按当时有效的条款定期限，请核对。"
    return ""


def approved_before(schedule: RetentionSchedule, day: date | None = None) -> RetentionSchedule | None:
    """The unit's approved version begun last, its own aside; of those begun before `day` where one is given."""
    rows = RetentionSchedule.objects.filter(unit=schedule.unit_id, state=S.APPROVED).exclude(pk=schedule.pk)
    return (rows if day is None else rows.filter(valid_from__lt=day)).order_by("-valid_from").first()


def basis_for(unit: Unit) -> RetentionSchedule | None:
    """What a version drafted today begins with: what is approved and still to come, for the new one can only follow
    it; else what holds today."""
    today, last = timezone.localdate(), approved_before(RetentionSchedule(unit=unit))
    return last if last is not None and last.valid_from > today else schedule_for(unit, today)


def _proposed(schedule: RetentionSchedule, act: Act[ProposeInput]) -> None:
    schedule.valid_from, schedule.returned_because = act.given.valid_from, ""


def _returned(schedule: RetentionSchedule, act: Act) -> None:
    schedule.returned_because = act.note[:500]
    _ask_archivist("mend_schedule", "修改保管期限表", schedule, act, f"{timezone.localdate()} 退回：{act.note}")


def _ask_archivist(kind: str, label: str, schedule: RetentionSchedule, act: Act, remark: str) -> None:
    """What became of it lies with the unit's archivist, with its day, in the place of what was asked before."""
    close_tasks(schedule, by=act.by)
    open_task(kind, label, schedule, unit=schedule.unit, post=PostKind.ARCHIVIST, remark=remark)


def _is_to_read(user, schedule: RetentionSchedule) -> bool:
    """The approval lies with the person, or his post, and was not read yet."""
    return to_read(schedule, user).exists()


def _waits(schedule: RetentionSchedule, act: Act) -> str:
    """Nobody of the post has read it yet."""
    return "" if _is_to_read(act.by, schedule) else "没有待您阅看的审批结果，或者已经阅毕。"


def _approved(schedule: RetentionSchedule, act: Act[ApproveInput]) -> None:
    """It holds from its day on; the version before it ends the day before."""
    begins = act.given.valid_from or timezone.localdate()
    last = approved_before(schedule)
    if last is not None and (last.valid_to is None or last.valid_to >= begins):
        last.valid_to, last._history_user = begins - timedelta(days=1), act.by
        last.version += 1
        last.save()
        act.detail["ended"] = f"{last.edition} 施行至 {last.valid_to}"
    schedule.valid_from, schedule.valid_to = begins, act.given.valid_to
    schedule.approval, schedule.approved_on = act.given.approval.strip(), timezone.localdate()
    schedule.returned_because = ""
    told = f"{schedule.approved_on} 批准（{schedule.approval}），{begins} 起施行"
    _ask_archivist(READ, "保管期限表已批准", schedule, act, told)


SCHEDULE = Workflow(
    Transition(
        "propose", "报送区档案局审批", frozenset({S.DRAFT}), S.PROPOSED, "draft",
        (_has_an_authority, _begins_from_today, _is_whole), _proposed,
        input=ProposeInput, opens=ASKED, past="已报送区档案局审批",
    ),
    Transition(
        "approve", "批准（区档案局）", frozenset({S.PROPOSED}), S.APPROVED, "approve",
        (_says_where, _begins_from_today, _begins_after_the_last, _is_whole), _approved, input=ApproveInput,
        past="区档案局已批准",
    ),
    Transition(
        "return", "退回修改（区档案局）", frozenset({S.PROPOSED}), S.DRAFT, "approve", (), _returned,
        needs_note=True, danger=True, past="区档案局已退回", note="退回意见",
    ),
    Transition(
        "take_back", "取回（本单位）", frozenset({S.PROPOSED}), S.DRAFT, "draft", opens=(), danger=True, past="已取回",
    ),
    Transition(
        "drop", "放弃草稿", frozenset({S.DRAFT}), S.DROPPED, "draft", opens=(), danger=True, needs_note=True,
        past="已放弃", note="放弃理由",
    ),
    Transition(
        "read", "阅毕（本单位）", frozenset({S.APPROVED}), S.APPROVED, "draft", (_waits,), opens=(), offered=_is_to_read,
        past="已阅",
    ),
    ended=(S.DROPPED,),
)  # fmt: skip
