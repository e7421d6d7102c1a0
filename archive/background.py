"""Long work on records, done by the worker."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from units import jobs
from units.findings import REFUSE, WARN
from units.models import Job
from units.pace import paced
from units.workflow import Refused

from .backfile import report
from .backfile.again import KNOWN
from .backfile.columns import COLUMNS
from .backfile.importing import Begun, Import, run
from .backfile.reading import BadCatalogue
from .backfile.upload import clear_files, files_of, report_of

LINES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Told:
    """A finding of the import in the shape that a job keeps (units.jobs.report)."""

    severity: str
    message: str
    line: int
    field: str
    target: str
    code: str = "import"


@jobs.handler("import_backfile")
def import_backfile(job, folder: str, catalogue: str, total: int, dry_run: bool, correct: bool = False) -> None:
    """Filed slice by slice; killed and run again, what is filed is skipped. Every finding is kept with the job.

    The upload stays for 重试 while rows are refused, and the catalogue with its report for a week in any case
    (archive/chores.py clears them); a trial import has done its work when it has found the faults.
    """
    place = Path(settings.EGOV_TMP_DIR) / folder
    if not (place / catalogue).is_file():
        raise Refused("上传的目录和文件已清除，不能重试，请重新上传。")
    files = files_of(place)
    before = _filed_before(job)
    progress = paced(job, "试导入" if dry_run else "导入")
    try:
        outcome = run(
            place / catalogue,
            job.unit,
            by=job.owner,
            files=files,
            dry_run=dry_run,
            correct=correct,
            progress=lambda done: progress(done, total),
            tell=lambda found: jobs.report(job, map(_told, found)),
            begun=_begun(job),
            keep=lambda done, counts: job.keep(
                rows=done, counts=counts, attempt=job.attempt, lasting={"filed": before + counts["filed"]}
            ),
        )
    except BadCatalogue as refusal:
        jobs.report(job, [Told(REFUSE, fault, 0, "", "") for fault in refusal.faults])
        raise Refused(*refusal.faults) from refusal
    finally:
        files.close()
    report.write(place / catalogue, report_of(place), lambda: _marks(job))
    _finish(job, outcome, before, total, dry_run=dry_run)
    clear_files(place)


def _finish(job, outcome: Import, before: int, total: int, *, dry_run: bool) -> None:
    """Told in one line; Refused while rows are refused, for which only a corrected sheet helps."""
    if not dry_run:  # what a 重试 finds there is what this import has filed
        outcome.filed, outcome.skipped = outcome.filed + before, max(0, outcome.skipped - before)
    would = "可归档" if dry_run else "已归档"
    part = f"{job.PARTLY}：" if outcome.filed and outcome.refused and not dry_run else ""
    job.advance(total, total, f"{part}{would} {outcome.filed}，{outcome.told}")
    if outcome.refused and not dry_run:
        job.keep(needs_other=True)
        raise Refused(
            f"已归档 {outcome.filed} 件；{outcome.refused} 行未归档，原因标在“检查结果”工作簿中。"
            "在工作簿中更正后重新上传即可，已归档的不会重复。"
        )


def _filed_before(job) -> int:
    """By attempts before the last 重试."""
    return job.kept.get("lasting", {}).get("filed", 0) - job.kept.get("counts", {}).get("filed", 0)


def _begun(job) -> Begun | None:
    """What was kept of an attempt that was paused or killed; a 重试 has kept no rows and judges every one anew."""
    if "rows" not in (kept := job.kept):
        return None
    refused = job.findings.filter(severity=REFUSE, attempt=kept["attempt"]).values_list("line", flat=True)
    return Begun(kept["rows"], kept["counts"] | {"refused": 0}, frozenset(refused))


@jobs.undoes("import_backfile")
def stop_importing(job, folder: str, **args) -> None:
    """Rows are filed whole or not at all, so what was filed stays; the upload is not needed any more."""
    filed = job.kept.get("lasting", {}).get("filed", 0)
    Job.objects.filter(pk=job.pk).update(note=f"已归档 {filed} 件，其余没有导入"[:200])
    clear_files(Path(settings.EGOV_TMP_DIR) / folder)


def _told(finding) -> Told:
    label = COLUMNS[finding.field][0] if finding.field in COLUMNS else finding.field
    target = finding.target or f"第{finding.line}行"
    return Told(finding.severity, finding.message, finding.line, label, target, finding.code)


def _marks(job):
    """What the workbook is marked with, line by line: what this attempt refused, and what any attempt remarked."""
    rows = job.findings.filter(Q(severity=WARN) | Q(attempt=job.attempt))
    names = {label: name for name, (label, _) in COLUMNS.items()}
    told: set[tuple] = set()
    line = -1
    for one in rows.order_by("line", "id").iterator(chunk_size=LINES_AT_ONCE):
        if one.line != line:
            line, told = one.line, set()
        column, is_refusal = names.get(one.field, ""), one.severity == REFUSE
        mark = report.Mark(one.line, column, is_refusal, one.message, is_quiet=one.code == KNOWN)
        if mark not in told:
            told.add(mark)
            yield mark
