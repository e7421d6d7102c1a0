"""Twenty opened and two postponed in one round, with the unit's opinion; found on the portal afterwards."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from archive.models import OpeningRound
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.helpers import enter, faults, send, tab_to
from tests.opened import held, second_appraiser

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
LATER = date(timezone.localdate().year + 10, 12, 31)
FITS = "document.documentElement.scrollWidth <= innerWidth"


def looked_at(page, picture, name: str) -> None:
    """At both widths: nothing beside the page, and nothing that axe finds."""
    picture(page, name)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert page.evaluate(FITS), name
    assert faults(page) == [], name


def follow_task(page, words: str) -> None:
    page.goto("/waiting/")
    page.get_by_role("link", name=words).first.click()


def put_together_by_keyboard(page) -> None:
    """The whole list, more than a page shows, goes into a round without the mouse."""
    page.goto("/records/opening/")
    expect(page.get_by_text("全选本列表 22 件")).to_be_visible()
    tab_to(page, "all", tag="INPUT")
    page.keyboard.press("Space")
    tab_to(page, "编入审核批次", tag="BUTTON")
    enter(page)
    expect(page.get_by_text("已编入")).to_be_visible()


def answer(sign_in, people, picture) -> None:
    """The archivist of the unit: all may be opened but the last two; the leader signs that."""
    unit = sign_in(people["D07:archivist"])
    follow_task(unit, "征求区信息委意见")
    unit.get_by_label("全选本列表").check()
    unit.get_by_label("开放意见").select_option("open")
    send(unit.get_by_role("button", name="填写开放意见"))
    for number in (21, 22):
        unit.get_by_label(f"勾选第 {number} 件").check()
    unit.get_by_label("开放意见").select_option("postpone")
    unit.get_by_label("延期理由").select_option("private_rights")
    unit.get_by_label("说明").fill("附有当事人住址")
    send(unit.get_by_role("button", name="填写开放意见"))
    looked_at(unit, picture, "opening-opinion")
    passed_unseen(unit, "提交意见")
    leader = sign_in(people["D07:leader"])
    follow_task(leader, "征求区信息委意见")
    passed_unseen(leader, "同意报送")


def judge(page, picture) -> None:
    """One act for all: twenty are done, the two against which the unit spoke are named, and are postponed."""
    page.reload()
    page.get_by_label("全选本列表").check()
    page.get_by_label("审核意见", exact=True).select_option("open")
    send(page.get_by_role("button", name="填写初审意见"))
    expect(page.get_by_role("heading", name="部分档案没有办理")).to_be_visible()
    looked_at(page, picture, "opening-round")
    for number in (21, 22):
        page.get_by_label(f"勾选第 {number} 件").check()
    page.get_by_label("审核意见", exact=True).select_option("postpone")
    page.get_by_label("延期至").fill(str(LATER))
    page.get_by_label("延期理由").select_option("private_rights")
    send(page.get_by_role("button", name="填写初审意见"))
    passed_unseen(page, "提交复审")


def passed_unseen(page, button: str) -> None:
    """Asked once at each stage: none of the records was opened."""
    send(page.get_by_role("button", name=button, exact=True))
    page.get_by_label(f"没有打开过，仍{button}").check()
    send(page.get_by_role("button", name=button, exact=True))


def test_twenty_opened_and_two_postponed_in_one_round(sign_in, people, picture, page, live_server):
    records = held(people, 22)
    appraiser, second = sign_in(people["D30:appraiser"]), second_appraiser(people)
    appraiser.goto("/records/opening/")
    looked_at(appraiser, picture, "opening-queue")
    put_together_by_keyboard(appraiser)
    send(appraiser.get_by_role("button", name="征求形成单位意见"))
    answer(sign_in, people, picture)
    judge(appraiser, picture)
    for person, task, button in (
        (second, "开放审核批次", "提交审定"), (people["D30:leader"], "开放审核批次", "审定"),
    ):  # fmt: skip
        reviewer = sign_in(person)
        follow_task(reviewer, task)
        passed_unseen(reviewer, button)
    authority = sign_in(people["D30:inspector"])
    follow_task(authority, "开放审核批次")
    authority.get_by_label("区档案局同意文号").fill("长档开〔2026〕3号")
    authority.get_by_label("同意日期").fill(str(timezone.localdate()))
    send(authority.get_by_role("button", name="同意延期开放（区档案局）"))
    appraiser.reload()
    send(appraiser.get_by_role("button", name="公布开放目录"))
    expect(appraiser.get_by_text("开放目录已公布")).to_be_visible()
    row = OpeningRound.objects.get()

    page.goto(f"{live_server.url}/portal/catalogue/releases/")
    page.get_by_role("link", name=row.release_no).click()
    expect(page.get_by_text("开放 20 件")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(20)
    looked_at(page, picture, "opening-release")
    for record, count in ((records[0], 1), (records[21], 0)):
        page.goto(f"{live_server.url}/portal/search/?q={record.doc_number}")
        expect(page.get_by_role("link", name=record.title, exact=True)).to_have_count(count)
