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
from .sample_verdicts import on_record, standings
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
    batches = [one for found in BATCHES_OF for one in found(record)] if stage == Stage.TRANSFER else []
    ticks = _ticks(record, stage, [uid for uid, _ in batches]).select_related("ticked_by").order_by("pk")
    said = {serial: Kept(*one) for serial, one in on_record(ticks, str(record.uid)).items()}
    if any(on_medium for _, on_medium in batches):
        said.setdefault(CARRIER, Kept(Verdict.MANUAL_PENDING, "待接收岗位查看载体外观。"))
    return said | _environment(record.custodian_id)


def of_batch(uid: UUID, unit_id: int) -> dict[str, Kept]:
    """The same of a batch, as the unit that has it ticked it, in its surroundings."""
    ticks = SampleTick.objects.filter(stage=Stage.TRANSFER, subject_uid=uid, unit=unit_id)
    said = standings(ticks.select_related("ticked_by").order_by("pk"))
    return {serial: Kept(one.verdict, one.told) for serial, one in said.items()} | _environment(unit_id)


@dataclass(frozen=True)
class Surroundings:
    """The newest finding of one item, and the last 不合格 before it: what was found stays evidence."""

    newest: EnvironmentFinding
    failed: EnvironmentFinding | None = None

    @property
    def before(self) -> str:
        if (row := self.failed) is None:
            return ""
        return f"此前 不合格，{row.entered_by.name} {row.found_on}（{row.target}）：{row.note}"


def surroundings_of(unit_id: int) -> dict[str, Surroundings]:
    """Item → what was found of the unit's or the platform's surroundings; one query."""
    found: dict[str, Surroundings] = {}
    rows = EnvironmentFinding.objects.filter(Q(unit=unit_id) | Q(unit=None), found_on__lte=timezone.localdate())
    for row in rows.select_related("entered_by").order_by("found_on", "pk"):
        known = found.get(row.serial)
        failed = None
        if known is not None:
            failed = known.newest if known.newest.verdict == Verdict.FAIL else known.failed
        found[row.serial] = Surroundings(row, failed)
    return found


def _environment(unit_id: int) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for serial, known in surroundings_of(unit_id).items():
        row = known.newest
        ended = f"，有效期至{row.valid_until}，已过期" if row.has_ended else ""
        verdict = Verdict.NOT_RUN if row.has_ended else Verdict(row.verdict)
        told = f"{row.found_on} {row.target}：{row.means}{ended}"
        found[serial] = Kept(verdict, "；".join(filter(None, (told, known.before))))
    return found


def _ticks(record: Record, stage: Stage, batches: list[UUID]) -> QuerySet[SampleTick]:
    rows = SampleTick.objects.filter(stage=stage)
    if stage == Stage.TRANSFER:
        return rows.filter(subject_uid__in=batches)
    if stage == Stage.FILING:
        return rows.filter(unit=record.unit_id, month=first_of_month(timezone.localdate(record.filed_at)))
    return rows.filter(unit=record.custodian_id, month__gte=first_of_month(timezone.localdate() - A_YEAR))
