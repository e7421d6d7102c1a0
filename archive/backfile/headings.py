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
    "item_no": ("件号", 10),
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
    "archival_code": "档案号 原档号 文件档号 原档案号",
    "item_no": "室编件号",
    "doc_number": "发文字号 文件编号 文件字号 发文号 字号 文件文号 文件号 公文文号 公文字号",
    "author": "责任人 发文单位 发文机关 作者 文件责任者 形成单位 制文机关",
    "title": "文件题名 标题 文件标题",
    "date": "成文日期 形成日期 文件日期 形成时间 成文时间 文件形成日期 文件形成时间 文件时间 发文日期 发文时间 制文日期 时间 年月日",
    "security_class": "秘密等级 保密等级 密级程度 文件密级",
    "page_count": "页码数 总页数 文件页数",
    "remark": "附注 说明",
    "retention": "期限 保存期限 保管年限 文件保管期限",
    "year": "归档年度 年份 归档年份",
    "class_code": "机构问题 机构 问题 机构或问题 机构代码 机构（问题）代码",
    "doc_type": "公文种类 文件种类",
    "file": "文件名 电子文件 电子文件名 电子文件名称 文件名称 文件路径 原文 电子原文",
}
LABELS = {label: name for name, (label, _) in COLUMNS.items()} | {
    word: name for name, words in _OTHER_WORDS.items() for word in words.split()
}

# a heading nobody knows that has one of these words is asked about while the column itself is missing: left unread,
# every row would go in without its day, number or period
_MAY_BE = {
    "date": "日期|时间|年月",
    "doc_number": "文号|字号",
    "archival_code": "档号|档案号",
    "item_no": "件号",
    "author": "责任|作者|发文单位|发文机关",
    "retention": "保管|期限",
    "year": "年度|年份",
    "page_count": "页数",
}
_OF_SOMETHING_ELSE = re.compile(
    "收文|来文|归档|移交|接收|录入|登记|著录|修改|更新|打印|办结|办理|截止|生效|失效|开放|整理|上传|创建|起草|拟稿|销毁|馆编|附件|扫描"
)


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
        if label := _may_be(text, names):
            told = f"可能是{label}，请把列名改为“{label}”，或删去这一列。"
            faults.append(f"第{made.first}行 {letters(column)}列“{text[:30]}”{told}")
    if faults:
        raise BadCatalogue(*faults)


def _may_be(text: str, names: list[str]) -> str:
    """The label of the column that an unknown heading probably stands for; "" when it may go unread."""
    if "密" in text:  # a mark of secrecy is never passed over, whatever the other columns are
        return COLUMNS["security_class"][0]
    if _OF_SOMETHING_ELSE.search(text):
        return ""
    return next(
        (COLUMNS[name][0] for name, words in _MAY_BE.items() if name not in names and re.search(words, text)), ""
    )
