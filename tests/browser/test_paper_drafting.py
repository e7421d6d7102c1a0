"""Drafting on the paper itself: from Word, by keyboard, the page beside the text; and what a usual draft costs."""

import re

import pytest

from documents.models import Document
from tests.browser.conftest import PHONE
from tests.browser.helpers import enter, faults, send, tab_to
from tests.documents.word_maker import docx, item, level, lists, p, picture, table, tr
from units import unit_groups

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
TITLE = "关于报送电子公文归档情况的通知"
RARE = "\U00020bb7"  # 𠮷
FILE = docx(
    p(TITLE) + item("总体要求") + p(f"请{RARE}田路各单位按下表报送。") + table(tr("单位", "件数"), tr("区档案局", "12"), tr("区民政局", "8"))
    + item("时间安排") + p("请于月底前报送。特此通知。", picture("流程图")),
    numbering=lists(level(0, "chineseCountingThousand", "%1、")),
)  # fmt: skip
ROWS = "单位\t件数\n区档案局\t12\n区民政局\t8"
TEXT = f"一、总体要求\n请{RARE}田路各单位按下表报送。\n{ROWS}\n二、时间安排\n请于月底前报送。特此通知。"
PAPER = ".draft-page svg"
CLICKS = """() => {
  window.name = window.name || "0";
  const count = (event) => { if (event.isTrusted) window.name = String(Number(window.name) + 1); };
  addEventListener("pointerdown", count, true);
}"""


def documents():
    return Document.objects.unguarded("a test looks")


def test_a_draft_comes_from_word_by_keyboard_and_its_page_is_seen(sign_in, people, picture):
    page = sign_in(people["D07:officer"])
    page.goto("/documents/draft/")
    page.wait_for_url("**draft=**")
    assert page.locator(".views button[aria-pressed=true]").inner_text() == "文字和版面"
    tab_to(page, "从 Word 文件导入正文", "SUMMARY")
    page.keyboard.press("Enter")
    page.locator("#word-file").set_input_files({"name": "稿.docx", "mimeType": "application/zip", "buffer": FILE})
    tab_to(page, "导入", "BUTTON")
    enter(page)
    assert page.locator("#id_body").input_value() == TEXT and page.locator("#id_title").input_value() == TITLE
    assert "图片 1 幅未导入（流程图）" in page.locator(".taken").inner_text() and not documents().exists()
    page.locator(PAPER).first.wait_for()
    shown = page.locator(PAPER).first
    assert TITLE[:8] in shown.text_content() and RARE in shown.text_content()
    assert shown.locator("line").count() == 8  # four and three of the table, and the red one
    assert "没有主送机关" in page.locator(".remarks").inner_text()
    picture(page, "130-draft-from-word")
    assert faults(page) == []
    page.get_by_role("combobox", name="主送单位：").focus()
    page.keyboard.type("D09")
    page.keyboard.press("Enter")
    page.locator(PAPER, has_text="长宁区民政局：").first.wait_for()
    tab_to(page, "保存草稿", "BUTTON")
    enter(page)
    assert documents().get().body == TEXT
    on_a_phone(page, picture)


def on_a_phone(page, picture) -> None:
    """The button shows the page below the text; what is chosen on the desk is remembered there."""
    page.get_by_role("link", name="修改草稿").click()
    page.get_by_role("button", name="只看文字").click()
    page.reload()
    assert page.locator(".views button[aria-pressed=true]").inner_text() == "只看文字"
    page.locator(".remarks").wait_for()
    assert page.locator(PAPER).count() == 0
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="预览").click()
    page.locator(PAPER).first.wait_for()
    assert page.locator(PAPER).first.bounding_box()["width"] > 300
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    picture(page, "131-preview-on-a-phone", phone=False)
    assert faults(page) == []


def test_without_a_script_the_button_shows_the_page(browser, live_server, people):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(people["D07:officer"].username)
    page.get_by_label("密码").fill("Changning-2026")
    page.get_by_role("button", name="登录").click()
    page.goto("/documents/draft/")
    page.get_by_label("标题", exact=True).fill(TITLE)
    page.locator("#id_body").fill("特此通知。")
    page.get_by_role("button", name="预览").click()
    assert page.locator(PAPER).count() == 2 and page.locator("#id_title").input_value() == TITLE
    page.get_by_role("button", name="保存草稿").click()
    assert documents().get().title == TITLE
    context.close()


def test_a_draft_with_two_attachments_to_a_group_costs_twelve_clicks_at_most(sign_in, people, units, tmp_path):
    """From 拟稿 to 送审 with three receivers; into a field is a click, typing is none."""
    members = [units[code] for code in ("D09", "D15", "D30")]
    unit_groups.save(None, unit=units["D07"], name="三局", members=members, by=people["D07:clerk"])
    for name in ("名单.txt", "办法.txt"):
        (tmp_path / name).write_text("内容", encoding="utf-8")
    page = sign_in(people["D07:officer"])
    page.add_init_script(f"({CLICKS})()")
    page.goto("/waiting/")
    page.get_by_role("link", name="拟稿", exact=True).click()
    page.get_by_label("标题", exact=True).click()
    page.keyboard.type(TITLE)
    page.get_by_role("combobox", name="主送单位：").click()
    page.locator("#id_main").get_by_role("button", name=re.compile("三局")).click()
    page.locator("#id_body").click()
    page.keyboard.type("请按附件办理。特此通知。")
    send(page.get_by_role("button", name="保存草稿"))
    for name in ("名单.txt", "办法.txt"):
        with page.expect_file_chooser() as chooser:
            page.locator("input[type=file]").first.click()
        chooser.value.set_files(tmp_path / name)
        send(page.get_by_role("button", name="添加附件"))
    send(page.locator(".acts").get_by_role("button", name="送审", exact=True))
    sent = documents().get()
    assert sent.state == "in_review" and sent.attachments.count() == 2 and sent.addressees.count() == 3
    assert int(page.evaluate("window.name")) == 11
    page.context.close()  # the script stays with its window
