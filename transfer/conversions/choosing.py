"""Which files an undertaking takes: of one format of the table of risks, in custody, not converted yet."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from archive.converting import AT_REST
from archive.models import Component
from archive.states import Role
from units.models import Unit

from ..models import ConvertedItem
from ..states import ConversionState, ConvertedState, Method
from .methods import WAYS

MOST = 5_000  # files of one undertaking: what is over is told, and taken by the next
OVER = (ConversionState.CLOSED, ConversionState.DROPPED)


@dataclass(frozen=True)
class Choice:
    """A format (PRONOM id and kind, as the table of risks lists it), of one unit or all, of some years or all."""

    method: Method
    format_id: str
    mime: str
    unit: Unit | None = None
    first_year: int | None = None
    last_year: int | None = None


def chosen(archive: Unit, choice: Choice) -> QuerySet[Component]:
    """Components that `choice` means and that nobody has converted, or is about to, in this way."""
    way = WAYS[choice.method]
    converted = Component.objects.filter(derived_from=OuterRef("pk"), stored_file__mime=way.mime)
    waiting = ConvertedItem.objects.filter(source=OuterRef("pk"), state=ConvertedState.WAITING)
    taken = waiting.filter(conversion__method=choice.method).exclude(conversion__state__in=OVER)
    rows = Component.objects.filter(
        record__custodian=archive, record__state__in=AT_REST, stored_file__format_id=choice.format_id,
        stored_file__mime=choice.mime,
    )  # fmt: skip
    rows = rows.exclude(role=Role.CONVERTED).filter(~Exists(converted), ~Exists(taken))
    if choice.unit is not None:
        rows = rows.filter(record__unit=choice.unit)
    if choice.first_year is not None:
        rows = rows.filter(record__year__gte=choice.first_year)
    if choice.last_year is not None:
        rows = rows.filter(record__year__lte=choice.last_year)
    return rows.order_by("pk")
