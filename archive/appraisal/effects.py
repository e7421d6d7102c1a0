"""What a step of an appraisal does besides moving its state; always inside `Workflow.perform`'s transaction."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Value
from django.utils import timezone

from units import audit
from units.roles import PostKind
from units.tasks import Opens, close_tasks, open_following

from ..due import due_from
from ..models import Appraisal, Prolongation, Record, RecordWords
from ..states import OLD_PERIODS, AppraisalState, Opinion
from ..words import search_columns
from ..workflow import RECORD
from . import erasing
from .listing import kept_until

ARRANGE = (Opens("arrange_supervision", "安排监销", PostKind.ARCHIVIST),)
DESTROY = (Opens("destroy_appraised", "两人监销后执行销毁", PostKind.ARCHIVIST),)
JUDGE = "judge_appraisal"  # kind of a member's task
MEND = (Opens("mend_appraisal", "修改鉴定意见", PostKind.ARCHIVIST),)


def reported(appraisal: Appraisal, act) -> None:
    appraisal.report = act.given.report.strip()
    act.detail.update(counts(appraisal))


def counts(appraisal: Appraisal) -> dict[str, int]:
    rows = list(appraisal.items.values_list("opinion", flat=True))
    return {name: rows.count(name) for name in Opinion.values}


def after_approval(appraisal: Appraisal, act) -> str:
    """With nothing to destroy it ends with the approval."""
    is_needed = appraisal.items.filter(opinion=Opinion.DESTROY).exists()
    return AppraisalState.APPROVED if is_needed else AppraisalState.CLOSED


def approved(appraisal: Appraisal, act) -> None:
    """What is kept on is kept on from now."""
    appraisal.approved_by, appraisal.approved_at = act.by, timezone.now()
    kept = appraisal.items.filter(opinion=Opinion.PROLONG, is_open=True).select_related("record")
    today = timezone.localdate()
    Prolongation.objects.bulk_create(
        Prolongation(
            record=one.record, item=one, until=kept_until(one.record, one.prolonged, today), approved_by=act.by
        )
        for one in kept
    )
    _told_on_records(appraisal, act, [one.pk for one in kept])
    kept.update(is_open=False)
    act.detail.update(counts(appraisal))


def _told_on_records(appraisal: Appraisal, act, items: list[int]) -> None:
    """Each record that is kept on says so in its own history: from which day to which, and by which appraisal."""
    rows = Prolongation.objects.filter(item__in=items).select_related("item", "record__unit")
    given = {one.record_id: one for one in rows}
    seat = audit.seat_for(act.by, appraisal, "approve")

    def told(record: Record) -> dict:
        one = given[record.pk]
        return {"changes": {"kept_until": [ended_before(one), f"{one.until}" if one.until else "永久"]}}

    records = [one.record for one in rows]
    note = f"{appraisal}：延长保管期限"
    audit.record_many("prolong", "延长保管期限", records, by=act.by, seat=seat, opinion=note, each=told)


def ended_before(row: Prolongation) -> str:
    """The last day of the period as it was before `row`; of 长期 and 短期 the word, which names no day."""
    before = row.record.prolongations.exclude(pk=row.pk).exclude(until=None).order_by("-until").first()
    if before is not None:
        return f"{before.until}"
    if row.record.retention_as_filed in OLD_PERIODS:
        return f"原期限{row.record.retention_as_filed}"
    first = due_from(row.record.year, row.record.retention_code)
    return f"{first - timedelta(days=1)}" if first else ""


def noted(appraisal: Appraisal, act) -> None:
    appraisal.noted_by, appraisal.noted_at = act.by, timezone.now()
    close_tasks(appraisal, by=act.by)
    open_following(appraisal, ARRANGE)


def destroyed(appraisal: Appraisal, act) -> None:
    """The records end; their metadata, codes and this list stay. Bytes go after the commit, when nobody names them."""
    appraisal.operator = act.by
    now = timezone.now()
    appraisal.started_at, appraisal.finished_at = act.given.started_at or now, act.given.finished_at or now
    items = appraisal.items.filter(opinion=Opinion.DESTROY)
    keys = list(items.values_list("record_id", flat=True))
    RECORD.perform_set("destroy", Record, keys, by=act.by, note=str(appraisal))
    for record in Record.objects.unguarded("destroyed in this act").filter(pk__in=keys).iterator(chunk_size=500):
        RecordWords.objects.filter(pk=record.pk).update(body="", **search_columns(record, Value("")))
    items.update(is_open=False)
    act.detail["destroyed"] = len(keys)
    transaction.on_commit(erasing.erase, robust=True)


def dissolved(appraisal: Appraisal, act) -> None:
    """Its records are due again."""
    appraisal.items.filter(is_open=True).update(is_open=False)
