"""What the paper changes on records, many at once: locked, one statement, an event and a history row each."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F

from units import audit
from units.access import seat_for
from units.workflow import Refused

from ..models import Record
from ..states import State


def locked(uids: Iterable[UUID], by, *, act: str) -> list[Record]:
    """The records under their locks, in the catalogue's order. Refused when one is gone, sent on, or not `by`'s."""
    wanted = set(uids)
    rows = list(
        Record.objects.allowing("arrange", by)
        .filter(uid__in=wanted, state=State.FILED)
        .select_for_update(of=("self",))
        .select_related("unit", "fonds")
        .order_by("pk")
    )
    if len(rows) != len(wanted):
        raise Refused(f"所选 {len(wanted)} 件中有 {len(wanted) - len(rows)} 件已移交、已销毁或不归您整理，不能{act}。")
    return sorted(rows, key=lambda one: (one.year, one.retention_code, one.class_code, one.item_no))


def change(rows: list[Record], fields: Mapping[str, object], verb: str, label: str, *, by, **detail) -> None:
    """The same values on every row."""
    if not rows:
        return
    Record.objects.unguarded("locked by this act").filter(pk__in=[row.pk for row in rows]).update(
        version=F("version") + 1, **fields
    )
    for row in rows:
        row.version += 1
        for name, value in fields.items():
            setattr(row, name, value)
    Record.history.bulk_history_create(rows, batch_size=1000, update=True, default_user=by, default_change_reason=label)
    audit.record_many(verb, label, rows, by=by, seat=seat_for(by, rows[0], "arrange"), **detail)
