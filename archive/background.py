"""Long work on records, done by the worker."""

import shutil
from pathlib import Path

from django.conf import settings

from units import jobs
from units.workflow import Refused

from .backfile.importing import run
from .backfile.reading import BadCatalogue

SHOWN = 40  # findings told in the job's outcome; the whole list is the command's


@jobs.handler("import_backfile")
def import_backfile(job, folder: str, catalogue: str, total: int, dry_run: bool) -> None:
    """Filed slice by slice; killed and run again, what is filed is skipped."""
    place = Path(settings.EGOV_TMP_DIR) / folder
    try:
        outcome = run(
            place / catalogue,
            job.unit,
            by=job.owner,
            files=place,
            dry_run=dry_run,
            progress=lambda done: job.advance(done, total, "导入"),
        )
    except BadCatalogue as refusal:
        raise Refused(*refusal.faults) from refusal
    verb = "试导入" if dry_run else "已归档"
    job.advance(total, total, f"{verb} {outcome.filed}，未归档 {outcome.refused}，已有 {outcome.skipped}")
    shutil.rmtree(place, ignore_errors=True)
    refused = [f"第{one.line}行：{one.message}" for one in outcome.findings if one.is_refusal]
    if refused:
        more = f"……共 {len(refused)} 处" if len(refused) > SHOWN else ""
        raise Refused(f"{verb} {outcome.filed} 件；{outcome.refused} 行未归档：", *refused[:SHOWN], more)
