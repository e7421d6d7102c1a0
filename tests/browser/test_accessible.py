"""axe finds nothing on the main pages, and the main acts can be done with the keyboard alone."""

import pytest

from documents.models import Document
from tests.browser.conftest import PHONE
from tests.browser.helpers import faults, tab_to
from tests.made import BODY, brought_to, draft

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def test_axe_finds_nothing(sign_in, people, units, page, live_server, picture):
    waiting = brought_to("submit", people)
    brought_to("dispatch", people, title="关于另一事项的通知")
    for name, path in (
        ("20-sign-in", "/sign-in/"),
        ("21-portal", "/portal/"),
        ("22-portal-results", "/portal/search/?q=电子公文"),
        ("23-portal-current", "/portal/current/"),
        ("24-catalogue", "/portal/catalogue/"),
        ("25-not-found", "/nothing/"),
    ):
        page.goto(live_server.url + path)
        picture(page, name)
        assert faults(page) == [], path
    staff = sign_in(people["D07:reviewer"])
    for name, path in (
        ("30-waiting", "/waiting/"),
        ("31-document", waiting.get_absolute_url()),
        ("32-search", "/records/search/?q=电子公文"),
        ("33-draft", "/documents/draft/"),
        ("34-filed", "/records/"),
    ):
        staff.goto(path)
        picture(staff, name)
        assert faults(staff) == [], path
    admin = sign_in(people["D07:secadmin"])
    admin.goto("/people/?unit=D07")
    picture(admin, "35-people")
    assert faults(admin) == []


@pytest.mark.parametrize("path", ["/waiting/", "/documents/draft/", "/records/", "/jobs/"])
def test_nothing_scrolls_sideways(sign_in, people, path):
    brought_to("submit", people, title="关于" + "很长" * 60 + "的通知")
    page = sign_in(people["D07:reviewer"])
    for width in (1366, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
            path,
            width,
        )


def test_an_approval_with_the_keyboard_alone(sign_in, people):
    document = brought_to("check", people)
    page = sign_in(people["D07:leader"])
    page.goto("/waiting/")  # on his own desk the link says more than the title
    tab_to(page, document.title)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "", tag="TEXTAREA")
    page.keyboard.type("同意发文。")
    tab_to(page, "签发", tag="BUTTON")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Document.objects.unguarded("a test looks").get(pk=document.pk).state == "approved"


def test_a_draft_with_the_keyboard_alone(sign_in, people):
    page = sign_in(people["D07:officer"])
    page.goto("/documents/draft/")
    page.get_by_label("标题", exact=True).focus()
    page.keyboard.type("关于键盘操作的通知")
    page.get_by_role("combobox", name="主送单位：").focus()
    page.keyboard.type("qzfb")
    page.keyboard.press("Enter")
    page.locator("#id_body").focus()
    page.keyboard.type(BODY.replace("\n", ""))
    page.get_by_role("button", name="保存草稿").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Document.objects.unguarded("a test looks").get(title="关于键盘操作的通知").addressees.count() == 1


def test_a_draft_page_of_the_drafter(sign_in, people, picture):
    document = draft(people)
    page = sign_in(people["D07:officer"])
    page.goto(document.get_absolute_url())
    picture(page, "36-draft-page")
    assert faults(page) == []
