import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from units.loading import BadFile, load, read_rows


class Command(BaseCommand):
    help = "Loads the table of units from a CSV file. Safe to repeat; refuses a bad file, naming line and column."

    def add_arguments(self, parser):
        parser.add_argument("csv", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, csv, json: bool = False, **options):
        as_json = json
        try:
            loaded = load(read_rows(csv))
        except BadFile as error:
            if as_json:
                self.stdout.write(dumps({"loaded": 0, "faults": error.faults}))
            raise CommandError("\n".join(error.faults)) from error
        counts = {"new": loaded.new, "changed": loaded.changed, "same": loaded.same}
        self.stdout.write(dumps(counts) if as_json else f"新增 {loaded.new}，变更 {loaded.changed}，未变 {loaded.same}")


def dumps(value) -> str:
    return json.dumps(value, ensure_ascii=False)
