"""Who may see and change records: one Q per permission, the same columns on a record and on its search text."""

from functools import reduce
from operator import or_

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q
from django.utils import timezone

from documents.models import Participant
from documents.rules import HasTask, parts_of, takes_part
from units.access import NOTHING, OnUnit, Where, on_units
from units.fitting import SUBJECTS
from units.guarded import RULES, WAYS
from units.models import Task
from units.rules import own_tasks

from .models import (
    Appraisal,
    Box,
    BulkCorrection,
    FilingRegister,
    Hold,
    Record,
    RecordGrant,
    RecordText,
    StockCheck,
    YearFixed,
)
from .states import MEND

MENDS = HasTask(MEND)


def by_post(user) -> tuple[Q, Q, Q]:
    """The unit that made it; the archive's own posts while it has custody, or once it has been submitted to it.

    The same columns on a record and on its search text. The archive's clerk and leader are people of a unit like any
    other (design section 3).
    """
    return (
        on_units("unit", "view_records", user),
        on_units("custodian", "view_holdings", user),
        on_units("offered_to", "view_holdings", user),
    )


def grants_of(user):
    """Grants that hold today: with a part taken in the document, what reaches a person outside his units."""
    today = timezone.localdate()
    return RecordGrant.objects.filter(user=user, starts_on__lte=today, ends_on__gte=today, revoked_at=None)


def mended_by(user):
    waiting = Task.objects.open().filter(own_tasks(user), kind=MEND)
    return Record.objects.unguarded("a part of the rule itself").filter(uid__in=waiting.values("subject_uid"))


def view(user) -> Q:
    granted = Q(Exists(grants_of(user).filter(record=OuterRef("pk"))))
    took_part = Q(takes_part(user, "document"))
    # whoever is to mend it sees it while it waits
    return reduce(or_, by_post(user)) | took_part | granted | MENDS(user)


def view_text(user) -> Q:
    return reduce(or_, ways_to_text(user))


def ways_to_text(user) -> tuple[Q, ...]:
    """The parts of `view_text`, each a column that an index finds and that says yes or no without asking other rows.

    A search tries thousands of texts; what reaches a person outside his units is gathered once for all of them. The
    document comes last: a record without one is in none of its rows, and not in the others' negation either.
    """
    return (
        *by_post(user),
        Q(is_one_of("record", grants_of(user).values("record"))),
        Q(is_one_of("record", mended_by(user).values("pk"))),
        Q(is_one_of("document", Participant.objects.filter(parts_of(user)).values("document"))),
    )


def is_one_of(column: str, keys) -> Func:
    """`column = ANY (ARRAY(keys))`: `keys` are read once, and only when a row gets that far."""
    return Func(
        F(column), ArraySubquery(keys), template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField()
    )


class InGroup(Where):
    """A member of the 鉴定小组, whatever his post."""

    def __init__(self) -> None:
        super().__init__(lambda user: Q(group__person=user.pk) if user.pk else NOTHING)


RULES[Record] = {
    "view": Where(view),
    "arrange": OnUnit("arrange_records", when=Q(custodian=F("unit"))),  # the unit's own while the unit has custody
    "mend": MENDS,
    "offer": OnUnit("make_batches"),
    "accession": OnUnit("receive_batches", "offered_to"),
    "release": OnUnit("make_batches") | OnUnit("receive_batches", "offered_to"),
    "open": OnUnit("open_records", "custodian"),
    "destroy": OnUnit("arrange_records", when=Q(custodian=F("unit"))),
    "hold": OnUnit("arrange_records") | OnUnit("approve_disposal"),
}
RULES[BulkCorrection] = {"view": OnUnit("arrange_records"), "undo": OnUnit("arrange_records")}
RULES[YearFixed] = {
    "view": OnUnit("view_records"),
    "arrange": OnUnit("arrange_records"),
    "approve": OnUnit("approve_years"),
}
RULES[FilingRegister] = {
    "view": OnUnit("view_records"),
    "sign_office": OnUnit("complete_documents") | OnUnit("approve_years"),
    "sign_archivist": OnUnit("arrange_records"),
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
SUBJECTS["year_fixed"] = YearFixed
