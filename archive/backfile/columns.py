"""The columns of a catalogue (domain 3.8) and what a row of them means; every fault of a row, never the first only."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime

from documents.states import SECRET_CLASSES, Disclosure, DocType, SecurityClass
from units.findings import REFUSE, WARN, Finding

from ..states import RETENTION_WORDS, Precision

# identifier -> (label, longest text)
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
LABELS = {label: name for name, (label, _) in COLUMNS.items()} | {
    "机构问题": "class_code",
    "文件名": "file",
    "责任人": "author",
}
TYPES = {label: value for value, label in DocType.choices} | {value: value for value in DocType.values}
DISCLOSURES = {label: value for value, label in Disclosure.choices} | {value: value for value in Disclosure.values}
CLASSES = (
    {"": "public"}
    | {label: value for value, label in SecurityClass.choices}
    | {value: value for value in SecurityClass.values}
)
SECRETS = {*SECRET_CLASSES, *SECRET_CLASSES.values()}
DAY = re.compile(r"^(\d{4})(?:[-./年]?(\d{1,2})(?:[-./月]?(\d{1,2})日?)?月?)?年?$")
CLASS_CODE = re.compile(r"^[A-Z0-9]{1,3}$")


@dataclass
class Item:
    """A row that was understood; `files` are names as given, relative to the folder of files."""

    line: int
    values: dict = field(default_factory=dict)
    files: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return any(one.is_refusal for one in self.findings)

    def refuse(self, column: str, message: str) -> None:
        """Keeps the row out."""
        self._note(REFUSE, column, message)

    def warn(self, column: str, message: str) -> None:
        """Is filed with it."""
        self._note(WARN, column, message)

    def _note(self, severity: str, column: str, message: str) -> None:
        self.findings.append(Finding("row", severity, f"第{self.line}行", message, column, self.line))

    def identity(self, digests: list[str]) -> str:
        """Unit-wide identity: the given code, else the digest of row and files."""
        if code := self.values["archival_code"]:
            return f"code:{code}"
        told = [str(self.values[name]) for name in COLUMNS if name not in ("seq", "file")]
        return "sha256:" + hashlib.sha256("\x1f".join([*told, *sorted(digests)]).encode()).hexdigest()


def columns_of(header: list[str]) -> tuple[dict[int, str], list[str]]:
    """(position → identifier, faults) of a header row, by identifier or by Chinese label."""
    found, faults = {}, []
    for position, cell in enumerate(header):
        name = re.sub(r"\s", "", cell).lstrip("\ufeff")
        name = name if name in COLUMNS else LABELS.get(name, "")
        if name in found.values():
            faults.append(f"第1行有两个“{COLUMNS[name][0]}”列，请只保留一个。")
        elif name:
            found[position] = name
    faults += [
        f"第1行缺少“{COLUMNS[name][0]}”（{name}）列，请用模板中的列名。"
        for name in REQUIRED
        if name not in found.values()
    ]
    return found, faults


def read_item(line: int, cells: dict[str, str]) -> Item:
    """The row as an Item with every finding."""
    item = Item(line)
    given = {name: _tidy(cells.get(name, "")) for name in COLUMNS}
    for name, text in given.items():
        label, longest = COLUMNS[name]
        if len(text) > longest:
            item.refuse(name, f"{label}有 {len(text)} 个字，最多 {longest} 个，请缩短。")
            given[name] = text[:longest]
        if "\x00" in cells.get(name, ""):
            item.refuse(name, f"{label}含有空字符，请删去。")
    if not given["title"]:
        item.refuse("title", "题名为空，请填写题名。")
    item.values = {name: given[name] for name in ("archival_code", "doc_number", "author", "title", "remark", "seq")}
    _date(item, given["date"])
    _year(item, given["year"])
    _closed(item, given)
    _numbers(item, given)
    item.files = tuple(name.strip() for name in re.split(r"[;；|\n]", given["file"]) if name.strip())
    return item


def _tidy(text: str) -> str:
    """One line, without invisible characters; a spreadsheet's guard before a formula sign is taken off."""
    text = "".join(char for char in text if char.isprintable() or char in "\n\t ").strip()
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


def _date(item: Item, text: str) -> None:
    item.values["date"], item.values["date_precision"] = None, Precision.UNKNOWN
    if not text or text in ("不详", "无", "0", "00000000"):
        item.warn("date", "日期不详，已按不详归档。")
        return
    digits = text.split(" ")[0].split("T")[0]
    if re.fullmatch(r"\d{8}", digits):
        digits = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    elif re.fullmatch(r"\d{6}", digits):
        digits = f"{digits[:4]}-{digits[4:]}"
    match = DAY.match(digits)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else 0 for part in match.groups())
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        item.values["date"] = date(year, month or 1, day or 1)
        item.values["date_precision"] = precision
    except ValueError:
        item.refuse("date", f"日期“{text[:20]}”不对，应写成 20110105 的样式，只知年份可写 2011。")


def _year(item: Item, text: str) -> None:
    if text:
        number = text.removesuffix("年").removesuffix(".0")
        if re.fullmatch(r"(19|20)\d{2}", number) and int(number) <= datetime.now().year:
            item.values["year"] = int(number)
        else:
            item.values["year"] = None
            item.refuse("year", f"年度“{text}”不对，应为 1900 年至今的四位数字。")
    else:
        day = item.values["date"]
        item.values["year"] = day.year if day and day.year >= 1900 else None
        if day is not None and day.year < 1900:
            item.refuse("date", f"日期{day}早于1900年，请核对。")


def _closed(item: Item, given: dict[str, str]) -> None:
    """Vocabularies: retention, class, type, openness."""
    word = given["retention"]
    item.values["retention"] = RETENTION_WORDS.get(word, "")
    if word and not item.values["retention"]:
        item.refuse("retention", f"保管期限“{word}”不对，应为 永久、30年 或 10年。")
    secret = given["security_class"]
    if secret in SECRETS or secret.rstrip("★0123456789年 ") in SECRETS:
        item.refuse("security_class", "密级为国家秘密，本系统为非涉密网络，不得录入，请走机要渠道。")
    elif secret not in CLASSES:
        item.refuse("security_class", f"密级“{secret}”不对，应为 公开 或 内部，或留空。")
    item.values["security_class"] = CLASSES.get(secret, "public")
    kind = given["doc_type"]
    item.values["doc_type"] = TYPES.get(kind, "")
    if kind and not item.values["doc_type"]:
        item.warn("doc_type", f"文种“{kind}”不在规定之列，未著录文种。")
    openness = given["disclosure_attr"]
    item.values["disclosure_attr"] = DISCLOSURES.get(openness, "")
    if openness and not item.values["disclosure_attr"]:
        item.refuse("disclosure_attr", f"公开属性“{openness}”不对，应为 主动公开、依申请公开 或 不予公开。")


def _numbers(item: Item, given: dict[str, str]) -> None:
    pages = given["page_count"].removesuffix(".0")
    item.values["page_count"] = int(pages) if re.fullmatch(r"\d{1,6}", pages) else None
    if pages and item.values["page_count"] is None:
        item.refuse("page_count", f"页数“{pages}”不对，应为整数。")
    code = given["class_code"].upper()
    item.values["class_code"] = code
    if code and not CLASS_CODE.match(code):
        item.refuse("class_code", f"机构（问题）代码“{code}”不对，应为不超过三位的字母或数字。")
