"""The checks after a night of faults find what is planted for them."""

import pytest
from django.db import connection

from files.models import StoredFile
from files.store import keep, land_bytes, path_of
from tests.faults import aftermath
from units.models import Counter, Job

pytestmark = pytest.mark.django_db


def test_a_gap_and_a_lost_number_are_found(people):
    assert aftermath.series() == []
    Counter.objects.create(series="document:长信:2026", last=1)
    assert aftermath.series() == ["Series document:长信:2026: counter 1, numbers []"]


def test_damaged_and_missing_bytes_are_found(db):
    stored = [_kept(text) for text in ("one", "two")]
    assert aftermath.bytes_on_disk() == []
    path_of(stored[0]).chmod(0o600)
    path_of(stored[0]).write_bytes(b"One")
    path_of(stored[1]).unlink()
    assert sorted(aftermath.bytes_on_disk()) == sorted([f"Damaged: {stored[0].sha256}", f"Missing: {stored[1].sha256}"])


def _kept(text: str) -> StoredFile:
    return keep(land_bytes(text.encode(), f"{text}.txt"))


def test_a_job_left_is_found(people):
    job = Job.objects.create(kind="demo", title="演示数据")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE units_job SET state = 'running' WHERE id = %s", [job.pk])
    assert "Job left: ('demo', 'running', '')" in aftermath.completeness()


def test_half_written_files_are_counted(settings, tmp_path):
    settings.EGOV_FILES_DIR, settings.EGOV_PACKAGES_DIR = tmp_path / "files", tmp_path / "packages"
    for name in ("files/ab/.part-x", "packages/.a.zip.12.partial", "packages/a.zip"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = aftermath.temporary_files()
    assert (found["files"], found["packages"]) == (1, 1)
