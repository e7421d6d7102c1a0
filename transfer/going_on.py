"""Where long work on a batch stands, so that it can be shown and gone on with after a pause or a killed worker."""

from django.db.models import Sum

from archive import inspection
from archive.models import Component, InspectionRun
from archive.states import Stage

from .models import Batch, PackagePart
from .packing import items_of


def bytes_of(batch: Batch) -> int:
    """Of the files that go into the package, metadata and papers aside."""
    files = Component.objects.filter(record__in=items_of(batch).order_by().values("record"))
    return files.aggregate(size=Sum("stored_file__bytes"))["size"] or 0


class Carried:
    """Parts on their way to another place: `moved` while one travels, `whole` when it is there."""

    def __init__(self, parts: list[PackagePart], progress) -> None:
        self.count, self.of_size, self.progress = len(parts), sum(part.bytes for part in parts), progress
        self.done = self.size = 0

    def moved(self, of_part: int) -> None:
        if self.done < self.count and self.size + of_part < self.of_size:
            self.progress(self.done, self.count, self.size + of_part, self.of_size)

    def whole(self, part: PackagePart) -> None:
        self.done, self.size = self.done + 1, self.size + part.bytes
        self.progress(self.done, self.count, self.size, self.of_size)


def resumed(batch: Batch, by, job) -> tuple[InspectionRun, inspection.Sheet, int]:
    """(run, sheet, items done) of the inspection that `job` has begun, else of a new one."""
    sheet = inspection.Sheet(Stage.TRANSFER)
    kept = job.kept if job is not None else {}
    run = InspectionRun.objects.filter(pk=kept.get("run"), subject_uid=batch.uid, finished_at=None).first()
    if run is None:
        return inspection.open_run(Stage.TRANSFER, by=by, subject_uid=batch.uid), sheet, 0
    sheet.tally = kept["tally"]
    return run, sheet, kept["done"]


def keep_slice(run: InspectionRun, sheet: inspection.Sheet, done: int, job) -> None:
    """What a slice has found, in its transaction; the sheet keeps the counts alone."""
    inspection.write_found(run, sheet)
    if job is not None:
        job.keep(run=run.pk, tally=sheet.tally, done=done)
