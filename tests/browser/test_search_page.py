"""检索 in a browser: places, a facet, its chip, within the result, the last page; at both sizes and on paper."""

import pytest
from playwright.sync_api import expect

from archive.backfile.importing import run
from tests.archive.test_backfile import catalogue, text
from tests.browser.conftest import ARTIFACTS, PHONE
from tests.browser.helpers import faults
from tests.made import accessioned, brought_to, draft, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]

BODY = (
    "各单位：\n为做好今年的防汛工作，请清理梧桐雨巷沿线排水口，准备沙袋三百只，并于六月底前报送检查情况。\n特此通知。"
)


@pytest.fixture
def world(people, units, tmp_path):
    """D07: two documents in progress, thirty imported records, one filed, one in the archive's custody."""
    for what in ("排水口检查", "沙袋储备" + "和应急物资调拨" * 6):
        draft(people, title=f"关于做好{what}工作的通知", body=BODY)
    kinds = ("通知", "报告", "批复")
    lines = [
        {
            "title": f"长宁区信息办关于第{n}项防汛工作的{kinds[n % 3]}",
            "date": f"{2001 + n % 9}0{1 + n % 9}1{n % 9}",
            "doc_type": kinds[n % 3],
            "retention": ("永久", "30年", "10年")[n % 3],
            "author": "长宁区信息办",
            "doc_number": f"长信〔{2001 + n % 9}〕{n}号",
            "file": text(tmp_path, f"{n}.txt", BODY),
        }
        for n in range(1, 31)
    ]
    assert run(catalogue(tmp_path, lines), units["D07"], by=people["D07:archivist"]).filed == 30
    filed = brought_to("dispatch", people, title="关于归档事项的通知", body=BODY)
    take(filed, "complete", people["D07:clerk"], retention_code="D30")
    accessioned(people, title="关于进馆事项的通知", body=BODY)
    return people["D07:clerk"]


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_search_is_narrowed_and_widened_by_links_alone(world, sign_in, picture):
    page = sign_in(world)
    page.goto("/records/search/")
    picture(page, "60-search-empty")
    assert faults(page) == []
    page.locator("#content").get_by_label("题名、文号、档号或全文").fill("梧桐雨巷")
    page.locator("#content").get_by_role("button", name="检索", exact=True).click()
    assert page.locator(".tabs").inner_text().split() == ["全部", "34", "在办公文", "2", "归档文件", "31", "馆藏", "1"]
    picture(page, "61-search-all")
    assert faults(page) == []
    page.get_by_role("link", name="报告", exact=True).click()

    picture(page, "62-search-narrowed")
    assert [one.split()[0] for one in page.locator(".chips li").all_inner_texts()][-1] == "报告"
    page.get_by_role("link", name="去掉报告").click()
    assert page.locator(".chips").count() == 0
    page.get_by_label("在结果中检索").fill("第7项")
    page.get_by_role("button", name="在结果中检索").click()
    assert page.locator(".hits li").count() == 1 and page.locator(".chips li").count() == 2
    page.get_by_role("link", name="去掉“第7项”").click()
    page.get_by_role("link", name="末页").click()
    assert "第 2 / 2 页" in page.locator(".pager").inner_text()
    picture(page, "63-search-last-page")
    page.get_by_text("更多条件").click()
    picture(page, "64-search-conditions")
    assert faults(page) == []
    page.goto("/records/search/?q=梧桐雨巷&page=1000")
    picture(page, "65-search-beyond")
    page.goto("/records/search/?q=梧桐雨巷&place=documents")
    picture(page, "66-search-documents")
    assert faults(page) == []
    page.goto("/records/search/?q=梧桐雨巷&first=2009&last=2003")
    picture(page, "67-search-refused")
    assert faults(page) == []


def test_nothing_scrolls_sideways_and_the_paper_has_the_result_alone(world, sign_in):
    page = sign_in(world)
    for width in (1366, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        for query in ("q=梧桐雨巷", "q=梧桐雨巷&place=documents", "q=梧桐雨巷&first=2009&last=2003", "q=" + "长" * 90):
            page.goto(f"/records/search/?{query}")
            assert fits(page), (query, width)
    page.goto("/records/search/?q=梧桐雨巷&place=filed")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / "68-search-print.png", full_page=True)
    for hidden in (".filters", ".facets", ".within", ".pager", ".exports", ".orders"):
        expect(page.locator(hidden).first).not_to_be_visible()
    expect(page.locator(".hits li")).to_have_count(20)
    expect(page.locator(".tabs a").first).not_to_be_visible()
