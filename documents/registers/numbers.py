"""发文字号登记 of a unit and year: each series with its gaps, voided and doubled numbers, and what is left to number."""

from collections import Counter as Tally
from collections import defaultdict
from dataclasses import dataclass, field

from django import forms
from django.utils import timezone

from units.models import Counter, Unit

from .. import filing_port, number_book, numbering
from ..forms import CHOICE
from ..models import NumberClosing, NumberEntry
from .choice import OfUnit

SHOWN = 200  # rows of each list on the page; of more, how many there are


@dataclass(frozen=True)
class Series:
    """One 机关代字 in one year. `gaps`: numbers the counter has passed without a row in the book; there should be none."""

    prefix: str
    last: int
    taken: int
    voided: int
    gaps: str


@dataclass(frozen=True)
class Double:
    """A number that stands more than once: how often in the book (0 or 1), and on which imported records."""

    number: str
    in_book: int
    imported: list


@dataclass
class NumberRegister:
    unit: Unit
    year: int
    series: list[Series] = field(default_factory=list)
    voided: list = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)
    unnumbered: list = field(default_factory=list)
    closing: NumberClosing | None = None
    is_over: bool = False

    @property
    def n_unnumbered(self) -> str:
        return f"{SHOWN}+" if len(self.unnumbered) > SHOWN else str(len(self.unnumbered))


def number_register(user, unit: Unit, year: int) -> NumberRegister:
    """As `user` may see it; a fixed number of queries, memory of a year's numbers."""
    book = NumberEntry.objects.allowing("view", user).filter(unit=unit, year=year)
    rows = list(book.values_list("prefix", "seq", "number", "voided_at").order_by("prefix", "seq"))
    voided = book.filter(voided_at__isnull=False).select_related("document", "voided_by").defer("document__body")
    return NumberRegister(
        unit, year, _series(rows, year), list(voided.order_by("voided_at", "pk")[:SHOWN]),
        _doubles(unit, year, {number for _, _, number, _ in rows}),
        list(number_book.unnumbered(unit, year)[: SHOWN + 1]), number_book.closing_of(unit, year),
        year < timezone.localdate().year,
    )  # fmt: skip


def _series(rows: list[tuple], year: int) -> list[Series]:
    taken: dict[str, set[int]] = defaultdict(set)
    voided: Tally = Tally()
    for prefix, seq, _, voided_at in rows:
        taken[prefix].add(seq)
        voided[prefix] += voided_at is not None
    names = {numbering.series(prefix, year): prefix for prefix in taken}
    lasts = {names[one.series]: one.last for one in Counter.objects.filter(series__in=list(names))}
    found = []
    for prefix, numbers in sorted(taken.items()):
        last = max(lasts.get(prefix, 0), *numbers)
        gaps = sorted(set(range(1, last + 1)) - numbers)
        found.append(Series(prefix, last, len(numbers), voided[prefix], in_runs(gaps)))
    return found


def in_runs(numbers: list[int]) -> str:
    """3、5–7 for 3, 5, 6, 7 in order."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def _doubles(unit: Unit, year: int, book: set[str]) -> list[Double]:
    by_number: dict[str, list] = defaultdict(list)
    # numbers of a former 机关代字 do not begin with today's, and are asked for by themselves
    former = {number for number in book if not unit.document_prefix or not number.startswith(unit.document_prefix)}
    for one in [*filing_port.imported_of_year(unit, year), *filing_port.imported(unit, former)]:
        by_number[one.number].append(one)
    return [
        Double(number, int(number in book), records)
        for number, records in sorted(by_number.items())
        if len(records) + (number in book) > 1
    ]


class NumbersForm(OfUnit):
    """Whose numbers and of which year; this year of the person's first unit when nothing is given."""

    year = forms.TypedChoiceField(coerce=int, required=False, label="年度", error_messages=CHOICE)

    def __init__(self, data, *, units: list[Unit]):
        this = timezone.localdate().year
        super().__init__(data, units=units, known={"year": str(this)})
        known = NumberEntry.objects.unguarded("years, no documents").filter(unit__in=units)
        years = {this, this - 1, *known.values_list("year", flat=True).distinct()}
        self.fields["year"].choices = [(str(year), f"{year}年") for year in sorted(years, reverse=True)]

    @property
    def is_used(self) -> bool:
        return False
