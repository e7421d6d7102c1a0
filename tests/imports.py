"""An import that has ended, with the workbook it left: for walks over all routes."""

import uuid
from pathlib import Path

from django.conf import settings

from archive.backfile.report import Mark, write
from archive.backfile.upload import PREFIX, REPORT_NAME
from units.models import Job


def imported(owner, unit, title: str = "试导入") -> Job:
    folder = Path(settings.EGOV_TMP_DIR) / f"{PREFIX}{uuid.uuid4()}"
    folder.mkdir()
    catalogue = folder / "catalogue.csv"
    catalogue.write_text(f"题名\n{title}\n", encoding="utf-8")
    write(catalogue, folder / REPORT_NAME, lambda: [Mark(2, "title", True, "试")])
    return Job.objects.create(
        kind="import_backfile", title="导入", owner=owner, unit=unit, state="failed", args={"folder": folder.name}
    )
