"""The fonds of the units, from the same table that names them."""

from django.db import transaction

from units.models import Unit

from .models import Fonds, FondsCreator


@transaction.atomic
def ensure_fonds(rows: list[dict[str, str]]) -> int:
    """A fonds and its creator for each row with a `fonds_code`; rows already there are left alone."""
    made = 0
    for row in rows:
        code, unit = (row.get("fonds_code") or "").strip(), Unit.objects.filter(code=row["code"].strip()).first()
        if not code or unit is None or unit.has_ended:  # the fonds of a body that has ended is closed, and stays so
            continue
        fonds, _ = Fonds.objects.get_or_create(code=code, defaults={"name": f"{unit.name}全宗"})
        if not FondsCreator.objects.filter(unit=unit, ends_on=None).exists():
            FondsCreator.objects.create(fonds=fonds, unit=unit)
            made += 1
    return made
