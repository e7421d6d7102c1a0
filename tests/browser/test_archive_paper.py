"""The archivist finds what still needs paper, prints catalogue and stamps, boxes it by keyboard, counts the stock."""

import pytest
from playwright.sync_api import expect

from archive.models import Box, Record
from tests.appraised import appraised
from tests.archive.paper_year import year_of
from tests.browser.helpers import enter, faults, send, tab_to

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def test_paper_is_found_missing_printed_boxed_and_counted(sign_in, people, picture):
    made = year_of(people, 9)
    page = sign_in(people["D07:archivist"])
    page.get_by_role("link", name="纸质档案").click()
    expect(page.get_by_role("checkbox", name="选择")).to_have_count(6)
    assert faults(page) == []
    picture(page, "paper-owed")
    for what, pages in (("归档文件目录（带封面）", 2), ("归档章标签", 1)):
        page.get_by_label("标签包括还没有纸质件的文件").set_checked("标签" in what)
        printed(page, what, pages)
    for box in page.get_by_role("checkbox", name="选择").all():
        box.check()
    send(page.get_by_role("button", name="登记纸质件"))
    expect(page.get_by_text("没有欠纸质件的文件")).to_be_visible()
    boxed_by_keyboard(page, picture)
    counted(page, picture)
    appraised(people, 3, title=made[0].title)
    for address, name in (("/records/appraisals/", "list"), ("/records/due/", "due"), ("/records/holds/", "holds")):
        page.goto(address)
        assert faults(page) == []
        picture(page, f"appraisal-{name}")
    page.goto("/records/appraisals/")
    page.get_by_role("link", name="号到期档案鉴定").click()
    expect(page.get_by_role("button", name="交鉴定小组")).to_be_visible()
    assert faults(page) == []
    picture(page, "appraisal-page")


def printed(page, what: str, pages: int) -> None:
    """What the form asks for comes as a PDF; asked for beside the page, which a download would leave half way."""
    page.get_by_label("打印", exact=True).select_option(label=what)
    page.locator("#print_year").fill("2016")
    form = page.locator("form", has=page.get_by_role("button", name="打印 PDF"))
    address = form.evaluate("one => `${one.action}?${new URLSearchParams(new FormData(one))}`")
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf" and answer.body().count(b"/Type /Page\n") in (0, pages)


def boxed_by_keyboard(page, picture) -> None:
    page.goto("/records/boxes/?year=2016")
    expect(page.get_by_role("button", name="打印 PDF")).to_have_css("position", "static")  # it lies on nothing
    tab_to(page, "按厚度装盒", "BUTTON")
    enter(page)
    expect(page.locator("table.list tbody tr")).to_have_count(Box.objects.count())
    assert faults(page) == []
    picture(page, "paper-boxes")
    page.get_by_role("link", name="第1盒").first.click()
    page.get_by_label("存放位置").fill("2 库 3 架 4 层")
    page.get_by_label("整理人").fill("档案员")
    send(page.get_by_role("button", name="保存"))
    assert faults(page) == []
    picture(page, "paper-box")


def counted(page, picture) -> None:
    """All but one lie there, one is doubled."""
    codes = list(
        Record.objects.unguarded("a test looks").filter(paper_exists=True).values_list("archival_code", flat=True)
    )
    page.goto("/records/stock/")
    assert faults(page) == []
    picture(page, "paper-stock")
    page.get_by_label("档号").fill("\n".join([*codes[1:], codes[-1]]))
    send(page.get_by_role("button", name="清点", exact=True))
    expect(page.get_by_role("heading", name="缺失")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=codes[0]).first).to_be_visible()
    expect(page.get_by_text("账物不符")).to_be_visible()
    assert faults(page) == []
    picture(page, "paper-stock-check")
    page.goto("/records/paper/new/")
    assert faults(page) == []
    picture(page, "paper-alone")
