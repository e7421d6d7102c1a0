"""Packaging, delivery and inspection paused, cancelled or killed: gone on with where they stopped, or gone whole."""

import pytest

from archive.models import InspectionResult, InspectionRun
from archive.packages import apart
from archive.packages.verifier import verify
from tests.transfer.stock import browser, looked_at, made, run_queued, signed, stocked
from transfer import actions, building, delivery
from transfer.models import Batch
from transfer.workflow import BATCH
from units import jobs, steering
from units.models import Job, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
COUNT = 5


@pytest.fixture
def small(monkeypatch):
    """Slices and parts of two, and a mark after every one of them."""
    monkeypatch.setattr(delivery, "SLICE", 2)
    monkeypatch.setattr(building, "RECORDS_PER_PART", 2)
    monkeypatch.setattr("units.pace.PACE", 0)


@pytest.fixture
def batch(people, small) -> Batch:
    stocked(people, COUNT)
    return made(people)


class Wish:
    """A person who looks at the progress, and at `done` of the phase `note` asks for something."""

    def __init__(self, monkeypatch, step: str, note: str, done: int, by) -> None:
        self.marks: list[tuple[str, int]] = []
        advance = Job.advance

        def watched(job, count, total, told="", **sizes) -> None:
            self.marks.append((told, count))
            if (told, count) == (note, done) and len([one for one in self.marks if one == (note, done)]) == 1:
                getattr(steering, step)(Job.objects.get(pk=job.pk), by=by)
            advance(job, count, total, told, **sizes)

        monkeypatch.setattr(Job, "advance", watched)

    def seen(self, note: str) -> list[int]:
        """Counts of one phase since the last look."""
        found = [count for told, count in self.marks if told == note]
        self.marks.clear()
        return found


def test_a_paused_self_check_goes_on_behind_its_last_slice(people, batch, monkeypatch):
    by = people["D07:archivist"]
    wish = Wish(monkeypatch, "pause", "自检", 2, by)
    job = jobs.run_now(actions.start_packaging(batch, by=by))
    assert (job.state, wish.seen("自检")) == ("paused", [2])
    with pytest.raises(Refused, match="继续、取消"):
        BATCH.perform("dissolve", batch, by=by, note="不移交了")

    steering.resume(job, by=by)
    jobs.run_now(job)
    assert (job.state, wish.seen("自检")) == ("done", [4, 5])
    run = InspectionRun.objects.get(subject_uid=batch.uid)
    assert (run.records, run.tally["1-2"][0], run.tally["2-1"][0]) == (COUNT, COUNT, 1)


@pytest.mark.parametrize("is_apart", [False, True], ids=["here", "apart"])
def test_a_paused_package_keeps_its_whole_parts(people, batch, monkeypatch, is_apart):
    by = people["D07:archivist"]
    if is_apart:  # another process writes the first part while the second is read
        monkeypatch.setattr(apart, "RECORDS", 1)
        monkeypatch.setattr(apart, "AT_ONCE", 1)
        monkeypatch.setattr(apart.os, "cpu_count", lambda: 2)
    Wish(monkeypatch, "pause", "打包", 3, by)
    job = jobs.run_now(actions.start_packaging(batch, by=by))
    folder = delivery.package_folder(batch)
    assert job.state == "paused"
    (first,) = folder.iterdir()  # the torn second part is gone, the whole first one stays
    stamp = first.stat().st_ino

    steering.resume(job, by=by)
    jobs.run_now(job)
    batch.refresh_from_db()
    assert (job.state, batch.state, first.stat().st_ino) == ("done", "self_checked", stamp)
    assert verify(folder).manifest_sha256 == batch.manifest_digest


def test_a_cancelled_package_leaves_the_list_as_it_was(people, batch, monkeypatch):
    by = people["D07:archivist"]
    Wish(monkeypatch, "cancel", "打包", 3, by)
    job = jobs.run_now(actions.start_packaging(batch, by=by))
    batch.refresh_from_db()
    assert (job.state, batch.state, batch.manifest_digest) == ("cancelled", "draft", "")
    assert list(delivery.package_folder(batch).iterdir()) == []
    jobs.run_now(actions.start_packaging(batch, by=by))  # and can be begun again by the usual act
    batch.refresh_from_db()
    assert batch.state == "self_checked"


def submitted(people, batch) -> Job:
    jobs.run_now(actions.start_packaging(batch, by=people["D07:archivist"]))
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    return Job.objects.of(batch).get(kind="receive_batch")


def test_a_cancelled_delivery_leaves_nothing_at_the_archive_and_can_be_begun_anew(people, batch, monkeypatch):
    job = submitted(people, batch)
    Wish(monkeypatch, "cancel", "传送", 1, people["D30:accessioner"])
    jobs.run_now(job)
    batch.refresh_from_db()
    assert (job.state, batch.state) == ("cancelled", "submitted")
    assert not delivery.holdings_folder(batch).exists()
    assert Task.objects.of(batch).open().filter(kind="receive_batch").exists()
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).content.decode()
    assert "重新开始" in page

    jobs.retry(job, by=people["D30:accessioner"])
    jobs.run_now(job)
    batch.refresh_from_db()
    assert (job.state, batch.state) == ("done", "inspecting")


def test_an_inspection_that_is_paused_after_the_receipt_keeps_what_was_signed_for(people, batch, monkeypatch):
    job = submitted(people, batch)
    wish = Wish(monkeypatch, "pause", "逐件检测", 2, people["D30:accessioner"])
    jobs.run_now(job)
    batch.refresh_from_db()
    assert (job.state, batch.state) == ("paused", "received")
    steering.resume(job, by=people["D30:accessioner"])
    wish.seen("逐件检测")
    jobs.run_now(job)
    batch.refresh_from_db()
    assert (batch.state, wish.seen("逐件检测")) == ("inspecting", [4, 5])
    assert verify(delivery.holdings_folder(batch)).valid


def test_what_both_sides_agreed_to_is_paused_but_not_cancelled(people, batch):
    run_queued_of(submitted(people, batch))
    batch.refresh_from_db()
    looked_at(batch, people)
    BATCH.perform("settle", batch, by=people["D30:accessioner"])
    signed(batch, people)
    BATCH.perform("accept", batch, by=people["D30:accessioner"])
    job = Job.objects.of(batch).get(kind="store_batch")
    with pytest.raises(Refused, match="可以暂停，不能取消"):
        steering.cancel(job, by=people["D30:accessioner"])
    steering.pause(job, by=people["D30:accessioner"])
    steering.resume(job, by=people["D30:accessioner"])
    run_queued(batch)
    assert batch.stored_at is not None


def run_queued_of(job: Job) -> None:
    jobs.run_now(job)


def test_the_batch_page_tells_the_bytes_and_has_the_buttons(people, batch, monkeypatch):
    by = people["D07:archivist"]
    Wish(monkeypatch, "pause", "打包", 3, by)
    job = jobs.run_now(actions.start_packaging(batch, by=by))
    page = browser(by).get(batch.get_absolute_url()).content.decode()
    assert "已暂停" in page and f"{job.done} / {COUNT}" in page and " B / " in page.replace("KB", "B")
    assert "继续" in page and "确认取消" in page
    page = browser(people["D07:leader"]).get(batch.get_absolute_url()).content.decode()
    assert "已暂停" in page and "确认取消" not in page  # sees it, and has no say in it


def test_findings_are_written_slice_by_slice_and_only_a_run_that_ended_is_told(people, batch, monkeypatch):
    by = people["D07:archivist"]
    for item in batch.items.all():
        delivery.inspection.checks.path_of(item.record.components.get().stored_file).unlink()
    Wish(monkeypatch, "pause", "自检", 2, by)
    jobs.run_now(actions.start_packaging(batch, by=by))
    assert InspectionResult.objects.filter(run__subject_uid=batch.uid).count() == 2
    assert not delivery.inspection.runs_over(batch.uid).exists()
