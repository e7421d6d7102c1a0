"""Issue 12, Browser: return from a parallel countersignature; 不同意 and 协调; take-back before and after opening.

The return is sent with the keyboard alone.
"""

import pytest
from playwright.sync_api import expect

from documents.models import Document
from tests.browser.conftest import PHONE
from tests.browser.helpers import enter, faults, send, tab_to
from tests.documents.test_routing import countersigned
from tests.made import brought_to, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def unfold(page, label: str) -> None:
    page.locator(".acts details:not([open]) > summary", has_text=label).click()


def press(page, label: str) -> None:
    send(page.locator(".acts").get_by_role("button", name=label, exact=True))


def open_first(page) -> None:
    page.goto("/waiting/")
    page.locator("a.title").first.click()
    page.wait_for_load_state()


def fresh(document) -> Document:
    return Document.objects.unguarded("a test looks").get(pk=document.pk)


def test_a_return_from_a_parallel_countersignature_by_keyboard(sign_in, people, units, picture):
    document = take(countersigned(people, units, "D09", "D15"), "check", people["D07:reviewer"], note="拟同意。")
    other = sign_in(people["D09:leader"])
    open_first(other)
    page = sign_in(people["D15:leader"])
    open_first(page)
    tab_to(page, "退回", tag="SUMMARY")
    page.keyboard.press("Enter")
    tab_to(page, "send_back-to", tag="INPUT")
    page.keyboard.press("ArrowDown")  # from the drafter to 核稿
    picture(page, "back-return-form")
    tab_to(page, "send_back-note", tag="TEXTAREA")
    page.keyboard.type("第二条与本局职责不符。")
    tab_to(page, "退回", tag="BUTTON")
    enter(page)
    assert fresh(document).state == "in_review"

    other.goto("/waiting/")
    expect(other.get_by_text("退回而终止")).to_be_visible()
    other.locator("a.title").first.click()
    picture(other, "back-told")
    assert faults(other) == []
    press(other, "阅知")
    reviewer = sign_in(people["D07:reviewer"])
    reviewer.set_viewport_size(PHONE)
    reviewer.goto("/waiting/")
    expect(reviewer.get_by_text("被退回：第二条与本局职责不符。")).to_be_visible()
    open_first(reviewer)
    reason = reviewer.locator(".notice .said", has_text="第二条与本局职责不符。")
    box = reason.bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]  # above the fold
    assert faults(reviewer) == []
    picture(reviewer, "back-returned")


def test_a_disagreement_and_its_coordination(sign_in, people, units, picture):
    document = take(countersigned(people, units, "D09"), "check", people["D07:reviewer"], note="拟同意。")
    page = sign_in(people["D09:leader"])
    open_first(page)
    page.get_by_label("不同意（有分歧）").check()
    press(page, "会签")
    expect(page.get_by_text("请在意见中写明分歧所在和理由").first).to_be_visible()
    page.locator("#id_countersign-note").fill("经费来源不明。")
    picture(page, "back-disagree")
    press(page, "会签")

    drafter = sign_in(people["D07:officer"])
    drafter.goto("/waiting/")
    expect(drafter.get_by_text("不同意（有分歧）：经费来源不明。")).to_be_visible()
    leader = sign_in(people["D07:leader"])
    open_first(leader)
    unfold(leader, "签发")
    press(leader, "签发")
    expect(leader.get_by_text("会签不同意，分歧尚未协调，不能签发").first).to_be_visible()
    picture(leader, "back-disagreeing")
    assert faults(leader) == []
    leader.get_by_label("经协调，意见一致").check()
    leader.locator("#id_coordinate-note").fill("已与民政局商定由部门预算列支。")
    press(leader, "协调")
    press(leader, "签发")
    assert fresh(document).state == "approved"


def test_taking_back_before_and_after_the_next_one_has_opened_it(sign_in, people, picture):
    document = brought_to("submit", people)
    page = sign_in(people["D07:officer"])
    page.goto(document.get_absolute_url())
    unfold(page, "取回")
    picture(page, "back-take-back")
    press(page, "取回")
    assert fresh(document).state == "drafting"
    press(page, "送审")
    unfold(page, "取回")
    open_first(sign_in(people["D07:reviewer"]))
    press(page, "取回")
    expect(page.get_by_text("打开，不能取回").first).to_be_visible()
    assert page.locator(".acts summary", has_text="取回").count() == 0
    assert fresh(document).state == "in_review"
