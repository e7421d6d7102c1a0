"""The clerk lays down a parallel check with a limit, by the keyboard alone; a drafter sends a draft along it."""

import pytest
from playwright.sync_api import expect

from documents.models import StepRun
from documents.states import StepKind
from tests.browser.conftest import PHONE
from tests.browser.helpers import enter, faults, send, tab_to
from tests.documents.test_route_editing import named
from tests.documents.way import route_of, waiting
from tests.made import draft
from units.roles import PostKind

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
WIDE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def pick(page, name: str, value: str) -> None:
    """Reach a list by Tab and go down to the entry."""
    tab_to(page, name, tag="SELECT")
    pick_here(page, value)


def pick_here(page, value: str) -> None:
    for _ in range(60):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(value)


def limited(page, row: int, days: str) -> None:
    """Unfold the row's second line, which stands before its first field, and give the days."""
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.tagName === 'SUMMARY'"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, f"limit-{row}", tag="INPUT")
    page.keyboard.type(days)


def looked_at(page, picture, name: str) -> None:
    picture(page, name)
    assert faults(page) == [], name
    page.set_viewport_size({"width": PHONE["width"], "height": 844})
    assert page.evaluate(WIDE), name
    page.set_viewport_size({"width": 1366, "height": 768})


def laid_down(clerk, office) -> None:
    """On the editor: a check by whom the drafter chooses, beside it the leader `office` within two days."""
    pick(clerk, "who-1", "choice:reviewer")
    tab_to(clerk, "下面加一行（第1行之后）", tag="BUTTON")
    enter(clerk)
    pick_here(clerk, "review")  # the new row has the focus
    pick(clerk, "who-2", f"person:{office.pk}")
    tab_to(clerk, "beside-2", tag="INPUT")
    clerk.keyboard.press("Space")
    limited(clerk, 2, "2")
    tab_to(clerk, "try-urgency", tag="SELECT")
    tab_to(clerk, "试走", tag="BUTTON")
    enter(clerk)
    expect(clerk.get_by_text("走得通。")).to_be_visible()
    expect(clerk.get_by_text("限2个工作日")).to_be_visible()


def test_a_parallel_check_is_laid_down_tried_saved_and_used(sign_in, people, units, picture):
    checker = named(people, "甲", PostKind.REVIEWER)
    office = named(people, "乙", PostKind.LEADER)
    clerk = sign_in(people["D07:clerk"])
    tab_to(clerk, "流转路线")
    enter(clerk)
    looked_at(clerk, picture, "80-routes")
    clerk.reload()
    tab_to(clerk, "默认发文路线")
    enter(clerk)
    tab_to(clerk, "修改和试走")
    enter(clerk)
    laid_down(clerk, office)
    looked_at(clerk, picture, "81-route-tried")
    clerk.locator("#id_name").focus()
    tab_to(clerk, "保存", tag="BUTTON")
    enter(clerk)
    expect(clerk.get_by_text("已保存为第2版")).to_be_visible()
    looked_at(clerk, picture, "82-route")
    clerk.emulate_media(media="print")  # A4 without menus
    expect(clerk.locator(".nav")).not_to_be_visible()
    expect(clerk.locator(".way")).to_be_visible()
    picture(clerk, "82-route-printed", phone=False)
    clerk.emulate_media(media="screen")
    assert [(one.kind, one.position) for one in route_of(units["D07"]).steps.all()][:2] == [("check", 1), ("review", 1)]

    document = draft(people)
    drafter = sign_in(people["D07:officer"])
    drafter.goto(document.get_absolute_url())
    looked_at(drafter, picture, "83-way-ahead")
    drafter.get_by_label("核稿由谁办理").select_option(str(checker.pk))
    send(drafter.get_by_role("button", name="送审"))
    assert waiting(document) == {("check", "D07", "人员甲"), ("review", "D07", "人员乙")}
    assert StepRun.objects.get(run__document=document, kind=StepKind.REVIEW).due_at is not None
