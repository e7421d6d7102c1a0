"""What is to be done is in sight: the column of acts, one bar on a phone, a missing tick told beside its field."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.helpers import faults
from tests.documents.test_going_back import countersigned
from tests.made import brought_to, registered, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
BOTTOM = "document.querySelector('.layout + .side').getBoundingClientRect().bottom"


def test_the_column_of_acts_reaches_the_windows_bottom(sign_in, people, picture):
    page = sign_in(people["D07:clerk"])
    page.goto(brought_to("proofread", people).get_absolute_url())
    height = page.viewport_size["height"]
    for scrolled in (0, 400):
        page.evaluate(f"window.scrollTo(0, {scrolled})")
        page.wait_for_timeout(200)  # a frame or two after the scrolling
        assert abs(page.evaluate(BOTTOM) - height) < 16
    side = page.locator(".layout + .side")
    bar = side.evaluate("one => getComputedStyle(one, '::-webkit-scrollbar').width")
    assert bar == "12px"  # to see that there is more; this browser paints none
    picture(page, "in-sight-side", phone=False)
    assert faults(page) == []


def test_on_a_phone_one_bar_lies_over_the_form_of_批示(sign_in, people):
    letter = registered(people, kind="for_action", title="关于核对名单的函")
    take(letter, "propose", people["D09:reviewer"], note="拟请阅示。")
    page = sign_in(people["D09:leader"])
    page.set_viewport_size(PHONE)
    page.goto(letter.get_absolute_url())
    bar, form = page.locator(".bar"), page.locator("#act-instruct")
    page.evaluate("window.scrollTo(0, 0)")
    if bar.locator("a.main").is_visible():
        expect(form.get_by_role("button", name="批示", exact=True)).to_have_css("position", "static")
        bar.locator("a.main").click()
    expect(bar).not_to_be_visible()
    expect(form.get_by_role("button", name="批示", exact=True)).to_have_css("position", "sticky")


def test_a_missing_tick_is_told_beside_it_and_covers_no_act(sign_in, people, picture):
    page = sign_in(people["D07:clerk"])
    for size in ({"width": 1366, "height": 768}, PHONE):
        page.set_viewport_size(size)
        page.goto("/documents/register/")
        tick = page.get_by_label("本件不涉密")
        assert tick.bounding_box()["y"] < page.get_by_label("标题", exact=True).bounding_box()["y"]
        page.get_by_label("标题", exact=True).fill("关于报送材料的函")
        page.get_by_label("来文单位", exact=True).fill("市政府办公厅")
        page.get_by_role("button", name="签收并保存").click()
        told = page.locator(".field", has=tick).locator(".error")
        expect(told).to_have_text("请勾选“本件不涉密，也不是密码电报”。")
        expect(told).to_be_in_viewport()
        expect(tick).to_be_focused()
        picture(page, f"in-sight-tick-{size['width']}", phone=False)
        tick.check()
        expect(told).to_have_count(0)
    assert faults(page) == []


def test_the_first_press_after_a_missing_choice_is_the_act(sign_in, people, units):
    document = take(countersigned(people, units, "D09"), "check", people["D07:reviewer"], note="拟同意。")
    page = sign_in(people["D09:leader"])
    page.goto(document.get_absolute_url())
    act = page.locator("form", has=page.get_by_role("button", name="会签", exact=True))
    act.get_by_role("button", name="会签", exact=True).click()
    expect(act.get_by_text("请选择“会签结论”。")).to_be_in_viewport()
    act.get_by_label("同意", exact=True).check()
    with page.expect_navigation():
        act.get_by_role("button", name="会签", exact=True).click()
    assert document.opinions.get(kind="countersign").by == people["D09:leader"]
