"""三员: the dismissal of an administrator by two of the three, and the repair by whoever runs the server.

Appointments of administrators stay with the security administrator, who can appoint nobody twice and never himself
(units/people.py); a dismissal is proposed by one of the three, confirmed by another in another post, and refused while
it would leave a post vacant (design section 3).
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from . import audit
from .access import may, seat_for
from .actions import ensure_administrators, system_user
from .models import AdministratorChange, Appointment, Post, Unit, User
from .people import appoint, create_person, end
from .roles import ADMINISTRATORS, PostKind
from .workflow import Act, Refused, Transition, Workflow

STATE = AdministratorChange.State
VALID = timedelta(days=7)  # a proposal that nobody confirms is worth nothing after a week


def in_time(change: AdministratorChange, act: Act) -> str:
    return "该提请已逾期，请重新提请。" if change.is_late else ""


def still_in_force(change: AdministratorChange, act: Act) -> str:
    return "该任职已经结束。" if change.appointment.dismissed_at is not None else ""


def proposer_still_in_office(change: AdministratorChange, act: Act) -> str:
    held = Appointment.objects.active().filter(user=change.proposed_by, post__kind=change.proposed_as)
    return "" if held.exists() else f"提请人{change.proposed_by.name}已不再担任管理员，请重新提请。"


def not_left_vacant(change: AdministratorChange, act: Act) -> str:
    return vacancy(change.appointment)


def vacancy(appointment: Appointment) -> str:
    """The sentence when no successor holds the same post now and for as long as the one who goes would have."""
    today = timezone.localdate()
    others = Appointment.objects.active(today).filter(post__kind=appointment.post.kind).exclude(pk=appointment.pk)
    until = appointment.ends_on
    if any(one.ends_on is None or (until is not None and one.ends_on >= until) for one in others):
        return ""
    return (
        f"{appointment.post.get_kind_display()}不能空缺：请先任命继任者，"
        f"其任期应自今天或更早开始，{f'至 {until} 或以后' if until else '且不定止日'}。"
    )


def dismissed(change: AdministratorChange, act: Act) -> None:
    # the posts are locked: two dismissals at once would each count the other as the successor
    list(Post.objects.select_for_update(of=("self",)).filter(kind=change.appointment.post.kind).order_by("pk"))
    if reason := vacancy(change.appointment):
        raise Refused(reason)
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("user", "post__unit", "post__group")
    row = rows.get(pk=change.appointment_id)
    if row.dismissed_at is not None:
        raise Refused("该任职已经结束。")
    reason = f"{change.reason}（{change.proposed_by.name}提请，{act.by.name}确认）"
    end(row, by=act.by, reason=reason, seat=act.seat)


OPEN = frozenset({STATE.PROPOSED})
ADMINISTRATION = Workflow(
    Transition(
        "confirm", "确认免职", OPEN, STATE.CONFIRMED, "confirm",
        checks=(in_time, still_in_force, proposer_still_in_office, not_left_vacant), effect=dismissed, danger=True,
    ),
    Transition("reject", "否决", OPEN, STATE.REJECTED, "reject", needs_note=True),
    Transition("expire", "逾期", OPEN, STATE.EXPIRED, "expire"),
)  # fmt: skip


@transaction.atomic
def propose_dismissal(appointment: Appointment, *, by: User, reason: str) -> AdministratorChange:
    """One of the three asks for the dismissal; nothing changes until another confirms it."""
    row = (
        Appointment.objects.select_for_update(of=("self",)).select_related("user", "post__unit").get(pk=appointment.pk)
    )
    if not may(by, "propose_dismissal", row):
        raise Refused("只有三员之一可以提请管理员免职。")
    if not reason.strip():
        raise Refused("请填写提请免职的理由。")
    if row.dismissed_at is not None:
        raise Refused("该任职已经结束。")
    if refusal := vacancy(row):
        raise Refused(refusal)
    expire_late(row)
    if AdministratorChange.objects.filter(appointment=row, state=STATE.PROPOSED).exists():
        raise Refused(f"免去{row}已经提请，待另一名管理员确认。")
    seat = seat_for(by, row, "propose_dismissal")
    change = AdministratorChange.objects.create(
        appointment=row, reason=reason.strip(), proposed_by=by, proposed_as=seat.post.kind,
        expires_at=timezone.now() + VALID,
    )  # fmt: skip
    audit.record("propose_dismissal", "提请免职", change, by=by, seat=seat, after=change.state, opinion=change.reason)
    return change


def expire_late(appointment: Appointment | None = None) -> int:
    """Proposals past their time end; returns how many."""
    rows = AdministratorChange.objects.filter(state=STATE.PROPOSED, expires_at__lte=timezone.now())
    if appointment is not None:
        rows = rows.filter(appointment=appointment)
    system, late = system_user(), list(rows)
    for change in late:
        ADMINISTRATION.perform("expire", change, by=system)
    return len(late)


def holders() -> dict[str, list[Appointment]]:
    """Kind of administrator -> appointments that hold today; an empty list is a vacancy."""
    found: dict[str, list[Appointment]] = {kind: [] for kind in PostKind.values if kind in ADMINISTRATORS}
    rows = Appointment.objects.active().filter(post__kind__in=ADMINISTRATORS)
    for one in rows.for_standing():
        found[one.post.kind].append(one)
    return found


def signed(operator: str, reason: str) -> str:
    """The opinion that an act of the server's operator is audited with; Refused when either is missing."""
    if not operator.strip() or not reason.strip():
        raise Refused("请写明经办人（--operator）和理由（--reason）。")
    return f"经办人：{operator.strip()}。{reason.strip()}"


@transaction.atomic
def fill_vacancy(
    kind: str, username: str, *, seat: Unit, opinion: str, name: str = "", password: str = ""
) -> Appointment:
    """By whoever runs the server: put a person into an administrator's post that nobody holds.

    Audited as the system, with the opinion of `signed`. The account is made with `name` and `password` when there
    is none. Refused while the post has a holder: that is the administrators' own business.
    """
    if kind not in ADMINISTRATORS:
        raise Refused(f"{kind} 不是管理员岗位，应为 {'、'.join(sorted(ADMINISTRATORS))}。")
    ensure_administrators(seat)
    list(Post.objects.select_for_update(of=("self",)).filter(kind=kind).order_by("pk"))
    if held := holders()[kind]:
        raise Refused(
            f"{PostKind(kind).label}现由{'、'.join(one.user.name for one in held)}担任，请在系统内由三员办理。"
        )
    system = system_user()
    person = User.objects.filter(username=username, is_system=False).first()
    if person is None:
        if not name:
            raise Refused(f"没有账号 {username}；新建账号请写明姓名。")
        person = create_person(username=username, name=name, password=password, by=system)
    return appoint(person, Post.objects.get(unit=seat, kind=kind), by=system, opinion=opinion)
