"""Consecutive lines with tabs are a table on screen and paper; what is none stays text; what is too wide is said."""

import io
from dataclasses import replace

import pikepdf
import pytest

import paper as layout
from paper.grid import COLUMNS, LINES
from paper.page import set_document
from paper.pdfa_check import check_pdfa
from paper.tables import FOOT, Table, blocks
from paper.turned import too_wide
from tests.cases import Case
from tests.paper.test_layout import GIVEN, MOMENT

KIND = "表格"
TWO = ((("单位", "件数"), ("区档案局", "12")),)
CASES = [
    Case(KIND, "单位⇥件数／区档案局⇥12", "两行两列的表", value="单位\t件数\n区档案局\t12", wanted=TWO),
    Case(KIND, "前后有正文", "表前表后仍是段落", value="如下：\n单位\t件数\n区档案局\t12\n特此通知。",
         wanted=("如下：", *TWO, "特此通知。")),
    Case(KIND, "只有一行带制表符", "不是表", value="联系人：某\t电话：1", wanted=("联系人：某\t电话：1",)),
    Case(KIND, "每段以制表符缩进", "不是表，缩进去掉", value="\t第一段\n\t第二段", wanted=("第一段", "第二段")),
    Case(KIND, "1.⇥甲／2.⇥乙", "Word 编号，不是表", value="1.\t甲\n2.\t乙", wanted=("1.甲", "2.乙")),
    Case(KIND, "一、⇥甲／（一）⇥乙", "Word 编号，不是表", value="一、\t甲\n（一）\t乙", wanted=("一、甲", "（一）乙")),
    Case(KIND, "序号⇥名称／1.⇥甲", "有表头的仍是表", value="序号\t名称\n1.\t甲", wanted=((("序号", "名称"), ("1.", "甲")),)),
    Case(KIND, "行尾缺格", "补空格", value="甲\t乙\t丙\n丁\t戊", wanted=((("甲", "乙", "丙"), ("丁", "戊", "")),)),
    Case(KIND, "首格为空", "留空格", value="甲\t乙\n\t丙\t丁\n戊\t己", wanted=((("甲", "乙", ""), ("", "丙", "丁"), ("戊", "己", "")),)),
    Case(KIND, "全列为空", "空列去掉", value="\t甲\t乙\n\t丙\t丁", wanted=((("甲", "乙"), ("丙", "丁")),)),
    Case(KIND, "空行隔开", "两个表", value="甲\t乙\n丙\t丁\n\n戊\t己\n庚\t辛",
         wanted=((("甲", "乙"), ("丙", "丁")), (("戊", "己"), ("庚", "辛")))),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_a_table_and_what_is_not(case):
    found = tuple(one.rows if isinstance(one, Table) else one for one in blocks(case.value))
    assert found == case.wanted


WIDE = [
    Case(KIND, "十四列单字", "放得下", value="\t".join("甲" * 14) + "\n" + "\t".join("乙" * 14), wanted=0),
    Case(KIND, "二十一列", "太宽，保存时说明", value="\t".join("甲" * 21) + "\n" + "\t".join("乙" * 21), wanted=1),
    Case(KIND, "四列各二十位数字", "太宽：数字不拆", value="\n".join(["\t".join(["12345678901234567890"] * 4)] * 2), wanted=1),
    Case(KIND, "两列各一千字", "放得下，格内折行", value="\t".join(["字" * 1000] * 2) + "\n甲\t乙", wanted=0),
]  # fmt: skip


@pytest.mark.parametrize("case", WIDE, ids=str)
def test_a_table_that_the_page_cannot_hold_is_found(case):
    assert len(too_wide(case.value)) == case.wanted
    pages = set_document(replace(GIVEN, body=case.value))
    assert all(run.x + run.width <= COLUMNS + 0.01 for page in pages for run in page.runs if run.size == 16)
    assert layout.render_document(replace(GIVEN, body=case.value), moment=MOMENT).pages == len(pages)


BODY = (
    "情况如下：\n单位\t件数\t备注\n"
    + "\n".join(f"第{n}单位\t{n}\t按期办结（见附件）" for n in range(60))
    + "\n特此通报。"
)


def test_a_long_table_goes_on_under_its_heading_and_within_the_type_area():
    pages = set_document(replace(GIVEN, body=BODY))
    with_table = [page for page in pages if any(rule.height for rule in page.rules)]
    assert len(with_table) > 3
    for page in with_table:
        assert sum(run.text == "备注" for run in page.runs) == 1
        upright = [rule for rule in page.rules if rule.height]
        assert [rule.x for rule in upright][::3] == [0, COLUMNS]
        assert len(upright) == 4
        assert all(rule.line >= 0 and rule.line + rule.height <= FOOT + 1e-9 for rule in upright)
        assert max(run.line for run in page.runs) < LINES
    assert [run.text for page in pages for run in page.runs if run.text.startswith("第") and "单位" in run.text] == [
        f"第{n}单位" for n in range(60)
    ]


def test_preview_and_pdf_show_the_same_table_with_the_same_rules():
    given = replace(GIVEN, body="单位\t件数\n区档案局\t12")
    svg = layout.preview(given)[0][0]
    pages = set_document(given)
    assert svg.count("<line") == len(pages[0].rules) == 1 + 3 + 3  # the red line, three across, three down
    made = layout.render_document(given, moment=MOMENT)
    assert check_pdfa(made.pdf) == []
    assert "区档案局\n12" in made.text
    with pikepdf.open(io.BytesIO(made.pdf)) as opened:
        drawn = [one for one in pikepdf.parse_content_stream(opened.pages[0]) if str(one.operator) == "l"]
    assert len(drawn) == len(pages[0].rules)


def test_a_row_taller_than_a_page_goes_on_on_the_next():
    given = replace(GIVEN, body="甲\t乙\n" + "字" * 700 + "\t短")
    text = "".join(run.text for page in set_document(given) for run in page.runs if set(run.text) == {"字"})
    assert len(text) == 700


def test_main_recipients_that_fill_the_first_page_stand_in_the_imprint():
    """GB/T 9704—2012, 7.3.2 and 7.3.3: the first page shows text."""
    names = "、".join(f"第{n}街道办事处" for n in range(57))
    pages = set_document(replace(GIVEN, main_recipients=names))
    assert any("为规范办理" in run.text for run in pages[0].runs)
    assert any(run.text.startswith("主送：第0街道") and run.size == 14 for run in pages[-1].runs)
    assert max(run.x + run.width for run in pages[-1].runs) <= COLUMNS - 1.77  # one character of 4号


def test_a_long_note_is_broken_into_lines():
    pages = set_document(replace(GIVEN, note="联系人" * 60))
    assert max(run.x + run.width for page in pages for run in page.runs) <= COLUMNS
