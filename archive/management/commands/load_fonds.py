from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from archive.fonds import ensure_fonds
from archive.retention import load_sample_schedule
from units.loading import BadFile, read_rows


class Command(BaseCommand):
    help = "Makes the fonds named in the table of units and loads the sample retention schedule. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("csv", type=Path)

    def handle(self, *, csv, **options):
        try:
            rows = read_rows(csv)
        except BadFile as error:
            raise CommandError("\n".join(error.faults)) from error
        self.stdout.write(f"全宗新增 {ensure_fonds(rows)}，保管期限条款新增 {load_sample_schedule()}")
