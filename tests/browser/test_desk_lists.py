"""A clerk's day at the lists: a letter registered, urged, circulated, reported, completed; by keys; many; on paper."""

import re

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from documents.models import Document, Urging
from tests.browser.conftest import PHONE
from tests.browser.helpers import choose, enter, faults, send, tab_to
from tests.browser.test_one_document import press
from tests.made import brought_to, registered, take
from units.models import Task

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
TITLE = "关于报送安全检查情况的函"
SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def rows():
    return Document.objects.unguarded("a test looks")


def unfold(page, label: str) -> None:
    page.locator(".acts summary", has_text=re.compile(f"^\\s*{label}\\s*$")).first.click()


def register(page) -> None:
    page.goto("/documents/register/")
    page.get_by_label("来文单位").fill("上海市某机关")
    page.get_by_label("标题", exact=True).fill(TITLE)
    page.get_by_label("本件不涉密").check()
    send(page.get_by_role("button", name="签收并保存"))
    page.get_by_label("办件", exact=True).check()
    press(page, "登记")


def test_a_letter_is_registered_urged_circulated_reported_and_completed(sign_in, people, picture):
    clerk = sign_in(people["D09:clerk"])
    register(clerk)
    letter = rows().get(title=TITLE)
    unfold(clerk, "催办")
    clerk.locator(".urgings").get_by_role("button", name="请今日办结。").click()
    send(clerk.locator(".urgings").get_by_role("button", name="催办", exact=True))
    unfold(clerk, "传阅")
    choose(clerk.locator(".circulation"), "人员", people["D09:officer"].name)
    send(clerk.locator(".circulation").get_by_role("button", name="传阅", exact=True))
    picture(clerk, "70-letter-circulated")
    assert faults(clerk) == [] and clerk.evaluate(SIDEWAYS)
    expect(clerk.get_by_text("0/1 已阅 · 传阅中")).to_be_visible()

    reviewer = sign_in(people["D09:reviewer"])
    expect(reviewer.get_by_text(re.compile("催办 1 次"))).to_be_visible()
    reviewer.goto("/waiting/"), picture(reviewer, "71-urged")
    assert faults(reviewer) == []
    letter.refresh_from_db()
    take(letter, "propose", people["D09:reviewer"], note="拟请领导阅示。", lead_officer=people["D09:officer"])
    take(letter, "instruct", people["D09:leader"], note="请本周办结。")
    take(letter, "handle", people["D09:officer"])
    take(letter, "report", people["D09:officer"], note="已按要求办理完毕。")
    clerk.goto("/leaders-words/")
    expect(clerk.get_by_text("请本周办结。")).to_be_visible()
    assert faults(clerk) == []
    clerk.get_by_role("link", name=TITLE).click()
    clerk.locator(".acts").get_by_label("保管期限").first.select_option("D10")
    press(clerk, "办结")
    assert rows().get(pk=letter.pk).state == "completed"
    assert Task.objects.get(kind="read").closed_at is None  # the reader still has it


def test_the_list_by_keys(sign_in, people):
    """j, k, Enter, x, / and ?; never while typing; then many at once, and the next one offered."""
    for number in range(3):
        brought_to("submit", people, title=f"关于第{number}项工作的通知")
    page = sign_in(people["D07:clerk"])
    page.goto("/under-way/")
    for key, at in (("j", 2), ("j", 1), ("j", 0), ("j", 0), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == f"关于第{at}项工作的通知"
    enter(page)
    expect(page.get_by_role("heading", name="关于第1项工作的通知")).to_be_visible()
    page.go_back()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jxk?")
    assert page.locator("#top-q").input_value() == "jxk?"
    page.locator("#top-q").blur()
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("x")  # boxes come, this row is ticked
    expect(page.get_by_text("已选 1 件")).to_be_visible()
    page.keyboard.press("j"), page.keyboard.press("x")
    expect(page.get_by_text("已选 2 件")).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(SIDEWAYS)
    tab_to(page, "催办", tag="BUTTON")
    enter(page)
    page.get_by_label("催办内容").focus()
    page.keyboard.type("请今日办结。")
    assert faults(page) == []
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("共 2 件：已办 2 件")).to_be_visible()
    assert faults(page) == []
    urged = [f"关于第{number}项工作的通知" for number in (1, 2)]
    assert sorted(Urging.objects.values_list("task__title", flat=True)) == urged


def test_after_an_act_the_next_one_is_a_button(sign_in, people, picture):
    for number in range(2):
        registered(people, title=f"关于第{number}项工作的通知", kind="for_action")
    page = sign_in(people["D09:reviewer"])
    page.get_by_role("link", name="关于第1项工作的通知").click()
    page.locator(".acts textarea").first.fill("拟请领导阅示。")
    press(page, "拟办")
    picture(page, "72-next")
    page.get_by_role("link", name="下一件：关于第0项工作的通知").click()
    expect(page.get_by_role("heading", name="关于第0项工作的通知")).to_be_visible()


def test_a_long_list_begins_on_the_first_sheet_and_its_head_stands_on_each(sign_in, people):
    """在办 printed a blank first page: the table was not to be broken, and was longer than what was left of it."""
    for number in range(14):
        brought_to("submit", people, title=f"关于第{number:02d}项{'做好相关协调保障' * 12}工作的通知")
    page = sign_in(people["D07:clerk"])
    page.goto("/under-way/")
    sheets = [sheet.get_textpage().get_text_bounded() for sheet in PdfDocument(page.pdf(format="A4"))]
    assert len(sheets) > 1 and all("项做好" in sheet and "时限" in sheet for sheet in sheets)
    assert "第13项" in sheets[0] and "批量" not in sheets[0] and "筛选" not in sheets[0]
