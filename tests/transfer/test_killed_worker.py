"""A real worker in a process of its own is killed in the middle of packaging; the next one finishes the package."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from archive.packages.verifier import verify
from tests.transfer.stock import made, stocked
from transfer import actions, delivery
from units.models import AuditEvent, Job

pytestmark = pytest.mark.django_db(transaction=True)
PROJECT = Path(__file__).parents[2]
COUNT = 1_000


def environment_of_a_worker() -> dict[str, str]:
    """A process on this test's database and folders."""
    found = connection.settings_dict
    address = (
        f"{quote(found['USER'])}:{quote(found['PASSWORD'] or '')}@/{found['NAME']}?host={quote(found['HOST'], safe='')}"
    )
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("EGOV_", "DJANGO_", "PYTEST"))},
        "DATABASE_URL": f"postgres://{address}",
        "EGOV_DATA_DIR": str(settings.EGOV_FILES_DIR.parent),
    }


def worker(*arguments: str) -> subprocess.Popen:
    command = [sys.executable, "manage.py", "worker", *arguments]
    return subprocess.Popen(command, cwd=PROJECT, env=environment_of_a_worker())


def wait_for(condition, seconds: int = 15):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.02)
    pytest.fail(f"waited in vain, jobs: {list(Job.objects.values_list('state', 'note', 'done', 'cause', 'trace'))}")


def test_a_killed_worker_is_taken_over(people, tmp_path):
    stocked(people, COUNT)
    batch = made(people)
    job = actions.start_packaging(batch, by=people["D07:archivist"])
    folder = delivery.package_folder(batch)
    first = worker()
    try:
        wait_for(lambda: Job.objects.filter(pk=job.pk, note="打包", done__lt=COUNT).exists())
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert Job.objects.get(pk=job.pk).state == "running"
    assert [path.suffix for path in folder.iterdir()] == [".partial"]

    second = worker()
    try:
        wait_for(lambda: not Job.objects.get(pk=job.pk).is_open)
    finally:
        second.terminate()
        second.wait()
    job.refresh_from_db()
    assert (job.state, job.cause) == ("done", "")
    batch.refresh_from_db()
    assert batch.state == "self_checked"
    assert AuditEvent.objects.of(batch).filter(verb="self_check").count() == 1
    found = verify(folder)
    assert (found.valid, found.findings, found.record_count) == (True, [], COUNT)
    assert found.manifest_sha256 == batch.manifest_digest

    with zipfile.ZipFile(next(folder.glob("*.zip"))) as package:
        package.extractall(tmp_path)
    command = [sys.executable, "-m", "bagit", "--validate", str(next(tmp_path.iterdir()))]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
