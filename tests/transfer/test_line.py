"""A package to another installation: by chunks, resumed after a cut at any byte, taken in as one from a disk is."""

import json
import random
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from archive.models import Record
from tests.transfer.line import FAST, Wire, itself, room, serving
from tests.transfer.stock import run_queued, taken_over
from tests.transfer.test_disk import submitted
from tests.transfer.test_foreign import rows, written_elsewhere
from transfer.export import export_package
from transfer.inputs import SendInput
from transfer.line import landing, loads, sending
from transfer.models import Arrival, Batch, Consignment
from transfer.side_acts import BATCH_SIDE
from units import jobs
from units.actions import system_user
from units.models import AuditEvent, Job

pytestmark = pytest.mark.django_db
CHUNK = 2048


def silent(there: int, total: int, note: str) -> None:
    """Nobody watches."""


def arrivals() -> list[Arrival]:
    return list(Arrival.objects.unguarded("a test looks").order_by("pk"))


def landed() -> list[Path]:
    return [path for path in Path(settings.EGOV_ARRIVALS_DIR).rglob("*") if path.is_file()]


def work_off() -> None:
    """What the worker would do by now."""
    for job in Job.objects.filter(state="queued").order_by("pk"):
        jobs.run_now(job)


def asked() -> int:
    """A minute later."""
    Consignment.objects.unguarded("time passes").update(asked_at=None)
    return sending.ask_waiting()


def command(*given: str, **options) -> dict:
    out = StringIO()
    call_command("send_package", *map(str, given), json=True, chunk=CHUNK, wait=0, stdout=out, **options)
    return json.loads(out.getvalue())


def begun(peer, load) -> Consignment:
    said = load.said
    return sending.begin(
        peer, by=system_user(), batch=None, name=said.name, digest=said.digest, record_count=said.record_count,
        bytes=said.bytes,
    )  # fmt: skip


def test_a_package_of_another_installation_arrives_as_it_was_and_its_receipt_comes_back(people, tmp_path):
    folder, told = written_elsewhere(people, tmp_path)
    with serving() as address:
        itself(address)
        assert command(folder, "本馆")["state"] == "waiting"
        work_off()
        assert asked() == 1
    assert rows() == told
    row = Consignment.objects.unguarded("a test looks").get()
    (arrival,) = arrivals()
    batch = Batch.objects.unguarded("a test looks").get()
    assert (row.state, arrival.state, batch.state, batch.medium) == ("received", "received", "inspecting", "peer")
    assert arrival.batch == batch and batch.name.endswith("在线移交信息包")
    (receipt,) = row.receipts
    assert receipt["digest"] == batch.receipts.get().digest and receipt["kind_shown"] == "签收确认"
    assert landed() == []
    with serving() as address:  # once more: nothing comes twice
        row.peer.address = address
        row.peer.save()
        assert command(folder, "本馆")["state"] == "received"
    assert len(arrivals()) == 1 and rows() == told


def test_a_cut_at_any_byte_is_gone_on_from_and_only_what_is_missing_is_sent_again(people, tmp_path):
    folder, told = written_elsewhere(people, tmp_path)
    load = loads.of_path(folder, CHUNK)
    chance = random.Random(20)
    with serving() as address:
        wire = Wire(urlsplit(address).port, [chance.randrange(load.said.bytes) for _ in range(20)])
        try:
            row = begun(itself(wire.address), load)
            sending.work(row, lambda: load, silent, is_last=True, wait=0, pauses=FAST)
        finally:
            wire.close()
        assert wire.torn == 20
        row.peer.address = address
        row.peer.save()
        work_off()
        assert asked() == 1
    row.refresh_from_db()
    assert (row.state, row.there) == ("received", load.said.bytes)
    assert rows() == told and landed() == []
    # each cut costs one chunk, its head and its answer at most
    assert wire.passed < load.said.bytes + 20 * 2 * CHUNK + 3000 * (len(load.said.parts[0].chunks) + 40)


def test_what_the_disk_lost_is_asked_for_again_and_nothing_else(people, tmp_path):
    folder, _ = written_elsewhere(people, tmp_path)
    load = loads.of_path(folder, CHUNK)
    with serving() as address:
        row = begun(itself(address), load)
        sending.work(row, lambda: load, silent, is_last=True, wait=0, pauses=FAST)
        (arrival,) = arrivals()
        chunk = landing._chunk(arrival.uid, 0, 3)
        chunk.write_bytes(bytes(chunk.stat().st_size))
        work_off()
        arrival.refresh_from_db()
        assert (arrival.state, arrival.cause) == ("open", "接收方磁盘上有1块损坏或者丢失，请重传所缺部分。")
        assert landing.missing_of(arrival.uid, load.said) == {0: [3]}
        with pytest.raises(sending.Refused, match="损坏或者丢失"):
            sending.ask(row, sending.Line(row.peer, FAST))
        row.refresh_from_db()
        assert row.state == "failed"
        sending.work(row, lambda: load, silent, is_last=True, wait=0, pauses=FAST)
        work_off()
        asked()
    row.refresh_from_db()
    assert row.state == "received"


def test_a_full_disk_at_the_archive_waits_and_nothing_is_sent_again(people, tmp_path):
    folder, told = written_elsewhere(people, tmp_path)
    load = loads.of_path(folder, CHUNK)
    with serving() as address:
        row = begun(itself(address), load)
        sending.work(row, lambda: load, silent, is_last=True, wait=0, pauses=FAST)
        (job,) = Job.objects.filter(state="queued")
        for most in (1000, load.said.bytes - 1, load.said.bytes // 2):
            with room(most), pytest.raises(sending.Refused, match="磁盘空间不足"):
                jobs.run_now(job)
            (arrival,) = arrivals()
            assert arrival.state == "open" and landing.missing_of(arrival.uid, load.said) == {}
            row.refresh_from_db()
            with pytest.raises(sending.Refused, match="接收方磁盘空间不足"):
                sending.ask(row, sending.Line(row.peer, FAST))
            row.refresh_from_db()
            Job._base_manager.update(state="done")
            sending.work(row, lambda: load, silent, is_last=True, wait=0, pauses=FAST)
            job = Job.objects.filter(state="queued").get()
        work_off()
        assert asked() == 1
    assert rows() == told and landed() == []


def test_a_full_disk_is_a_sentence_wherever_a_package_is_written(people, tmp_path):
    batch = submitted(people)
    with room(3000), pytest.raises(sending.Refused, match="磁盘空间不足，移交信息包没有存下"):
        export_package(batch, tmp_path)
    folder = export_package(batch, tmp_path)
    with room(3000), pytest.raises(CommandError, match="磁盘空间不足"):
        call_command("receive_package", str(folder))
    assert [path for path in Path(settings.EGOV_HOLDINGS_DIR).rglob("*") if path.name.startswith(".")] == []
    call_command("receive_package", str(folder), stdout=StringIO())


def test_a_batch_is_sent_from_its_page_and_custody_changes_only_with_the_signed_register(people):
    """Shows: 16-9"""
    batch = submitted(people, medium="peer")
    with serving() as address:
        peer = itself(address)
        BATCH_SIDE.perform("send", batch, by=people["D07:archivist"], given=SendInput(peer))
        assert sending.not_now(batch) == "已经送出。"
        (job,) = Job.objects.of(batch).filter(state="queued")
        row = Consignment.objects.unguarded("a test looks").get()
        sending.work(row, lambda: sending.load_of(row), silent, is_last=True, wait=0)
        Job._base_manager.filter(pk=job.pk).update(state="done")
        work_off()
        asked()
        batch.refresh_from_db()
        assert batch.state == "inspecting"
        held = Record.objects.unguarded("a test looks").filter(custodian__code="D30")
        assert not held.exists()
        taken_over(batch, people)
        run_queued(batch)
        assert held.count() == batch.record_count
        Consignment.objects.unguarded("an hour later").update(asked_at=row.made_at.replace(year=2020))
        sending.ask_waiting()
    row.refresh_from_db()
    assert [one["kind_shown"] for one in row.receipts] == ["签收确认", "电子档案移交接收登记表", "入库通知"]
    peer.refresh_from_db()
    assert peer.verified_at is not None and peer.refused_calls == 0
    verbs = (
        AuditEvent.objects.of(batch).filter(verb__in=("send_to_peer", "peer_received")).values_list("verb", flat=True)
    )
    assert sorted(verbs) == ["peer_received", "send_to_peer"]
