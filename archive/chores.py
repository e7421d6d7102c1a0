"""What the archive does by itself: uploads of catalogues that were imported, or given up, leave the disk."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from files.chores import is_old
from units.chores import Chore
from units.models import Job

from .appraisal import erasing
from .search import sampling

KEPT = timedelta(days=7)  # after an import: for 重试, and for the marked workbook


def sweep_backfiles() -> str:
    """`backfile-*` folders a day old whose import ended a week ago, or never came about."""
    folders = [path for path in Path(settings.EGOV_TMP_DIR).glob("backfile-*") if path.is_dir() and is_old(path)]
    needed = set()
    for job in Job.objects.filter(kind="import_backfile", args__folder__in=[path.name for path in folders]):
        if job.is_pending or timezone.now() - job.changed_at < KEPT:
            needed.add(job.args["folder"])
    gone = [path for path in folders if path.name not in needed]
    for path in gone:
        shutil.rmtree(path)
    return f"清除 {len(gone)} 个导入文件夹"


CHORES = (
    Chore("sweep_backfiles", "清除已导入的上传文件", timedelta(hours=6), sweep_backfiles),
    Chore("erase_destroyed", "清除已销毁档案的文件", timedelta(days=1), erasing.sweep),
    Chore("sample_bigrams", "检索用字统计", timedelta(days=1), sampling.take),
)
