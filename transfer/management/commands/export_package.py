"""`manage.py export_package BATCH OUT`: the approved package of a batch on a disk."""

import json
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from transfer.eark import export_eark
from transfer.export import export_package
from transfer.handover_papers import readable
from transfer.models import Batch
from units.workflow import Refused


class Command(BaseCommand):
    help = "Writes the parts of an approved batch under OUT, byte for byte; safe to cut and to run again."

    def add_arguments(self, parser):
        parser.add_argument("batch", help="number or uid of the batch")
        parser.add_argument("out", type=Path)
        parser.add_argument("--as", dest="form", choices=("bagit", "eark"), default="bagit", help="default: bagit")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, batch: str, out: Path, **options):
        found = self._batch(batch)
        try:
            if options["form"] == "eark":
                self._tell_eark(found, *export_eark(found, out), is_json=options["json"])
                return
            folder = export_package(found, out)
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        except OSError as error:
            raise CommandError(f"“{out}”不能写入（{error.strerror or error}）。") from error
        parts = list(found.parts.filter(record_count__gt=0))
        if options["json"]:
            told = {
                "batch": found.issued_no, "folder": str(folder), "manifest_digest": found.manifest_digest,
                "records": found.record_count,
                "parts": [{"filename": one.filename, "bytes": one.bytes, "sha256": one.sha256} for one in parts],
            }  # fmt: skip
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        size = readable(sum(one.bytes for one in parts))
        self.stdout.write(
            f"已导出{found.issued_no}：{found.record_count} 件，{len(parts)} 个信息包，{size}，在{folder}"
        )
        self.stdout.write(f"移交信息包数字摘要（SHA-256）：{found.manifest_digest}")

    def _tell_eark(self, batch: Batch, folder: Path, written, *, is_json: bool) -> None:
        if is_json:
            told = {
                "batch": batch.issued_no, "folder": str(folder), "form": "E-ARK SIP 2.1",
                "records": sum(one.record_count for one in written),
                "parts": [
                    {"filename": one.path.name, "bytes": one.bytes, "sha256": one.sha256,
                     "mets_sha256": one.manifest_sha256}
                    for one in written
                ],
            }  # fmt: skip
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        size = readable(sum(one.bytes for one in written))
        self.stdout.write(f"已导出{batch.issued_no}：{len(written)} 个 E-ARK 信息包（METS/PREMIS），{size}，在{folder}")

    def _batch(self, named: str) -> Batch:
        wanted = Q(batch_no=named)
        with suppress(ValueError):
            wanted |= Q(uid=UUID(named))
        rows = list(
            Batch.objects.unguarded("whoever runs the command holds the server").for_detail().filter(wanted)[:2]
        )
        if len(rows) != 1:
            raise CommandError(
                f"没有批次“{named}”。" if not rows else f"批次号“{named}”不止一个，请写批次标识（uid）。"
            )
        return rows[0]
