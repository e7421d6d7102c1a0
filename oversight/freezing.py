"""Figures that are taken once: a month on the 10th of the next, a year on 31 March and 30 June (practice 3).

A frozen row is only ever added. Each freeze is one event whose digest covers all its rows, so a row that somebody
removed or changed as the tables' owner is noticed: by the digest, and, when the head row went too, by the event that is
left. Every row keeps the keys of the documents that it counted: a document or a record that vanished is noticed too.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from units import audit
from units.access import Seat
from units.actions import system_user
from units.models import AuditEvent, Job, Unit
from units.workflow import Refused

from .models import FrozenFigure, FrozenPeriod
from .periods import Period, clock
from .rates import ALL_STANDINGS, Figures, by_unit, parameters, recount
from .states import DUE, Stage

MEMBERS = f"""
SELECT s.unit_id, array_agg(s.document_id ORDER BY s.document_id),
       array_agg(s.document_id ORDER BY s.document_id) FILTER (WHERE s.standing = 'filed')
FROM {ALL_STANDINGS} s WHERE s.standing = ANY(%(due)s) AND s.unit_id = ANY(%(units)s) GROUP BY 1
"""
GONE = """
SELECT f.unit_id, count(*) FILTER (WHERE d.id IS NULL),
       count(*) FILTER (WHERE d.id IS NOT NULL AND r.id IS NULL AND k.key = ANY(f.filed_documents))
FROM oversight_frozenfigure f CROSS JOIN LATERAL unnest(f.due_documents) AS k(key)
LEFT JOIN documents_document d ON d.id = k.key LEFT JOIN archive_record r ON r.document_id = k.key
WHERE f.period_id = %s AND (d.id IS NULL OR r.id IS NULL) GROUP BY 1
"""
VERB = KIND = "freeze_figures"  # of the event, and of the job


@dataclass(frozen=True)
class Frozen:
    """A frozen period with its rows, unit key → figures; `found` is what does not agree with it any more."""

    period: FrozenPeriod
    figures: dict[int, Figures]
    found: tuple[str, ...] = ()


def refuse_early(period: Period, stage: Stage) -> None:
    if timezone.localdate() < period.due_for(stage):
        raise Refused(f"{period}{stage.label}自 {period.due_for(stage)} 起方可冻结。")


def is_taken(period: Period, stage: Stage) -> bool:
    return FrozenPeriod.objects.filter(year=period.year, month=period.month, stage=stage).exists()


def last_job(period: Period, stage: Stage) -> Job | None:
    """The last freeze of it that was begun by hand."""
    return Job.objects.of(period).filter(kind=KIND, args__stage=stage.value).first()


def next_stage(period: Period, frozen: Frozen | None) -> Stage | None:
    """What of the period is still to be taken, due or not."""
    left = period.stages[period.stages.index(Stage(frozen.period.stage)) + 1 if frozen else 0 :]
    return left[0] if left else None


def freeze(period: Period, stage: Stage, *, by, seat: Seat | None = None) -> FrozenPeriod:
    """Take the figures of all units. Refused before they are due, and when they were taken already."""
    refuse_early(period, stage)
    try:
        with transaction.atomic():
            return _freeze(period, stage, by, seat)
    except IntegrityError as error:
        raise Refused(f"{period}{stage.label}已经冻结，不再更改。") from error


def _freeze(period: Period, stage: Stage, by, seat: Seat | None) -> FrozenPeriod:
    as_of = period.as_of_for(stage)
    units = list(Unit.objects.order_by("code").values_list("pk", flat=True))
    figures, members = by_unit(period, as_of, units), _members(period, as_of, units)
    rows = [_row(unit, figures[unit], *members.get(unit, ([], []))) for unit in units]
    head = FrozenPeriod.objects.create(
        year=period.year, month=period.month, stage=stage, as_of=as_of, frozen_by=by, digest=digest_of(rows)
    )
    for row in rows:
        row.period = head
    FrozenFigure.objects.bulk_create(rows)
    audit.record(
        VERB, "冻结归档率", head, by=by, seat=seat, as_of=as_of.isoformat(), digest=head.digest,
        due=sum(row.due for row in rows), filed=sum(row.filed for row in rows),
    )  # fmt: skip
    return head


def _members(period: Period, as_of: date, units: list[int]) -> dict[int, tuple[list[int], list[int]]]:
    given = parameters(period, clock(period, as_of), units) | {"due": list(DUE)}
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, given)
        return {unit: (due, filed or []) for unit, due, filed in cursor.fetchall()}


def _row(unit: int, figures: Figures, due: list[int], filed: list[int]) -> FrozenFigure:
    return FrozenFigure(
        unit_id=unit, due=figures.due, filed=figures.filed, not_to_file=figures.not_to_file,
        not_yet_due=figures.not_yet_due, timely=figures.timely,
        missing_by_cause={str(cause): count for cause, count in figures.missing_by_cause.items()}
        | ({"baseline": figures.baseline, "excess": figures.excess} if figures.baseline else {}),
        due_documents=due, filed_documents=filed,
    )  # fmt: skip


def digest_of(rows) -> str:
    """SHA-256 over all rows of a period in the order of their units."""
    listed = [
        [row.unit_id, row.due, row.filed, row.not_to_file, row.not_yet_due, row.timely, row.missing_by_cause,
         list(row.due_documents), list(row.filed_documents)]
        for row in sorted(rows, key=lambda row: row.unit_id)
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()


def latest(period: Period, *, is_checked: bool = False) -> Frozen | None:
    """The last freeze of the period; with `is_checked`, compared with what is there now."""
    order = [stage.value for stage in period.stages]
    heads = FrozenPeriod.objects.filter(year=period.year, month=period.month).select_related("frozen_by")
    head = max(heads, key=lambda one: order.index(one.stage), default=None)
    if head is None:
        return None
    rows = head.figures.select_related("unit").order_by("unit__code")
    rows = list(rows if is_checked else rows.defer("due_documents", "filed_documents"))
    return Frozen(
        head, {row.unit_id: _figures(row) for row in rows}, tuple(_disagreeing(head, rows) if is_checked else ())
    )


def _figures(row: FrozenFigure) -> Figures:
    causes = dict(row.missing_by_cause)
    baseline, excess = causes.pop("baseline", 0), causes.pop("excess", 0)
    return Figures(row.filed, row.not_to_file, row.not_yet_due, row.timely, causes, baseline, excess)


def _disagreeing(head: FrozenPeriod, rows: list[FrozenFigure]) -> list[str]:
    """Sentences about rows that were changed or removed, and about documents and records that are gone."""
    found = [] if digest_of(rows) == head.digest else [f"{head}：冻结数据与冻结时的摘要不符，有行被改动或删除。"]
    names = {row.unit_id: row.unit.short_name for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(GONE, [head.pk])
        for unit, documents, records in cursor.fetchall():
            if documents:
                found.append(f"{names[unit]}：冻结时在册的 {documents} 件公文现已不存在。")
            if records:
                found.append(f"{names[unit]}：冻结时已归档的 {records} 件现无归档文件。")
    return found


def problems() -> list[str]:
    """Everything frozen, compared with its event in the trail and with what is there now."""
    found = []
    heads = {head.uid: head for head in FrozenPeriod.objects.order_by("pk")}
    for event in AuditEvent.objects.filter(verb=VERB, object_type=FrozenPeriod.AUDIT_TYPE).order_by("pk"):
        head = heads.get(event.object_uid)
        if head is None:
            found.append(f"{event.object_label}：审计日志有冻结记录，冻结数据已不存在。")
        elif head.digest != event.detail.get("digest"):
            found.append(f"{event.object_label}：冻结摘要与审计日志不符。")
    for head in heads.values():
        found += _disagreeing(head, list(head.figures.select_related("unit").order_by("unit__code")))
    return found


def due_freezes(today: date) -> list[tuple[Period, Stage]]:
    """Periods of the last and this year that are due and not taken yet, oldest first."""
    taken = set(FrozenPeriod.objects.values_list("year", "month", "stage"))
    periods = [Period(year, month) for year in (today.year - 1, today.year) for month in (*range(1, 13), 0)]
    return [
        (period, stage)
        for period in periods
        for stage in period.stages
        if period.due_for(stage) <= today and (period.year, period.month, stage.value) not in taken
    ]


def freeze_due() -> int:
    """Everything that is due, by the system; returns how many were taken. What is frozen stays: it is counted anew."""
    made = due_freezes(timezone.localdate())
    if made:
        recount()
    for period, stage in made:
        freeze(period, stage, by=system_user())
    return len(made)
