"""Uploads of catalogues stay while somebody may need them."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from archive import chores
from units.models import Job

pytestmark = pytest.mark.django_db


def upload(name: str, hours: float = 25, **job) -> Path:
    folder = Path(settings.EGOV_TMP_DIR) / f"backfile-{name}"
    folder.mkdir()
    (folder / "catalogue.csv").write_text("题名\n")
    os.utime(folder, (time.time() - hours * 3600,) * 2)
    if job:
        Job.objects.create(kind="import_backfile", title=name, args={"folder": folder.name}, **job)
    return folder


def test_uploads_go_when_nobody_needs_them_any_more():
    eight_days_ago = timezone.now() - timedelta(days=8)
    gone = [
        upload("orphan"),
        upload("done-long-ago", state="done", changed_at=eight_days_ago),
        upload("old", state="failed", changed_at=eight_days_ago),
    ]
    stay = [
        upload("queued", state="queued"),
        upload("failed", state="failed"),
        upload("done", state="done"),  # its marked workbook is fetched afterwards
        upload("young", 23),
    ]
    assert chores.sweep_backfiles() == "清除 3 个导入文件夹"
    assert [path.exists() for path in gone + stay] == [False] * 3 + [True] * 4
    for path in stay:
        (path / "catalogue.csv").unlink()
        path.rmdir()
