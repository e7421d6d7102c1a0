"""What each member of the 鉴定小组 says to the whole list: signed, still missing, or excused with the reason.

Items are judged by whoever of the group fills them in; the report waits until every member has put his name to the
list as it then stands (practice 1: the group is leader, office, archivist and business department, not one of them).
"""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.models import Task, User
from units.tasks import close_tasks, open_following, open_task
from units.workflow import Refused

from ..models import Appraisal, AppraisalItem, GroupMember
from ..states import AppraisalState
from .conditions import SMALLEST_GROUP
from .effects import JUDGE, MEND
from .supervisors import posts_in

NAMED = 20


def locked(appraisal: Appraisal, *states: AppraisalState) -> Appraisal:
    """The row, held until the act's end. Refused in any other state."""
    row = Appraisal.objects.select_for_update(of=("self",)).select_related("unit").get(pk=appraisal.pk)
    if row.state not in states:
        raise Refused(f"“{row}”当前为“{row.get_state_display()}”，不能这样办理。")
    return row


def waited_for(appraisal: Appraisal) -> list[GroupMember]:
    """Members who have neither signed nor been excused, in the order of their appointment."""
    return list(appraisal.group.filter(signed_at=None, excused_at=None).select_related("person"))


def members_with_posts(appraisal: Appraisal) -> list[GroupMember]:
    """The group as the page lists it; each has `.posts`, what he is in the unit."""
    known = posts_in(appraisal.unit)
    members = list(appraisal.group.select_related("person"))
    for member in members:
        member.posts = known.get(member.person_id, "")
    return members


def everybody_has_signed(appraisal: Appraisal, act) -> str:
    """The report is the whole group's: who is missing is named."""
    missing = "、".join(f"{one.person.name}（{one.get_part_display()}）" for one in waited_for(appraisal))
    return f"还没有签署鉴定意见：{missing}。请其签署，因故不能签署的写明理由免签。" if missing else ""


def ask(member: GroupMember) -> None:
    """He finds it among what waits for him, whatever his post; once."""
    row = member.appraisal
    if not Task.objects.of(row).open().filter(kind=JUDGE, assignee=member.person).exists():
        open_task(JUDGE, "填写鉴定意见", row, unit=row.unit, person=member.person)


def handed_to_group(appraisal: Appraisal, act) -> None:
    """交鉴定小组: each member has it waiting."""
    for member in waited_for(appraisal):
        ask(member)


def handed_back(appraisal: Appraisal, act) -> None:
    """退回重新鉴定: what was signed was another list; everybody who is not excused signs again."""
    close_tasks(appraisal, by=act.by)
    open_following(appraisal, MEND)
    appraisal.group.update(signed_at=None, remark="")
    handed_to_group(appraisal, act)


def objected(appraisal: Appraisal, act) -> None:
    """不予备案: it is judged and approved anew; what was prolonged stands."""
    appraisal.approved_by = appraisal.approved_at = None
    handed_back(appraisal, act)


def judged_anew(appraisal: Appraisal, by) -> bool:
    """After opinions were filled in: others sign what they have not seen again; who filled all of them has signed.

    Is `by` one who has signed by that? The button says so beforehand and the trail afterwards.
    """
    others = appraisal.group.exclude(person=by).exclude(signed_at=None)
    for member in list(others.select_related("person", "appraisal__unit")):
        member.signed_at, member.remark = None, ""
        member.save(update_fields=["signed_at", "remark"])
        ask(member)
    own = appraisal.group.filter(person=by)
    if appraisal.items.exclude(given_by=by).exists():
        return False
    own.update(signed_at=timezone.now(), remark="", excused_at=None, excused_by=None, excuse="")
    _done(appraisal, by)
    audit.record(
        "sign_opinions", "签署鉴定意见", appraisal, by=by, through="judge",
        opinion="各件意见均由本人填写，填写即为签署",
    )  # fmt: skip
    return True


def _done(appraisal: Appraisal, by) -> None:
    mine = list(Task.objects.of(appraisal).open().filter(kind=JUDGE, assignee=by).values_list("pk", flat=True))
    close_tasks(appraisal, by=by, only=mine)


@transaction.atomic
def sign(appraisal: Appraisal, *, by, remark: str = "") -> GroupMember:
    """签署鉴定意见: the member agrees to the list as it stands; `remark` is what he wants to have said besides."""
    row = locked(appraisal, AppraisalState.JUDGING)
    member = row.group.filter(person=by.pk).first()
    if member is None or not may(by, "judge", row):
        raise Refused("只有鉴定小组成员可以签署鉴定意见。")
    if member.signed_at is not None:
        raise Refused("您已签署鉴定意见。")
    open_items = AppraisalItem.objects.filter(appraisal=row, opinion="").count()
    if open_items:
        raise Refused(f"还有 {open_items} 件没有鉴定意见，请先填写，再签署。")
    member.signed_at, member.remark = timezone.now(), remark.strip()
    member.excused_at, member.excused_by, member.excuse = None, None, ""
    member.save()
    _done(row, by)
    audit.record("sign_opinions", "签署鉴定意见", row, by=by, through="judge", opinion=member.remark)
    return member


@transaction.atomic
def remove(appraisal: Appraisal, person: User, *, by) -> None:
    """移出鉴定小组 before 交鉴定小组: who was named by mistake has said nothing yet; the trail keeps both acts."""
    row = locked(appraisal, AppraisalState.DRAFTING)
    if not may(by, "make", row):
        raise Refused("您没有组织鉴定的权限。")
    member = row.group.filter(person=person.pk).first()
    if member is None:
        raise Refused(f"{person.name}不在鉴定小组中。")
    part = member.get_part_display()
    member.removed_at = timezone.now()
    member.save(update_fields=["removed_at"])
    audit.record(
        "remove_member", "移出鉴定小组", row, by=by, through="make", opinion=f"{person.name}（{part}）",
        member=person.name, part=part,
    )  # fmt: skip


@transaction.atomic
def excuse(appraisal: Appraisal, person: User, *, by, reason: str) -> GroupMember:
    """免签: the report no longer waits for this member; at least three others give theirs."""
    row = locked(appraisal, AppraisalState.JUDGING)
    if not may(by, "make", row):
        raise Refused("您没有组织鉴定的权限。")
    member = row.group.filter(person=person.pk, signed_at=None, excused_at=None).select_related("person").first()
    reasons = []
    if member is None:
        reasons.append(f"{person.name}不在待签署的成员中。")
    if not reason.strip():
        reasons.append("请填写免签理由。")
    left = row.group.filter(excused_at=None).count() - 1
    if member is not None and left < SMALLEST_GROUP:
        reasons.append(f"免签后鉴定小组只余 {left} 人，不足 {SMALLEST_GROUP} 人，请先增加成员。")
    if member is None or reasons:
        raise Refused(*reasons)
    member.excused_at, member.excused_by, member.excuse = timezone.now(), by, reason.strip()
    member.save()
    open_ones = Task.objects.of(row).open().filter(kind=JUDGE, assignee=person)
    close_tasks(row, by=by, outcome="dropped", only=list(open_ones.values_list("pk", flat=True)))
    audit.record("excuse_member", "免签", row, by=by, through="make", opinion=f"{person.name}：{member.excuse}",
                 member=person.name)  # fmt: skip
    return member
