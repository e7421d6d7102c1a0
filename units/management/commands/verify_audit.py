import json

from django.core.management.base import BaseCommand

from units.chain import verify
from units.models import AuditLink


class Command(BaseCommand):
    help = "Proves the audit chain: names every event that was changed, removed or put in. Exits 1 when there is one."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true")

    def handle(self, *, json: bool = False, **options):
        findings = list(verify())
        if json:
            self.stdout.write(as_json(findings))
        else:
            for finding in findings:
                self.stdout.write(finding.message)
            self.stdout.write(f"审计链 {AuditLink.objects.count()} 环，发现 {len(findings)} 处问题。")
        if findings:
            raise SystemExit(1)


def as_json(findings) -> str:
    rows = [{"kind": one.code, "event": one.target, "message": one.message} for one in findings]
    return json.dumps({"valid": not rows, "findings": rows}, ensure_ascii=False)
