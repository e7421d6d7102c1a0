"""Packages of more than a part: written in pieces, killed anywhere, read back, lost and swapped on the way."""

import os
import shutil
import signal
import time
import tracemalloc
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import inspection
from archive.models import Record, RecordRelation
from archive.packages.verifier import verify
from archive.states import Stage
from tests.transfer.stock import browser, made, stocked, taken_over
from transfer import actions, building, delivery
from transfer.background import package_batch
from transfer.models import PackagePart
from transfer.workflow import BATCH
from units import jobs
from units.findings import WARN, Finding
from units.models import AuditEvent, Job, Task
from units.workflow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cold_probes")]
MOMENT = timezone.make_aware(timezone.datetime(2026, 5, 4, 9, 0))


def nothing(*_) -> None:
    """Nobody watches."""


def built(batch) -> str:
    return building.build(batch, made_at=MOMENT, made_by="试", progress=nothing)[0]


def submitted(people, count: int = 2):
    """A batch at the archive's door, its job not begun."""
    stocked(people, count)
    batch = made(people)
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    return batch


def test_eleven_hundred_records_go_in_two_parts_quickly_and_in_little_memory(people):
    stocked(people, 1100)
    batch = made(people)
    with CaptureQueriesContext(connection) as queries:
        tracemalloc.start()
        begun = time.monotonic()
        digest = built(batch)
        seconds, peak = time.monotonic() - begun, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert seconds < 30 and peak < 30_000_000 and len(queries) < 84
    assert list(batch.parts.values_list("record_count", flat=True)) == [1000, 100]
    found = verify(delivery.package_folder(batch))
    assert (found.valid, found.findings, found.record_count, found.manifest_sha256) == (True, [], 1100, digest)


def killed_while_building(batch, after: int) -> None:
    """A process of its own builds the package and is killed, without any chance to tidy up, after `after` records."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            building.build(
                batch, made_at=MOMENT, made_by="试",
                progress=lambda done, *_: os.kill(os.getpid(), signal.SIGKILL) if done >= after else None,
            )  # fmt: skip
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_a_builder_killed_anywhere_is_continued_to_the_same_package(people, monkeypatch):
    monkeypatch.setattr(building, "RECORDS_PER_PART", 10)
    stocked(people, 25)
    batch = made(people)
    folder = delivery.package_folder(batch)
    expected = built(batch)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    for after in (3, 10, 14, 25):
        shutil.rmtree(folder)
        PackagePart.objects.update(state="pending")
        killed_while_building(batch, after)
        assert {path.name for path in folder.glob("*.zip")} < set(whole)
        assert built(batch) == expected
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole  # nothing torn lies about


def test_a_finished_part_is_not_written_again(people, monkeypatch):
    monkeypatch.setattr(building, "RECORDS_PER_PART", 2)
    stocked(people, 4)
    batch = made(people)
    built(batch)
    first, second = sorted(delivery.package_folder(batch).iterdir())
    stamp = first.stat().st_ino
    second.write_bytes(second.read_bytes()[:500])
    built(batch)
    assert first.stat().st_ino == stamp and verify(second.parent).valid


def test_a_smaller_batch_leaves_no_part_behind(people, monkeypatch):
    monkeypatch.setattr(building, "RECORDS_PER_PART", 2)
    stocked(people, 3)
    batch = made(people)
    built(batch)
    actions.take_out(batch.items.get(position=3), by=people["D07:archivist"], reason="另行移交")
    batch.refresh_from_db()
    built(batch)
    assert [path.name for path in delivery.package_folder(batch).iterdir()] == [f"{batch.batch_no}-001.zip"]
    assert verify(delivery.package_folder(batch)).valid


def test_a_package_lost_on_the_way_can_be_returned(people):
    batch = submitted(people)
    by = people["D30:accessioner"]
    shutil.rmtree(delivery.package_folder(batch))
    job = Job.objects.get(state="queued")
    with pytest.raises(Refused, match="不见了"):
        jobs.run_now(job)
    assert Task.objects.of(batch).open().get().label == "传送失败"
    Job._base_manager.filter(pk=job.pk).update(state="failed", cause="不见了")
    batch.refresh_from_db()
    assert [step.name for step in BATCH.open_to(by, batch)] == ["return_batch"]
    BATCH.perform("return_batch", batch, by=by, note="移交包丢失，请重新打包。")
    assert set(Record.objects.unguarded("a test looks").values_list("state", "custodian__code", "offered_to")) == {
        ("filed", "D07", None)
    }


def test_another_package_than_the_approved_one_is_not_accepted(people):
    """A sound package that nobody approved, put in the place of the one that was."""
    batch = submitted(people)
    job = Job.objects.get(state="queued")
    delivery.copy_to_holdings(batch, nothing)
    held = next(delivery.holdings_folder(batch).iterdir())
    PackagePart.objects.update(state="pending")
    built(batch)
    shutil.copy(next(delivery.package_folder(batch).iterdir()), held)
    PackagePart.objects.update(bytes=held.stat().st_size)
    assert verify(held).valid
    jobs.run_now(job)
    batch.refresh_from_db()
    with pytest.raises(Refused, match="移交信息包数字摘要应为批准时的"):
        BATCH.perform("settle", batch, by=people["D30:accessioner"])


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_returned_batch_stays_with_the_archive(people):
    batch = submitted(people)
    jobs.run_now(Job.objects.get(state="queued"))
    batch.refresh_from_db()
    assert verify(delivery.holdings_folder(batch)).valid
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note="内容描述不符。")
    assert not delivery.holdings_folder(batch).exists()
    page = browser(people["D07:archivist"]).get(reverse("transfer:part", args=[batch.uid, 1]))
    assert b"".join(page.streaming_content)[:2] == b"PK"  # the unit still has its own


def test_custody_leaves_history_and_one_event_a_record(people):
    """Shows: E-03"""
    batch = submitted(people)
    jobs.run_now(Job.objects.get(state="queued"))
    batch.refresh_from_db()
    taken_over(batch, people, "同意接收。")
    record = Record.objects.unguarded("a test looks").order_by("pk").first()
    assert list(record.changes.order_by("version").values_list("version", "state", "custodian__code")) == [
        (2, "in_transfer", "D07"), (3, "in_transfer", "D07"), (4, "accessioned", "D30"),
    ]  # fmt: skip
    assert list(AuditEvent.objects.of(record).values_list("verb", "before", "after")) == [
        ("enter_batch", "filed", "in_transfer"),
        ("offer", "in_transfer", "in_transfer"),
        ("accession", "in_transfer", "accessioned"),
    ]


def test_relations_and_findings_of_filing_travel_with_the_record(people):
    """Shows: F-12, 6.5, 3.2-10"""
    first, second = stocked(people, 2)
    RecordRelation.objects.create(record=first, other=second, kind=RecordRelation.Kind.REPLY_TO)
    run = inspection.open_run(Stage.FILING, by=people["D07:archivist"])
    sheet = inspection.Sheet(Stage.FILING)
    sheet.note("2-4", [Finding("2-4", WARN, "责任者", "责任者不详。")], first)
    inspection.keep(run, sheet, records=1)
    batch = made(people)
    built(batch)
    with zipfile.ZipFile(next(delivery.package_folder(batch).iterdir())) as package:
        name = next(name for name in package.namelist() if str(first.uid) in name and name.endswith("metadata.xml"))
        text = package.read(name).decode()
    assert str(second.uid) in text and "批复与请示" in text
    assert "GD-2-4 责任者不详。" in text
