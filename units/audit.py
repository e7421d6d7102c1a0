"""One event an act, written in the act's own transaction (design section 4, domain 12.3)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from .access import Seat, seat_for
from .models import AccessLog, AuditEvent
from .models.trail import SYSTEM_POST

LOG_ACCESS = (
    f"INSERT INTO {AccessLog._meta.db_table} (at, user_id, unit_id, address, act, object_type, object_uid)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
SECRETS = frozenset({"password", "secret"})


def record(
    verb: str,
    label: str,
    obj,
    *,
    by,
    seat: Seat | None = None,
    through: str = "",
    before: str = "",
    after: str = "",
    opinion: str = "",
    **detail,
) -> AuditEvent:
    """Insert the event of one act on `obj` (any model with `uid` and AUDIT_TYPE).

    The post written down is the one that gave the right: `seat`, else the one through which `by` holds the permission
    `through` on `obj`, else one in the object's unit. Must be called inside the transaction that does the act, else
    RuntimeError: an event without its act, or the reverse, is a lie.
    """
    _inside_an_act()
    seat = seat or seat_for(by, obj, through)
    event = AuditEvent(
        **_who(by, seat, getattr(obj, "unit", None)),
        verb=verb,
        label=label,
        object_type=obj.AUDIT_TYPE,
        object_uid=getattr(obj, "uid", None),
        object_label=str(obj)[:500],
        before=before,
        after=after,
        opinion=opinion,
        detail={key: value for key, value in detail.items() if key not in SECRETS},
    )
    event.save(force_insert=True)
    return event


def _inside_an_act() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the transaction of its act.")


def _who(by, seat: Seat | None, unit) -> dict:
    """The columns of an event that say whose act it was; names are kept as text beside the keys."""
    unit = seat.unit if seat else unit
    return {
        "actor": by,
        "actor_name": by.name,
        "post": seat.kind_label[:60] if seat else (SYSTEM_POST if by.is_system else ""),
        "unit": unit,
        "unit_name": unit.name if unit else "",
        "address": getattr(by, "request_address", ""),
    }


def record_many(
    verb: str,
    label: str,
    rows,
    *,
    by,
    seat: Seat | None = None,
    before: str = "",
    after: str = "",
    opinion: str = "",
    opinions: Mapping[int, str] | None = None,
    each: Callable[[Any], dict] | None = None,
    **detail,
) -> int:
    """One event a row for an act on many, in the act's transaction; `rows` are model rows with their unit loaded.
    `each` gives what the event of one row tells beside `detail`; `opinions` (by key) replace `opinion`."""
    _inside_an_act()
    now, made = timezone.now(), 0
    for batch in batched(rows, 1000):
        AuditEvent.objects.bulk_create(
            [
                AuditEvent(
                    **_who(by, seat, row.unit),
                    at=now,
                    verb=verb,
                    label=label,
                    object_type=row.AUDIT_TYPE,
                    object_uid=row.uid,
                    object_label=str(row)[:500],
                    before=before,
                    after=after,
                    opinion=(opinions or {}).get(row.pk, opinion),
                    detail=detail | (each(row) if each is not None else {}),
                )
                for row in batch
            ]
        )
        made += len(batch)
    return made


def batched(rows, size: int):
    """Lists of at most `size` rows."""
    found: list = []
    for row in rows:
        found.append(row)
        if len(found) == size:
            yield found
            found = []
    if found:
        yield found


def record_refusal(
    verb: str, label: str, *, actor=None, actor_name: str = "", address: str = "", object_type: str = "sign_in"
):
    """A failed sign-in, a lock-out or a refused secrecy mark: no content, in a transaction of its own."""
    with transaction.atomic():
        return AuditEvent.objects.create(
            actor=actor,
            actor_name=(actor.name if actor else actor_name)[:60],
            address=address,
            verb=verb,
            label=label,
            object_type=object_type,
            succeeded=False,
        )


def log_access(act: str, obj, *, by, unit=None) -> None:
    """One row in the month's partition for a view, download or print."""
    values = (
        timezone.now(),
        by.pk if by is not None and by.is_authenticated else None,
        unit.pk if unit is not None else None,
        getattr(by, "request_address", "")[:45],
        act,
        obj.AUDIT_TYPE,
        obj.uid,
    )
    with (
        connection.cursor() as cursor
    ):  # one row is a transaction of its own: bulk_create begins and ends one around it
        cursor.execute(LOG_ACCESS, values)


class Account:
    """An account as the object of an event."""

    AUDIT_TYPE = "account"

    def __init__(self, person) -> None:
        self.person, self.uid, self.unit = person, None, None

    def __str__(self) -> str:
        return self.person.username
