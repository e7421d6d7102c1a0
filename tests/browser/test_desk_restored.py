"""补发 half written and left: ticks come back with the words, and the notice is in sight where the link leads."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import choose, faults
from tests.made import brought_to

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def test_a_restored_补发_is_whole_and_its_notice_in_sight(sign_in, people, picture):
    sent = brought_to("dispatch", people, to=("D09",))
    page = sign_in(people["D07:clerk"])
    page.goto(sent.get_absolute_url())
    page.locator("summary", has_text="补发").click()
    form = page.locator("#act-send_more")
    choose(form, "单位", "区卫生局")
    expect(form.locator(".kept")).to_contain_text("已自动保存")  # a choice is kept as typing is
    form.get_by_label("其他区外单位").fill("教育档案")
    expect(form.get_by_text("将补发给：区卫生局、教育档案")).to_be_visible()
    page.goto("/waiting/")
    for size in ({"width": 1366, "height": 768}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        page.goto(sent.get_absolute_url())
        page.locator(".receipt-bar a", has_text="补发").click()
        note = page.locator(".kept-note", has_text="已恢复您")
        expect(note.get_by_role("button", name="放弃")).to_be_visible()
        expect(note).to_be_in_viewport(ratio=1)
        expect(form.locator(".chosen-list li", has_text="区卫生局")).to_be_visible()
        expect(form.get_by_label("其他区外单位")).to_have_value("教育档案")
        picture(page, f"restored-{size['width']}", phone=False)
    assert faults(page) == []
