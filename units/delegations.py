"""代理: for some days a deputy acts for his principal in one post of one unit (design section 13).

Bounds (practice 1, 条例 22): the same unit, within the principal's own period and a year at most, one deputy at a time,
by appointment and so never passed on, never an administrator, never to oneself; 监印 never to somebody who may draft in
the unit. A deputy signs a 上行文 only when appointed for that (`signs_upward`, 主持工作), which nobody gives by himself.
Whoever arranges it for somebody else is not the deputy, and the principal is told in his 待办.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from . import audit
from .access import forget_standing, holds, may
from .fitting import FITTING, NOTICE, SUBJECTS, Fit, holding
from .models import Appointment, Delegation, Post, Task, User
from .roles import PostKind
from .tasks import close_tasks, end_subject, open_task
from .workflow import Refused

LONGEST = timedelta(days=365)  # the rules name no bound: a year is the product's, an absence longer is an appointment's
NO_UPWARD = (
    "该代理人不能签发上行文（条例第二十二条）：上行文由主要负责人或者主持工作的负责人签发，"
    "离开期间有上行文待签发的，请由本单位文书登记代理，并勾选“可代行签发上行文”。"
)


def may_give(user: User, principal: User, post: Post) -> bool:
    """The principal himself, or whoever arranges deputies in the post's unit (its clerk)."""
    own = Appointment.objects.filter(user=user, post=post, dismissed_at=None).exists()
    return (user.pk == principal.pk and own) or holds("delegate_posts", user, post.unit)


@transaction.atomic
def delegate(
    principal: User, deputy: User, post: Post, *, by: User, starts_on: date, ends_on: date, reason: str,
    signs_upward: bool = False,
) -> Delegation:  # fmt: skip
    """Give `deputy` the principal's post from a day to a day, both inclusive; Refused with every reason."""
    if not may_give(by, principal, post):
        raise Refused("只有本人或本单位文书可以安排该岗位的代理。")
    # both in one order: two deputies of one principal at once would each find him without any
    list(User.objects.select_for_update().filter(pk__in=[principal.pk, deputy.pk]).order_by("pk"))
    reasons = faults(principal, deputy, post, starts_on, ends_on, reason)
    if by.pk == deputy.pk != principal.pk:
        reasons.append(f"安排代理的人不能自任代理人，请由{principal.name}本人或本单位其他文书安排。")
    if signs_upward:
        reasons += _faults_of_upward(principal, post, by)
    if reasons:
        raise Refused(*reasons)
    row = Delegation(
        principal=principal, deputy=deputy, post=post, starts_on=starts_on, ends_on=ends_on, reason=reason.strip(),
        signs_upward=signs_upward, given_by=by,
    )  # fmt: skip
    row._history_user = by
    row.save()
    forget_standing(deputy)
    if by.pk != principal.pk:
        open_task(NOTICE, "代理告知", row, unit=post.unit, person=principal)
    audit.record(
        "delegate", "安排代理", row, by=by, opinion=row.reason, principal=principal.name, deputy=deputy.name,
        post=str(post), starts_on=str(starts_on), ends_on=str(ends_on), signs_upward=signs_upward,
    )  # fmt: skip
    return row


def _faults_of_upward(principal: User, post: Post, by: User) -> list[str]:
    """条例 22: who signs upward in the place of 主要负责人 is appointed for it, not chosen by him alone."""
    if post.kind != PostKind.LEADER:
        return [f"只有领导岗位的代理可以代行签发上行文，{post}不签发公文。"]
    return ["代行签发上行文不能由本人委托，请由本单位文书登记。"] if by.pk == principal.pk else []


def faults(principal: User, deputy: User, post: Post, starts_on: date, ends_on: date, reason: str) -> list[str]:
    """Sentences: which bounds this delegation breaks."""
    found = [] if reason.strip() else ["请填写代理的事由。"]
    found += _faults_of_days(starts_on, ends_on)
    if principal.pk == deputy.pk:
        found.append("不能由本人代理本人。")
    if post.is_administrator:
        found.append("管理员岗位不得代理。")
    if found:
        return found
    if not Appointment.objects.filter(user=principal, post=post).covering(starts_on, ends_on).exists():
        found.append(f"{principal.name}在 {starts_on} 至 {ends_on} 期间并未一直担任{post}；代理来的岗位不得再转代理。")
    others = Delegation.objects.filter(principal=principal, post=post).overlapping(starts_on, ends_on)
    for one in others.exclude(deputy=deputy).select_related("deputy"):
        found.append(
            f"{principal.name}的{post}在 {one.starts_on} 至 {one.ends_on} 已由{one.deputy.name}代理，"
            "同一时间只能有一名代理人：请改日期，或先结束原来的代理。"
        )
    return found + _faults_of_deputy(deputy, post, starts_on, ends_on)


def _faults_of_days(starts_on: date, ends_on: date) -> list[str]:
    today = timezone.localdate()
    if starts_on < today:
        return ["起日不能早于今天。"]
    if starts_on > today + LONGEST:
        return [f"起日不能晚于 {today + LONGEST}：代理最多提前一年安排。"]
    if ends_on < starts_on:
        return ["止日不能早于起日。"]
    if ends_on > starts_on + LONGEST:
        return [f"代理一次最长一年：起日为 {starts_on}，止日不能晚于 {starts_on + LONGEST}。"]
    return []


def _faults_of_deputy(deputy: User, post: Post, starts_on: date, ends_on: date) -> list[str]:
    held = list(Appointment.objects.filter(user=deputy).overlapping(starts_on, ends_on).for_standing())
    here = [one for one in held if one.post.unit_id == post.unit_id]
    found = []
    if any(one.post.is_administrator for one in held):
        found.append(f"{deputy.name}在此期间任管理员：三员分立，管理员不得代理其他岗位。")
    if any(one.post_id == post.pk for one in here):
        found.append(f"{deputy.name}本人已任{post}，无须代理。")
    in_unit = Appointment.objects.filter(user=deputy, post__unit=post.unit).covering(starts_on, ends_on)
    if not in_unit.exists():
        found.append(f"{deputy.name}在此期间并非一直在{post.unit}任职，代理人应为本单位人员。")
    if post.kind == PostKind.SEAL_KEEPER and any(one.post.kind in holding("draft_documents") for one in here):
        found.append(f"{deputy.name}在{post.unit}有拟稿权限，监印不得交由拟稿人代理。")
    if Delegation.objects.filter(deputy=deputy, post=post).overlapping(starts_on, ends_on).exists():
        found.append(f"{deputy.name}在此期间已代理{post}。")
    return found


def told(row: Delegation, *, by: User) -> list[str]:
    """Sentences for whoever has just arranged `row`: what this deputy cannot do, and who is told."""
    if by.pk != row.principal_id:
        limited = [NO_UPWARD] if row.post.kind == PostKind.LEADER and not row.signs_upward else []
        return [f"已在{row.principal.name}的待办中告知。", *limited]
    return [NO_UPWARD] if row.post.kind == PostKind.LEADER else []


def locked(delegation: Delegation) -> Delegation:
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("post__unit", "deputy", "principal")
    return rows.get(pk=delegation.pk)


@transaction.atomic
def end(delegation: Delegation, *, by: User, reason: str = "") -> Delegation:
    """End a delegation before its last day, at once."""
    row = locked(delegation)
    if not may(by, "end", row):
        raise Refused("只有本人或本单位文书可以结束代理。")
    if row.is_over:
        raise Refused("该代理已经结束。")
    row.ended_at = timezone.now()
    row._history_user = by
    row.save()
    forget_standing(row.deputy)
    end_subject(row, by=by)
    audit.record("end_delegation", "结束代理", row, by=by, through="end", opinion=reason.strip())
    return row


@transaction.atomic
def take_note(delegation: Delegation, *, by: User) -> None:
    """知悉: the principal has seen that others arranged a deputy for him."""
    row = locked(delegation)
    if by.pk != row.principal_id:
        raise Refused("只有被代理的本人可以表示知悉。")
    if not close_tasks(row, by=by, kinds=(NOTICE,)):
        raise Refused("没有待您知悉的代理。")
    end_subject(row, by=by)
    audit.record("note_delegation", "知悉代理", row, by=by)


def ended_for(deputy: User, subject_uid) -> Delegation | None:
    """The deputyship that is over and in which an item of the subject had been before him; the last of them."""
    past = Delegation.objects.filter(deputy=deputy).over().select_related("principal", "post__unit")
    for row in past.order_by("-pk")[:20]:
        items = Task.objects.filter(subject_uid=subject_uid, unit=row.unit, opened_at__lt=row.over_since)
        if items.filter(post=row.post).exists() or items.filter(assignee=row.principal).exists():
            return row
    return None


def over(row: Delegation) -> str:
    """The sentence for a deputy who goes on in a deputyship that is over."""
    since = timezone.localtime(row.over_since)
    return f"您代理{row.principal.name}（{row.post}）已于 {since:%Y-%m-%d %H:%M} 结束，不能再代为办理，本次没有办理。"


# told to the principal himself, never to the deputy; what was voided is still told
FITTING[NOTICE] = Fit(deputies=frozenset(), outlives=True)
SUBJECTS["delegation"] = Delegation
