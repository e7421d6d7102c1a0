"""Rows of a catalogue, one after the other: an Excel workbook, or a text file with separators."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from units.findings import REFUSE, WARN, Finding

from . import delimited
from .cells import BadCatalogue, Cell, Line, letters, place_of, target
from .headings import COLUMNS, LAST_HEADING_ROW, Heading, NoHeading, find_heading, name_of
from .natures import WORKBOOK, nature_of
from .sheets import Sheet, Workbook

__all__ = ["COLUMNS", "BadCatalogue", "Catalogue", "Row", "read", "rows"]

EXAMPLES = ("示例", "样例", "填写", "说明", "检查结果")  # sheets of our template and of our answer that hold no rows
# What a merged range may say of every row it covers; a title, a code, a file belong to one row only.
MERGED_DOWN = {"year", "retention", "author", "date", "security_class", "class_code", "doc_type", "disclosure_attr"}
TELLING = {"title", "date", "file", "retention", "year"}  # a line of text that ends before these was broken


@dataclass
class Row:
    """One row of the sheet: `line` as the spreadsheet counts it, cells by identifier, and what the reader saw.

    `columns` gives the column (1 = A) of every identifier the catalogue has, of empty cells too.
    """

    line: int
    cells: dict[str, Cell] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def text(self, name: str) -> str:
        """As given; "" for an empty cell."""
        return self.cells[name].text if name in self.cells else ""

    def get(self, name: str, default: str = "") -> str:
        """`text`, for those who ask as of a dictionary."""
        return self.text(name) or default

    def note(self, severity: str, code: str, message: str, name: str = "", column: int = 0) -> None:
        column = column or self.columns.get(name, 0)
        label = COLUMNS[name][0] if name else ""
        self.findings.append(
            Finding(code, severity, target(self.line, column, label), message, name, self.line, column)
        )


@dataclass
class Catalogue:
    """A table that was found: its heading, what is to be told about the whole, and its rows (once).

    `lines` gives the lines as they lie there, anew at each call; `sheet` is the worksheet's name, "" of a text file.
    """

    heading: Heading
    remarks: list[Finding]
    rows: Iterator[Row]
    lines: Callable[[], Iterator[Line]]
    sheet: str = ""


def read(path: Path) -> Catalogue:
    """The catalogue at `path`. Raises BadCatalogue, also while the rows are read (a file that ends in the middle)."""
    if nature_of(path) == WORKBOOK:
        return _of_workbook(path)
    return _of_text(path)


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """(line, row) of every row that is not empty; remarks on the whole are told with the first. Raises BadCatalogue."""
    catalogue = read(path)
    remarks = catalogue.remarks
    for row in catalogue.rows:
        row.findings[:0], remarks = remarks, []
        yield row.line, row


def _of_text(path: Path) -> Catalogue:
    encoding, separator = separation_of(path)
    for _ in delimited.lines(path, encoding, separator):  # the whole of it is proved before the first row is filed
        pass
    return _catalogue(lambda: delimited.lines(path, encoding, separator), [])


def separation_of(path: Path) -> tuple[str, str]:
    """(encoding, separator) of a text file. Raises BadCatalogue."""
    encoding = delimited.encoding_of(path)
    return encoding, delimited.declared_separator(path, encoding) or _separator(path, encoding)


def _separator(path: Path, encoding: str) -> str:
    """The one that gives the most columns a name in the first ten lines."""
    known = dict.fromkeys(delimited.SEPARATORS, 0)
    for separator in known:
        try:
            for line in delimited.lines(path, encoding, separator):
                if line.number > LAST_HEADING_ROW:
                    break
                known[separator] = max(known[separator], sum(bool(name_of(cell.text)) for cell in line.cells.values()))
        except BadCatalogue:
            continue
    return max(known, key=lambda one: known[one])


def _of_workbook(path: Path) -> Catalogue:
    return _of_sheet(path, *_sheets_of(path))


def _sheets_of(path: Path) -> tuple[Sheet, list[str]]:
    """The first visible sheet with a heading, and sentences about others that hold something. Raises BadCatalogue."""
    found, told, no_heading = None, [], None
    with Workbook(path) as book:
        for sheet in book.sheets:
            head = list(book.lines(sheet, LAST_HEADING_ROW))
            try:
                find_heading(head)
            except NoHeading as fault:
                no_heading = no_heading or fault
                if head and not sheet.is_hidden and not sheet.name.startswith(EXAMPLES):
                    told.append(f"工作表“{sheet.name[:40]}”没有列名，没有读取。")
            else:
                if found is None and not sheet.is_hidden:
                    found = sheet
                elif not sheet.name.startswith(EXAMPLES):
                    told.append(f"工作表“{sheet.name[:40]}”也是目录，没有读取，请另存后另行导入。")
    if found is None:
        raise no_heading or BadCatalogue(f"目录文件“{path.name}”没有列名，请用模板。")
    return found, told


def _of_sheet(path: Path, sheet: Sheet, told: list[str]) -> Catalogue:
    remarks = [Finding("other-sheet", WARN, "工作簿", one) for one in told]
    with Workbook(path) as book:
        hidden = book.hidden_columns(sheet)

    def lines() -> Iterator[Line]:
        with Workbook(path) as book:
            yield from book.lines(sheet)

    catalogue = _catalogue(lines, remarks, sheet.name)
    for column, name in catalogue.heading.names.items():
        if column in hidden:
            line, label = catalogue.heading.first, COLUMNS[name][0]
            told = f"{letters(column)}列“{label}”在工作表中是隐藏的，也已读取，请核对。"
            catalogue.remarks.append(
                Finding("hidden-column", WARN, target(line, column, label), told, name, line, column)
            )
    return catalogue


def _catalogue(source: Callable[[], Iterator[Line]], remarks: list[Finding], sheet: str = "") -> Catalogue:
    head: list[Line] = []
    lines = source()
    for line in lines:
        head.append(line)
        if line.number >= LAST_HEADING_ROW:
            break
    heading = find_heading(head)
    return Catalogue(heading, remarks + heading.remarks(), _rows(chain(head, lines), heading), source, sheet)


def _rows(lines: Iterator[Line], heading: Heading) -> Iterator[Row]:
    columns = {name: column for column, name in heading.names.items()}
    width = max([*heading.names, *heading.unknown])
    for line in lines:
        if line.number <= heading.last:
            continue
        row = Row(line.number, columns=columns)
        for column, name in heading.names.items():
            cell = line.cells.get(column)
            if cell is not None and cell.text.strip():
                row.cells[name] = cell
        if not {name for name, cell in row.cells.items() if not cell.is_filled} - {"seq"}:
            continue  # blank, or prepared with a running number only
        _judge(row, line, heading, width)
        yield row


def _judge(row: Row, line: Line, heading: Heading, width: int) -> None:
    if sum(name_of(cell.text) == name for name, cell in row.cells.items()) > 1:
        row.note(REFUSE, "heading-again", "这一行又是列名，不是一件文件，请删去。")
    if line.is_hidden:
        row.note(WARN, "hidden-row", "这一行在工作表中是隐藏的，也已读取；如不应归档，请删去后重新导入。")
    _judge_merges(row)
    for column, cell in line.cells.items():
        if column in heading.names or column in heading.unknown or not cell.text.strip() or cell.is_filled:
            continue
        if line.width is not None and column > width:
            told = f"这一行有 {line.width} 格，列名只有 {width} 格，各列可能已经错位；含分隔符的单元格请加英文双引号。"
            row.note(REFUSE, "too-many-fields", told, column=column)
            break
        row.note(WARN, "no-heading", f"{letters(column)}列没有列名，其中的“{cell.text[:30]}”没有读取。", column=column)
    if line.width is not None and line.width < width:
        _judge_short(row, line.width, width)


def _judge_merges(row: Row) -> None:
    """A merged range may speak for the rows below in one column of the right kind; else nobody knows whose it is."""
    for name, cell in row.cells.items():
        if not cell.span:
            continue
        (top, left), (bottom, _) = map(place_of, cell.span.split(":"))
        if left == cell.column and (name in MERGED_DOWN or top == bottom):
            if cell.is_filled:
                told = f"{COLUMNS[name][0]}取自合并单元格 {cell.span}：“{cell.text[:30]}”，请核对。"
                row.note(WARN, "merged", told, name)
            continue
        told = f"{COLUMNS[name][0]}的单元格属于合并区域 {cell.span}，各行的值不能确定，请取消合并并逐行填写。"
        row.note(REFUSE, "merged", told, name)


def _judge_short(row: Row, has: int, width: int) -> None:
    lost = [name for name, column in row.columns.items() if column > has]
    is_broken = bool(TELLING & set(lost))
    told = f"这一行只有 {has} 格，列名有 {width} 格" + (
        "，可能被换行切断；含换行的单元格请加英文双引号，空格也要留出分隔符。" if is_broken else "，缺少的按空白处理。"
    )
    row.note(REFUSE if is_broken else WARN, "too-few-fields", told)
