"""One event an act, written in the act's own transaction (design section 4, domain 12.3)."""

from django.db import connection, transaction
from django.utils import timezone

from .access import standing
from .models import AccessLog, AuditEvent

SECRETS = frozenset({"password", "secret"})


def record(
    verb: str, label: str, obj, *, by, before: str = "", after: str = "", opinion: str = "", **detail
) -> AuditEvent:
    """Insert the event of one act on `obj` (any model with `uid` and AUDIT_TYPE).

    `by` is the person; the post written down is the one he acts in. Must be called inside the transaction
    that does the act, else RuntimeError: an event without its act, or the reverse, is a lie.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the transaction of its act.")
    unit = getattr(obj, "unit", None)
    seat = seat_of(by, unit)
    return AuditEvent.objects.create(
        actor=by,
        actor_name=by.name,
        post=seat.kind_label if seat else ("系统" if by.is_system else ""),
        unit=seat.unit if seat else unit,
        unit_name=(seat.unit if seat else unit).name if (seat or unit) else "",
        address=getattr(by, "request_address", ""),
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


def record_many(
    verb: str, label: str, rows, *, by, before: str = "", after: str = "", opinion: str = "", **detail
) -> int:
    """One event a row for an act on many, in the act's transaction; `rows` are model rows with their unit loaded."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the transaction of its act.")
    seat, now, made = seat_of(by), timezone.now(), 0
    for batch in batched(rows, 1000):
        AuditEvent.objects.bulk_create(
            [
                AuditEvent(
                    at=now,
                    actor=by,
                    actor_name=by.name,
                    post=seat.kind_label if seat else ("系统" if by.is_system else ""),
                    unit=seat.unit if seat else row.unit,
                    unit_name=(seat.unit if seat else row.unit).name,
                    address=getattr(by, "request_address", ""),
                    verb=verb,
                    label=label,
                    object_type=row.AUDIT_TYPE,
                    object_uid=row.uid,
                    object_label=str(row)[:500],
                    before=before,
                    after=after,
                    opinion=opinion,
                    detail=detail,
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


def seat_of(person, unit=None):
    """The appointment `person` acts in: the chosen one, else one in `unit`, else his first."""
    acting = getattr(person, "acting", None)
    appointments = standing(person).appointments
    if acting is not None and (unit is None or acting.post.unit_id == unit.pk):
        return acting
    fitting = [one for one in appointments if unit is not None and one.post.unit_id == unit.pk]
    return fitting[0] if fitting else acting or (appointments[0] if appointments else None)


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
    AccessLog.objects.bulk_create(
        [
            AccessLog(
                at=timezone.now(),
                user_id=by.pk if by is not None and by.is_authenticated else None,
                unit_id=unit.pk if unit is not None else None,
                address=getattr(by, "request_address", "")[:45],
                act=act,
                object_type=obj.AUDIT_TYPE,
                object_uid=obj.uid,
            )
        ]
    )


class Account:
    """An account as the object of an event."""

    AUDIT_TYPE = "account"

    def __init__(self, person) -> None:
        self.person, self.uid, self.unit = person, None, None

    def __str__(self) -> str:
        return self.person.username
