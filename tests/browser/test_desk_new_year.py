"""A number voided by keyboard is seen struck through; last month's register is printed; a year ends and is closed."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from documents.models import NumberEntry
from tests.browser.helpers import enter, faults, send, tab_to
from tests.browser.test_one_document import open_task, press
from tests.made import brought_to

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
LAST_DAY = datetime(2026, 12, 31, 7, 0, tzinfo=UTC)  # 15:00 here
FOURTH = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)


def test_the_clerk_ends_the_year(sign_in, people, picture, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LAST_DAY)
    brought_to("dispatch", people, title="关于十二月工作的通知", to=("D09", "D15"))
    numbered = brought_to("number", people, title="关于编错字号的通知")
    late = brought_to("approve", people, title="关于年末签发的通知")
    void_by_keyboard(sign_in(people["D07:clerk"]), numbered, picture)

    monkeypatch.setattr(timezone, "now", lambda: FOURTH)
    page = sign_in(people["D07:clerk"])
    open_task(page, late.title)
    press(page, "编号")
    late.refresh_from_db()
    assert late.doc_number == "长信〔2026〕4号", late.doc_number
    last_months_register_is_printed(page, picture)
    the_year_is_closed(page, picture)


def void_by_keyboard(page, document, picture) -> None:
    page.goto(document.get_absolute_url())
    tab_to(page, "作废字号", "SUMMARY")
    page.keyboard.press("Enter")
    tab_to(page, "void_number-note", "TEXTAREA")
    page.keyboard.type("取号时误操作")
    tab_to(page, "作废字号", "BUTTON")
    enter(page)
    assert page.get_by_text("字号已作废").is_visible()
    tab_to(page, "登记簿")
    enter(page)
    row = page.locator(".register tr", has_text="作废：取号时误操作")
    assert row.locator("s", has_text="长信〔2026〕2号").count() == 1
    assert page.locator(".register tr", has_text="长信〔2026〕3号").locator("s").count() == 0
    assert faults(page) == []
    picture(page, "registers-issued")


def last_months_register_is_printed(page, picture) -> None:
    page.get_by_role("link", name="登记簿", exact=True).click()
    assert page.locator(".register tbody tr").count() == 1  # January: what was numbered today
    page.get_by_role("link", name="上月").click()
    assert page.locator(".register tbody tr").count() == 3
    with page.expect_response(lambda answer: "print.pdf" in answer.url) as told:
        page.evaluate("address => fetch(address)", page.get_by_role("link", name="打印").get_attribute("href"))
    assert told.value.body().startswith(b"%PDF") and "first=2026-12-01" in told.value.url
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename == "发文登记簿2026-12-01至2026-12-31.xlsx"
    for tab in ("收文登记簿", "用印登记簿"):
        page.get_by_role("link", name=tab).click()
        picture(page, f"registers-{tab}")
        assert faults(page) == []


def the_year_is_closed(page, picture) -> None:
    page.get_by_role("link", name="发文字号登记").click()
    page.get_by_label("年度").select_option("2026")
    send(page.get_by_role("button", name="筛选"))
    assert page.get_by_role("heading", name="签发未编号（0）").is_visible()
    assert faults(page) == []
    page.locator("summary", has_text="关号").click()
    picture(page, "registers-numbers")
    send(page.get_by_role("button", name="2026年关号"))
    assert page.get_by_text("2026年已关号").is_visible()
    assert NumberEntry.objects.unguarded("a test looks").filter(year=2026).count() == 4
