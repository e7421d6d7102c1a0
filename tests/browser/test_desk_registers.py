"""A number voided by keyboard is seen struck through; every register is looked at, the print is a link to a PDF."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import enter, faults, tab_to
from tests.made import brought_to

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def test_the_clerk_voids_a_number_and_sees_it_in_the_register(sign_in, people, picture):
    brought_to("dispatch", people, title="关于本月工作的通知", to=("D09", "D15"))
    numbered = brought_to("number", people, title="关于编错字号的通知")
    page = sign_in(people["D07:clerk"])
    void_by_keyboard(page, numbered, picture)
    for tab in ("收文登记簿", "用印登记簿", "发文字号登记"):
        page.get_by_role("link", name=tab).click()
        picture(page, f"registers-{tab}")
        assert faults(page) == []


def void_by_keyboard(page, document, picture) -> None:
    page.goto(document.get_absolute_url())
    tab_to(page, "作废字号", "SUMMARY")
    page.keyboard.press("Enter")
    tab_to(page, "void_number-note", "TEXTAREA")
    page.keyboard.type("取号时误操作")
    tab_to(page, "作废字号", "BUTTON")
    enter(page)
    expect(page.get_by_text("字号已作废")).to_be_visible()
    tab_to(page, "登记簿")
    enter(page)
    row = page.locator(".register tr", has_text="作废：取号时误操作")
    assert row.locator("s", has_text="长信〔2026〕2号").count() == 1
    assert page.locator(".register tr", has_text="长信〔2026〕3号").locator("s").count() == 0
    assert faults(page) == []
    picture(page, "registers-issued")
    tall = page.eval_on_selector_all(".register th", "all => all.filter(one => one.clientHeight > 40).length")
    assert tall == 0  # no heading is one character wide
