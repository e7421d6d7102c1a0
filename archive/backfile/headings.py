"""The heading row of a catalogue, in the first ten rows: by identifier or by the words people use for a column."""

import re
from dataclasses import dataclass, field

from units.findings import WARN, Finding

from .cells import BadCatalogue, Line, letters, target

LAST_HEADING_ROW = 10
# identifier -> (label, longest text); domain 3.8
COLUMNS = {
    "seq": ("序号", 20),
    "archival_code": ("档号", 60),
    "doc_number": ("文号", 100),
    "author": ("责任者", 200),
    "title": ("题名", 500),
    "date": ("日期", 20),
    "security_class": ("密级", 20),
    "page_count": ("页数", 10),
    "remark": ("备注", 200),
    "retention": ("保管期限", 20),
    "year": ("年度", 10),
    "class_code": ("机构（问题）", 3),
    "doc_type": ("文种", 30),
    "disclosure_attr": ("公开属性", 20),
    "file": ("文件", 1000),
}
REQUIRED = ("title",)
_OTHER_WORDS = {
    "archival_code": "档案号 原档号",
    "doc_number": "发文字号 文件编号 文件字号 发文号 字号",
    "author": "责任人 发文单位 发文机关 作者",
    "title": "文件题名 标题 文件标题",
    "date": "成文日期 形成日期 文件日期 形成时间 成文时间 文件形成日期 发文日期 时间",
    "security_class": "秘密等级 保密等级 密级程度",
    "page_count": "页码数 总页数",
    "remark": "附注 说明",
    "retention": "期限 保存期限 保管年限",
    "year": "归档年度 年份 归档年份",
    "class_code": "机构问题 机构 问题 机构或问题 机构代码 机构（问题）代码",
    "doc_type": "公文种类 文件种类",
    "file": "文件名 电子文件 电子文件名 文件路径",
}
LABELS = {label: name for name, (label, _) in COLUMNS.items()} | {
    word: name for name, words in _OTHER_WORDS.items() for word in words.split()
}


class NoHeading(BadCatalogue):
    """None of the first ten rows is a heading."""


@dataclass
class Heading:
    """`names` and `unknown`: column (1 = A) → identifier, or the words nobody knows; lines `first` to `last`."""

    first: int
    last: int
    names: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)

    def remarks(self) -> list[Finding]:
        """Columns that are not read, so that nobody thinks they were."""
        return [
            Finding(
                "unknown-column", WARN, target(self.first, column, text[:30]),
                f"{letters(column)}列“{text[:30]}”不是模板中的列，没有读取；如有用，请改用模板中的列名。",
                "", self.first, column,
            )
            for column, text in self.unknown.items()
        ]  # fmt: skip


def name_of(text: str) -> str:
    """The identifier that a heading stands for, "" when none; marks like * and （必填） do not count."""
    word = re.sub(r"[\s\ufeff\u200b*＊※:：]", "", text).replace("(", "（").replace(")", "）")
    bare = re.sub(r"[（\[【].*[）\]】]$", "", word)
    for one in (word, bare):
        if one.lower() in COLUMNS:
            return one.lower()
        if one in LABELS:
            return LABELS[one]
    return ""


def find_heading(head: list[Line]) -> Heading:
    """The first of the first ten lines that has the title's column. Raises NoHeading; BadCatalogue for a bad one."""
    nearest, most = None, 1
    for at, line in enumerate(head):
        if line.number > LAST_HEADING_ROW:
            break
        names = _names(line)
        if "title" in names.values() or ("title" in map(name_of, _texts(line))):
            return _complete(head, at)
        if len(names) > most:
            nearest, most = line, len(names)
    if nearest is not None:
        raise NoHeading(f"第{nearest.number}行缺少“题名”（title）列，请用模板中的列名。")
    raise NoHeading(
        f"前 {LAST_HEADING_ROW} 行中没有找到列名，缺少“题名”（title）列；请用模板中的列名，并用逗号、分号或制表符分隔各列。"
    )


def _texts(line: Line) -> list[str]:
    return [cell.text for cell in line.cells.values()]


def _names(line: Line) -> dict[int, str]:
    """Of a merged heading only the first column counts."""
    found = {}
    for column, cell in line.cells.items():
        name = name_of(cell.text)
        if name and (not cell.is_filled or cell.span.startswith(letters(column))):
            found[column] = name
    return found


def _complete(head: list[Line], at: int) -> Heading:
    """With the lines below that belong to it, because a label is merged down into them."""
    line = head[at]
    made = Heading(line.number, line.number, _names(line))
    below = at + 1
    while below < len(head) and any(cell.is_filled and name_of(cell.text) for cell in head[below].cells.values()):
        made.last = head[below].number
        for column, name in _names(head[below]).items():
            if name not in made.names.values():
                made.names[column] = name
        below += 1
    for one in head[at:below]:
        for column, cell in one.cells.items():
            if column not in made.names and cell.text.strip() and not cell.is_filled:
                made.unknown[column] = cell.text.strip()
    _judge(made)
    return made


def _judge(made: Heading) -> None:
    names, faults = list(made.names.values()), []
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            faults.append(f"第{made.first}行有两个“{COLUMNS[name][0]}”列，请只保留一个。")
    for column, text in made.unknown.items():
        if "密" in text:
            faults.append(
                f"第{made.first}行 {letters(column)}列“{text[:30]}”可能是密级，请把列名改为“密级”，或删去这一列。"
            )
    if faults:
        raise BadCatalogue(*faults)
