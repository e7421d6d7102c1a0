"""The units as a filter offers them: code and short name, in the order of the codes."""

from functools import cache

from .models import Unit
from .statements import Statement


@cache
def _units() -> Statement:
    return Statement(Unit.objects.order_by("code").values_list("code", "short_name"))


def unit_choices() -> tuple[tuple[str, str], ...]:
    return tuple(_units().ask())
