"""整理文字: what a paste brings along is put right, counted, and what may be meant is left alone."""

import gzip
import json

import pytest

from tests.cases import Case
from tests.shared_data import shared_file
from units.tidying import tidy

KIND = "粘贴整理"
CHANGED = [
    Case(KIND, "各单位,请照办.", "各单位，请照办。", value="各单位,请照办.", wanted=("各单位，请照办。", 2)),
    Case(KIND, "是否可行?请批示!", "全角问号叹号", value="是否可行?请批示!", wanted=("是否可行？请批示！", 2)),
    Case(KIND, "如下:一是;二是", "全角冒号分号", value="如下:一是;二是", wanted=("如下：一是；二是", 2)),
    Case(KIND, "(以下简称区委)", "全角括号", value="区委员会(以下简称区委)", wanted=("区委员会（以下简称区委）", 1)),
    Case(KIND, "(一)总体要求", "（一）总体要求", value="(一)总体要求", wanted=("（一）总体要求", 1)),
    Case(KIND, "一.总体要求", "一、总体要求", "不是句号", "一.总体要求", ("一、总体要求", 1)),
    Case(KIND, "直引号", "弯引号", value='做到"应归尽归"。', wanted=("做到“应归尽归”。", 1)),
    Case(KIND, "国发[2004]12号", "国发〔2004〕12号", value="国发[2004]12号", wanted=("国发〔2004〕12号", 1)),
    Case(KIND, "沪府（2004）第3号", "六角括号", value="沪府（2004）第3号", wanted=("沪府〔2004〕第3号", 1)),
    Case(KIND, "2026 年 4 月 5 日", "去空格", value="2026 年 4 月 5 日", wanted=("2026年4月5日", 5)),
    Case(KIND, "第 12 号、共 3 件", "去空格", value="第 12 号，共 3 件", wanted=("第12号，共3件", 4)),
    Case(KIND, "关 于 印 发 通 知", "去空格（识别所得）", value="关 于 印 发 通 知", wanted=("关于印发通知", 5)),
    Case(KIND, "，后有空格", "去空格", value="统一思想， 提高认识。", wanted=("统一思想，提高认识。", 1)),
    Case(
        KIND,
        "段首两个全角空格",
        "去掉，由系统缩进",
        value="　　各单位：\n　　请照办。",
        wanted=("各单位：\n请照办。", 2),
    ),
    Case(KIND, "空行", "去掉", value="甲\n\n\n乙\n  \n丙\n", wanted=("甲\n乙\n丙", 4)),
    Case(KIND, "1.⇥甲", "1.甲", value="1.\t甲\n2.\t乙", wanted=("1.甲\n2.乙", 2)),
    Case(KIND, "一、⇥甲", "一、甲", value="一、\t甲", wanted=("一、甲", 1)),
    Case(KIND, "零宽字符", "去掉", value="电\u200b子公文", wanted=("电子公文", 1)),
    Case(KIND, "……写作 ...", "……", value="等等...", wanted=("等等……", 1)),
    Case(KIND, "——写作 --", "——", value="归档--移交", wanted=("归档——移交", 1)),
]
KEPT = [
    Case(KIND, "1,234.5", "不动", value="合计1,234.5元"),
    Case(KIND, "http://a.gov.cn/?a=1", "不动", value="网址http://a.gov.cn/?a=1"),
    Case(KIND, "第一章 总则", "空格有意，不动", value="第一章 总则"),
    Case(KIND, "张某某 李某某 王某某", "空格隔开的姓名，不动", value="参加人员张某某 李某某 王某某"),
    Case(KIND, "甲 乙 丙", "三项以下不动", value="甲 乙 丙"),
    Case(KIND, "表格的制表符与缺格", "不动", value="单位\t件数\t备注\n\t12\t无\n区档案局\t3"),
    Case(KIND, "English, text (with marks).", "不动", value='English, text (with marks). "Quoted"?'),
    Case(KIND, "1.2版、v1.0", "不动", value="1.2版和v1.0"),
    Case(KIND, "2026-11-25 15:30", "不动", value="2026-11-25 15:30"),
    Case(
        KIND,
        "已整理的公文",
        "0 处",
        value="各有关单位：\n一、统一思想，提高认识。\n（一）明确职责（见附件）。\n特此通知。",
    ),
]
CASES = CHANGED + KEPT


@pytest.mark.parametrize("case", CHANGED, ids=str)
def test_what_a_paste_brings_along_is_put_right_and_counted(case):
    assert tidy(case.value) == case.wanted
    assert tidy(case.wanted[0]) == (case.wanted[0], 0)


@pytest.mark.parametrize("case", KEPT, ids=str)
def test_what_may_be_meant_stays(case):
    assert tidy(case.value) == (case.value, 0)


def test_line_breaks_of_a_form_are_no_place():
    assert tidy("甲\r\n乙\r丙") == ("甲\n乙\n丙", 0)


@pytest.mark.real_data
def test_no_character_that_is_read_is_lost_in_real_texts_and_twice_is_once():
    """Every tenth text: letters, figures and Chinese stay in their order; a second time changes nothing."""
    with gzip.open(shared_file("documents.jsonl.gz"), "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["body"][:20_000] for number, line in enumerate(file) if number % 10 == 0]
    assert len(texts) > 200
    for text in texts:
        done, _ = tidy(text)
        assert [char for char in done if char.isalnum()] == [char for char in text if char.isalnum()]
        assert tidy(done)[0] == tidy(tidy(done)[0])[0]
