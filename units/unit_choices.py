"""The units as a filter offers them: code and short name, in the order of the codes."""

from collections.abc import Iterable
from functools import cache, cached_property

from .models import Unit
from .statements import Statement


@cache
def _units() -> Statement:
    return Statement(Unit.objects.order_by("code").values_list("pk", "code", "short_name"))


class OffersUnits:
    """Of a filter's form: the units there are, and what its rendered fields are kept by (units.kept_parts)."""

    @cached_property
    def units_by_key(self) -> dict[int, tuple[str, str]]:
        """Key → code and short name."""
        return {key: (code, name) for key, code, name in _units().ask()}

    @property
    def units(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.units_by_key.values())

    @cached_property
    def kept_key(self) -> tuple | None:
        """All that the fields show: what was chosen, and the units there are; None for a form that was refused."""
        if self.is_bound and self.errors:
            return None
        return type(self), self.units, tuple(self.data.get(name) for name in self.kept_fields())

    def kept_fields(self) -> Iterable[str]:
        return self.fields
