"""What the papers and registers of a batch said they say for ever, whatever became of records and copies since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.correction import correct
from archive.models import Record
from tests.transfer.stock import inspecting, made, run_queued, stocked, taken_over
from transfer import actions, fixity, handover_papers, papers, register
from transfer.models import Batch, Copy
from transfer.workflow import BATCH

pytestmark = pytest.mark.django_db


def mended(people, batch) -> None:
    record = Record.objects.unguarded("a test looks").get(batch_items__batch=batch, batch_items__position=1)
    changes = {"author": "另一责任者", "remark": "补正后的备注", "title": "补正后的题名"}
    correct(record, by=people["D07:archivist"], reason="按退回意见更正", version=record.version, changes=changes)


def said(batch) -> tuple[bytes, list]:
    row = Batch.objects.unguarded("a test looks").for_detail().get(pk=batch.pk)
    return papers.PAPERS["catalogue"].make(row), handover_papers.list_lines(row)


def test_the_papers_of_a_returned_batch_do_not_follow_the_mending(people):
    """Fault: 责任者, 日期, 密级, 页数 and 备注 of the old 目录文件 and 移交清单 were those of today."""
    batch = inspecting(people, 2)
    before = said(batch)
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note="责任者有误。")
    mended(people, batch)
    assert said(batch) == before and "另一责任者" not in before[0].decode()


def test_what_was_taken_out_and_comes_in_again_is_shown_as_it_is_now(people):
    """Fault: the row that it got back showed the title that was packed before it was mended."""
    by = people["D07:archivist"]
    stocked(people, 2)
    batch = made(people)
    actions.start_packaging(batch, by=by)
    run_queued(batch)
    batch.refresh_from_db()
    BATCH.perform("reopen", batch, by=by)
    actions.take_out(batch.items.get(position=1), by=by, reason="题名有误")
    mended(people, batch)
    batch.refresh_from_db()
    actions.add_records(batch, by=by, given=actions.AddInput())
    assert batch.items.select_related("record").get(position=1).shown_title == "补正后的题名"


def test_the_day_of_storing_is_not_that_of_the_last_reading(people):
    """Fault: 入库日期 moved with every monthly reading."""
    batch = inspecting(people, 1)
    taken_over(batch, people)
    batch.refresh_from_db()
    stored = timezone.localdate(batch.stored_at)
    Copy.objects.update(read_at=timezone.now() - 2 * fixity.EVERY)
    fixity.reverify(batch, by=people["D30:accessioner"])
    Copy.objects.update(verified_at=timezone.now() + timedelta(days=40))
    (line,) = register.lines(register.SIDES["accession"], [batch])
    assert line["stored_on"] == stored
