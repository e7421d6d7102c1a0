"""`manage.py inspect_record UID --stage GD|YJ|BC --json`: the four-property inspection of one record, now."""

import json

from django.core.management.base import BaseCommand

from archive.inspection_report import as_data
from archive.reinspection import inspect_record
from archive.states import Stage, Verdict

from ._record import named


class Command(BaseCommand):
    help = "Every item of the stage with its verdict on one record; files are read afresh and nothing is written."

    def add_arguments(self, parser):
        parser.add_argument("uid")
        parser.add_argument("--stage", choices=Stage.values, default=Stage.FILING)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, uid: str, stage: str, **options):
        record = named(uid)
        judged = inspect_record(record, Stage(stage))
        if options["json"]:
            self.stdout.write(json.dumps(as_data(record, Stage(stage), judged), ensure_ascii=False))
            return
        self.stdout.write(f"{record.archival_code} {record.title}")
        for one in judged:
            told = f"（{one.told}）" if one.told else ""
            self.stdout.write(f"{one.code} {one.item.name}：{Verdict(one.verdict).label}{told}")
            for finding in one.findings:
                self.stdout.write(f"    {finding.target}：{finding.message}")
