"""`manage.py receive_package PATH`: a package from a disk into 签收 → 检测, or refused with item, rule and sentence."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from transfer.receive import receive_package
from transfer.room import refused_when_full
from units.workflow import Refused


class Command(BaseCommand):
    help = "Takes in the batch's folder (or the one ZIP) at PATH. A refused package leaves everything as it was."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, path: Path, **options):
        try:
            found = refused_when_full("移交信息包")(receive_package)(path)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(_told(found), ensure_ascii=False))
        elif found.is_received:
            word = "已经签收，没有改动" if found.was_there else "已签收并检测"
            self.stdout.write(f"{found.batch.issued_no}{word}，状态：{found.batch.get_state_display()}")
        else:
            for one in found.refusals:
                self.stdout.write(f"{one['rule']}　{one['path']}　{one['message']}")
        if not found.is_received:
            raise CommandError(f"信息包不予接收，共 {len(found.refusals)} 处问题；馆藏没有改动。", returncode=1)


def _told(found) -> dict:
    batch = found.batch
    return {
        "received": found.is_received, "was_there": found.was_there, "refusals": found.refusals,
        "batch": batch.issued_no if batch else "", "state": batch.state if batch else "",
        "records": batch.record_count if batch else 0,
    }  # fmt: skip
