"""Who may see and change records: one Q per permission, the same columns on a record and on its search text."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from documents.models import Participant
from units.access import on_units, standing


def visible(prefix: str, user) -> Q:
    """`prefix` leads to the record from the row asked for: "" on Record, "record__" on what hangs on it.

    The unit that made it, whoever has custody, and an archive to which it has been submitted.
    """
    return (
        on_units(f"{prefix}unit", "view_records", user)
        | on_units(f"{prefix}custodian", "view_records", user)
        | on_units(f"{prefix}offered_to", "view_records", user)
    )


def personal(document: str, record: str, user) -> tuple[Q, Q]:
    """What reaches a person outside his units: a part taken in the document, or a grant that holds today."""
    from .models import RecordGrant  # models import this table of rules

    held = standing(user)
    took_part = Participant.objects.filter(
        Q(user=user) | Q(user__in=held.principals) | Q(post__in=held.post_ids), document=OuterRef(document)
    )
    today = timezone.localdate()
    grants = RecordGrant.objects.filter(
        user=user, record=OuterRef(record), starts_on__lte=today, ends_on__gte=today, revoked_at=None
    )
    return Q(Exists(took_part)), Q(Exists(grants))


def view(user) -> Q:
    took_part, granted = personal("document", "pk", user)
    return visible("", user) | took_part | granted


def view_text(user) -> Q:
    first, *others = ways_to_text(user)
    return reduce(or_, others, first)


def ways_to_text(user) -> tuple[Q, Q, Q]:
    """The parts of `view_text`: a search asks for one after the other, because an OR of all would use no index."""
    return (visible("", user), *personal("document", "record", user))


def in_own_hands(permission: str):
    """On the unit's own record while the unit has custody."""
    return lambda user: on_units("custodian", permission, user)


RULES = {
    "view": view,
    "arrange": in_own_hands("arrange_records"),
    "offer": lambda user: on_units("unit", "make_batches", user),
    "open": in_own_hands("open_records"),
}
TEXT_RULES = {"view": view_text}
TEXT_WAYS = {"view": ways_to_text}
