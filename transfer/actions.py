"""Every write on batches that is not a transition: one function a verb, one transaction, one event."""

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from archive import custody
from archive.effective import of_period
from archive.models import Record
from archive.retention import fonds_of
from archive.states import Verdict
from units import audit, jobs
from units.access import holds
from units.actions import system_user
from units.counters import take
from units.folding import Fold, folded
from units.models import Job, Task, Unit
from units.roles import PostKind
from units.tasks import close_tasks, open_task
from units.texts import too_long
from units.workflow import Nothing, Refused

from . import conditions as when
from . import picking, plans, returning
from .inputs import AddInput, Done
from .locking import locked
from .models import Batch, BatchItem
from .states import ItemVerdict, Medium, State
from .workflow import BATCH

LARGEST = 20_000  # records of one batch


def candidates(
    unit, user, *, first_year: int | None = None, last_year: int | None = None, retention: str = "", plan=None
):
    """Records of `unit` that can go into a batch: those that `plans.kinds` calls fit."""
    rows = Record.objects.allowing("offer", user).filter(plans.kinds(plan, unit)["fit"], unit=unit)
    return rows.filter(asked_for(first_year=first_year, last_year=last_year, retention=retention))


def asked_for(*, first_year: int | None = None, last_year: int | None = None, retention: str = "") -> Q:
    """What the person narrows a list to."""
    found = Q(year__gte=first_year) if first_year else Q()
    if last_year:
        found &= Q(year__lte=last_year)
    return found & of_period(retention) if retention else found


@transaction.atomic
def create_batch(
    unit, *, by, name: str, description: str = "", medium: str = Medium.ONLINE, plan=None, **narrowing
) -> Batch:
    """A batch of everything that fits; its records are read-only from now on. Refused when nothing fits."""
    if not holds("make_batches", by, unit):
        raise Refused(f"您没有在{unit}组织移交批次的权限。")
    archive = Unit.objects.filter(category=Unit.Category.ARCHIVE).order_by("code").first()
    fonds = fonds_of(unit)
    if archive is None or fonds is None:
        raise Refused(f"{unit}还没有全宗号或接收单位，不能编制移交清单，请与区档案馆联系。")
    rows = candidates(unit, by, plan=plan, **narrowing).order_by(
        "year", "retention_code", "class_code", "item_no", "pk"
    )
    keys = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True)[: LARGEST + 1])
    if not keys:
        raise Refused(*picking.nothing_fits(unit, by, plan, asked_for(**narrowing)))
    if len(keys) > LARGEST:
        raise Refused(f"符合条件的档案超过 {LARGEST:,} 件，请按年度分批移交。")
    year = timezone.localdate().year
    batch = Batch(
        unit=unit,
        archive=archive,
        fonds=fonds,
        name=name,
        description=description,
        medium=medium,
        plan=plan,
        created_by=by,
        record_count=len(keys),
        batch_no=f"{fonds.code}-{year}-{take(f'batch:{fonds.code}:{year}'):02d}",
    )
    batch._history_user = by
    batch.save()
    _enter(batch, keys, by)
    plans.has_read(plan, unit, by=by)
    open_task("build_batch", "编制移交清单", batch, unit=unit, post=PostKind.ARCHIVIST)
    audit.record(
        "create_batch", "编制移交清单", batch, by=by, through="make", after=batch.state, record_count=len(keys)
    )
    return batch


@transaction.atomic
def add_records(batch: Batch, *, by, note: str = "", given: AddInput) -> Done:
    """Put more into a batch that is still being put together: what fits, or of that only the archival codes named.

    Says how many went in, and of each code that does not fit why; refused when nothing fits.
    """
    row = locked(batch.pk, by=by, permission="make", moment=when.is_put_together)
    rows = candidates(row.unit, by, first_year=given.first_year, last_year=given.last_year, plan=row.plan)
    rows = rows.order_by("year", "retention_code", "class_code", "item_no", "pk")
    wanted = {folded(code): code for code in given.codes}  # as lists find them: in whatever width, case or bracket
    if wanted:
        rows = rows.annotate(code_n=Fold("archival_code")).filter(code_n__in=wanted)
    room = LARGEST - row.record_count
    found = list(rows.select_for_update(of=("self",)).values_list("pk", "archival_code")[: room + 1])
    if wanted and len(found) > len(wanted):
        raise Refused("有档号只在大小写、全半角或括号上不同的档案，请改为按年度选入。")
    there = {folded(code) for _, code in found}
    missing = {line: code for line, code in wanted.items() if line not in there}
    skipped = picking.why_not(row.unit, by, row.plan, missing) if missing else []
    if not found and skipped:
        raise Refused(*skipped)
    if not found:
        narrowed = asked_for(first_year=given.first_year, last_year=given.last_year)
        raise Refused(*picking.nothing_fits(row.unit, by, row.plan, narrowed))
    if len(found) > room:
        raise Refused(f"每批最多 {LARGEST:,} 件，请按年度分批移交。")
    _enter(row, [key for key, _ in found], by)
    row.record_count += len(found)
    if row.catalogue_sent_at is not None:  # another list than the archive has looked through, or has before it
        close_tasks(row, by=by, outcome="dropped")
        open_task("build_batch", "编制移交清单", row, unit=row.unit, post=PostKind.ARCHIVIST)
    row.catalogue_sent_at = row.catalogue_reviewed_at = None
    row.version += 1
    row._history_user = by
    row.save()
    audit.record("add_to_batch", "选入档案", row, by=by, through="make", record_count=len(found))
    batch.refresh_from_db()
    return Done(len(found), tuple(skipped))


def _enter(batch: Batch, keys: list[int], by) -> None:
    """Items after the last one; a record that was taken out before gets its old row back."""
    old = dict(batch.items.filter(record__in=keys).values_list("record_id", "pk"))
    BatchItem.objects.filter(pk__in=old.values()).update(
        is_open=True,
        is_listed=True,
        verdict=ItemVerdict.PENDING,
        reason="",
        findings=[],
        title="",
        archival_code="",
        retention_code="",
        digests=[],
    )  # fmt: skip  what was packed of it before is not what will be
    last = batch.items.aggregate(last=Max("position"))["last"] or 0
    fresh = (key for key in keys if key not in old)
    items = [BatchItem(batch=batch, record_id=key, position=place) for place, key in enumerate(fresh, start=last + 1)]
    returning.note_attempts(items)
    BatchItem.objects.bulk_create(items, batch_size=2000)
    custody.freeze(keys, by=by, opinion=batch.batch_no)


@transaction.atomic
def take_out(item: BatchItem, *, by, reason: str) -> None:
    """One record leaves a batch that is still being put together."""
    batch = locked(item.batch_id, by=by, permission="make", moment=when.is_put_together)
    if not reason.strip():
        raise Refused("请填写移出的理由。")
    if refused := too_long(reason, when.LONGEST_REASON):
        raise Refused(refused)
    if not BatchItem.objects.filter(pk=item.pk, is_open=True).update(
        is_open=False, is_listed=False, verdict=ItemVerdict.RETURNED, reason=reason, record_version=None
    ):
        raise Refused("该档案已不在批次中。")
    custody.release([item.record_id], by=by, opinion=reason)
    batch.record_count -= 1
    batch.version += 1
    batch._history_user = by
    batch.save()
    audit.record("take_out", "移出移交批次", batch, by=by, through="make", opinion=reason, record=str(item.record.uid))


@transaction.atomic
def start_packaging(batch: Batch, *, by) -> Job:
    """The worker builds the package and takes the step 检测移交信息包 itself when all is sound."""
    row = (
        Batch.objects.unguarded("the act asks its own rule under this lock")
        .select_for_update(of=("self",))
        .get(pk=batch.pk)
    )
    if reasons := BATCH.would_refuse("self_check", row, by=by):
        raise Refused(*reasons)
    return jobs.start("package_batch", f"打包“{row.name}”", by=by, unit=row.unit, subject=row, batch=str(row.uid))


@transaction.atomic
def mark(item: BatchItem, *, by, is_returned: bool, reason: str = "", field: str = "") -> None:
    """The archive's verdict on one item, until the batch is decided."""
    batch = locked(item.batch_id, by=by, permission="receive", moment=when.is_inspected)
    if is_returned and not reason.strip():
        raise Refused("退回须填写理由。")
    if refused := too_long(reason, when.LONGEST_REASON):
        raise Refused(refused)
    verdict = ItemVerdict.RETURNED if is_returned else ItemVerdict.PENDING
    BatchItem.objects.filter(pk=item.pk, is_open=True).update(
        verdict=verdict, reason=reason if is_returned else "", field=returning.known_field(field) if is_returned else ""
    )
    audit.record(
        "mark_item",
        "标为退回" if is_returned else "取消退回",
        batch,
        by=by,
        through="receive",
        opinion=reason,
        record=str(item.record.uid),
    )


@transaction.atomic
def mark_failing(batch: Batch, *, by, note: str = "", given: Nothing | None = None) -> Done:
    """Every item that failed the inspection is marked for return, with its first finding as the reason; how many."""
    row = locked(batch.pk, by=by, permission="receive", moment=when.has_failing_items)
    items = list(when.failing_items(row).only("findings", "batch"))
    for item in items:
        messages = [one["message"] for one in item.findings if one["verdict"] == Verdict.FAIL]
        item.verdict, item.reason = ItemVerdict.RETURNED, "".join(messages)[:500]
        item.field = next((one["field"] for one in item.findings if returning.known_field(one.get("field", ""))), "")
    BatchItem.objects.bulk_update(items, ["verdict", "reason", "field"], batch_size=1000)
    audit.record("mark_failing", "不合格件标为退回", row, by=by, through="receive", record_count=len(items))
    return Done(len(items))


@transaction.atomic
def report_undelivered(batch: Batch, *, reasons: list[str]) -> None:
    """The package could not be taken over: the archive decides whether it tries again or returns the batch."""
    row = (
        Batch.objects.unguarded("the act asks its own rule under this lock")
        .select_for_update(of=("self",))
        .select_related("archive", "unit")
        .get(pk=batch.pk)
    )
    if row.state == State.SUBMITTED and not Task.objects.of(row).open().exists():
        open_task("receive_batch", "传送失败", row, unit=row.archive, post=PostKind.ACCESSIONER)
        audit.record("undelivered", "传送失败", row, by=system_user(), reasons=reasons[:20])
