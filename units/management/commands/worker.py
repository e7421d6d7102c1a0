from django.core.management.base import BaseCommand

from units import worker


class Command(BaseCommand):
    help = "Runs background work until told to stop; with --batch, until nothing is ready."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--batch", action="store_true")

    def handle(self, *, batch: bool, **options) -> None:
        worker.run(batch=batch)
