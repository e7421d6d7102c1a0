"""The archivist drafts the unit's schedule, 区档案局 returns it, then approves; a record filed by it says why."""

import re

import pytest
from playwright.sync_api import expect

from archive.models import RetentionSchedule
from tests.browser.helpers import enter, is_sound, send, tab_to
from tests.made import brought_to, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def drafted(page, picture) -> str:
    """By keyboard: from the menu to a changed row. Gives the version's address."""
    tab_to(page, "保管期限表")
    enter(page)
    is_sound(page, picture, "schedules")
    tab_to(page, "拟订区信息委新版本", tag="BUTTON")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("区信息委归档范围和保管期限表")
    is_sound(page, picture, "schedule-draft")
    address = page.url
    tab_to(page, "修改02-21")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("修改条款 02-21")
    is_sound(page, picture, "schedule-row")
    page.get_by_label("保管期限", exact=True).focus()
    page.keyboard.type("30")
    tab_to(page, "保存", tag="BUTTON")
    enter(page)
    expect(page.get_by_text(re.compile("条款 02-21 .*已保存。"))).to_be_visible()
    return address


def judged(page, address: str, picture) -> None:
    """区档案局 sees what would change, and returns the version."""
    page.goto(address)
    page.get_by_role("link", name="用上年文件试一试").click()
    expect(page.get_by_role("status").filter(has_text="因本次修改改变")).to_be_visible()
    is_sound(page, picture, "schedule-trial")
    page.goto(address)
    page.locator("summary", has_text="退回修改（区档案局）").click()
    page.get_by_label("退回意见").fill("02-15 请保留。")
    send(page.get_by_role("button", name="退回修改（区档案局）"))
    expect(page.get_by_text("区档案局已退回")).to_be_visible()
    is_sound(page, picture, "schedule-authority")


def mended(page, address: str, picture) -> None:
    page.goto(address)
    expect(page.get_by_text("02-15 请保留。").first).to_be_visible()
    page.locator("summary", has_text="已删去的条款").click()
    send(page.get_by_role("button", name=re.compile("恢复.*02-15")))
    expect(page.get_by_text("条款 02-15 已恢复。")).to_be_visible()
    page.get_by_role("link", name=re.compile("^与.*比较$")).click()
    expect(page.get_by_role("status").filter(has_text="1 条不同，其中 1 条改变保管期限")).to_be_visible()
    is_sound(page, picture, "schedule-compared")
    page.goto(address)
    send(page.get_by_role("button", name="报送区档案局审批"))


def test_a_schedule_from_draft_to_the_why_of_a_record(sign_in, people, units, picture):
    archivist, authority = sign_in(people["D07:archivist"]), sign_in(people["D30:inspector"])
    address = drafted(archivist, picture)
    row = archivist.locator("#r02-15")
    row.locator("summary", has_text="删去").click()
    send(row.get_by_role("button", name="确认删去"))
    expect(archivist.get_by_text("条款 02-15 已删去。")).to_be_visible()
    send(archivist.get_by_role("button", name="报送区档案局审批"))
    expect(archivist.get_by_text("已报送区档案局审批").first).to_be_visible()
    judged(authority, address, picture)
    mended(archivist, address, picture)
    authority.goto(address)
    is_sound(authority, picture, "schedule-asked")
    authority.get_by_label("区档案局批准文号").fill("长档〔2026〕5号")
    send(authority.get_by_role("button", name="批准（区档案局）"))
    expect(authority.get_by_text("区档案局已批准").first).to_be_visible()
    assert RetentionSchedule.objects.get(unit=units["D07"]).state == "approved"
    document = brought_to("dispatch", people, title="关于召开业务会议的通知")
    record = take(document, "complete", people["D07:clerk"]).record
    archivist.goto(record.get_absolute_url())
    archivist.get_by_role("link", name="为何为30年").click()
    expect(archivist.get_by_text(re.compile("业务会议")).first).to_be_visible()
    is_sound(archivist, picture, "why")
