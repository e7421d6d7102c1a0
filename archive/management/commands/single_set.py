"""`manage.py single_set --unit CODE --approval NUMBER --on DATE`: the approved 单套制 of a unit."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from archive.twins.single_set import WHOLE, approve
from units.actions import system_user
from units.models import Unit
from units.workflow import Refused


class Command(BaseCommand):
    help = "Notes that a unit's single-set keeping was approved: its items owe no paper from then on (domain E-07)."

    def add_arguments(self, parser):
        parser.add_argument("--unit", required=True, help="code of the unit")
        parser.add_argument("--approval", required=True, help="number of the approving document")
        parser.add_argument("--on", type=date.fromisoformat, required=True, help="its date, YYYY-MM-DD")

        parser.add_argument("--from-year", type=int, help="first class year that owes no paper; the year of --on")
        parser.add_argument("--scope", default=WHOLE, help="what the approval covers")

    def handle(self, *, unit: str, approval: str, on: date, from_year: int | None, scope: str, **options):
        found = Unit.objects.filter(code=unit).first()
        if found is None:
            raise CommandError(f"没有代码为“{unit}”的单位。")
        try:
            approve(found, approval=approval, approved_on=on, from_year=from_year, scope=scope, by=system_user())
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        self.stdout.write(f"{found.name}自{on}起实行单套制。")
