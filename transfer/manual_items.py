"""人工检测 of a batch: what only a person decides, of either side apart (DA/T 70—2018; domain 8.2).

The unit looks before it submits, the archive afterwards; where the archive hands over to itself the day tells which.
"""

from collections.abc import Sequence

from archive.models import SampleTick
from archive.plan import Item, code_of
from archive.sample_verdicts import covers, standings
from archive.states import Stage, Verdict
from archive.ticking import items_to_tick
from archive.unopened import passed_unopened
from units.models import Unit

from .models import Batch
from .read_once import once
from .states import HELD, Medium, Side, State

OVER = frozenset({State.RETURNED, State.CLOSED, State.DISSOLVED, *HELD})


def ticks(batch: Batch, side: str) -> Sequence[SampleTick]:
    """What one side ticked on the batch, the oldest first; each has its person, sample and note."""
    return once(batch, ("ticks", str(side)), lambda: list(_ticks(batch, side)))


def _ticks(batch: Batch, side: str):
    rows = SampleTick.objects.filter(stage=Stage.TRANSFER, subject_uid=batch.uid)
    rows = rows.select_related("ticked_by").order_by("pk")
    if side == Side.UNIT:
        rows = rows.filter(unit=batch.unit_id)
        return rows if batch.submitted_at is None else rows.filter(ticked_at__lt=batch.submitted_at)
    if batch.submitted_at is None:
        return rows.none()
    return rows.filter(unit=batch.archive_id, ticked_at__gte=batch.submitted_at)


def newest(batch: Batch, side: str) -> dict[str, SampleTick]:
    """Item → the last word on it, where its sample was drawn for as many as are to be taken over now."""
    last = {one.serial: one for one in ticks(batch, side)}
    total = _to_cover(batch) if last else 0
    return {serial: one for serial, one in last.items() if covers(one, total)}


def _to_cover(batch: Batch) -> int:
    """How many a look has to speak for; of a batch that is over nothing is asked any more."""
    if batch.state in OVER:
        return 0
    return once(batch, ("travelling",), lambda: batch.items.travelling().count())


def came_on_medium(batch: Batch, unit: Unit) -> bool:
    """Whether `unit` received the package on a medium, whose looks it has to judge; the one that sends it has no such
    item, and online there is nothing to look at."""
    return batch.medium == Medium.DISK and batch.submitted_at is not None and unit.pk == batch.archive_id


def to_tick(batch: Batch, side: str) -> list[Item]:
    """Items of the transfer that a person of this side decides."""
    on_medium = side == Side.ARCHIVE and came_on_medium(batch, batch.archive)
    return items_to_tick(Stage.TRANSFER, on_medium=on_medium)


def verdicts(batch: Batch, side: str) -> dict[str, Verdict]:
    """Of each item that has an object; the last word on it, where one was said."""
    waiting = {one.serial: Verdict.MANUAL_PENDING for one in to_tick(batch, side)}
    return waiting | {serial: Verdict(one.verdict) for serial, one in newest(batch, side).items()}


def unticked(batch: Batch, side: str) -> list[Item]:
    """Items of the transfer that a person has still to look at."""
    done = newest(batch, side)
    return [one for one in to_tick(batch, side) if one.serial not in done]


def left_told(batch: Batch, side: str) -> str:
    """What of it nobody of this side has looked at yet, by code and name; "" when all of it was."""
    left = unticked(batch, side)
    names = "、".join(f"{code_of(Stage.TRANSFER, one.serial)} {one.name}" for one in left)
    return f"人工检测还有 {len(left)} 项没有登记：{names}。{outgrown_told(batch, side)}" if left else ""


def outgrown_told(batch: Batch, side: str) -> str:
    """Why what was ticked is asked again: the list has grown beyond what the sample was drawn for; "" when not."""
    last, counted = {one.serial: one for one in ticks(batch, side)}, newest(batch, side)
    totals = [one.total for serial, one in last.items() if serial not in counted]
    if not totals:
        return ""
    return f"已登记的结果是就 {min(totals)} 件抽查的，现为 {_to_cover(batch)} 件，须重新抽查。"


def failed(batch: Batch, side: str) -> list[SampleTick]:
    """Every 不合格 that stands."""
    return [one for known in standings(ticks(batch, side)).values() for one in known.open]


def unopened_told(batch: Batch, side: str) -> str:
    """Of the side's sample what was passed and never opened, as the month's register says it too (archive.unopened);
    "" when all of it was opened. It is kept with the ticks: who opens a file afterwards changes nothing."""
    known = standings(ticks(batch, side))
    told = passed_unopened(known.values())
    return f"{Side(side).label}人工检测{told}。" if told else ""
