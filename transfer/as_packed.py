"""A record as it was packed: the papers of a batch say what they said, whatever was corrected in the record since."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from archive.models import Record
from units.audit import batched

from .models import BatchItem

AT_ONCE = 1_000


def with_packed(items) -> Iterator[tuple[BatchItem, Any]]:
    """Each item, read with its record, and that record as it was packed; before that, and where its history does not
    reach back so far, as it is now."""
    for some in batched(items.select_related("record").iterator(chunk_size=AT_ONCE), AT_ONCE):
        former = _former(some)
        for item in some:
            yield item, former.get(item.record_id, item.record)


def _former(items: list[BatchItem]) -> dict[int, Any]:
    moved = [one.pk for one in items if one.record_version not in (None, one.record.version)]
    if not moved:
        return {}
    packed = BatchItem.objects.filter(pk__in=moved, record=OuterRef("id"), record_version=OuterRef("version"))
    rows = Record.history.filter(Exists(packed), id__in=[one.record_id for one in items]).order_by("history_id")
    return {row.id: row for row in rows}
