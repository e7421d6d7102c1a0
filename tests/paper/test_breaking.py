"""Where a line may end: marks, dashes, numbers and dates, in made-up lines and in real texts."""

import gzip
import json
import re

import pytest

from paper.grid import COLUMNS, NOT_FIRST, NOT_LAST, break_lines, half_cells
from tests.cases import Case
from tests.shared_data import shared_file

WHOLE = re.compile(r"——|……|[0-9]+(?:[.,:/][0-9]+)*[%‰℃]?|[０-９]+(?:[，．][０-９]+)*|[A-Za-z]+")
KIND = "断行"
CASES = [
    Case(KIND, "字×27，字", "逗号不在行首", value="字" * 27 + "字，" + "字" * 30),
    Case(KIND, "字×28”。）", "三个后标点随前一字移行", value="字" * 28 + "”。）" + "字" * 20),
    Case(KIND, "字×28”）》。”）", "五个以上后标点也不在行首", "旧算法只退三个", "字" * 28 + "”）》。”）" + "字" * 20),
    Case(KIND, "字×26（“《字》”）", "连续前标点不在行尾", value="字" * 26 + "（“《字》”）" + "字" * 20),
    Case(KIND, "字×27〔2026〕12号", "六角括号不拆", value="字" * 27 + "〔2026〕12号" + "字" * 20),
    Case(KIND, "字×27——字", "破折号不拆开", value="字" * 27 + "——" + "字" * 30),
    Case(KIND, "字×27……字", "省略号不拆开", value="字" * 27 + "……" + "字" * 30),
    Case(KIND, "字×26 1,234,567.89元", "数字不拆", value="字" * 26 + "1,234,567.89元" + "字" * 20),
    Case(KIND, "字×27 ２０２６年", "全角数字不拆", "旧算法逐字断开", "字" * 27 + "２０２６年１０月" + "字" * 20),
    Case(KIND, "字×27 ３，０００元", "全角千分位不拆", value="字" * 25 + "３，０００元" + "字" * 20),
    Case(KIND, "字×27 ¥300", "货币符号不离数字", value="字" * 27 + "¥300" + "字" * 20),
    Case(KIND, "字×26 98.5％", "百分号不离数字", value="字" * 26 + "98.5％" + "字" * 20),
    Case(KIND, "字×27 37.5℃", "单位符号不离数字", value="字" * 26 + "37.5℃" + "字" * 20),
    Case(KIND, "字×27 2026/11/25", "日期不拆", value="字" * 25 + "2026/11/25" + "字" * 20),
    Case(KIND, "字×27 15:30", "时刻不拆", value="字" * 27 + "15:30" + "字" * 20),
    Case(KIND, "字×28。（字", "句号留在上行，前括号到下行", value="字" * 27 + "。（" + "字" * 30),
    Case(KIND, "全是后标点一百个", "超过一行只能拆，仍不超宽", value="。" * 100),
    Case(KIND, "全是前标点一百个", "超过一行只能拆，仍不超宽", value="（" * 100),
    Case(KIND, "空格在行尾", "空格不到行首", value="字" * 28 + " " + "字" * 27 + "  " + "字" * 10),
    Case(KIND, "e 加组合符", "组合符不离字母", value="字" * 28 + "e\u0301" + "字" * 5),
    Case(KIND, "无空格长英文", "超过一行才拆", value="x" * 300),
    Case(KIND, "空行", "一行空", value=""),
]


def offences(text: str, lines: list[str], width: int, first: int = 0) -> list[str]:
    """What is wrong with `lines` of `text`; blanks do not count."""
    found = []
    if "".join("".join(lines).split()) != "".join(text.split()):
        found.append("text lost or changed")
    ends, at = set(), 0
    for number, line in enumerate(lines):
        solid = "".join(line.split())
        at += len(solid)
        ends.add(at)
        if half_cells(line) > width - (first if number == 0 else 0):
            found.append(f"too wide: {line}")
        if number and solid and solid[0] in NOT_FIRST:
            found.append(f"begins with {solid[0]}: {line}")
        if number < len(lines) - 1 and solid and solid[-1] in NOT_LAST:
            found.append(f"ends with {solid[-1]}: {line}")
        if number and line[:1].isspace():
            found.append(f"begins with a blank: {line!r}")
    solid_text = "".join(text.split())
    for match in WHOLE.finditer(solid_text):
        inside = ends & set(range(match.start() + 1, match.end()))
        # where blanks stood between two numbers, the solid text shows one
        if inside and match.group() in text and half_cells(match.group()) <= width - first:
            found.append(f"cut: {match.group()}")
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_line_ends_where_it_may(case):
    for width, first in ((COLUMNS, 0), (COLUMNS, 4), (38, 0), (20, 0)):
        lines = break_lines(case.value, width, first)
        found = offences(case.value, lines, width, first)
        if set(case.value) <= NOT_FIRST | NOT_LAST:
            found = [one for one in found if not one.startswith(("begins", "ends"))]
        assert found == [], (width, first)


@pytest.mark.real_data
def test_a_line_ends_where_it_may_in_real_texts():
    """Every eighth of the 2,851 texts, each paragraph on the width of the page and of a narrow column."""
    with gzip.open(shared_file("documents.jsonl.gz"), "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["body"] for number, line in enumerate(file) if number % 8 == 0]
    leaders = re.compile(r"[.…·．。]{12,}|_{12,}")  # dots of a table of contents: marks wider than the narrow column
    wrong, paragraphs = [], 0
    for text in texts:
        for paragraph in filter(None, map(str.strip, text[:4000].split("\n"))):
            if leaders.search(paragraph):
                continue
            paragraphs += 1
            for width, first in ((COLUMNS, 4), (26, 0)):
                wrong += offences(paragraph, break_lines(paragraph, width, first), width, first)
    assert paragraphs > 5000
    assert wrong == []
