"""`manage.py check_medium NUMBER PATH --sample|--all --json`: a registered medium, mounted at PATH, read and noted."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from transfer.holding import media
from transfer.models import StorageMedium
from units.workflow import Refused


class Command(BaseCommand):
    help = "Reads the packages of a medium against the registered digests (a tenth, or all) and notes the check."

    def add_arguments(self, parser):
        parser.add_argument("number", help="载体编号")
        parser.add_argument("path", type=Path)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--sample", action="store_true", help="at least a tenth, drawn at random")
        which.add_argument("--all", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, number: str, path: Path, **options):
        rows = list(
            StorageMedium.objects.unguarded("whoever runs the command holds the server").filter(number=number)[:2]
        )
        if len(rows) != 1:
            raise CommandError(f"没有载体“{number}”。" if not rows else f"载体编号“{number}”不止一个馆有。")
        try:
            found = media.read(rows[0], path, whole=options["all"])
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        if options["json"]:
            told = {"medium": number, "looked_at": found.looked_at, "wrong": found.wrong}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write("\n".join([*found.wrong, f"检测 {found.looked_at} 个，不合格 {len(found.wrong)} 个"]))
        if found.wrong:
            raise CommandError(f"{len(found.wrong)} 个信息包与登记不符，应全部检测并重新复制。", returncode=1)
