"""人工检测 of a batch: what only a person decides, of either side apart (DA/T 70—2018; domain 8.2).

The unit looks before it submits, the archive afterwards; where the archive hands over to itself the day tells which.
"""

from django.db.models import QuerySet

from archive.models import SampleTick
from archive.plan import Item
from archive.states import Stage, Verdict
from archive.ticking import items_to_tick

from .models import Batch
from .states import Side


def ticks(batch: Batch, side: str) -> QuerySet[SampleTick]:
    """What one side ticked on the batch, the oldest first; each has its person, sample and note."""
    rows = SampleTick.objects.filter(stage=Stage.TRANSFER, subject_uid=batch.uid).order_by("pk")
    if side == Side.UNIT:
        rows = rows.filter(unit=batch.unit_id)
        return rows if batch.submitted_at is None else rows.filter(ticked_at__lt=batch.submitted_at)
    if batch.submitted_at is None:
        return rows.none()
    return rows.filter(unit=batch.archive_id, ticked_at__gte=batch.submitted_at)


def newest(batch: Batch, side: str) -> dict[str, SampleTick]:
    """Item → the last word on it."""
    return {one.serial: one for one in ticks(batch, side)}


def verdicts(batch: Batch, side: str) -> dict[str, Verdict]:
    return {serial: Verdict(one.verdict) for serial, one in newest(batch, side).items()}


def unticked(batch: Batch, side: str) -> list[Item]:
    """Items of the transfer that a person has still to look at."""
    done = newest(batch, side)
    return [one for one in items_to_tick(Stage.TRANSFER) if one.serial not in done]


def mended(batch: Batch, side: str) -> list[tuple[SampleTick, SampleTick]]:
    """(what was found faulty, the look that passed it later) of items that stand as good: nothing is forgotten."""
    rows = list(ticks(batch, side).select_related("ticked_by"))
    now = {one.serial: one for one in rows}
    return [
        (one, now[one.serial])
        for one in rows
        if one.verdict == Verdict.FAIL and now[one.serial].verdict == Verdict.PASS
    ]


def failed(batch: Batch, side: str) -> list[SampleTick]:
    return [one for one in newest(batch, side).values() if one.verdict == Verdict.FAIL]
