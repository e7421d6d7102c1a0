"""Writes docs/conformance.md from the tags of the tests, or says that it is not current."""

from django.core.management.base import BaseCommand, CommandError

from changning_egov import conformance


class Command(BaseCommand):
    help = "Draws the table of rules and the tests that show them into docs/conformance.md."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the text is not current")

    def handle(self, *args, **options) -> None:
        try:
            found = conformance.lines()
        except conformance.Wrong as wrong:
            raise CommandError("\n".join(wrong.args)) from wrong
        text = conformance.drawn(found)
        if not options["check"]:
            conformance.PLACE.write_text(text, encoding="utf-8")
            self.stdout.write(f"{sum(one.is_shown for one in found)} of {len(found)} ids are shown by a test.")
        elif not conformance.PLACE.is_file() or conformance.PLACE.read_text(encoding="utf-8") != text:
            raise CommandError("docs/conformance.md is not what the tests say: run `manage.py conformance`.")
