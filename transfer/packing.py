"""The records of a part as plain values for the package."""

from collections.abc import Iterator

from archive.packages.contents import PackedRecord
from archive.packing import packed

from .models import Batch, PackagePart


def items_of(batch: Batch, part: PackagePart | None = None):
    rows = batch.items.filter(is_open=True)
    if part is not None:
        rows = rows.filter(position__gte=part.first_position, position__lte=part.last_position)
    return rows.order_by("position")


def packed_records(batch: Batch, part: PackagePart) -> Iterator[PackedRecord]:
    """The part's records, read slice by slice, so that memory does not grow with the batch."""
    return packed(list(items_of(batch, part).values_list("record_id", flat=True)), batch.archive.name)
