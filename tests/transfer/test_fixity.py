"""Held packages are read again: a flipped byte is named within one run, whoever asked for it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.transfer.stock import browser, inspecting
from transfer import delivery, fixity
from transfer.models import PackagePart
from transfer.workflow import BATCH
from units import jobs
from units.models import AuditEvent, Job, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(people):
    batch = inspecting(people, 2)
    BATCH.perform("accept", batch, by=people["D30:accessioner"], note="同意接收。")
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
    assert client.post(reverse("transfer:verify", args=[accepted.uid])).status_code == 302
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
    assert fixity.start_due() is None
    PackagePart.objects.update(verified_at=timezone.now() - fixity.EVERY - timedelta(hours=1))
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
