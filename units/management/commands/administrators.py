"""三员 by whoever runs the server: to begin a district, and when a post is vacant (docs/operations.md)."""

import json as json_module
import secrets

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from units import administrators
from units.models import Post, Unit, User
from units.roles import ADMINISTRATORS, PostKind
from units.workflow import Refused


class Command(BaseCommand):
    help = "Lists the three administrators, and fills a post that nobody holds. Every appointment is audited."

    def add_arguments(self, parser):
        parser.add_argument(
            "--appoint",
            nargs=3,
            action="append",
            default=[],
            metavar=("POST", "USERNAME", "NAME"),
            help="POST is sysadmin, secadmin or auditor; the account is made with NAME when there is none",
        )
        parser.add_argument("--seat", help="code of the unit where the administrators sit; needed the first time")
        parser.add_argument("--operator", default="", help="who does this")
        parser.add_argument("--reason", default="", help="why")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, appoint, seat, operator, reason, json, **options):
        passwords: dict[str, str] = {}
        try:
            if appoint:
                opinion = administrators.signed(operator, reason)
                with transaction.atomic():  # all three or none
                    for kind, username, name in appoint:
                        passwords |= self._appoint(kind, username, name, seat=self._seat(seat), opinion=opinion)
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self._tell(passwords, json)

    def _appoint(self, kind: str, username: str, name: str, *, seat: Unit, opinion: str) -> dict[str, str]:
        """The initial password of an account that was made for this, by user name."""
        is_new = not User.objects.filter(username=username).exists()
        password = secrets.token_urlsafe(12) if is_new else ""
        administrators.fill_vacancy(kind, username, seat=seat, opinion=opinion, name=name, password=password)
        return {username: password} if is_new else {}

    def _seat(self, code: str | None) -> Unit:
        post = Post.objects.filter(kind__in=ADMINISTRATORS).select_related("unit").order_by("pk").first()
        unit = Unit.objects.filter(code=code).first() if code else (post.unit if post else None)
        if unit is None:
            raise CommandError(f"没有代码为 {code} 的单位。" if code else "请用 --seat 写明三员所在单位的代码。")
        if post is not None and post.unit_id != unit.pk:
            raise CommandError(f"三员岗位设在{post.unit}（{post.unit.code}），不能另设。")
        return unit

    def _tell(self, passwords: dict[str, str], as_json: bool) -> None:
        held = administrators.holders()
        if as_json:
            rows = {kind: [one.user.username for one in found] for kind, found in held.items()}
            self.stdout.write(json_module.dumps({"holders": rows, "passwords": passwords}, ensure_ascii=False))
            return
        for kind, found in held.items():
            names = "、".join(f"{one.user.name}（{one.user.username}）" for one in found) or "空缺"
            self.stdout.write(f"{PostKind(kind).label}：{names}")
        for username, password in passwords.items():
            self.stdout.write(f"{username} 的初始密码（首次登录须修改）：{password}")
