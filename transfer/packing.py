"""The records of a part as plain values for the package."""

import csv
import io
from collections.abc import Iterator

from archive.packages.catalogue import csv_cell
from archive.packages.contents import PackedRecord
from archive.packing import packed

from .models import Batch, BatchItem, PackagePart


def items_of(batch: Batch, part: PackagePart | None = None):
    rows = batch.items.filter(is_open=True)
    if part is not None:
        rows = rows.filter(position__gte=part.first_position, position__lte=part.last_position)
    return rows.order_by("position")


def packed_records(batch: Batch, part: PackagePart) -> Iterator[PackedRecord]:
    """The part's records, read slice by slice, so that memory does not grow with the batch."""
    return packed(list(items_of(batch, part).values_list("record_id", flat=True)), batch.archive.name)


ACCOMPANYING = "随附情况.CSV"
COLUMNS = ("序号", "档号", "到期开放意见", "意见依据", "政府信息公开情况", "密级变更情况")
ASKED = ("record__archival_code", "opening", "opening_ground", "disclosure", "classification")
SHOWN = {name: dict(BatchItem._meta.get_field(name).choices) for name in ("opening", "disclosure", "classification")}


def accompanying(batch: Batch, part: PackagePart) -> bytes:
    """What goes with each item of the part (实施条例 30), in 其他/; empty cells where nobody has said anything."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    rows = items_of(batch, part).values(*ASKED)
    for place, row in enumerate(rows.iterator(chunk_size=1000), start=1):
        cells = (str(SHOWN[name].get(row[name], row[name])) if name in SHOWN else row[name] for name in ASKED)
        writer.writerow([place, *map(csv_cell, cells)])
    return out.getvalue().encode("utf-8-sig", "replace")
