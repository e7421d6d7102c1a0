"""Runs kept, and what a run says of every item of its stage."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from files.examination import TOOL_VERSION
from units.audit import batched
from units.inserting import Insertion

from ..models import InspectionResult, InspectionRun
from ..plan import VERSION, WITHOUT_OBJECT, By, Item, code_of, items_of
from ..states import Stage, Verdict
from .sheet import Sheet

RUNS, RESULTS = Insertion(InspectionRun), Insertion(InspectionResult)
VIRUS = "4-2"
NOBODY: Mapping[str, Verdict] = {}  # no person has ticked, nothing was measured


def open_run(stage: Stage, *, by, subject_uid=None) -> InspectionRun:
    return InspectionRun.objects.create(
        stage=stage, subject_uid=subject_uid, plan_version=VERSION, tool_version=TOOL_VERSION, operator=by
    )


def runs_over(subject_uid: UUID, stage: Stage | None = None) -> QuerySet[InspectionRun]:
    """Runs over a subject (a batch) that came to their end, the last one first; of every stage when none is named."""
    rows = InspectionRun.objects.filter(subject_uid=subject_uid, finished_at__isnull=False).order_by("-pk")
    return rows if stage is None else rows.filter(stage=stage)


def findings_on(subject_uid: UUID, stage: Stage | None = None) -> QuerySet[InspectionResult]:
    """What the last run found about the subject itself (its package, its count), not about a record in it."""
    last = runs_over(subject_uid, stage).values("pk")[:1]
    return InspectionResult.objects.filter(run__in=last, record=None).order_by("pk")


def keep(run: InspectionRun, sheet: Sheet, *, records: int) -> InspectionRun:
    """Write what is left of the results of a run and close it."""
    _insert(run, sheet)
    _close(run, sheet, records)
    run.save()
    return run


def keep_at_once(sheet: Sheet, *, by, subject_uid: UUID, records: int = 1) -> InspectionRun:
    """A run that was over before it was written: one row for it, and its results."""
    run = InspectionRun(
        stage=sheet.stage, subject_uid=subject_uid, plan_version=VERSION, tool_version=TOOL_VERSION, operator=by
    )
    _close(run, sheet, records)
    RUNS.write([run])
    _insert(run, sheet)
    return run


def _close(run: InspectionRun, sheet: Sheet, records: int) -> None:
    run.records, run.checks, run.tally = records, sum(one[0] for one in sheet.tally.values()), sheet.tally
    run.verdict = _worst(run.tally.values())
    run.finished_at = timezone.now()


def write_found(run: InspectionRun, sheet: Sheet) -> None:
    """The results on the sheet so far, in one insert; the sheet forgets them and the records they are about."""
    _insert(run, sheet)
    sheet.found = []


def _insert(run: InspectionRun, sheet: Sheet) -> None:
    if sheet.stage != run.stage:
        raise LookupError(f"A sheet of {sheet.stage} is not kept in a run of {run.stage}.")
    rows = [
        InspectionResult(
            run=run,
            record=record,
            item_code=code_of(run.stage, finding.code),
            verdict=Verdict.FAIL if finding.is_refusal else Verdict.WARN,
            target=finding.target[-255:],
            message=finding.message[:500],
            field=finding.field,
        )
        for record, finding in sheet.found
    ]
    for some in batched(rows, 1000):
        RESULTS.write(some)


def _worst(counts) -> Verdict:
    """Of what was checked; nothing checked is no verdict."""
    counts = list(counts)
    if any(failed for _, failed, _ in counts):
        return Verdict.FAIL
    return Verdict.PASS if counts else Verdict.NOT_RUN


@dataclass(frozen=True)
class Line:
    """One item of a stage in a run: its verdict, and on how many subjects it was checked, failed and warned."""

    item: Item
    code: str
    verdict: Verdict
    checked: int = 0
    failed: int = 0
    warned: int = 0


def report(run: InspectionRun, kept: Mapping[str, Verdict] = NOBODY) -> list[Line]:
    """Every item of the run's stage, in the standard's order; each has a verdict.

    `kept` are the verdicts of persons and about the surroundings that stand beside the run, by item; what is in it has
    an object here.
    """
    return [_line(run, item, kept) for item in items_of(run.stage)]


def _line(run: InspectionRun, item: Item, kept: Mapping[str, Verdict]) -> Line:
    code = code_of(run.stage, item.serial)
    if counts := run.tally.get(item.serial):
        _, failed, warned = counts
        return Line(item, code, Verdict.FAIL if failed else Verdict.WARN if warned else Verdict.PASS, *counts)
    if item.serial in WITHOUT_OBJECT[run.stage] and item.serial not in kept:
        return Line(item, code, Verdict.NOT_APPLICABLE)
    if (verdict := kept.get(item.serial)) in (Verdict.PASS, Verdict.FAIL):
        return Line(item, code, verdict, checked=1, failed=int(verdict == Verdict.FAIL))
    return Line(item, code, Verdict.MANUAL_PENDING if item.by == By.PERSON else Verdict.NOT_RUN)


def of_group(run: InspectionRun | None, group: str, kept: Mapping[str, Verdict] = NOBODY) -> str:
    """One property's verdict as a register says it, e.g. "已检9项合格，5项未检"; 未检测 when nothing of it was checked."""
    lines = [line for line in report(run, kept) if line.item.group == group] if run is not None else []
    checked = [line for line in lines if line.checked]
    if not checked:
        return "未检测"
    failed = sum(bool(line.failed) for line in checked)
    left = sum(line.verdict in (Verdict.NOT_RUN, Verdict.MANUAL_PENDING) for line in lines)
    not_checked = f"，{left}项未检" if left else ""
    if failed:
        return f"不合格（已检{len(checked)}项，不合格{failed}项{not_checked}）"
    return f"已检{len(checked)}项合格{not_checked}"  # a word for the whole would say that all of it passed


def told(run: InspectionRun) -> str:
    """A run in a line, e.g. "2026-11-24 归档时自动检测 21 项，没有不合格，1 项有提示".

    What it did not check it does not count: how each of the 45 items stands now is the inspection page's to say.
    """
    counts = Counter(line.verdict for line in report(run) if line.item.serial in run.tally)
    failed, warned = counts[Verdict.FAIL], counts[Verdict.WARN]
    said = [f"{failed} 项不合格" if failed else "没有不合格", *([f"{warned} 项有提示"] if warned else [])]
    if VIRUS in {item.serial for item in items_of(run.stage)} - set(run.tally):
        said.append("病毒感染未检（没有查毒）")  # else “没有不合格” would contradict 未查毒 under each file
    day, stage = timezone.localdate(run.started_at), Stage(run.stage).label
    return f"{day} {stage}时自动检测 {counts.total()} 项，{'，'.join(said)}"
