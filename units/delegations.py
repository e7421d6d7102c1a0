"""代理: for some days a deputy acts for his principal in one post of one unit (design section 13).

Bounds (practice 1, 条例 22): the same unit, within the principal's own period, by appointment and so never passed on,
never an administrator, never to oneself; 监印 never to somebody who may draft in the unit.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from . import audit
from .access import forget_standing, holds, may
from .fitting import holding
from .models import Appointment, Delegation, Post, User
from .roles import PostKind
from .workflow import Refused


def may_give(user: User, principal: User, post: Post) -> bool:
    """The principal himself, or whoever arranges deputies in the post's unit (its clerk)."""
    own = Appointment.objects.filter(user=user, post=post, dismissed_at=None).exists()
    return (user.pk == principal.pk and own) or holds("delegate_posts", user, post.unit)


@transaction.atomic
def delegate(
    principal: User, deputy: User, post: Post, *, by: User, starts_on: date, ends_on: date, reason: str
) -> Delegation:
    """Give `deputy` the principal's post from a day to a day, both inclusive; Refused with every reason."""
    if not may_give(by, principal, post):
        raise Refused("只有本人或本单位文书可以安排该岗位的代理。")
    User.objects.select_for_update().get(pk=deputy.pk)
    if reasons := faults(principal, deputy, post, starts_on, ends_on, reason):
        raise Refused(*reasons)
    row = Delegation(
        principal=principal, deputy=deputy, post=post, starts_on=starts_on, ends_on=ends_on, reason=reason.strip(),
        given_by=by,
    )  # fmt: skip
    row._history_user = by
    row.save()
    forget_standing(deputy)
    audit.record(
        "delegate", "安排代理", row, by=by, opinion=row.reason, principal=principal.name, deputy=deputy.name,
        post=str(post), starts_on=str(starts_on), ends_on=str(ends_on),
    )  # fmt: skip
    return row


def faults(principal: User, deputy: User, post: Post, starts_on: date, ends_on: date, reason: str) -> list[str]:
    """Sentences: which bounds this delegation breaks."""
    found = [] if reason.strip() else ["请填写代理的事由。"]
    if starts_on < timezone.localdate():
        found.append("起日不能早于今天。")
    if ends_on < starts_on:
        return [*found, "止日不能早于起日。"]
    if principal.pk == deputy.pk:
        return [*found, "不能由本人代理本人。"]
    if post.is_administrator:
        return [*found, "管理员岗位不得代理。"]
    if not Appointment.objects.filter(user=principal, post=post).covering(starts_on, ends_on).exists():
        found.append(f"{principal.name}在 {starts_on} 至 {ends_on} 期间并未一直担任{post}；代理来的岗位不得再转代理。")
    return found + _faults_of_deputy(deputy, post, starts_on, ends_on)


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


@transaction.atomic
def end(delegation: Delegation, *, by: User, reason: str = "") -> Delegation:
    """End a delegation before its last day, at once."""
    row = (
        Delegation.objects.select_for_update(of=("self",)).select_related("post__unit", "deputy").get(pk=delegation.pk)
    )
    if not may(by, "end", row):
        raise Refused("只有本人或本单位文书可以结束代理。")
    if row.ended_at is not None or row.ends_on < timezone.localdate():
        raise Refused("该代理已经结束。")
    row.ended_at = timezone.now()
    row._history_user = by
    row.save()
    forget_standing(row.deputy)
    audit.record("end_delegation", "结束代理", row, by=by, through="end", opinion=reason.strip())
    return row
