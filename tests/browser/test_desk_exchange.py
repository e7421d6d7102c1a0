"""A notice to several units: one returned with reason, one recalled by keyboard, 补发 to two; the table shows all."""

import pytest

from tests.browser.helpers import choose, enter, faults, send, tab_to
from tests.documents.exchanged import at
from tests.made import brought_to

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def returned(sign_in, people, delivery) -> None:
    """The receiver's clerk gives it back by his page."""
    page = sign_in(people["D09:clerk"])
    page.goto(delivery.get_absolute_url())
    page.locator("summary", has_text="退文").click()
    page.locator("#id_return_to_sender-note").fill("不属本局职责，请改送区卫生局。")
    send(page.get_by_role("button", name="退文", exact=True))


def recall_by_keyboard(page) -> None:
    tab_to(page, "收回", tag="SUMMARY")
    page.keyboard.press("Enter")
    tab_to(page, "recall-deliveries", tag="INPUT")
    page.keyboard.press("Space")
    tab_to(page, "recall-note", tag="TEXTAREA")
    page.keyboard.type("附件有误")
    tab_to(page, "收回", tag="BUTTON")
    enter(page)


def send_more(page, *names: str) -> None:
    page.locator("summary", has_text="补发").click()
    box = page.locator("form[action$='send_more/']")
    choose(box, "单位", *names)
    box.locator("textarea").fill("补正附件后再发")
    send(box.get_by_role("button", name="补发", exact=True))


def row_of(page, unit: str) -> list[str]:
    rows = page.locator("#receivers tbody tr", has=page.locator("td:first-child", has_text=unit))
    return [" ".join(one.inner_text().split()) for one in rows.all()]


def test_a_notice_returned_recalled_and_sent_again(sign_in, people, picture):
    sent = brought_to("dispatch", people, to=("D01", "D09", "D15", "D30"))
    returned(sign_in, people, at(sent, "D09"))
    page = sign_in(people["D07:clerk"])
    assert "不属本局职责" in page.locator("main").inner_text()  # the reason stands in the list
    page.goto(sent.get_absolute_url())
    send(page.get_by_role("button", name="退文已处理"))
    recall_by_keyboard(page)
    assert "已从区政府办收回" in page.locator("main").inner_text()
    send_more(page, "区政府办", "区民政局")
    assert page.locator(".receipt-counts strong").inner_text() == "已签收 0/4"
    first, again = row_of(page, "区政府办")
    assert "已收回" in first and "附件有误" in first and "待签收" in again
    first, again = row_of(page, "区民政局")
    assert "已退文" in first and "不属本局职责" in first and "待签收" in again
    assert len(row_of(page, "区卫生局")) == len(row_of(page, "区档案局")) == 1
    assert faults(page) == []
    picture(page, "desk-exchange")
    receiver = sign_in(people["D01:clerk"])
    receiver.goto(
        sent.deliveries.unguarded("a test looks").filter(unit__code="D01").order_by("pk")[0].get_absolute_url()
    )
    assert "发文单位已收回" in receiver.locator("main").inner_text() and not receiver.locator(".paper").count()
    assert faults(receiver) == []
    picture(receiver, "desk-exchange-recalled")
