"""The units as a filter offers them: code and short name, in the order of the codes."""

from collections.abc import Iterable
from functools import cache, cached_property

from .models import Unit
from .statements import Statement


@cache
def _units() -> Statement:
    return Statement(Unit.objects.order_by("code").values_list("code", "short_name"))


def unit_choices() -> tuple[tuple[str, str], ...]:
    return tuple(_units().ask())


class OffersUnits:
    """Of a filter's form: the units there are, and what its rendered fields are kept by (units.kept_parts)."""

    @cached_property
    def units(self) -> tuple[tuple[str, str], ...]:
        return unit_choices()

    @cached_property
    def kept_key(self) -> tuple | None:
        """All that the fields show: what was chosen, and the units there are; None for a form that was refused."""
        if self.is_bound and self.errors:
            return None
        return type(self), self.units, tuple(self.data.get(name) for name in self.kept_fields())

    def kept_fields(self) -> Iterable[str]:
        return self.fields
