"""What a step of an appraisal does besides moving its state; always inside `Workflow.perform`'s transaction."""

from django.db import transaction
from django.db.models import Value
from django.utils import timezone

from units.roles import PostKind
from units.tasks import Opens

from ..models import Appraisal, Prolongation, Record, RecordWords
from ..states import AppraisalState, Opinion
from ..words import search_columns
from ..workflow import RECORD
from . import erasing
from .listing import kept_until

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
    kept = appraisal.items.filter(opinion=Opinion.PROLONG).select_related("record")
    today = timezone.localdate()
    Prolongation.objects.bulk_create(
        Prolongation(
            record=one.record, item=one, until=kept_until(one.record, one.prolonged, today), approved_by=act.by
        )
        for one in kept
    )
    kept.update(is_open=False)
    act.detail.update(counts(appraisal))


def noted(appraisal: Appraisal, act) -> None:
    appraisal.noted_by, appraisal.noted_at = act.by, timezone.now()


def destroyed(appraisal: Appraisal, act) -> None:
    """The records end; their metadata, codes and this list stay. Bytes go after the commit, when nobody names them."""
    given, now = act.given, timezone.now()
    appraisal.place, appraisal.operator = given.place.strip(), act.by
    appraisal.started_at = appraisal.finished_at = now
    appraisal.online_note, appraisal.offsite_note = given.online_note.strip(), given.offsite_note.strip()
    appraisal.offline_note = given.offline_note.strip()
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
