"""Accounts, appointments and dismissals: one function a verb, one transaction, one event (domain 12.2)."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from . import audit
from .access import forget_standing, holds, seat_for
from .fitting import NOTICE
from .handover import Choice, hand_over_all
from .models import Appointment, Delegation, Post, Task, User
from .workflow import Refused, Stale, patiently

FOUNDED = date(1949, 10, 1)  # nobody joined the district's administration before there was one


@transaction.atomic
def create_person(
    *, username: str, name: str, password: str, by: User, phone: str = "", joined_on: date | None = None
) -> User:
    """A new account whose initial password must be changed at the first sign-in.

    ValidationError when the password is weak, the name taken or the day impossible.
    """
    person = User(username=username, name=name, phone=phone, must_change_password=True)
    person.joined_on = joined_on or timezone.localdate()
    if not FOUNDED <= person.joined_on <= timezone.localdate():
        raise ValidationError({"joined_on": f"入职日期应在 {FOUNDED} 至今天之间。"})
    validate_password(password, person)
    person.set_password(password)
    person.full_clean()
    person._history_user = by
    person.save()
    audit.record("create_person", "建立账号", audit.Account(person), by=by, username=username)
    return person


def period_faults(person: User, post: Post, starts_on: date, ends_on: date | None) -> dict[str, str]:
    """Field -> sentence: what is wrong with the days of an appointment; form and action ask the same."""
    unit, found = post.unit, {}
    if starts_on < person.joined_on:
        found["starts_on"] = f"起日 {starts_on} 早于{person.name}的入职日期 {person.joined_on}，请改为该日或以后。"
    elif unit.valid_from and starts_on < unit.valid_from:
        found["starts_on"] = f"起日 {starts_on} 早于{unit}的启用日期 {unit.valid_from}，请改为该日或以后。"
    elif unit.valid_to and starts_on > unit.valid_to:
        found["starts_on"] = f"{unit}已于 {unit.valid_to} 停用，不能再任命。"
    if ends_on and ends_on < starts_on:
        found["ends_on"] = f"止日不能早于起日：{ends_on} 在 {starts_on} 之前。"
    elif unit.valid_to and ends_on and ends_on > unit.valid_to:
        found["ends_on"] = f"止日 {ends_on} 晚于{unit}的停用日期 {unit.valid_to}。"
    return found


@transaction.atomic
def appoint(
    person: User,
    post: Post,
    *,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
    department=None,
    opinion: str = "",
) -> Appointment:
    """Put `person` into `post` from a day to a day; Refused with every reason, naming the days that clash."""
    if not by.is_system and not holds("appoint", by, post.unit):
        raise Refused(f"您没有任免{post.unit}岗位的权限。")
    if by.pk == person.pk:
        raise Refused("不能任命本人，请由另一名安全保密管理员办理。")
    User.objects.select_for_update().get(pk=person.pk)
    starts_on = starts_on or timezone.localdate()
    faults = list(period_faults(person, post, starts_on, ends_on).values())
    if reasons := faults or clashes(person, post, starts_on, ends_on):
        raise Refused(*reasons)
    appointment = Appointment(
        user=person, post=post, department=department, starts_on=starts_on, ends_on=ends_on,
        is_administrator=post.is_administrator,
    )  # fmt: skip
    try:
        appointment.full_clean()
    except ValidationError as error:
        raise Refused(*error.messages) from error
    appointment._history_user = by
    appointment.save()
    person.groups.add(post.group)
    forget_standing(person)
    audit.record(
        "appoint", "任命", appointment, by=by, through="appoint", opinion=opinion, person=person.name, post=str(post),
        starts_on=str(starts_on), ends_on=str(ends_on or ""),
    )  # fmt: skip
    return appointment


def clashes(person: User, post: Post, starts_on: date, ends_on: date | None) -> list[str]:
    """Sentences: appointments and deputyships of the person on some of these days that this one does not go with."""
    found = []
    for one in Appointment.objects.filter(user=person).overlapping(starts_on, ends_on).for_standing():
        if one.post_id == post.pk:
            found.append(f"{person.name}已任{post}（{one.period}），起止日期不能重叠。")
        elif one.post.is_administrator or post.is_administrator:
            found.append(
                f"{person.name}任{one.post}（{one.period}），与拟任{post}（{starts_on} 至 {ends_on or '今'}）重叠："
                "三员分立，管理员不得兼任其他岗位。"
            )
    if post.is_administrator:
        for row in Delegation.objects.filter(deputy=person).overlapping(starts_on, ends_on).for_standing():
            found.append(f"{person.name}代理{row.post}至 {row.ends_on}：三员分立，管理员不得代理其他岗位。")
    return found


def dismiss(
    appointment: Appointment, *, by: User, reason: str, choices: dict[str, Choice] | None = None
) -> Appointment:
    """End an appointment at once and hand over what hangs on it (`choices`: kind of item -> who has it next).

    Refused without a reason, twice, for administrators (units/administrators.py), and while an item has no successor.
    """
    if not by.is_system and not holds("appoint", by, appointment.unit):
        raise Refused(f"您没有任免{appointment.unit}岗位的权限。")
    if appointment.post.is_administrator:
        raise Refused("管理员的免职须由三员中的一人提请、另一人确认，请在“三员变更”中办理。")
    if not reason.strip():
        raise Refused("请填写免去的理由。")
    with patiently(), transaction.atomic():
        row = _locked(appointment)
        seat = seat_for(by, row, "appoint")
        hand_over_all(row, by=by, seat=seat, choices=choices or {}, reason=reason.strip())
        return end(row, by=by, reason=reason.strip(), seat=seat)


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("user", "post__unit", "post__group")
    row = rows.get(pk=appointment.pk)
    if row.dismissed_at is not None:
        raise Stale(dismissed_already(row))
    return row


def dismissed_already(row: Appointment) -> str:
    return f"{row.user.name}的{row.post}已于 {timezone.localtime(row.dismissed_at):%Y-%m-%d %H:%M} 免去，不必再办。"


def end(row: Appointment, *, by: User, reason: str, seat=None) -> Appointment:
    """The last part of every dismissal, in the caller's transaction, on a locked row that is still in force."""
    row.dismissed_at = timezone.now()
    row._history_user = by
    row.save()
    held = Appointment.objects.active().filter(user=row.user)
    if not held.filter(post=row.post).exists():
        row.user.groups.remove(row.post.group)
    if not held.filter(post__unit=row.post.unit).exists():  # what only told him something is nobody else's
        notices = Task.objects.open().filter(kind=NOTICE, assignee=row.user, unit=row.post.unit)
        notices.update(closed_at=row.dismissed_at, outcome="dropped", subject_ended=True)
    forget_standing(row.user)
    audit.record("dismiss", "免去", row, by=by, seat=seat, opinion=reason, person=row.user.name, post=str(row.post))
    return row
