"""Long work on records, done by the worker."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from units import jobs
from units.findings import REFUSE, WARN
from units.workflow import Refused

from .backfile import report
from .backfile.again import KNOWN
from .backfile.columns import COLUMNS
from .backfile.importing import run
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
    try:
        outcome = run(
            place / catalogue,
            job.unit,
            by=job.owner,
            files=files,
            dry_run=dry_run,
            correct=correct,
            progress=lambda done: job.advance(done, total, "试导入" if dry_run else "导入"),
            tell=lambda found: jobs.report(job, map(_told, found)),
        )
    except BadCatalogue as refusal:
        jobs.report(job, [Told(REFUSE, fault, 0, "", "") for fault in refusal.faults])
        raise Refused(*refusal.faults) from refusal
    finally:
        files.close()
    report.write(place / catalogue, report_of(place), lambda: _marks(job))
    would = "可归档" if dry_run else "已归档"
    job.advance(total, total, f"{would} {outcome.filed}，{outcome.told}")
    if outcome.refused and not dry_run:
        raise Refused(
            f"已归档 {outcome.filed} 件；{outcome.refused} 行未归档，原因标在“检查结果”工作簿中。"
            "在工作簿中更正后重新上传即可，已归档的不会重复。"
        )
    clear_files(place)


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
