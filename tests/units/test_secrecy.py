"""A mark of a state secret is known in every form people type; words about secrets are none."""

import gzip
import json

import pytest

from tests.cases import Case
from tests.shared_data import shared_file
from units.secrecy import marks_in

KIND = "密级标志"
MARKED = [
    Case(KIND, "秘密★1年", "拒收", value="秘密★1年"),
    Case(KIND, "绝 密 ★ 长 期", "拒收", value="正文\n绝 密 ★ 长 期\n正文"),
    Case(KIND, "机　密　★", "拒收（全角空格）", value="机　密　★"),
    Case(KIND, "機密★10年", "拒收（繁体）", value="機密★10年"),
    Case(KIND, "絕密☆", "拒收（空心星、繁体）", value="絕密☆"),
    Case(KIND, "祕密⭐", "拒收（异体、表情星）", value="祕密⭐"),
    Case(KIND, "秘密*１０年", "拒收（星号、全角数字）", value="秘密*１０年"),
    Case(KIND, "秘\u200b密★（零宽）", "拒收", value="秘\u200b密★"),
    Case(KIND, "密级：机密", "拒收", value="密级：机密\n关于某事的通知"),
    Case(KIND, "独占一行的【绝密】", "拒收", value="关于某事\n【绝密】\n正文"),
    Case(KIND, "独占一行的 机密 20年", "拒收", value="机密 20年\n正文"),
    Case(KIND, "标题：关于某事的通知（秘密）", "拒收", value="关于某事的通知（秘密）", wanted=True),
    Case(KIND, "文件名：机密-名单.xlsx", "拒收", value="机密-名单.xlsx", wanted=True),
    Case(KIND, "文件名：名单_绝密.docx", "拒收", value="名单_绝密.docx", wanted=True),
    Case(KIND, "文件名：【秘密★5年】清单.pdf", "拒收", value="【秘密★5年】清单.pdf", wanted=True),
]
PLAIN = [
    Case(KIND, "关于加强国家秘密管理的通知", "照常", value="关于加强国家秘密管理的通知", wanted=True),
    Case(KIND, "商业秘密", "照常", value="涉及商业秘密、个人隐私的除外。"),
    Case(KIND, "密级：绝密、机密、秘密三级", "照常（列举）", value="密级：绝密、机密、秘密三级"),
    Case(KIND, "绝密、机密和秘密", "照常", value="国家秘密的密级分为绝密、机密、秘密三级。"),
    Case(KIND, "保守秘密是公民的义务", "照常", value="保守秘密是公民的义务。", wanted=True),
    Case(KIND, "密切联系★", "照常", value="密切联系★群众"),
    Case(KIND, "机密文件管理办法", "照常（标题）", value="机密文件管理办法", wanted=True),
    Case(KIND, "表格单元“秘密”", "照常", value="名称\t等级\n某件\t秘密"),
]
CASES = MARKED + PLAIN


@pytest.mark.parametrize("case", MARKED, ids=str)
def test_a_mark_is_found(case):
    assert marks_in(case.value, is_name=bool(case.wanted)) != []


@pytest.mark.parametrize("case", PLAIN, ids=str)
def test_words_about_secrets_are_no_mark(case):
    assert marks_in(case.value, is_name=bool(case.wanted)) == []


@pytest.mark.real_data
def test_no_real_text_is_taken_for_a_marked_one():
    with gzip.open(shared_file("documents.jsonl.gz"), "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert len(rows) > 2000
    assert [row["title"] for row in rows if marks_in(row["title"], is_name=True) or marks_in(row["body"])] == []
