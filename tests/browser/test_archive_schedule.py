"""The archivist drafts the unit's schedule from the sample, 区档案局 returns it, then approves; a record says why."""

import pytest
from playwright.sync_api import expect

from archive.models import RetentionSchedule
from tests.browser.conftest import PHONE
from tests.browser.helpers import enter, faults, tab_to
from tests.made import brought_to, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
WIDE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def looked_at(page, picture, name: str) -> None:
    picture(page, name)
    assert faults(page) == [], name
    page.set_viewport_size({"width": PHONE["width"], "height": 844})
    assert page.evaluate(WIDE), name
    page.set_viewport_size({"width": 1366, "height": 768})


def drafted(page, picture) -> str:
    """By the keyboard: from the menu to a changed row and on to the authority. Gives the version's address."""
    tab_to(page, "保管期限表")
    enter(page)
    looked_at(page, picture, "90-schedules")
    tab_to(page, "拟订区信息委新版本", tag="BUTTON")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("区信息委归档范围和保管期限表")
    looked_at(page, picture, "91-schedule-draft")
    address = page.url
    page.locator("#r02-21").get_by_role("link", name="修改").focus()
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("修改条款 02-21")
    looked_at(page, picture, "92-schedule-row")
    page.get_by_label("保管期限", exact=True).select_option("30年")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("条款 02-21")).to_be_visible()
    page.locator("#r02-15").get_by_role("button", name="删去").click()
    expect(page.get_by_text("条款 02-15 已删去。")).to_be_visible()
    page.get_by_role("button", name="报送区档案局审批").click()
    expect(page.get_by_text("已报送区档案局审批")).to_be_visible()
    return address


def judged(page, address: str, picture) -> None:
    """区档案局 sees what differs and what would change, and returns the version."""
    page.goto(address)
    page.get_by_role("link", name="用上年文件试一试").click()
    expect(page.get_by_role("status")).to_contain_text("件将改变")
    looked_at(page, picture, "94-schedule-trial")
    page.goto(address)
    page.get_by_text("退回修改（区档案局）", exact=True).first.click()
    page.get_by_label("退回意见").fill("02-15 请保留。")
    page.get_by_role("button", name="退回修改（区档案局）").click()
    expect(page.get_by_text("区档案局已退回")).to_be_visible()


def test_a_schedule_from_draft_to_the_why_of_a_record(sign_in, people, units, picture):
    archivist, authority = sign_in(people["D07:archivist"]), sign_in(people["D30:inspector"])
    address = drafted(archivist, picture)
    judged(authority, address, picture)
    archivist.goto(address)
    expect(archivist.get_by_text("02-15 请保留。").first).to_be_visible()
    archivist.get_by_text("已删去的条款").click()
    archivist.get_by_role("button", name="恢复02-15").click()
    expect(archivist.get_by_text("条款 02-15 已恢复。")).to_be_visible()
    archivist.get_by_role("link", name="比较").click()
    expect(archivist.get_by_role("status")).to_contain_text("1 条不同，其中 1 条改变保管期限")
    looked_at(archivist, picture, "93-schedule-compared")
    archivist.goto(address)
    archivist.get_by_role("button", name="报送区档案局审批").click()
    authority.goto(address)
    looked_at(authority, picture, "95-schedule-asked")
    authority.get_by_label("区档案局批准文号").fill("长档〔2026〕5号")
    authority.get_by_role("button", name="批准（区档案局）").click()
    expect(authority.get_by_text("区档案局已批准")).to_be_visible()
    assert RetentionSchedule.objects.get(unit=units["D07"]).state == "approved"
    document = brought_to("dispatch", people, title="关于召开业务会议的通知")
    record = take(document, "complete", people["D07:clerk"]).record
    archivist.goto(record.get_absolute_url())
    looked_at(archivist, picture, "96-record-why")
    archivist.get_by_role("link", name="为何为30年").click()
    expect(archivist.get_by_text("题名含“业务会议”“召开”").first).to_be_visible()
    looked_at(archivist, picture, "97-why")
