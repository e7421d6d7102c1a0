"""`manage.py register --unit CODE --kind accession|transfer --json`: a register's lines for other programs."""

import json

from django.core.management.base import BaseCommand, CommandError

from transfer.register import SIDES, batches_of, text_of, whole_lines
from units.models import Unit
from units.workflow import Refused


class Command(BaseCommand):
    help = "接收登记簿 of an archive or 移交登记簿 of a unit: a line a batch of which at least one item changed hands."

    def add_arguments(self, parser):
        parser.add_argument("--unit", required=True, help="code of the unit whose register it is")
        parser.add_argument("--kind", choices=sorted(SIDES), required=True)
        parser.add_argument("--year", type=int, default=0, help="year in which it was taken over; without it all")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, unit: str, kind: str, year: int, **options):
        found, side = Unit.objects.filter(code=unit).first(), SIDES[kind]
        if found is None:
            raise CommandError(f"没有代码为“{unit}”的单位。")
        if year and not 1900 <= year <= 2999:
            raise CommandError("--year 应为四位数字的年度，如 2026。")
        try:
            rows = [
                {name: _plain(name, line[name]) for name, _, _ in side.columns}
                for line in whole_lines(side, [found], batches_of(side, [found], year=year), year=year)
            ]
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(" ".join(f"{label}={text_of(row[name])}" for name, label, _ in side.columns))


def _plain(name: str, value):
    """Figures as figures; a size that nobody typed is null, as it is unknown."""
    if name == "gigabytes":
        return float(value) if value else None
    return value if name == "count" else text_of(value)
