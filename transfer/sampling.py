"""人工检测 of a batch: its sample, drawn for the unit before it sends and for the archive after it has received."""

from collections.abc import Iterable
from uuid import UUID

from archive import standing_findings, ticking
from archive.models import Record
from archive.states import Stage
from units.models import Unit

from .manual_items import came_on_medium
from .models import Batch, BatchItem
from .states import Medium


def batches_of(record: Record) -> Iterable[tuple[UUID, bool]]:
    """The batches in which a record travels or travelled, and whether on a medium."""
    rows = BatchItem.objects.filter(record=record).values_list("batch__uid", "batch__medium")
    return [(uid, medium == Medium.DISK) for uid, medium in rows]


def scope_of(batch: Batch, unit: Unit) -> ticking.Scope:
    """What one tick on the batch stands for, given by `unit`: the one that sends or the archive that receives."""
    rows = Record.objects.unguarded("the sample of a batch is drawn for whoever may check it").filter(
        pk__in=batch.items.travelling().values("record")
    )
    sample, total = ticking.drawn(rows, f"{unit.uid}{batch.uid}")
    return ticking.Scope(
        unit, Stage.TRANSFER, sample, total, rows, subject_uid=batch.uid, name=f"移交批次“{batch.name}”",
        on_medium=came_on_medium(batch, unit),
    )  # fmt: skip


standing_findings.BATCHES_OF.append(batches_of)
