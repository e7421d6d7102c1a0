"""Records on their way to the archive and back: the only set-based changes of a record's state (design section 7).

Each function is called inside the transaction of the batch's act; the record's own event is written here.
"""

from django.db.models import F
from django.utils import timezone

from units import audit

from .models import Record
from .states import State


def _move(keys: list[int], source: State, verb: str, label: str, *, by, opinion: str = "", **fields) -> int:
    """Lock, change, version and audit the records `keys` that are in `source`; returns how many."""
    rows = list(
        Record.objects.select_for_update(of=("self",))
        .filter(pk__in=keys, state=source)
        .select_related("unit")
        .order_by("pk")
    )
    # the base manager: Record.objects refuses a state, so that nobody changes one in passing
    Record._base_manager.filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1, **fields)
    for row in rows:
        row.version += 1
        for name, value in fields.items():
            setattr(row, name, value)
    Record.history.bulk_history_create(rows, batch_size=1000, update=True, default_user=by, default_change_reason=label)
    return audit.record_many(
        verb, label, rows, by=by, before=source, after=fields.get("state", source), opinion=opinion
    )


def freeze(keys: list[int], *, by, opinion: str = "") -> int:
    """Taken into a batch: read-only until it is decided."""
    return _move(keys, State.FILED, "enter_batch", "纳入移交批次", by=by, opinion=opinion, state=State.IN_TRANSFER)


def offer(keys: list[int], archive, *, by) -> int:
    """Submitted: the archive may see them."""
    return _move(keys, State.IN_TRANSFER, "offer", "提交移交", by=by, offered_to=archive)


def accession(keys: list[int], archive, *, by, opinion: str = "") -> int:
    """Accepted: custody changes now."""
    return _move(
        keys, State.IN_TRANSFER, "accession", "接收进馆", by=by, opinion=opinion,
        state=State.ACCESSIONED, custodian=archive, offered_to=None, accessioned_on=timezone.localdate(),
    )  # fmt: skip


def release(keys: list[int], *, by, opinion: str = "") -> int:
    """Returned or taken out: the unit's own again."""
    return _move(
        keys,
        State.IN_TRANSFER,
        "leave_batch",
        "退出移交批次",
        by=by,
        opinion=opinion,
        state=State.FILED,
        offered_to=None,
    )
