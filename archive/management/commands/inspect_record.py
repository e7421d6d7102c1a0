"""`manage.py inspect_record UID --stage GD|YJ|BC --json`: the four-property inspection of one record, now."""

import json

from django.core.management.base import BaseCommand

from archive.plan import VERSION
from archive.reinspection import Judged, inspect_record
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
            answer = {
                "uid": str(record.uid), "archival_code": record.archival_code, "stage": stage, "plan": VERSION,
                "items": [_row(one) for one in judged],
            }  # fmt: skip
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{record.archival_code} {record.title}")
        for one in judged:
            self.stdout.write(f"{one.code} {one.item.name}：{Verdict(one.verdict).label}")
            for finding in one.findings:
                self.stdout.write(f"    {finding.target}：{finding.message}")


def _row(one: Judged) -> dict:
    return {
        "code": one.code, "property": one.item.group, "item": one.item.name, "kind": one.item.by.value,
        "verdict": one.verdict.value,
        "findings": [
            {"severity": found.severity, "target": found.target, "field": found.field, "message": found.message}
            for found in one.findings
        ],
    }  # fmt: skip
