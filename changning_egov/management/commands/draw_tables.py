"""Writes docs/tables.md from the tables in the code, or says that it is not current."""

from django.core.management.base import BaseCommand, CommandError

from changning_egov import tables


class Command(BaseCommand):
    help = "Draws transitions, side acts, default routes and posts into docs/tables.md."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the text is not current")

    def handle(self, *args, **options) -> None:
        drawn = tables.drawn()
        if not options["check"]:
            tables.PLACE.write_text(drawn, encoding="utf-8")
            self.stdout.write(f"{tables.PLACE.name}: {drawn.count(chr(10))} lines")
        elif not tables.PLACE.is_file() or tables.PLACE.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/tables.md is not what the code says: run `manage.py draw_tables`.")
