"""What a person asks of a page of figures: period, as-of day, order; read from its address, never refused silently."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from .periods import Period
from .states import FIGURES


@dataclass(frozen=True)
class Asked:
    period: Period
    as_of: date
    today: date
    figure: str = "missing"

    @property
    def query(self) -> str:
        """The same question in an address."""
        return self.query_of()

    def query_of(self, **changed: str | int) -> str:
        month = changed.pop("month", self.period.month)
        found: dict[str, str | int] = {"year": self.period.year, "month": month, **changed}
        if self.as_of != self.today:
            found["as_of"] = self.as_of.isoformat()
        return urlencode({key: value for key, value in found.items() if value})

    @property
    def label(self) -> str:
        return FIGURES[self.figure][0]
