"""Held packages are read again: a flipped byte is named within one run, whoever asked for it."""

import errno
import shutil
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.models import InspectionResult
from tests.transfer.stock import browser, inspecting, taken_over
from transfer import delivery, fixity, fixity_run, healing
from transfer.models import Copy
from units import jobs
from units.models import AuditEvent, Job, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(people):
    batch = inspecting(people, 2)
    taken_over(batch, people, "同意接收。")
    return batch


def flip_one_byte(batch):
    """In the middle of the only part: the content of some file or of some header."""
    held = next(delivery.holdings_folder(batch).iterdir())
    with held.open("r+b") as file:
        file.seek(held.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


def test_a_byte_flipped_in_the_holdings_is_named_and_mended(accepted, people):
    client = browser(people["D30:accessioner"])
    held = next(delivery.holdings_folder(accepted).iterdir())
    whole = held.read_bytes()
    flip_one_byte(accepted)
    assert client.post(reverse("transfer:side_act", args=[accepted.uid, "verify"])).status_code == 302
    jobs.run_now(Job.objects.get(state="queued"))
    page = client.get(accepted.get_absolute_url())
    named = [one.target for one in page.context["package_findings"]]
    assert named and all(held.name in name or name == "信息包" for name in named)
    assert Task.objects.of(accepted).open().filter(kind=fixity.TASK).get().label == "馆藏包损坏"
    held.write_bytes(whole)
    fixity.reverify(accepted, by=people["D30:accessioner"])
    assert not Task.objects.of(accepted).open().filter(kind=fixity.TASK).exists()
    verdicts = [one.detail["verdict"] for one in AuditEvent.objects.of(accepted).filter(verb="reverify")]
    assert verdicts == ["fail", "pass"]


def test_the_schedule_takes_what_was_read_longest_ago(accepted):
    """Shows: E-16, 8.3, 16-22"""
    assert fixity.start_due() is None
    Copy.objects.update(read_at=timezone.now() - fixity.EVERY - timedelta(hours=1))
    job = fixity.start_due()
    assert (job.subject_uid, fixity.start_due()) == (accepted.uid, None)  # one at a time
    jobs.run_now(job)
    assert fixity.start_due() is None


def test_only_the_archive_asks_and_only_for_what_it_holds(people):
    batch = inspecting(people, 1)
    events = AuditEvent.objects.count()
    for by in ("D30:accessioner", "D07:archivist", "D09:archivist"):
        with pytest.raises(Refused):
            fixity.start(batch, by=people[by])
    assert (AuditEvent.objects.count(), Job.objects.filter(kind="verify_batch").count()) == (events, 0)


def page(client, url: str) -> str:
    return client.get(url).content.decode()


def failing_disk(monkeypatch, held):
    """Reading `held` gives EIO, as a dying disk does."""
    whole = type(held).open

    def opened(self, *args, **kwargs):
        if self == held:
            raise OSError(errno.EIO, "Input/output error")
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(type(held), "open", opened)


def test_a_disk_error_is_a_finding_and_a_task_and_the_next_batch_is_still_read(accepted, people, monkeypatch):
    """Shows: F-14, 16-23"""
    other = inspecting(people, 1, year=2017)
    taken_over(other, people, "同意接收。")
    held = next(delivery.holdings_folder(accepted).iterdir())
    failing_disk(monkeypatch, held)
    long_ago = timezone.now() - fixity.EVERY - timedelta(hours=1)
    Copy.objects.update(read_at=long_ago - timedelta(days=1))
    Copy.objects.filter(part__batch=other).update(read_at=long_ago)
    first = fixity.start_due()
    assert first.subject_uid == accepted.uid
    jobs.run_now(first)
    assert Job.objects.get(pk=first.pk).state == "done"
    assert Task.objects.of(accepted).open().filter(kind=fixity.TASK).exists()
    told = [one.message for one in InspectionResult.objects.filter(run__subject_uid=accepted.uid, run__stage="BC")]
    assert any("Input/output error" in message for message in told)
    assert fixity.start_due().subject_uid == other.uid


def test_a_missing_folder_is_a_finding_and_a_task(accepted, people):
    shutil.rmtree(delivery.holdings_folder(accepted))
    run = fixity.reverify(accepted, by=people["D30:accessioner"])
    assert run.verdict == "fail"
    assert [copy.state for copy in Copy.objects.of_holdings(accepted)] == ["missing"]
    assert Task.objects.of(accepted).open().filter(kind=fixity.TASK).exists()


def test_a_damaged_package_is_marked_everywhere_until_healed(accepted, people):
    client, by = browser(people["D30:accessioner"]), people["D30:accessioner"]
    record = accepted.items.first().record
    places = [reverse("transfer:accessions"), accepted.get_absolute_url(), record.get_absolute_url()]
    assert page(client, places[1]).count("已核验") == 2  # in two places
    assert not any("待修复" in page(client, url) for url in places)
    held = next(delivery.holdings_folder(accepted).iterdir())
    whole = held.read_bytes()
    flip_one_byte(accepted)
    fixity.reverify(accepted, by=by)
    assert all("损坏，待修复" in page(client, url) for url in places)
    assert page(client, places[1]).count("已核验") == 1
    held.write_bytes(whole)
    fixity.reverify(accepted, by=by)
    assert not any("待修复" in page(client, url) for url in places)
    assert page(client, places[1]).count("已核验") == 2


def test_a_damaged_package_is_written_off_with_a_reason_by_the_accessioner(accepted, people):
    by = people["D30:accessioner"]
    url = reverse("transfer:side_act", args=[accepted.uid, "write_off"])
    assert browser(by).post(url, {"write_off-note": "误点"}).status_code == 422  # nothing is damaged
    flip_one_byte(accepted)
    fixity.reverify(accepted, by=by)
    assert browser(by).post(url, {"write_off-note": ""}).status_code == 422
    assert browser(people["D07:archivist"]).post(url, {"write_off-note": "x"}).status_code in (403, 404, 422)
    assert Copy.objects.unsound(accepted).exists()
    assert browser(by).post(url, {"write_off-note": "已从备份恢复另存，本份核销。"}).status_code == 302
    assert [copy.state for copy in Copy.objects.of_holdings(accepted)] == ["written_off"]
    assert not Task.objects.of(accepted).open().filter(kind=fixity.TASK).exists()
    assert AuditEvent.objects.of(accepted).filter(verb="write_off").get().opinion == "已从备份恢复另存，本份核销。"
    assert not any(
        "待修复" in page(browser(by), url) for url in (accepted.get_absolute_url(), reverse("transfer:accessions"))
    )
    fixity.reverify(accepted, by=by)  # read once more: still damaged, and nobody is troubled again
    assert not Task.objects.of(accepted).open().filter(kind=fixity.TASK).exists()
    Copy.objects.update(read_at=timezone.now() - 2 * fixity.EVERY)
    job = fixity.start_due()  # fault: the second copy is all that is left of it, and no schedule read it any more
    assert job.subject_uid == accepted.uid
    jobs.run_now(job)
    assert Copy.objects.get(part__batch=accepted, place="second").read_at > timezone.now() - timedelta(minutes=5)
    assert not Task.objects.of(accepted).open().filter(kind=fixity.TASK).exists() and fixity.start_due() is None
    Copy.objects.filter(part__batch=accepted).update(state="written_off", read_at=timezone.now() - 2 * fixity.EVERY)
    assert fixity.start_due() is None


def test_long_term_keeping_uses_the_standards_items(accepted, people):
    """Shows: 16-22"""
    run = fixity.reverify(accepted, by=people["D30:accessioner"])
    assert run.stage == "BC" and {"1-1", "1-14", "2-1", "2-2", "2-11", "3-1", "3-2", "3-5"} <= set(run.tally)
    flip_one_byte(accepted)
    fixity.reverify(accepted, by=people["D30:accessioner"])
    codes = set(
        InspectionResult.objects.filter(run__subject_uid=accepted.uid, run__stage="BC").values_list(
            "item_code", flat=True
        )
    )
    assert codes and all(code.startswith("BC-") for code in codes)


def test_reading_again_ends_at_what_was_read_of_both_places(accepted, people):
    long_ago = timezone.now() - timedelta(days=9)
    Copy.objects.filter(place="second").update(read_at=long_ago, verified_at=long_ago)
    job = fixity.start(accepted, by=people["D30:accessioner"])
    jobs.run_now(job)
    job.refresh_from_db()
    size = sum(accepted.parts.filter(record_count__gt=0).values_list("bytes", flat=True))
    assert (job.state, job.done, job.total, job.size, job.of_size) == ("done", 2, 2, 2 * size, 2 * size)
    assert job.note == "两处逐字节核验，全部完好"
    assert Copy.objects.get(part__batch=accepted, place="second").verified_at > long_ago


def test_a_check_that_could_read_nothing_does_not_say_that_it_checked(accepted, people):
    shutil.rmtree(delivery.holdings_folder(accepted))
    shutil.rmtree(healing.second_folder(accepted))
    job = fixity.start(accepted, by=people["D30:accessioner"])
    jobs.run_now(job)
    job.refresh_from_db()
    assert (job.done, job.total, job.size, job.note) == (0, 2, 0, "没有读到信息包，未核验")


def test_a_second_copy_that_is_damaged_is_named_and_is_a_task(accepted, people):
    second = healing.second_folder(accepted) / accepted.parts.get(record_count__gt=0).filename
    second.write_bytes(second.read_bytes()[:-1])
    job = fixity.start(accepted, by=people["D30:accessioner"])
    jobs.run_now(job)
    job.refresh_from_db()
    assert job.note == "核验发现 1 处问题"
    told = page(browser(people["D30:accessioner"]), accepted.get_absolute_url())
    assert f"第二存放地/{second.name}" in told
    assert Task.objects.of(accepted).open().filter(kind=fixity.TASK).exists()


def spoilt_second(batch) -> None:
    second = healing.second_folder(batch) / batch.parts.get(record_count__gt=0).filename
    second.write_bytes(second.read_bytes()[:-1])


def states_of(batch) -> list[tuple[str, str]]:
    """Of the archive's two places."""
    return sorted(Copy.objects.filter(part__batch=batch).exclude(place="unit").values_list("place", "state"))


def is_on_a_desk(batch) -> bool:
    return Task.objects.of(batch).open().filter(kind=fixity.TASK).exists()


def test_one_place_healed_is_not_both(accepted, people):
    """Fault: the holdings were mended, and the item of the second place, which was not, was closed with it."""
    spoilt_second(accepted)
    flip_one_byte(accepted)
    fixity.reverify(accepted, by=people["D30:accessioner"])
    assert states_of(accepted) == [("holdings", "damaged"), ("second", "damaged")]
    Copy.objects.filter(place="second").update(read_at=timezone.now())
    fixity_run.run(1)  # the holdings, read longer ago; from the unit's own
    assert states_of(accepted) == [("holdings", "sound"), ("second", "damaged")] and is_on_a_desk(accepted)
    fixity_run.run(1)
    assert states_of(accepted) == [("holdings", "sound"), ("second", "sound")] and not is_on_a_desk(accepted)


def test_what_is_written_off_is_given_up_in_both_places(accepted, people):
    """Fault: of a part that was written off in the holdings, a second copy that was lost later troubled nobody."""
    by = people["D30:accessioner"]
    flip_one_byte(accepted)
    fixity.reverify(accepted, by=by)
    fixity.write_off(accepted, by=by, note="已另存，本份核销。")
    spoilt_second(accepted)
    fixity.reverify(accepted, by=by)
    assert states_of(accepted) == [("holdings", "written_off"), ("second", "damaged")] and is_on_a_desk(accepted)
    fixity.write_off(accepted, by=by, note="两处均损坏，核销。")
    assert states_of(accepted) == [("holdings", "written_off"), ("second", "written_off")]
    assert not is_on_a_desk(accepted)
    assert fixity.reverify(accepted, by=by).verdict == "fail" and not is_on_a_desk(accepted)


def test_a_second_copy_with_a_sound_first_is_not_written_off(accepted, people):
    by = people["D30:accessioner"]
    spoilt_second(accepted)
    fixity.reverify(accepted, by=by)
    with pytest.raises(Refused, match="没有损坏"):
        fixity.write_off(accepted, by=by, note="核销。")
    assert states_of(accepted) == [("holdings", "sound"), ("second", "damaged")] and is_on_a_desk(accepted)
