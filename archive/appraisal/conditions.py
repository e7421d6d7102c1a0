"""Why a step of an appraisal may not be taken now; "" or no sentence when it may."""

from units.access import holds as holds_permission
from units.fitting import holding
from units.models import Appointment
from units.workflow import Act

from ..models import Appraisal, PaperLoan
from ..states import GroupPart, Opinion, State
from .holds import held_among
from .inputs import DestroyInput, ReportInput

SMALLEST_GROUP, SUPERVISORS, NAMED = 3, 2, 20


def group_is_whole(appraisal: Appraisal, act: Act) -> list[str]:
    """At least three persons, and each part of the group taken (practice 1)."""
    members = list(appraisal.group.all())
    missing = [part.label for part in GroupPart if part not in {one.part for one in members}]
    found = []
    if len(members) < SMALLEST_GROUP:
        found.append(f"鉴定小组不少于 {SMALLEST_GROUP} 人，现有 {len(members)} 人。")
    if missing:
        found.append(f"鉴定小组还缺：{'、'.join(missing)}。")
    return found


def has_items(appraisal: Appraisal, act: Act) -> str:
    return "" if appraisal.items.exists() else "鉴定清单中没有档案。"


def every_item_is_judged(appraisal: Appraisal, act: Act[ReportInput]) -> list[str]:
    open_items = list(appraisal.items.filter(opinion="").select_related("record")[: NAMED + 1])
    found = [f"“{one.record.archival_code}”还没有鉴定意见。" for one in open_items[:NAMED]]
    if len(open_items) > NAMED:
        found.append("还有其他档案没有鉴定意见。")
    if not act.given.report.strip():
        found.append("请填写鉴定报告。")
    return found


def nothing_is_held(appraisal: Appraisal, act: Act) -> list[str]:
    """A hold binds whoever acts; it is lifted first, with its own reason."""
    keys = appraisal.items.filter(opinion=Opinion.DESTROY).values_list("record_id", flat=True)
    return [f"“{one.record.archival_code}”已冻结（{one.reason}），不得销毁。" for one in held_among(keys)[:NAMED]]


def is_approved_by_another(appraisal: Appraisal, act: Act) -> str:
    """Who made the list does not approve it."""
    return "鉴定清单的编制人不能批准销毁。" if act.by.pk == appraisal.created_by_id else ""


def two_supervise(appraisal: Appraisal, act: Act[DestroyInput]) -> list[str]:
    """Two persons, neither of them the one who destroys."""
    persons = {one.person_id for one in supervising(appraisal)}
    found = []
    if len(persons) < SUPERVISORS:
        found.append(f"须有两名监销人签字，现有 {len(persons)} 名。")
    if act.by.pk in persons:
        found.append("监销人不能同时是销毁操作者，请由另一人执行销毁。")
    return found


def supervising(appraisal: Appraisal):
    """Signatures of 监销人 that stand; one withdrawn stays in the table and counts no more."""
    return appraisal.supervisions.filter(withdrawal=None).select_related("person")


def is_ready_to_destroy(person, appraisal: Appraisal) -> bool:
    """The long form stands only where it would be taken: two others have signed."""
    signed = {one.person_id for one in supervising(appraisal)}
    return len(signed) >= SUPERVISORS and person.pk not in signed


def copies_are_told(appraisal: Appraisal, act: Act[DestroyInput]) -> list[str]:
    """Table A.4 asks for all three places and for where it was done."""
    wanted = (
        ("place", "监销地点"), ("online_note", "在线存储内容销毁说明"), ("offsite_note", "异地容灾备份内容销毁说明"),
        ("offline_note", "离线存储介质销毁说明"),
    )  # fmt: skip
    return [f"请填写{label}。" for name, label in wanted if not getattr(act.given, name).strip()]


def items_are_there(appraisal: Appraisal, act: Act) -> list[str]:
    """What was transferred or corrected away meanwhile, or is lent, is not destroyed."""
    chosen = appraisal.items.filter(opinion=Opinion.DESTROY).select_related("record")
    rows = chosen.exclude(record__state=State.FILED)
    found = [
        f"“{one.record.archival_code}”当前为“{one.record.get_state_display()}”，不能销毁。" for one in rows[:NAMED]
    ]
    lent = PaperLoan.objects.filter(record__in=chosen.values("record"), returned_on=None).select_related("record")
    return found + [
        f"“{one.record.archival_code}”已借给{one.borrower}，归还后再销毁。" for one in lent.order_by("pk")[:NAMED]
    ]


def may_supervise(appraisal: Appraisal, by) -> str:
    if supervising(appraisal).filter(person=by.pk).exists():
        return "您已签字监销；签错的，在销毁前可以撤回。"
    if supervising(appraisal).count() >= SUPERVISORS:
        return "已有两名监销人签字。"
    if not holds_permission("view_records", by, appraisal.unit):
        return "监销人须是本单位查阅档案的人员。"
    if holds_permission("arrange_records", by, appraisal.unit) and not _others_to_destroy(appraisal, by):
        return "您是本单位唯一可以执行销毁的人，监销签字后将无人执行，请由另外两人监销。"
    return ""


def _others_to_destroy(appraisal: Appraisal, by) -> bool:
    """Whether somebody else, who has not signed as 监销人, may still carry the destruction out."""
    signed = {one.person_id for one in supervising(appraisal)}
    held = Appointment.objects.active().filter(
        post__unit=appraisal.unit_id, post__kind__in=holding("arrange_records"), user__is_active=True
    )
    return held.exclude(user__in={*signed, by.pk}).exists()


def signatures_told(appraisal: Appraisal) -> str:
    """Who has signed and who is missing, beside the button."""
    names = [one.person.name for one in supervising(appraisal)]
    left = SUPERVISORS - len(names)
    missing = f"还缺 {left} 名监销人" if left > 0 else "监销人已齐，请由未监销的档案员执行销毁"
    return (
        f"已签字：{'、'.join(names)}；{missing}。"
        if names
        else f"监销须两人签字，{missing}；执行销毁的档案员不能监销。"
    )
