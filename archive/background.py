"""Long work on records, done by the worker."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from units import jobs
from units.workflow import Refused

from .backfile.columns import COLUMNS
from .backfile.importing import run
from .backfile.reading import BadCatalogue


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
def import_backfile(job, folder: str, catalogue: str, total: int, dry_run: bool) -> None:
    """Filed slice by slice; killed and run again, what is filed is skipped. Every finding is kept with the job.

    The upload stays for 重试 while rows are refused (archive/chores.py clears it later); a trial import has done its
    work when it has found the faults.
    """
    place = Path(settings.EGOV_TMP_DIR) / folder
    if not place.is_dir():
        raise Refused("上传的目录和文件已清除，不能重试，请重新上传。")
    try:
        outcome = run(
            place / catalogue,
            job.unit,
            by=job.owner,
            files=place,
            dry_run=dry_run,
            progress=lambda done: job.advance(done, total, "试导入" if dry_run else "导入"),
        )
    except BadCatalogue as refusal:
        jobs.report(job, [Told("refuse", fault, 0, "", "") for fault in refusal.faults])
        raise Refused(*refusal.faults) from refusal
    jobs.report(job, map(_told, outcome.findings))
    would = "可归档" if dry_run else "已归档"
    job.advance(total, total, f"{would} {outcome.filed}，未归档 {outcome.refused}，已有 {outcome.skipped}")
    if outcome.refused and not dry_run:
        raise Refused(
            f"已归档 {outcome.filed} 件；{outcome.refused} 行未归档，原因见“下载全部检查结果”。更正目录后重新上传即可，已归档的不会重复。"
        )
    shutil.rmtree(place, ignore_errors=True)


def _told(finding) -> Told:
    label = COLUMNS[finding.field][0] if finding.field in COLUMNS else finding.field
    return Told(finding.severity, finding.message, finding.line, label, f"第{finding.line}行")
