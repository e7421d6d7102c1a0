"""`manage.py fixity --sample N|--all --json`: copies of packages and stored files read again, damaged ones healed."""

import json

from django.core.management.base import BaseCommand, CommandError

from transfer.fixity_run import run


class Command(BaseCommand):
    help = (
        "Reads bytes again against their digests; what is damaged is named, healed from another copy, and read again."
    )

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--sample", type=int, help="how many of each kind, those read longest ago or at random")
        which.add_argument("--all", action="store_true")
        parser.add_argument("--no-heal", action="store_true", help="only tell")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, sample: int | None, **options):
        if sample is not None and sample < 1:
            raise CommandError("--sample 应为正整数。")
        found = run(sample, heals=not options["no_heal"])
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False))
        else:
            for one in found.damaged:
                word = f"已由{one.healed_from}修复" if one.healed_from else "未能修复"
                self.stdout.write(f"{one.kind}　{one.path}　{one.message}　{word}")
            self.stdout.write(f"核验 {found.copies} 个信息包副本、{found.files} 个文件，损坏 {len(found.damaged)} 个")
        if found.unhealed:
            raise CommandError(f"{found.unhealed} 个没有完好的副本，未能修复。", returncode=1)
