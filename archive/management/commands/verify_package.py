import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from archive.packages.names import record_uid_of
from archive.packages.verifier import NotAPackage, verify


class Command(BaseCommand):
    help = "Judges a bag's folder, its ZIP or a batch's folder, byte by byte; needs no database."
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, path: Path, **options) -> None:
        try:
            found = verify(path)
        except NotAPackage as refusal:
            if options["json"]:
                finding = {
                    "code": "",
                    "path": str(path),
                    "message": str(refusal),
                    "severity": "refuse",
                    "record_uid": "",
                }
                self.stdout.write(json.dumps({"valid": False, "findings": [finding]}, ensure_ascii=False))
            raise CommandError(str(refusal), returncode=2) from refusal
        if options["json"]:
            answer = {
                "valid": found.valid,
                "findings": [as_json(one) for one in found.findings],
                "record_count": found.record_count,
                "file_count": found.file_count,
                "bytes": found.bytes,
                "manifest_sha256": found.manifest_sha256,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for one in found.findings:
                self.stdout.write(f"{one.severity} {one.code} {one.target} {one.message}")
            self.stdout.write(
                f"{'合格' if found.valid else '不合格'}：{found.record_count} 件，{found.file_count} 个文件，{found.bytes} 字节"
            )
        if not found.valid:
            raise CommandError("信息包不合格。", returncode=1)


def as_json(finding) -> dict[str, str]:
    return {
        "code": finding.code, "path": finding.target, "message": finding.message, "severity": finding.severity,
        "record_uid": record_uid_of(finding.target),
    }  # fmt: skip
