"""Writes docs/files.md from the policy in the code, or says that it is not current."""

from django.core.management.base import BaseCommand, CommandError

from changning_egov import file_policy


class Command(BaseCommand):
    help = "Draws the policy for files into docs/files.md."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the text is not current")

    def handle(self, *args, **options) -> None:
        drawn = file_policy.drawn()
        if not options["check"]:
            file_policy.PLACE.write_text(drawn, encoding="utf-8")
            self.stdout.write(f"{file_policy.PLACE.name}: {drawn.count(chr(10))} lines")
        elif not file_policy.PLACE.is_file() or file_policy.PLACE.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/files.md is not what the code says: run `manage.py draw_files`.")
