"""`certificates issue CODE…|--all`, `import CODE FILE.p12`, `revoke SERIAL REASON`, `list`: the units' certificates."""

import getpass
import json as json_module
import os
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from paper import authority
from units import audit
from units.actions import system_user
from units.models import Unit
from units.workflow import Refused


class Command(BaseCommand):
    help = "Issues, takes in, revokes and lists the certificates that units seal with. Every change is audited."

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="a new key and certificate; the unit's present one is revoked as 换发")
        issue.add_argument("codes", nargs="*", metavar="CODE", help="code of a unit, for example D07")
        issue.add_argument("--all", action="store_true", help="every unit in force that has no valid certificate")
        issue.add_argument("--years", type=int, default=authority.YEARS)
        taken = verbs.add_parser("import", help="a real certificate with its key (PKCS#12)")
        taken.add_argument("code", metavar="CODE")
        taken.add_argument("file", type=Path)
        taken.add_argument("--password-from", metavar="VARIABLE", help="environment variable; else it is asked for")
        revoke = verbs.add_parser("revoke", help="nothing is sealed with it any more")
        revoke.add_argument("serial", metavar="SERIAL")
        revoke.add_argument(
            "reason", metavar="REASON", help="、".join(f"{k} {v}" for k, v in authority.REASONS.items())
        )
        listed = verbs.add_parser("list", help="every certificate there ever was")
        listed.add_argument("--json", action="store_true")

    def handle(self, *, verb, **options):
        try:
            {"issue": self._issue, "import": self._import, "revoke": self._revoke, "list": self._list}[verb](options)
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        except OSError as error:
            raise CommandError(f"证书目录或文件不能读写：{error.strerror}（{error.filename}）。") from error

    def _issue(self, options) -> None:
        if bool(options["codes"]) == options["all"]:
            raise CommandError("请写明单位代码，或用 --all 为全部还没有有效证书的单位签发。")
        units = self._units(options["codes"]) if options["codes"] else self._without()
        for unit in units:
            self._keep(
                unit, "issue_certificate", "签发证书", authority.issue(unit.code, unit.name, years=options["years"])
            )
        self.stdout.write(f"已签发 {len(units)} 张证书。")

    def _units(self, codes: list[str]) -> list[Unit]:
        found = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
        if missing := [code for code in codes if code not in found]:
            raise CommandError(f"没有代码为 {'、'.join(missing)} 的单位。")
        return [found[code] for code in dict.fromkeys(codes)]

    def _without(self) -> list[Unit]:
        now = timezone.now()
        have = {one.code for one in authority.listed() if one.state(now) == "有效"}
        return [unit for unit in Unit.objects.in_force().order_by("code") if unit.code not in have]

    def _import(self, options) -> None:
        (unit,) = self._units([options["code"]])
        variable = options["password_from"]
        password = os.environ.get(variable, "") if variable else getpass.getpass("PKCS#12 口令：")
        made = authority.take_in(unit.code, unit.name, options["file"].read_bytes(), password)
        self._keep(unit, "import_certificate", "导入证书", made)

    def _revoke(self, options) -> None:
        ended = authority.revoke(options["serial"], options["reason"])
        unit = Unit.objects.filter(code=ended.code).first()
        if unit is not None:
            self._keep(unit, "revoke_certificate", "吊销证书", ended)

    def _keep(self, unit: Unit, verb: str, label: str, one: authority.Issued) -> None:
        with transaction.atomic():
            audit.record(
                verb, label, unit, by=system_user(), serial=one.serial, until=one.until,
                opinion=authority.REASONS.get(one.reason, ""),
            )  # fmt: skip
        self.stdout.write(f"{label} {one.code} {one.name} {one.serial} 至 {one.until[:10]}")

    def _list(self, options) -> None:
        rows, now = authority.listed(), timezone.now()
        if options["json"]:
            told = [asdict(one) | {"state": one.state(now)} for one in rows]
            self.stdout.write(json_module.dumps(told, ensure_ascii=False, indent=1))
            return
        for one in rows:
            kind = "外来" if one.outside else "本机构"
            why = f"（{authority.REASONS.get(one.reason, one.reason)}）" if one.revoked_at else ""
            self.stdout.write(f"{one.code} {one.name} {one.serial} {kind} 至 {one.until[:10]} {one.state(now)}{why}")
        self.stdout.write(f"共 {len(rows)} 张。")
