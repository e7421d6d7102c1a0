import json
import unicodedata

from django.core.management.base import BaseCommand, CommandError

from changning_egov.demo import cast, seeding
from units.workflow import Refused

HEADS = {"name": "姓名", "post": "岗位", "unit": "单位", "username": "用户名"}


class Command(BaseCommand):
    help = "Fills the demo district; --first stops after what the site is first shown with, the worker does the rest."

    def add_arguments(self, parser):
        parser.add_argument("--first", action="store_true", help="units, people and the first documents only")
        parser.add_argument("--accounts", action="store_true", help="print the accounts and their password")
        parser.add_argument("--all", action="store_true", help="with --accounts: those of all units")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, first, accounts, json, **options):
        as_json = json
        try:
            seeding.refuse_outside_demo()
            if accounts:
                return self._accounts(everybody=options["all"], as_json=as_json)
            progress = (lambda line: None) if as_json or options["verbosity"] == 0 else self._line
            counts = seeding.seed_first(progress)
            if not first:
                counts = seeding.run_rest(progress)
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        self.stdout.write(dumps(counts) if as_json else "  ".join(f"{name} {count}" for name, count in counts.items()))

    def _line(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()

    def _accounts(self, *, everybody: bool, as_json: bool) -> None:
        rows = cast.accounts(everybody=everybody)
        if as_json:
            self.stdout.write(dumps({"password": cast.PASSWORD, "accounts": rows}))
            return
        widths = {key: max([columns(row[key]) for row in rows] + [columns(head)]) for key, head in HEADS.items()}
        for row in [HEADS, *rows]:
            self.stdout.write("  " + "  ".join(pad(row[key], widths[key]) for key in HEADS).rstrip())
        self.stdout.write(f"  密码（所有账号相同）：{cast.PASSWORD}")
        if not everybody:
            self.stdout.write("  其余各单位的账号：.venv/bin/python manage.py demo --accounts --all")


def columns(words: str) -> int:
    """Terminal columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in words)


def pad(words: str, width: int) -> str:
    return words + " " * (width - columns(words))


def dumps(value) -> str:
    return json.dumps(value, ensure_ascii=False)
