"""`manage.py inspection_corpus`: every sample of the rule corpus, and whether it gives exactly what it should."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.corpus import run


class Command(BaseCommand):
    help = "Runs the inspection's rule corpus (archive/inspection/corpus/); fails when a sample gives anything else."

    def handle(self, **options):
        Path(settings.EGOV_TMP_DIR).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.EGOV_TMP_DIR, prefix="corpus-") as folder:
            results = list(run(Path(folder)))
        wrong = [one for one in results if not one.is_as_expected]
        for one in wrong:
            self.stdout.write(f"{one.sample}：应为 {list(one.sample.expected)}，实为 {list(one.found)}")
        if wrong:
            raise CommandError(f"{len(wrong)} of {len(results)} samples differ.")
        self.stdout.write(f"{len(results)} 个样本，全部与预期一致。")
