"""`manage.py filing_rate`: the filing rate of each unit as JSON, for other programs and for checks."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oversight import freezing, rates
from oversight.periods import FIRST_YEAR, LAST_YEAR, Period
from units.models import Unit


class Command(BaseCommand):
    help = "Filing rate by unit (practice 3): due, filed, missing by cause, and the frozen rate beside the live one."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, required=True, help="the year in which the base date lies")
        parser.add_argument("--month", type=int, default=0, help="1 to 12; without it the whole year")
        parser.add_argument("--as-of", default="", help="YYYY-MM-DD: as it stood at the end of that day; today")
        parser.add_argument("--unit", default="", help="code of one unit; without it all units")
        parser.add_argument("--json", action="store_true", help="a list of objects; without it a line a unit")

    def handle(self, *, year, month, as_of, unit, **options):
        rates.recount()  # from the documents themselves, whatever was written past the triggers
        period, day = _period(year, month), _day(as_of)
        units = list(Unit.objects.filter(code=unit) if unit else Unit.objects.order_by("code"))
        if not units:
            raise CommandError(f"没有代码为“{unit}”的单位。")
        found = rates.by_unit(period, day, [one.pk for one in units])
        frozen = freezing.latest(period)
        rows = [_row(one, found[one.pk], day, frozen) for one in units]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(" ".join(f"{name}={value}" for name, value in row.items()))


def _period(year: int, month: int) -> Period:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CommandError(f"--year 应为 {FIRST_YEAR} 至 {LAST_YEAR} 的年度，如 2026。")
    if not 0 <= month <= 12:
        raise CommandError("--month 应为 1 至 12。")
    return Period(year, month)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise CommandError("--as-of 应写成 2026-03-31 的样式。") from None


def _row(unit: Unit, figures: rates.Figures, as_of: date, frozen: freezing.Frozen | None) -> dict:
    taken = frozen.figures.get(unit.pk) if frozen else None
    return {
        "unit": unit.code,
        "due": figures.due,
        "filed": figures.filed,
        "not_to_file": figures.not_to_file,
        "not_yet_due": figures.not_yet_due,
        "missing": figures.missing,
        "rate": _number(figures.rate),
        "missing_by_cause": figures.causes_shown(),
        "as_of": as_of.isoformat(),
        "frozen_rate": _number(taken.rate) if taken else None,
    }


def _number(value) -> float | None:
    return None if value is None else float(value)
