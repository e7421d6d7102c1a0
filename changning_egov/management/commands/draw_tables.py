"""Writes docs/tables.md and docs/entities.md from the code, or says which is not current."""

from django.core.management.base import BaseCommand, CommandError

from changning_egov import entities, tables


class Command(BaseCommand):
    help = "Draws transitions, side acts, default routes, posts and entities into docs/tables.md and docs/entities.md."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a text is not current")

    def handle(self, *args, **options) -> None:
        for text in (tables, entities):
            drawn = text.drawn()
            if not options["check"]:
                text.PLACE.write_text(drawn, encoding="utf-8")
                self.stdout.write(f"{text.PLACE.name}: {drawn.count(chr(10))} lines")
            elif not text.PLACE.is_file() or text.PLACE.read_text(encoding="utf-8") != drawn:
                raise CommandError(f"docs/{text.PLACE.name} is not what the code says: run `manage.py draw_tables`.")
