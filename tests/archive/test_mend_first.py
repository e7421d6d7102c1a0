"""Returned records: whose words the reason is, mending before answering, the task's code, one item for one thing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import correction, mending
from archive.models import Record
from tests.archive.test_opening_rounds import browser
from tests.opened import enlisted, heard, held
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from transfer import actions as batches
from transfer import picking
from transfer.models import Batch, BatchItem
from units.models import Task
from units.tasks import told_next

pytestmark = pytest.mark.django_db


def again(record) -> Record:
    return Record.objects.unguarded("a test looks").get(pk=record.pk)


@pytest.fixture
def returned(people):
    record = stocked(people, 1, year=2020)[0]
    mending.open_mend_task(
        record, f"{mending.FROM_ARCHIVE}题名不全", people["D30:accessioner"], "title", post="archivist"
    )
    return again(record)


def text(people, record) -> str:
    return " ".join(browser(people["D07:archivist"]).get(record.get_absolute_url()).content.decode().split())


def test_the_reason_is_signed_by_who_returned_it_and_mending_comes_first(people, returned):
    page = text(people, returned)
    assert "题名不全（区档案局 接收" in page and "题名不全（区信息委" not in page
    assert page.index("#files") < page.index("答复补正")
    correction.correct(
        returned, changes={"title": "关于补全题名的通知"}, reason="补全题名", by=people["D07:archivist"],
        version=returned.version,
    )  # fmt: skip
    page = text(people, again(returned))
    assert "已作更正，尚未答复" in page and page.index("答复补正") < page.index("#files")


def test_the_task_follows_the_code_and_the_void_code_names_its_successor(people, returned, units):
    old = returned.archival_code
    row = correction.correct(
        returned, changes={"year": 2019}, reason="年度有误", by=people["D07:archivist"], version=returned.version
    )
    task = Task.objects.of(row).open().get()
    assert row.archival_code in task.detail and old not in task.detail
    told = picking.why_not(units["D07"], people["D07:archivist"], None, {old.lower(): old})
    assert told == [f"{old}不能选入：该档号已作废，现为 {row.archival_code}，请改填。"]


def test_what_was_returned_and_mended_is_offered_first(people, units):
    rows = stocked(people, 3, year=2015)
    batch = batches.create_batch(units["D07"], by=people["D07:archivist"], name="移交", retention="Y")
    items = BatchItem.objects.filter(batch=batch)
    items.update(is_open=False)
    items.filter(record=rows[2]).update(verdict="returned", reason="题名不全", record_version=1)
    Batch._base_manager.filter(pk=batch.pk).update(submitted_at=timezone.now())
    with unwatched():
        Record._base_manager.filter(pk__in=[one.pk for one in rows]).update(state="filed")
    first = picking.picks(units["D07"], people["D07:archivist"], None).rows[0]
    assert first.pk == rows[2].pk and first.was_returned


def test_an_answered_consultation_asks_for_no_answer_and_the_page_says_who_is_next(people):
    row = heard(enlisted(people, held(people, 1)), people)
    asked = row.consultations.get()
    assert "前答复" not in asked.task_detail() and str(asked.due_on) not in asked.task_detail()
    assert told_next(row) == "下一步：区档案局 开放审核“开放初审”。"
    answer = browser(people["D30:appraiser"]).post(
        reverse("archive:opening_round_act", args=[row.uid, "dissolve"]),
        {"version": row.version, "dissolve-note": "并入下批"}, follow=True,
    )  # fmt: skip
    assert "下一步" not in answer.content.decode()
