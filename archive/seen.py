"""谁看过, 谁看得到: who has opened a record, from the access log, and who the rules let open it now.

The second is no copy of the rules: each person is put before the very rule that guards the page (archive/rules.py).
"""

from dataclasses import dataclass
from datetime import datetime

from files.models import Publication
from units.access import may
from units.models import AccessLog, Appointment, User
from units.roles import ADMINISTRATORS, PostKind
from units.successors import staffed

from .models import Record

ACTS = {"view": "阅览", "download": "下载", "export": "导出", "print": "打印", "search": "检索"}
MOST = 50
TRIED = 300  # persons put before the rule, one page


@dataclass(frozen=True)
class Look:
    """One row of the access log, in words."""

    at: datetime
    name: str
    unit: str
    act: str


def looks(record: Record, user, most: int = MOST) -> list[Look] | None:
    """The newest looks at the record and its files; None for whom it is no business."""
    if not may(user, "see_readers", record):
        return None
    rows = list(AccessLog.objects.filter(object_type=Record.AUDIT_TYPE, object_uid=record.uid).order_by("-at")[:most])
    people = User.objects.in_bulk({row.user_id for row in rows if row.user_id})
    units = dict(
        Appointment.objects.filter(user__in=people).order_by("starts_on").values_list("user", "post__unit__short_name")
    )
    return [
        Look(
            row.at,
            people[row.user_id].name if row.user_id in people else "未登录",
            units.get(row.user_id, ""),
            ACTS.get(row.act, row.act),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Readers:
    """Who of one unit may read: (post, names) in the order of the posts; `all_staff` when everybody tried may."""

    unit: str
    posts: list[tuple[str, list[str]]]
    all_staff: bool


@dataclass(frozen=True)
class WouldSee:
    """`others`: a person of an unconcerned unit may; `public`: everybody may, on the portal."""

    units: list[Readers]
    others: bool
    public: bool


def would_see(record: Record) -> WouldSee:
    """Puts the people of the units concerned, and one of a unit that is not, before the rule that guards the page."""
    near = _concerned(record)
    people = _people(Appointment.objects.active().filter(post__unit__in=near))
    stranger = _people(Appointment.objects.active().filter(post__kind=PostKind.OFFICER).exclude(post__unit__in=near), 1)
    lent = _lent(record)
    by_unit: dict[str, dict[str, list[str]]] = {}
    tried: dict[str, int] = {}
    for person, appointments in people:
        is_let = may(person, "view", record)
        for one in appointments:
            unit = one.post.unit.short_name
            tried[unit] = tried.get(unit, 0) + 1
            if is_let:
                by_unit.setdefault(unit, {}).setdefault(one.post.get_kind_display(), []).append(
                    f"{person.name}{lent.get(person.pk, '')}"
                )
    return WouldSee(
        [
            Readers(unit, sorted(posts.items()), sum(map(len, posts.values())) == tried[unit])
            for unit, posts in by_unit.items()
        ],
        any(may(person, "view", record) for person, _ in stranger),
        Publication.objects.filter(kind=Publication.Kind.RECORD, object_uid=record.uid, closed_at=None).exists(),
    )


def _lent(record: Record) -> dict[int, str]:
    """Person → that it is by a grant, and until when."""
    return {one.user_id: f"（利用申请，至 {one.ends_on}）" for one in record.grants.in_force().order_by("ends_on")}


def _concerned(record: Record) -> set[int]:
    """Keys of the units that made, keep or were offered the record, and of people with a part in it or a grant."""
    keys = {record.unit_id, staffed(record.unit).pk, record.custodian_id, record.offered_to_id} - {None}
    if record.document_id:
        keys |= set(record.document.participants.values_list("unit", flat=True))
    granted = Appointment.objects.active().filter(user__in=record.grants.filter(revoked_at=None).values("user"))
    return keys | set(granted.values_list("post__unit", flat=True))


def _people(rows, most: int = TRIED) -> list[tuple[User, list[Appointment]]]:
    found: dict[int, tuple[User, list[Appointment]]] = {}
    for one in rows.select_related("user", "post__unit").order_by("post__unit__code", "post__kind", "user__name")[
        : 4 * most
    ]:
        if one.post.kind not in ADMINISTRATORS:
            found.setdefault(one.user_id, (one.user, []))[1].append(one)
    return list(found.values())[:most]
