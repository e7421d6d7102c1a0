"""Packages that the archive holds are read again, byte for byte, on a schedule (design section 7; domain 8.3, CQ)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from archive import inspection
from archive.models import InspectionRun
from archive.states import Stage, Verdict
from units import audit, jobs
from units.access import may
from units.actions import system_user
from units.models import Job
from units.roles import PostKind
from units.tasks import close_tasks, open_task
from units.workflow import Refused

from . import delivery
from .models import Batch, PackagePart
from .states import HELD

EVERY = timedelta(days=30)  # each package once in that time
TASK = "holdings_damaged"


def held():
    """Batches whose package is in the archive's custody."""
    return Batch.objects.filter(state__in=HELD, parts__held_at__isnull=False).distinct()


@transaction.atomic
def start(batch: Batch, *, by) -> Job:
    """Have the worker read the package again; refused while it is read, and for one that is not held."""
    row = Batch.objects.select_for_update(of=("self",)).select_related("archive", "unit").get(pk=batch.pk)
    if not (by.is_system or may(by, "receive", row)):
        raise Refused("只有接收单位可以核验馆藏移交包。")
    if not held().filter(pk=row.pk).exists():
        raise Refused("该批次没有馆藏移交包。")
    if Job.objects.of(row).filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists():
        raise Refused("后台正在处理这个批次，请稍候。")
    return jobs.start("verify_batch", f"核验馆藏“{row.name}”", by=by, unit=row.archive, subject=row, batch=str(row.uid))


def start_due() -> Job | None:
    """The held package that was read longest ago, when that is long enough and nothing else is being read."""
    if Job.objects.filter(kind="verify_batch", state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists():
        return None
    parts = PackagePart.objects.filter(
        held_at__isnull=False, verified_at__lt=timezone.now() - EVERY, batch__state__in=HELD
    )
    part = parts.select_related("batch").order_by("verified_at", "pk").first()
    return start(part.batch, by=system_user()) if part else None


def reverify(batch: Batch, *, by, progress=None) -> InspectionRun:
    """Read everything, keep what is wrong, tell the archive; a sound package closes what was open before."""
    found = delivery.read_holdings(batch, progress)
    flaws = [(None, delivery.flaw_of(one)) for one in found.findings]
    with transaction.atomic():
        run = inspection.open_run(Stage.KEEPING, by=by, subject_uid=batch.uid)
        run = inspection.keep(run, flaws, records=found.record_count)
        PackagePart.objects.filter(batch=batch, held_at__isnull=False).update(verified_at=timezone.now())
        close_tasks(batch, by=by, kinds=(TASK,), outcome="dropped")
        if run.verdict == Verdict.FAIL:
            open_task(TASK, "馆藏包损坏", batch, unit=batch.archive, post=PostKind.ACCESSIONER)
        verb, label = "reverify", "长期保存检测"
        audit.record(
            verb, label, batch, by=by, through="receive", verdict=run.verdict, findings=len(flaws), bytes=found.bytes
        )
    return run
