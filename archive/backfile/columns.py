"""What a row of a catalogue means (domain 3.8); every fault of a row, never the first only."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from documents.states import SECRET_CLASSES, Disclosure, DocType, SecurityClass
from units.findings import REFUSE, WARN, Finding

from ..states import OLD_PERIODS, RETENTION_WORDS, Precision, Retention
from .cells import Cell, Kind, target
from .dates import read_date, read_year
from .headings import COLUMNS
from .reading import Row
from .wording import told_text

__all__ = ["COLUMNS", "Item", "read_item"]

TYPES = {label: value for value, label in DocType.choices} | {value: value for value in DocType.values}
DISCLOSURES = {label: value for value, label in Disclosure.choices} | {value: value for value in Disclosure.values}
CLASSES = (
    {"": "public"}
    | {label: value for value, label in SecurityClass.choices}
    | {value: value for value in SecurityClass.values}
)
SECRETS = {*SECRET_CLASSES, *SECRET_CLASSES.values()}
CLASS_CODE = re.compile(r"^[A-Z0-9]{1,3}$")
KEPT = ("archival_code", "doc_number", "author", "title", "remark", "seq")  # text columns that are kept as given
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}  # full-width → ordinary
NO_STATE_SECRETS = "密级为国家秘密，本系统为非涉密网络，不得录入，请走机要渠道。"


@dataclass
class Item:
    """A row that was understood; `files` are names as given, relative to the folder of files."""

    line: int
    values: dict = field(default_factory=dict)
    files: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        return any(one.is_refusal for one in self.findings)

    def refuse(self, column: str, message: str, code: str = "row") -> None:
        """Keeps the row out."""
        self._note(REFUSE, column, message, code)

    def warn(self, column: str, message: str, code: str = "row") -> None:
        """Is filed with it."""
        self._note(WARN, column, message, code)

    def _note(self, severity: str, name: str, message: str, code: str) -> None:
        place, label = self.columns.get(name, 0), COLUMNS[name][0] if name in COLUMNS else ""
        self.findings.append(Finding(code, severity, target(self.line, place, label), message, name, self.line, place))


def read_item(line: int, row: Row) -> Item:
    """The row as an Item with every finding, the reader's among them."""
    item = Item(line, findings=list(row.findings), columns=row.columns)
    today = timezone.localdate()
    doubtful = {one.field for one in row.findings if one.is_refusal}
    cells = {name: cell for name, cell in row.cells.items() if name not in doubtful and _is_value(item, name, cell)}
    given = {name: "" for name in COLUMNS}
    for name, cell in cells.items():
        if name not in ("date", "year", "page_count", "item_no"):
            given[name] = told_text(item, name, cell)
    if "title" not in row.cells:
        item.refuse("title", "题名为空，请填写题名。")
    item.values = {name: given[name] for name in KEPT}
    _date(item, cells.get("date"), today)
    _year(item, cells.get("year"), today)
    _closed(item, given)
    item.files = tuple(name.strip() for name in re.split(r"[;；|\n]", given["file"]) if name.strip())
    _numbers(item, cells.get("page_count"), given)
    _item_no(item, cells.get("item_no"))
    return item


def _is_value(item: Item, name: str, cell: Cell) -> bool:
    """Whether the cell has a value at all; what Excel puts in the place of one is refused in every column."""
    label = COLUMNS[name][0]
    if cell.kind is Kind.ERROR:
        item.refuse(name, f"{label}是错误值“{cell.text[:20]}”，请改为实际内容。", "error-value")
    elif cell.kind is Kind.UNCALCULATED:
        item.refuse(name, f"{label}是公式，文件里没有它的结果；请在 Excel 中打开并保存，或改为实际内容。", "no-result")
    elif cell.is_formula and cell.number == 0:
        item.refuse(name, f"{label}是公式，结果为 0，多半引用了空单元格或没有计算；请改为实际内容。", "no-result")
    elif cell.kind is Kind.BOOLEAN:
        item.refuse(name, f"{label}是逻辑值“{cell.text[:20]}”，请改为实际内容。", "boolean")
    else:
        return True
    return False


def _date(item: Item, cell: Cell | None, today: date) -> None:
    """Read by the one function for days (dates.read_date)."""
    reading = read_date(cell, today=today)
    item.values["date"], item.values["date_precision"] = reading.day, reading.precision
    if reading.fault:
        item.refuse("date", reading.fault, "date")
    for remark in reading.remarks:
        item.warn("date", remark, "date-read")
    if reading.precision is Precision.UNKNOWN and not any(one.field == "date" for one in item.findings):
        item.warn("date", "日期不详，已按不详归档。", "date-unknown")


def _year(item: Item, cell: Cell | None, today: date) -> None:
    """The class year: not before the day's year, later only for what was completed later (domain 3.4 年度 rule)."""
    day = item.values["date"]
    item.values["year"] = day.year if day else None
    if cell is None:
        return
    year, fault = read_year(cell, today=today)
    item.values["year"] = year
    if fault:
        item.refuse("year", fault, "year")
    elif day is not None and year < day.year - 1:
        told = f"年度 {year} 早于日期所在的 {day.year} 年：年度是文件形成或办结的年份，请核对年度和日期。"
        item.refuse("year", told, "year-date")
    elif day is not None and year != day.year:
        told = f"年度 {year} 与日期所在的 {day.year} 年不同，按所列年度归档；跨年办结的文件归入办结年度，请核对。"
        item.warn("year", told, "year-date")


def _folded(text: str) -> str:
    """A word of a closed list: blanks and full-width digits and letters do not make it another."""
    return re.sub(r"\s", "", text.translate(WIDE))


def _closed(item: Item, given: dict[str, str]) -> None:
    """Vocabularies: retention, class, type, openness."""
    word = _folded(given["retention"])
    item.values["retention"] = RETENTION_WORDS.get(word, "")
    item.values["retention_as_filed"] = word if word in OLD_PERIODS else ""
    if word in OLD_PERIODS:
        told = f"“{word}”是旧期限，按 {Retention(item.values['retention']).label} 归档，原期限照记；到期由鉴定确定。"
        item.warn("retention", told, "old-period")
    if word and not item.values["retention"]:
        item.refuse("retention", f"保管期限“{word}”不对，应为 永久、30年 或 10年。")
    secret = _folded(given["security_class"])
    if secret in SECRETS or any(word in secret for word in SECRET_CLASSES.values()):
        item.refuse("security_class", NO_STATE_SECRETS, "secret")
    elif secret not in CLASSES:
        item.refuse("security_class", f"密级“{secret}”不对，应为 公开 或 内部，或留空。")
    item.values["security_class"] = CLASSES.get(secret, "public")
    kind = _folded(given["doc_type"])
    item.values["doc_type"] = TYPES.get(kind, "")
    if kind and not item.values["doc_type"]:
        item.warn("doc_type", f"文种“{kind}”不在规定之列，未著录文种。")
    openness = _folded(given["disclosure_attr"])
    item.values["disclosure_attr"] = DISCLOSURES.get(openness, "")
    if openness and not item.values["disclosure_attr"]:
        item.refuse("disclosure_attr", f"公开属性“{openness}”不对，应为 主动公开、依申请公开 或 不予公开。")


def _numbers(item: Item, pages: Cell | None, given: dict[str, str]) -> None:
    item.values["page_count"] = None
    if pages is not None:
        text = pages.digits if pages.kind is Kind.NUMBER else _folded(pages.text).removesuffix("页").removesuffix(".0")
        if pages.kind is Kind.DATE or not re.fullmatch(r"[0-9]{1,6}", text):
            item.refuse("page_count", f"页数“{pages.text[:20]}”不对，应为整数。")
        elif int(text) == 0:
            _no_pages(item)
        else:
            item.values["page_count"] = int(text)
    code = given["class_code"].upper()
    item.values["class_code"] = code
    if code and not CLASS_CODE.match(code):
        item.refuse(
            "class_code",
            f"机构（问题）代码“{code}”不对，应填写代码，如 BGS（不超过三位的字母或数字），不填写机构的名称；不分机构的留空。",
        )


def _no_pages(item: Item) -> None:
    """An item of 0 pages does not exist: its files may be counted, paper alone cannot."""
    if item.files:
        item.warn("page_count", "页数为 0，已按电子文件的页数计，不能自动计页的留空，请核对。")
    else:
        item.refuse("page_count", "页数为 0，又没有列电子文件，请填写纸质件的页数；不详的留空。", "no-pages")


def _item_no(item: Item, cell: Cell | None) -> None:
    """The number of the piece within its year and period (件号), as the paper's stamp bears it."""
    item.values["item_no"] = None
    if cell is None:
        return
    text = cell.digits if cell.kind is Kind.NUMBER else _folded(cell.text).removesuffix(".0")
    if cell.kind is Kind.DATE or not re.fullmatch(r"0{0,5}[1-9][0-9]{0,5}", text):
        item.refuse("item_no", f"件号“{cell.text[:20]}”不对，应为大于 0 的整数，如 12 或 0012。")
    else:
        item.values["item_no"] = int(text)
