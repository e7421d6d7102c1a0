"""Every write on batches that is not a transition: one function a verb, one transaction, one event."""

from django.db import transaction
from django.utils import timezone

from archive import custody
from archive.models import Record
from archive.retention import fonds_of
from units import audit, jobs
from units.access import holds, may
from units.counters import take
from units.models import Job, Unit
from units.roles import PostKind
from units.tasks import open_task
from units.workflow import Refused

from .models import Batch, BatchItem
from .states import ItemVerdict, State
from .workflow import BATCH

LARGEST = 20_000  # records of one batch


def candidates(unit, user, *, first_year: int | None = None, last_year: int | None = None, retention: str = ""):
    """Records of `unit` that can go into a batch: filed, in its custody, permanent or 30 years."""
    rows = Record.objects.allowing("offer", user).filter(unit=unit, custodian=unit).transferable()
    if first_year:
        rows = rows.filter(year__gte=first_year)
    if last_year:
        rows = rows.filter(year__lte=last_year)
    return rows.filter(retention_code=retention) if retention else rows


@transaction.atomic
def create_batch(unit, *, by, name: str, description: str = "", **narrowing) -> Batch:
    """A batch of everything that fits; its records are read-only from now on. Refused when nothing fits."""
    if not holds("make_batches", by, unit):
        raise Refused(f"您没有在{unit}组织移交批次的权限。")
    archive = Unit.objects.filter(category=Unit.Category.ARCHIVE).order_by("code").first()
    fonds = fonds_of(unit)
    if archive is None or fonds is None:
        raise Refused(f"{unit}还没有全宗号或接收单位，不能组批，请与区档案馆联系。")
    rows = candidates(unit, by, **narrowing).order_by("year", "retention_code", "class_code", "item_no", "pk")
    keys = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True)[: LARGEST + 1])
    if not keys:
        raise Refused("没有符合条件的档案：须为已归档、保管期限永久或30年、尚未移交的文件。")
    if len(keys) > LARGEST:
        raise Refused(f"符合条件的档案超过 {LARGEST:,} 件，请按年度分批移交。")
    year = timezone.localdate().year
    batch = Batch(
        unit=unit, archive=archive, fonds=fonds, name=name, description=description, created_by=by, record_count=len(keys),
        batch_no=f"{fonds.code}-{year}-{take(f'batch:{fonds.code}:{year}'):02d}",
    )  # fmt: skip
    batch._history_user = by
    batch.save()
    items = [BatchItem(batch=batch, record_id=key, position=place) for place, key in enumerate(keys, start=1)]
    BatchItem.objects.bulk_create(items, batch_size=2000)
    custody.freeze(keys, by=by, opinion=batch.batch_no)
    open_task("build_batch", "组批", batch, unit=unit, post=PostKind.ARCHIVIST)
    audit.record("create_batch", "组批", batch, by=by, after=batch.state, record_count=len(keys))
    return batch


@transaction.atomic
def take_out(item: BatchItem, *, by, reason: str) -> None:
    """One record leaves a batch that is still being put together."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=item.batch_id)
    if not may(by, "make", batch) or batch.state != State.DRAFT or _is_busy(batch):
        raise Refused("只有组批中的批次可以移出档案。")
    if not reason.strip():
        raise Refused("请填写移出的理由。")
    if not BatchItem.objects.filter(pk=item.pk, is_open=True).update(is_open=False, verdict=ItemVerdict.RETURNED, reason=reason[:500]):
        raise Refused("该档案已不在批次中。")
    custody.release([item.record_id], by=by, opinion=reason)
    batch.record_count -= 1
    batch.version += 1
    batch._history_user = by
    batch.save()
    audit.record("take_out", "移出批次", batch, by=by, opinion=reason, record=str(item.record.uid))


@transaction.atomic
def start_packaging(batch: Batch, *, by) -> Job:
    """The worker builds the package and takes the step 自检打包 itself when all is sound."""
    row = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if reasons := BATCH.refusals(BATCH.get("self_check"), row, _Asked(by)):
        raise Refused(*reasons)
    return jobs.start("package_batch", f"打包“{row.name}”", by=by, unit=row.unit, subject=row, batch=str(row.uid))


@transaction.atomic
def mark(item: BatchItem, *, by, is_returned: bool, reason: str = "") -> None:
    """The archive's verdict on one item, until the batch is decided."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=item.batch_id)
    if not may(by, "receive", batch) or batch.state != State.INSPECTING:
        raise Refused("只有检测中的批次可以逐件审核。")
    if is_returned and not reason.strip():
        raise Refused("退回须填写理由。")
    verdict = ItemVerdict.RETURNED if is_returned else ItemVerdict.PENDING
    BatchItem.objects.filter(pk=item.pk, is_open=True).update(verdict=verdict, reason=reason[:500] if is_returned else "")
    audit.record("mark_item", "标为退回" if is_returned else "取消退回", batch, by=by, opinion=reason, record=str(item.record.uid))


def _is_busy(batch) -> bool:
    return Job.objects.of(batch).filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists()


class _Asked:
    """An act that is only asked about."""

    def __init__(self, by) -> None:
        self.by, self.note, self.data = by, "", {}
