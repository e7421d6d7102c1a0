"""Records on their way to the archive and back: many at once, all or nothing (design section 7).

Each function is called inside the transaction of the batch's act; the record's own event is written here.
"""

from collections.abc import Mapping

from .inputs import CustodyInput
from .models import Record
from .workflow import RECORD


def freeze(keys: list[int], *, by, opinion: str = "") -> int:
    """Taken into a batch: read-only until it is decided."""
    return RECORD.perform_set("enter_batch", Record, keys, by=by, note=opinion)


def offer(keys: list[int], archive, *, by) -> int:
    """Submitted: the archive may see them."""
    return RECORD.perform_set("offer", Record, keys, by=by, given=CustodyInput(archive))


def accession(keys: list[int], archive, *, by, opinion: str = "") -> int:
    """Accepted: custody changes now."""
    return RECORD.perform_set("accession", Record, keys, by=by, note=opinion, given=CustodyInput(archive))


def release(keys: list[int], *, by, opinion: str = "", opinions: Mapping[int, str] | None = None) -> int:
    """Returned or taken out: the unit's own again; `opinions` by key, where each has a reason of its own."""
    return RECORD.perform_set("leave_batch", Record, keys, by=by, note=opinion, notes=opinions)
