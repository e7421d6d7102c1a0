"""Who may see and change records: one Q per permission, the same columns on a record and on its search text."""

from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from documents.rules import takes_part
from units.access import NOTHING, OnUnit, Where, on_units
from units.fitting import SUBJECTS
from units.guarded import RULES, WAYS

from .models import Appraisal, Box, Hold, Record, RecordGrant, RecordText, StockCheck


def visible(prefix: str, user) -> Q:
    """`prefix` leads to the record from the row asked for: "" on Record, "record__" on what hangs on it.

    The unit that made it; the archive's own posts while it has custody, or once it has been submitted to it. The
    archive's clerk and leader are people of a unit like any other (design section 3).
    """
    return (
        on_units(f"{prefix}unit", "view_records", user)
        | on_units(f"{prefix}custodian", "view_holdings", user)
        | on_units(f"{prefix}offered_to", "view_holdings", user)
    )


def personal(document: str, record: str, user) -> tuple[Q, Q]:
    """What reaches a person outside his units: a part taken in the document, or a grant that holds today."""
    today = timezone.localdate()
    grants = RecordGrant.objects.filter(
        user=user, record=OuterRef(record), starts_on__lte=today, ends_on__gte=today, revoked_at=None
    )
    return Q(takes_part(user, document)), Q(Exists(grants))


def view(user) -> Q:
    took_part, granted = personal("document", "pk", user)
    return visible("", user) | took_part | granted


def view_text(user) -> Q:
    first, *others = ways_to_text(user)
    return reduce(or_, others, first)


def ways_to_text(user) -> tuple[Q, Q, Q]:
    """The parts of `view_text`: a search asks for one after the other, because an OR of all would use no index."""
    return (visible("", user), *personal("document", "record", user))


class InGroup(Where):
    """A member of the 鉴定小组, whatever his post."""

    def __init__(self) -> None:
        super().__init__(lambda user: Q(group__person=user.pk) if user.pk else NOTHING)


RULES[Record] = {
    "view": Where(view),
    "arrange": OnUnit("arrange_records", when=Q(custodian=F("unit"))),  # the unit's own while the unit has custody
    "offer": OnUnit("make_batches"),
    "accession": OnUnit("receive_batches", "offered_to"),
    "release": OnUnit("make_batches") | OnUnit("receive_batches", "offered_to"),
    "open": OnUnit("open_records", "custodian"),
    "destroy": OnUnit("arrange_records", when=Q(custodian=F("unit"))),
    "hold": OnUnit("arrange_records") | OnUnit("approve_disposal"),
}
RULES[RecordText] = {"view": Where(view_text)}
RULES[Box] = {"view": OnUnit("view_records"), "arrange": OnUnit("arrange_records")}
NOTIFIED = Q(approved_at__isnull=False)
RULES[Appraisal] = {
    "view": OnUnit("view_records") | OnUnit("inspect_units", "archive", NOTIFIED),
    "make": OnUnit("arrange_records"),
    "judge": InGroup(),
    "approve": OnUnit("approve_disposal"),
    "note": OnUnit("inspect_units", "archive", NOTIFIED),
    "supervise": OnUnit("view_records"),
}
RULES[Hold] = {
    "view": OnUnit("view_records"),
    "place": OnUnit("arrange_records") | OnUnit("approve_disposal"),
    "lift": OnUnit("approve_disposal"),
}
SUBJECTS["appraisal"] = Appraisal
RULES[StockCheck] = {"view": OnUnit("view_records")}
WAYS[RecordText] = {"view": ways_to_text}
SUBJECTS["record"] = Record
