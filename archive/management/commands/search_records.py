import json

from django.core.management.base import BaseCommand, CommandError

from archive.search import BadSearch, all_ids
from units.models import Unit
from units.roles import PostKind
from units.tasks import post_of


class Command(BaseCommand):
    help = "What a unit's archivist finds: the exact total and every record's uid."

    def add_arguments(self, parser) -> None:
        parser.add_argument("text")
        parser.add_argument("--unit", required=True, help="unit code, e.g. D07")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, text: str, unit: str, **options) -> None:
        found = Unit.objects.filter(code=unit).first()
        if found is None:
            raise CommandError(f"没有代码为 {unit} 的单位。")
        seat = post_of(found, PostKind.ARCHIVIST).appointments.active().select_related("user").first()
        if seat is None:
            raise CommandError(f"{found}没有在任的档案员。")
        try:
            ids = [str(uid) for uid in all_ids(seat.user, text)]
        except BadSearch as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"total": len(ids), "ids": ids}))
        else:
            self.stdout.write(f"{len(ids)} 件")
            self.stdout.writelines(f"{uid}\n" for uid in ids)
