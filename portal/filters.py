"""What a citizen's address narrows a page to; what is no filter is refused with a sentence, never passed over."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.shortcuts import render

from .models import OpenUnit
from .search import KINDS

FIRST_YEAR, LAST_YEAR = 1900, 2999


class BadFilter(Exception):
    """A sentence, and the status with which it is given."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


@dataclass(frozen=True)
class Chosen:
    """None narrows nothing."""

    unit: OpenUnit | None = None
    year: int | None = None
    kind: str | None = None

    @property
    def is_any(self) -> bool:
        return any((self.unit, self.year, self.kind))


def number_of(text: str, length: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= length else None


def chosen_of(request) -> Chosen:
    """The filters of an address; BadFilter for a unit, year or kind that there is not."""
    code, year, kind = (request.GET.get(name, "").strip() for name in ("unit", "year", "kind"))
    unit = OpenUnit.objects.filter(code=code).first() if code and "\x00" not in code and len(code) <= 10 else None
    if code and unit is None:
        raise BadFilter("没有这个单位，请从单位列表中选择。", 404)
    found = number_of(year, 4)
    if year and (found is None or not FIRST_YEAR <= found <= LAST_YEAR):
        raise BadFilter("年度应为四位数字，如 2003。", 422)
    if kind and kind not in KINDS:
        raise BadFilter("没有这个类别，请选择开放档案或现行文件。", 404)
    return Chosen(unit, found, kind or None)


def refused(request, bad: BadFilter):
    """The sentence alone, with the way to the whole list: no list that looks like an answer."""
    return render(request, "portal/bad_filter.html", {"sentence": bad.sentence}, status=bad.status)


def units_with(rows: str, within: Q) -> list[tuple[OpenUnit, int]]:
    """Units in the official order with how many of their `rows` (a reverse name) lie within the other filters."""
    found = OpenUnit.objects.annotate(shown=Count(rows, filter=within)).filter(shown__gt=0).order_by("code")
    return [(one, one.shown) for one in found]
