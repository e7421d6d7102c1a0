"""冻结: a record that a court, an audit or a claim asks for is not destroyed, whoever acts (domain 4.6)."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from units import audit
from units.access import may, seat_for
from units.texts import full_stop
from units.workflow import Refused

from .. import old_codes
from ..codes import folded
from ..models import Hold, Record
from ..notices import warning
from ..states import State


@transaction.atomic
def place(codes: Iterable[str], *, by, reason: str) -> int:
    """Hold the records of these 档号, all or none. Refused with every code that is wrong."""
    if not reason.strip():
        raise Refused("冻结须填写理由。")
    wanted = list(dict.fromkeys(folded(code) for code in codes))
    if not wanted:
        raise Refused("请填写要冻结的档号，每行一个。")
    rows = list(
        Record.objects.allowing("hold", by)
        .items()
        .filter(archival_code__in=wanted)
        .exclude(state=State.DESTROYED)
        .select_for_update(of=("self",))
        .select_related("unit")
    )
    known = {row.archival_code for row in rows}
    held = {one.record_id for one in Hold.objects.filter(record__in=[row.pk for row in rows], lifted_at=None)}
    refused = _why_not([code for code in wanted if code not in known], by)
    refused += [f"“{row.archival_code}”已经冻结。" for row in rows if row.pk in held]
    if refused:
        raise Refused(*refused[:50])
    for row in rows:
        hold = Hold.objects.create(record=row, unit=row.unit, reason=reason.strip(), placed_by=by)
        audit.record("hold", "冻结", row, by=by, through="hold", opinion=hold.reason)
    return len(rows)


def _why_not(codes: list[str], by) -> list[str]:
    """A 来文's files lie in its 复文, and are destroyed with that: a hold on the code that is void would keep nothing."""
    parts = Record.objects.allowing("hold", by).filter(archival_code__in=codes, joined_to__isnull=False)
    whole = dict(parts.values_list("archival_code", "joined_to__archival_code")) if codes else {}
    old = {code: row.pk for code, row in (old_codes.renumbered(codes) if codes else {}).items()}
    mine = dict(Record.objects.allowing("hold", by).filter(pk__in=old.values()).values_list("pk", "archival_code"))
    told = {code: f"“{code}”已作废，现为 {mine[key]}，请按现档号冻结。" for code, key in old.items() if key in mine}
    told |= {code: f"“{code}”已与复文合为一件，请冻结该件（档号 {now}）。" for code, now in whole.items()}
    return [told.get(code, f"“{code}”不是本单位可以冻结的档号。") for code in codes]


@transaction.atomic
def lift(hold: Hold, *, by, reason: str) -> None:
    """The leader ends a hold, with the reason."""
    row = Hold.objects.select_for_update(of=("self",)).select_related("record", "unit").get(pk=hold.pk)
    if not may(by, "lift", row):
        raise Refused("您没有解除冻结的权限，须由本单位领导解除。")
    if not reason.strip():
        raise Refused("解除冻结须填写理由。")
    if row.lifted_at is not None:
        raise Refused("该件已经解除冻结。")
    row.lifted_by, row.lifted_at, row.lift_reason = by, timezone.now(), reason.strip()
    row.save()
    audit.record("lift_hold", "解除冻结", row.record, by=by, seat=seat_for(by, row, "lift"), opinion=row.lift_reason)


def held_among(keys: Iterable[int]) -> list[Hold]:
    return list(Hold.objects.filter(record__in=list(keys), lifted_at=None).select_related("record").order_by("pk"))


def with_marks(items: QuerySet) -> QuerySet:
    """`items` of appraisals, each with `is_held`: whether its record is frozen, as their lists show it."""
    return items.annotate(is_held=Exists(Hold.objects.filter(record=OuterRef("record"), lifted_at=None)))


@warning
def is_held(record) -> str:
    """What the record's page says."""
    hold = Hold.objects.filter(record=record.pk, lifted_at=None).first()
    return full_stop(f"已冻结，不得销毁：{hold.reason}") if hold else ""
