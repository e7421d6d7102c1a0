"""What transfer does by itself, and how a batch ends that was given up."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from archive.models import Record
from tests.transfer.stock import inspecting, made, stocked, taken_over
from transfer import chores
from transfer.holding import capacity
from transfer.models import Copy
from transfer.workflow import BATCH
from units.models import Job, Task

pytestmark = pytest.mark.django_db


def test_half_written_packages_a_day_old_go_and_a_package_under_work_stays():
    folder = Path(settings.EGOV_PACKAGES_DIR) / "some-batch"
    folder.mkdir()
    old, young, whole = (folder / name for name in (".a.zip.partial", ".b.zip.partial", "c.zip"))
    for path in (old, young, whole):
        path.write_text("x")
    for path in (old, whole):
        os.utime(path, (time.time() - 25 * 3600,) * 2)
    assert chores.sweep_partial() == "清除 1 个未写完的包"
    assert [path.exists() for path in (old, young, whole)] == [False, True, True]


def test_a_held_package_that_was_not_read_for_long_is_read(people):
    batch = inspecting(people, 2)
    taken_over(batch, people, "同意。")
    assert chores.verify_due_holdings() == "没有到期的馆藏包"
    Copy.objects.update(read_at=timezone.now() - timedelta(days=31))
    assert chores.verify_due_holdings() == f"开始：核验馆藏“{batch.name}”"
    assert Job.objects.filter(kind="verify_batch", state="queued").count() == 1


def test_a_dissolved_batch_does_not_end_as_closed(people):
    """Fault C6: 撤销移交批次 ended as 已办结."""
    stocked(people, 2)
    batch = made(people)
    BATCH.perform("dissolve", batch, by=people["D07:archivist"], note="组错了。")
    assert (batch.state, batch.get_state_display()) == ("dissolved", "已撤销")
    assert not Task.objects.of(batch).open().exists()
    assert set(Record.objects.unguarded("a test looks").values_list("state", flat=True)) == {"filed"}


def test_a_place_without_space_is_no_success(monkeypatch):
    """可用 0.0% stood as 正常."""
    monkeypatch.setattr(capacity, "LEAST_SHARE", 101)
    with pytest.raises(chores.SpaceLow, match="应扩容"):
        chores.measure_space()
    monkeypatch.setattr(capacity, "LEAST_SHARE", 0)
    assert "可用" in chores.measure_space()
