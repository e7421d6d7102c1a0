"""Signed on 31 December, numbered on 4 January into the old year; last month's register is printed; 关号."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from documents.models import NumberEntry
from tests.browser.helpers import faults, send
from tests.browser.test_one_document import open_task, press
from tests.documents.test_number_book import void_number
from tests.made import brought_to

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
LAST_DAY = datetime(2026, 12, 31, 7, 0, tzinfo=UTC)  # 15:00 here
FOURTH = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)


def test_signed_on_31_december_numbered_on_4_january_and_the_year_is_closed(sign_in, people, picture, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LAST_DAY)
    brought_to("dispatch", people, title="关于十二月工作的通知", to=("D09", "D15"))
    numbered = brought_to("number", people, title="关于编错字号的通知")
    late = brought_to("approve", people, title="关于年末签发的通知")
    void_number(numbered, people["D07:clerk"])
    monkeypatch.setattr(timezone, "now", lambda: FOURTH)
    page = sign_in(people["D07:clerk"])
    open_task(page, late.title)
    press(page, "编号")
    late.refresh_from_db()
    assert (late.doc_number, str(late.document_date)) == ("长信〔2026〕4号", "2026-12-31")
    last_months_register_is_printed(page)
    the_year_is_closed(page, picture)


def last_months_register_is_printed(page) -> None:
    page.get_by_role("link", name="登记簿", exact=True).click()
    assert page.locator(".register tbody tr").count() == 1  # January: what was numbered today
    page.get_by_role("link", name="上月").click()
    assert page.locator(".register tbody tr").count() == 3
    # asked for beside the page: the browser hands out no body of an answer that no script has read to its end
    printed = page.request.get(page.get_by_role("link", name="打印").get_attribute("href"))
    assert printed.body().startswith(b"%PDF") and "first=2026-12-01" in printed.url
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename == "发文登记簿2026-12-01至2026-12-31.xlsx"


def the_year_is_closed(page, picture) -> None:
    page.get_by_role("link", name="发文字号登记").click()
    page.get_by_label("年度").select_option("2026")
    send(page.get_by_role("button", name="筛选"))
    expect(page.get_by_role("heading", name="签发未编号（0）")).to_be_visible()
    assert faults(page) == []
    page.locator("summary", has_text="关号").click()
    picture(page, "registers-numbers")
    send(page.get_by_role("button", name="2026年关号"))
    expect(page.get_by_text("2026年已关号")).to_be_visible()
    assert NumberEntry.objects.unguarded("a test looks").filter(year=2026).count() == 4
