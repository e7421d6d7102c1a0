"""Who may see and change records: one Q per permission, the same columns on a record and on its search text."""

from functools import reduce
from operator import or_

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q
from django.utils import timezone

from documents.models import Participant
from documents.rules import parts_of, takes_part
from units.access import OnUnit, Where, on_units
from units.fitting import SUBJECTS
from units.guarded import RULES, WAYS

from .models import Record, RecordGrant, RecordText


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


def view(user) -> Q:
    granted = Exists(grants_of(user).filter(record=OuterRef("pk")))
    return reduce(or_, by_post(user)) | Q(takes_part(user, "document")) | Q(granted)


def reached(user) -> tuple:
    """(column of a text, keys in it) of what reaches a person outside his units, gathered once for all texts tried."""
    parts = Participant.objects.filter(parts_of(user)).values("document")
    return ("record", grants_of(user).values("record")), ("document", parts)


def view_text(user) -> Q:
    return reduce(or_, (*by_post(user), *(Q(**{f"{column}__in": keys}) for column, keys in reached(user))))


def ways_to_text(user) -> tuple[Q, ...]:
    """The parts of `view_text`, each asked for on its own by an index.

    The document comes last: where a record has none, neither it nor its negation holds.
    """
    return (*by_post(user), *(Q(is_one_of(column, keys)) for column, keys in reached(user)))


def is_one_of(column: str, keys) -> Func:
    """`column = ANY (ARRAY(keys))`, for which the rows come from the column's index; IN would make it a join."""
    return Func(
        F(column), ArraySubquery(keys), template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField()
    )


RULES[Record] = {
    "view": Where(view),
    "arrange": OnUnit("arrange_records", when=Q(custodian=F("unit"))),  # the unit's own while the unit has custody
    "offer": OnUnit("make_batches"),
    "accession": OnUnit("receive_batches", "offered_to"),
    "release": OnUnit("make_batches") | OnUnit("receive_batches", "offered_to"),
    "open": OnUnit("open_records", "custodian"),
}
RULES[RecordText] = {"view": Where(view_text)}
WAYS[RecordText] = {"view": ways_to_text}
SUBJECTS["record"] = Record
