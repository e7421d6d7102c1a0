"""What a search of records is narrowed by and in which order it is shown."""

from dataclasses import dataclass, replace

from django.db.models import F, Q

from documents.search import count_in_progress, in_progress, narrowed, ordered

ORDERS = {"fit": "符合程度", "date": "日期", "code": "档号"}
HELD = ~Q(custodian=F("unit"))  # 馆藏: the archive has custody of another unit's record


@dataclass(frozen=True)
class Narrow:
    """`unit` a Unit; `years` (first, last) of the class year, inclusive, None = open; the others are codes.

    `kind` is a DocType or "internal" for a 签报; `holdings` True: in the archive's custody only, False: with the units.
    """

    unit: object | None = None
    years: tuple[int | None, int | None] | None = None
    retention: str | None = None
    kind: str | None = None
    opening: str | None = None
    order: str = "fit"
    holdings: bool | None = None

    def apply(self, rows):
        """`rows` of RecordText that are left; the order is the search's to set."""
        first, last = self.years or (None, None)
        given = {
            "unit": self.unit,
            "year__gte": first,
            "year__lte": last,
            "retention_code": self.retention,
            "kind": self.kind,
            "access_status": self.opening,
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
        if self.holdings is None:
            return rows
        return rows.filter(HELD if self.holdings else ~HELD)

    def in_progress(self, user, text: str):
        """Documents in progress that belong to the result, in its order; they have no retention and no opening yet."""
        rows = in_progress(user, text, unit=self.unit, years=self.years, kind=self.kind)
        if self.retention or self.opening or self.holdings is not None:
            rows = rows.none()
        return ordered(rows, text, self.order)

    def count_in_progress(self, user, text: str, most: int) -> int:
        """How many `in_progress`, counted up to `most`."""
        if self.retention or self.opening or self.holdings is not None:
            return 0
        return count_in_progress(user, text, most, unit=self.unit, years=self.years, kind=self.kind)

    def of_documents(self, rows):
        """`rows` of documents in progress that are left."""
        return narrowed(rows, unit=self.unit, years=self.years, kind=self.kind)

    def everywhere(self) -> "Narrow":
        """The same, wherever the records are."""
        return replace(self, holdings=None)

    @property
    def walk(self) -> tuple[str, ...]:
        """The order in which a result too large to be sorted is read from an index: newest first, or by code."""
        return ("record__archival_code", "record_id") if self.order == "code" else ("-sorted_on", "-record_id")
