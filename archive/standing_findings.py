"""What people have ticked (M) and measured (E) that speaks of a record today: the newest, with its day and its person.

A tick of a month covers what was filed in it; of a batch, the records of the batch; in keeping, everything that its
unit holds, for a year (DA/T 92—2022 item 22). An environment finding holds until the day it names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import EnvironmentFinding, Record, SampleTick
from .plan import CARRIER
from .states import Stage, Verdict

A_YEAR = timedelta(days=366)
# rooms above say in which of their batches a record travels: functions Record -> (uid, whether it came on a medium)
BATCHES_OF: list[Callable[[Record], Iterable[tuple[UUID, bool]]]] = []


@dataclass(frozen=True)
class Kept:
    """A verdict that stands, and in words who gave it, when and on what."""

    verdict: Verdict
    told: str


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def standing(record: Record, stage: Stage) -> dict[str, Kept]:
    """Item → the newest verdict of a person or about the surroundings; what has none is not in it. Two queries."""
    if stage != Stage.TRANSFER:
        return _newest(_ticks(record, stage), record.custodian_id)
    batches = [one for found in BATCHES_OF for one in found(record)]
    ticks = SampleTick.objects.filter(stage=stage, subject_uid__in=[uid for uid, _ in batches])
    found = _newest(ticks, record.custodian_id)
    if any(on_medium for _, on_medium in batches):
        found.setdefault(CARRIER, Kept(Verdict.MANUAL_PENDING, "待接收岗位查看载体外观。"))
    return found


def of_batch(uid: UUID, unit_id: int) -> dict[str, Kept]:
    """The same of a batch, as the unit that has it ticked it, in its surroundings."""
    return _newest(SampleTick.objects.filter(stage=Stage.TRANSFER, subject_uid=uid, unit=unit_id), unit_id)


def _newest(ticks: QuerySet[SampleTick], unit_id: int) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for tick in ticks.select_related("ticked_by").order_by("pk"):
        found[tick.serial] = Kept(Verdict(tick.verdict), told_of(tick))
    today = timezone.localdate()
    rows = EnvironmentFinding.objects.filter(Q(unit=unit_id) | Q(unit=None), found_on__lte=today)
    for row in rows.order_by("found_on", "pk"):
        ended = f"，有效期至{row.valid_until}，已过期" if row.has_ended else ""
        verdict = Verdict.NOT_RUN if row.has_ended else Verdict(row.verdict)
        found[row.serial] = Kept(verdict, f"{row.found_on} {row.target}：{row.means}{ended}")
    return found


def _ticks(record: Record, stage: Stage) -> QuerySet[SampleTick]:
    rows = SampleTick.objects.filter(stage=stage)
    if stage == Stage.FILING:
        return rows.filter(unit=record.unit_id, month=first_of_month(timezone.localdate(record.filed_at)))
    return rows.filter(unit=record.custodian_id, month__gte=first_of_month(timezone.localdate() - A_YEAR))


def told_of(tick: SampleTick) -> str:
    """E.g. "2026-11-20 张某抽查10件（共312件）：正文、附件齐全"."""
    day = timezone.localdate(tick.ticked_at)
    note = f"：{tick.note}" if tick.note else ""
    return f"{day} {tick.ticked_by.name}抽查{len(tick.sample)}件（共{tick.total}件）{note}"
