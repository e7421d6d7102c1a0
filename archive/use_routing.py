"""Who decides a 利用申请: whoever has what is asked for. The asker names who made it, which is not always its keeper.

Nothing of a record is shown to the asker here: only which unit he is to be answered by.
"""

import re

from django.db.models import Q

from units.folding import folded
from units.matching import holds
from units.models import Unit

from .codes import folded as code_folded
from .filed_twice import GONE
from .models import Record, UseRequest

YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def route(unit: Unit, wanted: str) -> tuple[Unit, Unit]:
    """(the unit that made it, who has it): by the code, by all that the words find, by their years, else the unit.

    A code says itself who made what it was given to, whatever unit was chosen.
    """
    coded = _rows().filter(archival_code=code_folded(wanted)).select_related("unit", "custodian").first()
    if coded is not None:
        return coded.unit, coded.custodian
    own = _rows().filter(unit=unit)
    if unit.is_archive and not own.filter(named(wanted)).exists():
        makers = Unit.objects.filter(pk__in=_rows().filter(named(wanted), custodian=unit).order_by().values("unit"))
        return (makers[0] if len(makers) == 1 else unit), unit  # who keeps it was named in the place of who made it
    years = {int(one) for one in YEARS.findall(folded(wanted))}
    for rows in (own.filter(named(wanted)), own.filter(year__in=years) if years else None):
        keepers = Unit.objects.filter(pk__in=rows.order_by().values("custodian")) if rows is not None else []
        if len(keepers) == 1:
            return unit, keepers[0]
    return unit, unit if own.filter(custodian=unit).exists() else other_keeper(unit, unit) or unit


def named(wanted: str) -> Q:
    """The code, number and title of a record hold the words."""
    return Q(archival_code=code_folded(wanted)) | Q(holds("text__words__head_n", wanted))


def other_keeper(unit: Unit, keeper: Unit) -> Unit | None:
    """Who else has records of `unit`; None where nobody has."""
    others = _rows().filter(unit=unit).exclude(custodian=keeper).select_related("custodian").order_by()
    found = others.first()
    return found.custodian if found is not None else None


def passes_to(request: UseRequest, record: Record | None) -> Unit | None:
    """To whom the request goes on: the keeper of the record that the decider named, else whoever else has some."""
    if record is not None and record.custodian_id != request.keeper_id:
        return record.custodian
    return other_keeper(request.unit, request.keeper)


def _rows():
    found = Record.objects.unguarded("whose custody it is in decides who is asked; nothing of it is shown")
    return found.items().exclude(state__in=GONE)
