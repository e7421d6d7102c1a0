"""The batch page after a failure that was overcome, while it is settled, and before a signature."""

import re

import pytest

from tests.transfer.stock import accompanied, browser, handing_over, inspecting, made, signed, stocked
from transfer import actions, handover_papers
from transfer.act_forms import SignForm
from transfer.background import package_batch
from transfer.side_acts import BATCH_SIDE
from transfer.states import Side
from transfer.workflow import BATCH
from units.models import AuditEvent, Job

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


def test_whoever_owes_a_name_has_it_at_the_top_and_nothing_else(people):
    """Fault: the receiver's big button was 接收 while all names lacked, the others had none at all."""
    batch = handing_over(inspecting(people, 1), people)
    for name, key in (("fill_over", "D07:archivist"), ("check_over", "D07:leader"), ("fill_in", "D30:accessioner"),
                      ("check_in", "D30:leader")):  # fmt: skip
        page = browser(people[key]).get(batch.get_absolute_url()).text
        assert f'<a class="button main" href="#{name}-form">签署登记表' in page and 'href="#acts"' not in page, key
        assert re.search(rf'<details open>(?:(?!</details>).)*id="{name}-form"', page, re.DOTALL), key
        BATCH_SIDE.perform(name, batch, by=people[key])


def test_what_accompanies_comes_before_the_package(people):
    """Fault: 检测移交信息包 was the dark button while 随附情况 was empty."""
    stocked(people, 1)
    by = people["D07:archivist"]
    batch = actions.create_batch(by.appointments.get().post.unit, by=by, name="移交")
    page = browser(by).get(batch.get_absolute_url()).text
    assert 'href="#accompany-form">填写随附情况' in page and 'class="main">检测移交信息包' not in page
    accompanied(batch, by)
    page = browser(by).get(batch.get_absolute_url()).text
    assert 'href="#accompany-form"' not in page and 'class="main">检测移交信息包' in page


def test_looks_by_hand_that_the_unit_left_out_are_told_before_it_approves(people):
    """Fault: 0 of 4 were done, each row said that nothing was found, and the leader's page said nothing of it."""
    stocked(people, 1)
    batch = made(people)
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    page = browser(people["D07:leader"]).get(batch.get_absolute_url()).text
    assert "移交单位人工检测还有 4 项没有登记：YJ-2-7" in page and "软件检测完成，人工检测还有 4 项" in page
    assert "软件自检未发现问题" in page
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    assert "还有 4 项" in AuditEvent.objects.of(batch).get(verb="approve").detail["unlooked"]


def test_what_the_register_calls_unchecked_the_page_calls_so_too(people):
    """Fault: the page said that all was inspected, the printed register listed what was not."""
    batch = handing_over(inspecting(people, 1), people)
    counts = [handover_papers.unchecked_count(batch, side) for side in Side]
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).text
    assert all(counts) and f"将载入登记表的：移交单位 {counts[0]} 项、接收单位 {counts[1]} 项" in page
    BATCH.perform("accept", signed(batch, people), by=people["D30:accessioner"])
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).text
    assert "软件检测完成" in page and "将载入" not in page  # fault: what was signed long ago was still to come


def test_the_leaders_step_stands_above_the_list_on_a_narrow_page(people):
    stocked(people, 1)
    batch = made(people)
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    page = browser(people["D07:leader"]).get(batch.get_absolute_url()).text
    assert page.index('href="#acts">批准移交</a>') < page.index("移交批次内档案")
