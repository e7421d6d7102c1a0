"""Pasting into a draft's body: numbers and cells come along, the rest is put right, and it can be undone."""

from html import escape

import pytest
from django.conf import settings

from tests.cases import Case
from tests.units import test_tidying
from units.tidying import as_attribute, tidy

pytestmark = pytest.mark.browser
KIND = "粘贴网页和 Word"
IGNORED = (
    "<span style='mso-list:Ignore'>{}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span>"
)
WORD = "<p class=MsoListParagraph style='text-indent:-36.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>" + IGNORED
CASES = [
    Case(KIND, "Word 自动编号 一、", "编号保留", value="".join(
        WORD.format(number) + f"<![endif]>{text}</p>\r\n" for number, text in (("一、", "总体\r\n要求"), ("二、", "工作任务"))),
        wanted="一、总体 要求\n二、工作任务"),
    Case(KIND, "Word 自动编号 （一）", "编号保留", value=WORD.format("（一）") + "<![endif]>明确职责</p>", wanted="（一）明确职责"),
    Case(KIND, "Word 自动编号 1.", "编号保留", value=WORD.format("1.") + "<![endif]>按期办结<o:p></o:p></p>", wanted="1.按期办结"),
    Case(KIND, "Word 项目符号 ·", "符号去掉", value=WORD.format("·") + "<![endif]>按期办结</p>", wanted="按期办结"),
    Case(KIND, "网页 ol", "1. 2. 保留", value="<ol><li>甲</li><li>乙</li></ol>", wanted="1.甲\n2.乙"),
    Case(KIND, "网页 ol start=3", "接着编号", value="<ol start=3><li>甲<li>乙</ol>", wanted="3.甲\n4.乙"),
    Case(KIND, "网页 ol 中 value=7", "按所给编号", value="<ol><li>甲<li value=7>乙<li>丙</ol>", wanted="1.甲\n7.乙\n8.丙"),
    Case(KIND, "中文数字列表", "一、二、", value="<ol style='list-style-type:cjk-ideographic'><li>甲<li>乙</ol>",
         wanted="一、甲\n二、乙"),
    Case(KIND, "十一项", "十一、", value="<ol style='list-style-type:simp-chinese-informal'>" + "<li>甲" * 11 + "</ol>",
         wanted="\n".join(f"{n}、甲" for n in ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"])),
    Case(KIND, "网页版 Word（data-leveltext）", "（2）", value="<ol><li data-leveltext='（%1）' aria-posinset='2'>乙</ol>",
         wanted="（2）乙"),
    Case(KIND, "列表中的列表", "各编各的", value="<ol><li>甲<ol type=a><li>子</ol><li>乙</ol>", wanted="1.甲\na.子\n2.乙"),
    Case(KIND, "Excel 表", "制表符分列", value="<table><tr><td>单位<td>件数<tr><td>区档案局<td>12</table>",
         wanted="单位\t件数\n区档案局\t12"),
    Case(KIND, "合并单元格", "合并的各行都写，列补空格", value="<table><tr><td rowspan=2>甲<td>乙<tr><td>丙<tr><td colspan=2>丁</table>",
         wanted="甲\t乙\n甲\t丙\n丁"),
    Case(KIND, "单元格内两段", "并成一格", value="<table><tr><td><p>区</p><p>档案局</p><td>1<tr><td>甲<td>2</table>",
         wanted="区档案局\t1\n甲\t2"),
    Case(KIND, "样式和脚本", "不进正文", value="<style>p{}</style><script>1</script><ol><li>甲</ol>", wanted="1.甲"),
]  # fmt: skip
PASTE = """([html, plain]) => {
  const area = document.querySelector('textarea'), data = new DataTransfer();
  if (html) data.setData('text/html', html);
  data.setData('text/plain', plain);
  area.focus();
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  const own = area.dispatchEvent(event);
  return [own, area.value];
}"""


@pytest.fixture
def area(page):
    page.set_content(
        f'<form><div><textarea rows="5" data-tidy="{escape(as_attribute())}"></textarea></div>'
        '<button name="tidy" value="1">整理文字并保存</button></form>'
    )
    page.add_script_tag(path=settings.BASE_DIR / "static" / "js" / "paste.js")
    return page


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_pasted_page_keeps_its_numbers_and_cells(area, case):
    own, value = area.evaluate(PASTE, [f"<html><body>{case.value}</body></html>", "纯文字"])
    assert (own, value) == (False, case.wanted)
    area.get_by_role("button", name="撤销整理").click()
    assert area.locator("textarea").input_value() == "纯文字"


def test_the_browser_puts_right_what_the_server_puts_right_and_counts_alike(area):
    for case in test_tidying.CHANGED:
        area.evaluate("document.querySelector('textarea').value = ''")
        assert area.evaluate(PASTE, ["", case.value]) == [False, case.wanted[0]], case
        assert f"已整理 {case.wanted[1]} 处" in area.locator("[data-tidied]").inner_text(), case
    for case in test_tidying.KEPT:
        area.evaluate("document.querySelector('textarea').value = ''")
        assert area.evaluate(PASTE, ["", case.value]) == [True, ""], case  # the browser's own paste


def test_a_paste_goes_where_the_mark_stands_and_undo_gives_what_was_copied(area):
    area.locator("textarea").fill("前后")
    area.evaluate("document.querySelector('textarea').setSelectionRange(1, 1)")
    area.evaluate(PASTE, ["", "各单位,请照办."])
    assert area.locator("textarea").input_value() == "前各单位，请照办。后"
    area.get_by_role("button", name="撤销整理").click()
    assert area.locator("textarea").input_value() == "前各单位,请照办.后"


def test_the_button_tidies_in_place_without_sending_and_can_be_undone(area):
    area.locator("textarea").fill("　　各单位:\n\n请照办.")
    area.get_by_role("button", name="整理文字", exact=True).click()
    assert area.locator("textarea").input_value() == tidy("　　各单位:\n\n请照办.")[0] == "各单位：\n请照办。"
    area.get_by_role("button", name="撤销整理").click()
    assert area.locator("textarea").input_value() == "　　各单位:\n\n请照办."
