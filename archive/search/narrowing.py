"""What a result is narrowed to: conditions on the text rows, so that count, facets and page agree."""

from dataclasses import dataclass
from typing import Any

from ..querysets import RecordTextQuerySet


@dataclass
class Narrow:
    """`years` is the first and the last class year, both included; `order` is "fit", "date" or "code"."""

    unit: Any = None
    years: tuple[int, int] | None = None
    retention: str | None = None
    kind: str | None = None
    opening: str | None = None
    order: str = "fit"

    def apply(self, rows: RecordTextQuerySet) -> RecordTextQuerySet:
        if self.unit is not None:
            rows = rows.filter(unit=self.unit)
        if self.years is not None:
            rows = rows.filter(year__range=self.years)
        return rows
