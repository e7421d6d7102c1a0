"""What transfer does by itself, and how a batch ends that was given up."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from archive.models import Record
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, inspecting, made, run_queued, stocked, taken_over
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


def test_a_storing_that_failed_is_begun_anew_and_the_page_does_not_say_that_it_goes_on(people):
    """Fault: after a full disk one copy was all there was, and the page said 正在存入第二存放地 for ever."""
    batch = inspecting(people, 1)
    taken_over(batch, people, "同意。")
    with unwatched():
        Copy.objects.filter(part__batch=batch, place="second").delete()
        rows = type(batch)._base_manager.filter(pk=batch.pk)
        rows.update(stored_at=None, accepted_at=timezone.now() - timedelta(hours=7))
    jobs = Job._base_manager.filter(kind="store_batch")
    jobs.update(state="failed")
    assert chores.store_waiting() == "没有等待入库的批次"  # it was tried just now
    jobs.update(created_at=timezone.now() - timedelta(hours=7))
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).content.decode()
    assert "系统将自动重试" in page and "正在存入第二存放地" not in page
    assert chores.store_waiting() == "重新开始入库 1 批"
    assert chores.store_waiting() == "没有等待入库的批次"
    run_queued(batch)
    assert batch.stored_at is not None and Copy.objects.get(part__batch=batch, place="second").state == "sound"


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
