"""A batch from the unit's archivist to the archive's custody, by pages and the real worker handlers."""

import zipfile
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from archive import mending
from archive.correction import correct
from archive.models import Record
from archive.packages.verifier import verify
from tests.made import brought_to, take
from tests.transfer.stock import accompanied, looked_at, sealed, taken_over
from transfer import actions, delivery
from transfer.models import Batch
from transfer.workflow import BATCH
from units import jobs
from units.models import AuditEvent, Job, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(people) -> list[Record]:
    """Three records of D07, permanent."""
    found = []
    for number in range(3):
        document = brought_to("dispatch", people, title=f"关于第{number}项工作的通知")
        take(document, "complete", people["D07:clerk"], retention_code="Y")
        found.append(document.record)
    return found


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def run_jobs() -> None:
    for job in Job.objects.filter(state="queued").order_by("pk"):
        jobs.run_now(job)


def made(people) -> Batch:
    by = people["D07:archivist"]
    return accompanied(actions.create_batch(by.appointments.get().post.unit, by=by, name="2026年度移交"), by)


def submitted(people) -> Batch:
    batch = made(people)
    actions.start_packaging(batch, by=people["D07:archivist"])
    run_jobs()
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    run_jobs()
    batch.refresh_from_db()
    return batch


def step_by_page(batch, client, step, status=302, **data) -> None:
    batch.refresh_from_db()
    data = {f"{step}-{name}": value for name, value in data.items()}
    answer = client.post(reverse("transfer:act", args=[batch.uid, step]), {"version": batch.version, **data})
    assert answer.status_code == status, answer.content.decode()
    batch.refresh_from_db()


def sign_by_pages(batch, *clients) -> None:
    for client, what in zip(clients, ("fill_over", "check_over", "fill_in", "check_in"), strict=True):
        address = reverse("transfer:side_act", args=[batch.uid, what])
        unknowing = client.post(address)  # what nobody checked is signed for knowingly
        assert unknowing.status_code == 422 and "登记表载明：移交单位" in unknowing.content.decode()
        assert client.post(address, {f"{what}-knows": "on"}).status_code == 302


def test_from_batch_to_custody_by_pages(filed, people):
    unit, leader, archive = (browser(people[key]) for key in ("D07:archivist", "D07:leader", "D30:accessioner"))
    assert [one.count for one in unit.get(reverse("transfer:create")).context["waiting"]] == [3]
    answer = unit.post(reverse("transfer:create"), {"unit": filed[0].unit_id, "name": "2026年度移交"})
    batch = Batch.objects.unguarded("a test looks").get()
    assert answer.status_code == 302 and batch.record_count == 3
    assert set(Record.objects.unguarded("a test looks").values_list("state", flat=True)) == {"in_transfer"}
    act = partial(step_by_page, batch)
    assert archive.get(batch.get_absolute_url()).status_code == 404
    act(unit, "self_check", 422)  # nothing accompanies the items yet
    accompanied(batch, people["D07:archivist"])
    act(unit, "self_check")
    assert unit.get(batch.get_absolute_url()).context["jobs"][0].state == "queued"
    act(unit, "self_check", 422)  # it runs already
    run_jobs()
    act(leader, "approve", note="同意移交。")
    act(unit, "submit")
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == "inspecting"
    assert verify(delivery.holdings_folder(batch)).manifest_sha256 == batch.manifest_digest
    assert archive.get(reverse("transfer:accessions")).context["page"].items == [batch]
    assert archive.get(filed[0].get_absolute_url()).status_code == 200
    looked_at(batch, people)
    act(archive, "settle")
    act(archive, "accept", 422)  # nobody has signed
    assert set(Record.objects.unguarded("a test looks").values_list("custodian__code", flat=True)) == {"D07"}
    sign_by_pages(batch, unit, leader, archive, browser(people["D30:leader"]))
    sealed(batch, people)
    act(archive, "accept", note="合格，同意接收。")
    record = Record.objects.unguarded("a test looks").get(pk=filed[0].pk)
    assert (record.state, record.custodian.code, record.unit.code) == ("accessioned", "D30", "D07")
    assert [one.verb for one in AuditEvent.objects.of(record)] == ["file", "enter_batch", "offer", "accession"]
    custody = batch.receipts.get(kind="custody")
    assert unit.get(reverse("transfer:receipt", args=[batch.uid, custody.uid])).status_code == 200
    assert b"".join(unit.get(reverse("transfer:part", args=[batch.uid, 1])).streaming_content)[:2] == b"PK"
    run_jobs()
    act(unit, "close")
    assert not Task.objects.of(batch).open().exists()
    assert browser(people["D15:archivist"]).get(batch.get_absolute_url()).status_code == 404


def test_an_item_is_returned_and_the_rest_is_taken(filed, people):
    """Shows: E-15, E-03, F-06, F-07, 16-7, S-01"""
    batch = submitted(people)
    by, item = people["D30:accessioner"], batch.items.get(position=2)
    with pytest.raises(Refused, match="退回须填写理由"):
        actions.mark(item, by=by, is_returned=True)
    actions.mark(item, by=by, is_returned=True, reason="附件缺页，请补齐。")
    looked_at(batch, people)
    with pytest.raises(Refused, match="提请退回所标各件"):
        BATCH.perform("settle", batch, by=by)
    taken_over(batch, people)
    states = list(Record.objects.unguarded("a test looks").order_by("pk").values_list("state", "custodian__code"))
    assert states == [("accessioned", "D30"), ("filed", "D07"), ("accessioned", "D30")]
    assert batch.receipts.get(kind="return").content["items"][0]["reason"] == "附件缺页，请补齐。"
    with pytest.raises(Refused, match="没有符合条件的档案"):  # not before it is mended or answered for
        made(people)
    returned = Record.objects.unguarded("a test looks").get(pk=item.record_id)
    mending.answer_mend(returned, by=people["D07:archivist"], answer="附件已补齐。")
    returned.refresh_from_db()
    correct(
        returned, changes={"remark": "原件"}, reason="补记备注", by=people["D07:archivist"], version=returned.version
    )
    again = made(people)
    assert again.record_count == 1  # the answer first, then what was corrected since
    assert (again.items.get().attempt, again.items.get().answer) == (2, "附件已补齐。（其后更正：补记备注）")


def test_a_damaged_package_can_only_be_returned(filed, people, monkeypatch):
    batch = made(people)
    actions.start_packaging(batch, by=people["D07:archivist"])
    run_jobs()
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    job = Job.objects.get(state="queued")
    delivery.copy_to_holdings(batch, lambda *_: None)
    held = delivery.holdings_folder(batch) / batch.parts.get().filename
    with zipfile.ZipFile(held) as archive:
        victim = next(one for one in archive.infolist() if one.filename.endswith("定稿.txt"))
    with held.open("r+b") as file:
        file.seek(victim.header_offset + 30 + len(victim.filename.encode()) + 5)
        file.write(b"\xff")
    jobs.run_now(job)
    batch.refresh_from_db()
    with pytest.raises(Refused, match=r"定稿\.txt"):
        BATCH.perform("settle", batch, by=people["D30:accessioner"])
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url())
    assert "定稿.txt" in page.content.decode()
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note="移交包损坏，请重新打包。")
    assert set(Record.objects.unguarded("a test looks").values_list("state", "custodian__code")) == {("filed", "D07")}


def test_refusals_leave_everything_as_it_was(filed, people):
    batch = made(people)
    before = batch.version, AuditEvent.objects.count(), Job.objects.count()
    with pytest.raises(Refused, match="没有符合条件的档案"):
        made(people)
    with pytest.raises(Refused):
        BATCH.perform("submit", batch, by=people["D07:archivist"])
    with pytest.raises(Refused):
        actions.start_packaging(batch, by=people["D09:archivist"])
    batch.refresh_from_db()
    assert before == (batch.version, AuditEvent.objects.count(), Job.objects.count())


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_item_and_three(filed, people, count, django_assert_num_queries):
    batch = made(people)
    for item in batch.items.filter(position__gt=count):
        actions.take_out(item, by=people["D07:archivist"], reason="试")
    client = browser(people["D07:archivist"])
    client.get(batch.get_absolute_url())
    with django_assert_num_queries(29):
        client.get(batch.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(reverse("transfer:batches"))
