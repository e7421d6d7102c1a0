"""Packages that the archive holds are read again, byte for byte, on a schedule (design section 7; domain 8.3, BC)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from archive import inspection
from archive.models import Component, InspectionRun
from archive.plan import LASTING
from archive.states import Stage, Verdict
from units import audit, jobs
from units.actions import system_user
from units.findings import WARN, Finding
from units.models import Job
from units.roles import PostKind
from units.tasks import close_tasks, open_task
from units.workflow import Nothing

from . import delivery
from .conditions import can_be_read_again, is_damaged
from .locking import locked
from .models import Batch, Copy
from .rereading import read_both
from .states import CopyState, ItemVerdict

EVERY = timedelta(days=30)  # each package once in that time
TASK = "holdings_damaged"


@transaction.atomic
def start(batch: Batch, *, by, note: str = "", given: Nothing | None = None) -> Job:
    """Have the worker read the package again; refused while it is read, and for one that is not held."""
    permission = "" if by.is_system else "receive"
    row = locked(batch.pk, by=by, permission=permission, moment=can_be_read_again)
    return jobs.start("verify_batch", f"核验馆藏“{row.name}”", by=by, unit=row.archive, subject=row, batch=str(row.uid))


def start_due() -> Job | None:
    """The held package that was read longest ago, when that is long enough and nothing else is being read.

    A reading counts whatever it found: a package that cannot be read does not keep the others waiting.
    """
    if Job.objects.filter(kind="verify_batch", state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists():
        return None
    copy = Copy.objects.due(timezone.now() - EVERY).select_related("part__batch").first()
    return start(copy.part.batch, by=system_user()) if copy else None


def reverify(batch: Batch, *, by, progress=None) -> InspectionRun:
    """Read everything, keep what is wrong, tell the archive; a sound package closes what was open before."""
    found = read_both(batch, progress)
    sheet = inspection.Sheet(Stage.KEEPING)
    delivery.note_package(sheet, batch, found)
    _note_kept(sheet, batch)
    with transaction.atomic():
        run = inspection.open_run(Stage.KEEPING, by=by, subject_uid=batch.uid)
        run = inspection.keep(run, sheet, records=found.record_count)
        delivery.note_reading(batch, found)
        close_tasks(batch, by=by, kinds=(TASK,), outcome="dropped")
        if _is_worth_a_task(batch, run):
            open_task(TASK, "馆藏包损坏", batch, unit=batch.archive, post=PostKind.ACCESSIONER)
        audit.record(
            "reverify",
            "长期保存检测",
            batch,
            by=by,
            through="receive",
            verdict=run.verdict,
            findings=len(sheet.found),
            bytes=found.bytes,
        )
    return run


def _is_worth_a_task(batch: Batch, run: InspectionRun) -> bool:
    """A copy in one of both places is not sound, or something else is wrong although no part was given up."""
    if Copy.objects.unsound(batch).exists():
        return True
    given_up = Copy.objects.of_holdings(batch).filter(state=CopyState.WRITTEN_OFF)
    return run.verdict == Verdict.FAIL and not given_up.exists()


def _note_kept(sheet: inspection.Sheet, batch: Batch) -> None:
    """3-2 and 3-5 over the records that the archive took in: their rows can be read, their formats last."""
    taken = batch.items.filter(verdict=ItemVerdict.ACCEPTED)
    if not (count := taken.filter(record__isnull=False).count()):
        return
    sheet.count("3-2", count)
    files = Component.objects.filter(record__in=taken.values("record"))
    odd = files.exclude(stored_file__mime__in=LASTING).select_related("record")
    sheet.count("3-5", count, 0, odd.values("record").distinct().count())
    sheet.found += [
        (one.record, Finding("3-5", WARN, one.filename, "不是长期保存格式，应安排转换为 PDF/A、OFD 等格式。"))
        for one in odd.order_by("pk")[: delivery.LINES]
    ]


@transaction.atomic
def write_off(batch: Batch, *, by, note: str, given: Nothing | None = None) -> None:
    """The damaged parts are given up, with the reason: nobody waits for them to be mended any more.

    What is damaged in the second place alone is not: it is mended from the holdings, and stays on the desk.
    """
    row = locked(batch.pk, by=by, permission="receive", moment=is_damaged)
    bad = list(Copy.objects.to_give_up(row).select_related("part").order_by("part__number", "place"))
    Copy.objects.filter(pk__in=[copy.pk for copy in bad]).update(state=CopyState.WRITTEN_OFF, found=note[:500])
    if not Copy.objects.unsound(row).exists():
        close_tasks(row, by=by, kinds=(TASK,))
    parts = list(dict.fromkeys(copy.part.filename for copy in bad))
    audit.record("write_off", "核销损坏包", row, by=by, through="receive", opinion=note, parts=parts)
