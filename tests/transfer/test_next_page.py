"""The batch page after a failure that was overcome, while it is settled, and before a signature."""

import pytest

from tests.transfer.stock import browser, handing_over, inspecting, made, stocked
from transfer import actions
from transfer.act_forms import SignForm
from transfer.background import package_batch
from transfer.side_acts import BATCH_SIDE
from units.models import Job

pytestmark = pytest.mark.django_db


def test_a_failure_that_was_overcome_is_no_news_any_more(people):
    stocked(people, 2)
    batch, by = made(people), people["D07:archivist"]
    failed = actions.start_packaging(batch, by=by)
    Job._base_manager.filter(pk=failed.pk).update(state="failed", cause="自检不合格：1 件档案有问题。")
    client = browser(by)
    assert "自检不合格：1 件" in client.get(batch.get_absolute_url()).text
    again = actions.start_packaging(batch, by=by)
    package_batch(again, str(batch.uid))
    Job._base_manager.filter(pk=again.pk).update(state="done")
    assert "自检不合格：1 件" not in client.get(batch.get_absolute_url()).text


def test_pieces_of_a_settled_batch_are_not_undecided(people):
    batch = inspecting(people, 2)
    client = browser(people["D30:accessioner"])
    assert "待定" in client.get(batch.get_absolute_url()).text
    handing_over(batch, people)
    page = client.get(batch.get_absolute_url()).text
    assert "拟接收" in page and "待定" not in page


def test_who_signs_reads_which_items_nobody_has_checked(people):
    batch = handing_over(inspecting(people, 2), people)
    form = SignForm(act=BATCH_SIDE.get("fill_over"), of=batch)
    assert "YJ-" in form.fields["knows"].help_text and "项未检" not in form.fields["knows"].help_text


def test_the_leaders_step_stands_above_the_list_on_a_narrow_page(people):
    stocked(people, 1)
    batch = made(people)
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    page = browser(people["D07:leader"]).get(batch.get_absolute_url()).text
    assert page.index('href="#acts">批准移交</a>') < page.index("移交批次内档案")
