"""Issue 13: the reviewer sees what was changed, goes from place to place and returns; the signer opens 当时所见.

The whole way of the reviewer is gone with the keyboard alone.
"""

import pytest
from playwright.sync_api import expect

from documents import linking
from documents.actions import attach
from documents.states import LinkKind
from files.store import land_bytes
from tests.browser.conftest import PHONE
from tests.browser.helpers import enter, faults, tab_to
from tests.documents.test_comparing import saved_anew
from tests.made import brought_to, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]

LINES = [
    "各有关单位：",
    "为进一步规范电子公文办理，现就2026年有关事项通知如下。",
    "一、统一思想，提高认识。各单位要充分认识电子公文归档工作的重要意义，主要负责人亲自抓。",
    "二、明确职责，抓好落实。各单位要指定专人负责，于3月31日前完成120件积压文件的整理。",
    "三、加强检查，及时通报。区档案局将于年底组织专项检查，检查结果纳入年度考核。",
    "四、做好培训。区信息委负责组织各单位文书参加培训，每单位不少于2人。",
    "五、落实保障。所需经费由各单位在年度预算中列支。",
    "特此通知。",
]


def changed_body() -> str:
    lines = list(LINES)
    lines[3] = lines[3].replace("指定专人", "指定两名专人").replace("120件", "150件")
    first = lines.pop(2)
    lines.insert(4, f"四{first[1:]}")
    lines.insert(7, "六、严守纪律。涉密文件不得在本系统办理。")
    return "\n".join(lines)


@pytest.fixture
def document(people, units):
    found = brought_to("check", people, to=("D09", "D15"), body="\n".join(LINES), contact="办公室 62510000")
    take(found, "send_back", people["D07:leader"], note="第二条请再核实，附件请补上。")
    saved_anew(found, people, body=changed_body(), title="关于做好2026年电子公文归档工作的通知")
    attach(found, land_bytes("名单如下。".encode(), "名单.txt"), by=people["D07:officer"], name="名单.txt")
    other = brought_to("dispatch", people, title="关于印发电子公文归档办法的通知")
    linking.link(found, other, LinkKind.AMENDS, by=people["D07:officer"])
    return take(found, "submit", people["D07:officer"], note="已按意见核实第二条，并补充附件。")


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def test_the_reviewer_goes_through_the_changes_by_keyboard_and_returns(sign_in, people, document, picture):
    page = sign_in(people["D07:reviewer"])
    page.goto("/waiting/")
    tab_to(page, "关于做好2026年电子公文归档工作的通知")
    enter(page)
    expect(page.get_by_text("已按意见核实第二条，并补充附件。")).to_be_visible()
    expect(page.locator(".review .changed strong", has_text="本次修改了")).to_be_visible()
    picture(page, "comparing-reviewer")
    assert faults(page) == []
    tab_to(page, "看修改对照")
    enter(page)
    places = page.locator(".comparison .place").count()
    assert places >= 6
    for number in (1, 2, 3):
        page.keyboard.press("n")
        assert focused(page) == f"c{number}"
    page.keyboard.press("p")
    assert focused(page) == "c2"
    expect(page.get_by_text(f"第 2 处，共 {places} 处")).to_be_visible()
    picture(page, "comparing-places")
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.emulate_media(media="print")
    picture(page, "comparing-print", phone=False)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1366, "height": 768})
    tab_to(page, "返回公文")
    enter(page)
    assert page.url.endswith(document.get_absolute_url())


def test_the_signer_opens_what_was_seen_and_what_comes_of_signing(sign_in, people, document, picture):
    take(document, "check", people["D07:reviewer"], note="已核，拟同意。")
    page = sign_in(people["D07:leader"])
    page.goto(document.get_absolute_url())
    seen = page.locator(".timeline .seen")
    assert seen.count() == 3  # 核稿, 退回, 核稿
    answer = page.request.get(seen.last.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF")
    page.locator(".before-signing > summary").click()
    page.locator(".before-signing").get_by_text("以编号时为准").wait_for()  # the words of the summary are there before
    picture(page, "comparing-signer")
    assert faults(page) == []
    page.get_by_role("link", name="发文稿纸").click()
    page.locator(".form-sheet").wait_for()
    picture(page, "comparing-sheet")
    assert faults(page) == []


def test_versions_and_links_are_found_by_their_words(sign_in, people, document, picture):
    page = sign_in(people["D07:officer"])
    page.goto(document.get_absolute_url())
    page.get_by_role("link", name="历次稿本").click()
    page.get_by_role("button", name="看两稿对照").wait_for()
    picture(page, "comparing-versions")
    assert faults(page) == []
    page.get_by_role("link", name="第1稿").click()
    expect(page.get_by_text("一、统一思想").first).to_be_visible()
    picture(page, "comparing-version")
    take(document, "withdraw", people["D07:officer"], note="再改。")
    page.goto(document.get_absolute_url())
    page.get_by_role("link", name="增加、移除").click()
    page.get_by_label("文号或标题中的词").fill("归档办法")
    page.get_by_role("button", name="查找").click()
    page.locator(".found").wait_for()
    picture(page, "comparing-links")
    assert faults(page) == []
