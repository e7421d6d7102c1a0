"""领导桌面: what waits for a leader's hand, what is late in his units, what others urge, what he is to read.

Each part is one queryset of open items, which its rows, its list and its counter share.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Case, DateTimeField, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from units.access import units_with
from units.models import Task
from units.roles import PostKind

from .models import Document, Urging
from .rows import with_urgings
from .states import BESIDE, StepKind

TOLD = "told"  # stands first, and not at all where there is none
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # the limit of what has none, when limits are compared
WAS_URGED = Exists(Urging.objects.filter(task=OuterRef("pk"), kind=Urging.Kind.URGE))
BY_PRESSURE = ("pressing", "limit_at", "opened_at", "pk")  # urged first, then by limit, then the oldest
SIGNING = (StepKind.COUNTERSIGN, StepKind.APPROVE, StepKind.INSTRUCT, StepKind.REAPPROVE, StepKind.CONSENT)


def to_sign(user) -> QuerySet:
    """What asks for a leader's word: 会签, 签发, 批示, and whatever else waits at a leader's post (批准移交)."""
    at_post = Q(post__kind=PostKind.LEADER) & ~Q(kind__in=BESIDE)
    return Task.objects.waiting_for(user).filter(Q(kind__in=SIGNING) | at_post)


def overdue(user) -> QuerySet:
    """Open items of the units he leads that are past their limit, whoever has them, on documents that he may see."""
    visible = Document.objects.allowing("view", user).filter(uid=OuterRef("subject_uid"))
    late = Task.objects.open().filter(due_at__lt=timezone.now(), unit__in=units_with("instruct_documents", user))
    return late.filter(Exists(visible), subject_type=Task.Subject.DOCUMENT)


def urged(user) -> QuerySet:
    """What waits for him and was urged; a reminder that the limit is near is no urging."""
    return Task.objects.waiting_for(user).filter(WAS_URGED)


def told(user) -> QuerySet:
    """What was done in his name or to what he signed, and waits for his 阅知 or 异议."""
    return Task.objects.waiting_for(user).filter(kind=StepKind.NOTICE)


def to_read(user) -> QuerySet:
    return Task.objects.waiting_for(user).filter(kind=StepKind.READ)


@dataclass(frozen=True)
class Part:
    name: str
    label: str
    rows: Callable[..., QuerySet]
    empty: str
    order: tuple[str, ...] = ("-opened_at", "-pk")


PARTS = {
    one.name: one
    for one in (
        Part(TOLD, "请阅知", told, "没有请您阅知的事项"),
        Part("sign", "待签批", to_sign, "没有等您签发、批示或会签的事项", BY_PRESSURE),
        Part("overdue", "本单位超时限", overdue, "本单位没有超过办理时限的事项", ("due_at", "pk")),
        Part("urged", "被催办", urged, "没有人催办您的事项"),
        Part("read", "待阅", to_read, "没有待您阅看的文件"),
    )
}


def rows_of(part: Part, user) -> QuerySet:
    """The part's items in its order, each with its urgings (rows.add_limits reads them)."""
    found = with_urgings(part.rows(user)).select_related("post__unit", "assignee", "unit")
    if part.order == BY_PRESSURE:
        found = found.annotate(
            pressing=Case(When(WAS_URGED, then=0), default=1, output_field=IntegerField()),
            limit_at=Coalesce("due_at", Value(NEVER), output_field=DateTimeField()),
        )
    return found.order_by(*part.order)


def after(user, kind: str) -> Iterator[QuerySet]:
    """Where 下一件 is looked for after an item of `kind`: its like first, then what else waits for him on the desk."""
    sign, read = (rows_of(PARTS[name], user) for name in ("sign", "read"))
    yield from (read, sign) if kind == StepKind.READ else (sign.filter(kind=kind), sign, read)
