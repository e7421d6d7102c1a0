"""The schedule as an Excel sheet, and back: every cell judged, all findings at once, all rows or none."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, load_workbook
from xlsxwriter.utility import xl_col_to_name

from units.findings import REFUSE, Finding

from ..models import RetentionRule
from .wording import COLUMNS, NOTES, read_row, words_of

SHEET = "归档范围和保管期限表"
WIDTHS = {"description": 40, "keywords": 36, "doc_types": 18, "category": 12}
MOST_ROWS, MOST_BYTES = 500, 2 * 2**20
HEADING_LINES = 10  # the line of headings stands among these
LINES_KEPT = MOST_ROWS + HEADING_LINES
DAYS = (date, time, timedelta)  # what a cell holds that was typed as 02-21 or 2:21


class NotASheet(ValueError):
    """The file cannot be read as a schedule at all; the sentence says what would be right."""


def write(target, rules: Iterable[RetentionRule], title: str) -> None:
    """Write an .xlsx to a path or binary file; read back it gives the same rows."""
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#f4f3ef", "border": 1})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True}))
    for place, (name, label) in enumerate(COLUMNS.items()):
        sheet.set_column(place, place, WIDTHS.get(name, 14), text)
        sheet.write_string(1, place, label, head)
        sheet.write_comment(1, place, NOTES[name])
    for line, rule in enumerate(rules, start=2):
        for place, value in enumerate(words_of(rule).values()):
            sheet.write_string(line, place, value, text)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    book.close()


def read(path: str) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Values of the rows, and what is wrong, cell by cell (line and column as the sheet counts them).

    Raises NotASheet.
    """
    try:
        lines = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=LINES_KEPT + 1)
    except (CalamineError, OSError, ValueError) as error:
        raise NotASheet("不是能读的 Excel 文件（.xlsx），请另存为 .xlsx 后再导入。") from error
    if len(lines) > LINES_KEPT:
        raise NotASheet(f"表中超过 {MOST_ROWS} 行，保管期限表没有这么多条款，请核对。")
    at, places = _heading(lines)
    rows: list[dict[str, Any]] = []
    found: list[Finding] = []
    numbers: list[int] = []
    for number, line in enumerate(lines[at + 1 :], start=at + 2):
        cells = {name: line[place] for name, place in places.items() if place < len(line)}
        words = {name: _text(cell) for name, cell in cells.items()}
        if not any(words.values()):
            continue
        values, wrong = read_row(words)
        wrong += [(name, _turned(name, words[name])) for name, cell in cells.items() if isinstance(cell, DAYS)]
        rows.append(values)
        numbers.append(number)
        found += [_finding(name, message, number, places) for name, message in wrong]
    found += _twice(rows, numbers, places)
    if not rows:
        raise NotASheet("表中没有条款，请在列名下面逐行填写。")
    return rows, sorted(found, key=lambda one: (one.line, one.column))


def cell_of(finding: Finding) -> str:
    """B7, as the sheet names it."""
    return f"{xl_col_to_name(finding.column - 1)}{finding.line}" if finding.column else f"第{finding.line}行"


def _finding(name: str, message: str, line: int, places: dict[str, int]) -> Finding:
    return Finding("cell", REFUSE, COLUMNS[name], message, name, line, places.get(name, -1) + 1)


def _twice(rows: list[dict[str, Any]], numbers: list[int], places: dict[str, int]) -> list[Finding]:
    counts = Counter(row["code"] for row in rows)
    first: dict[str, int] = {}
    found = []
    for row, number in zip(rows, numbers, strict=True):
        code = row["code"]
        if counts[code] > 1 and code in first:
            found.append(_finding("code", f"条款号 {code} 与第{first[code]}行重复。", number, places))
        first.setdefault(code, number)
    return found


def _heading(lines: list[list]) -> tuple[int, dict[str, int]]:
    """The line with the columns' names, and where each stands; all columns are needed but those that may be empty."""
    known = {label: name for name, label in COLUMNS.items()}
    needed = {"code", "category", "description", "sources", "period"}
    best: set[str] = set()
    for at, line in enumerate(lines[:HEADING_LINES]):
        places = {known[_text(cell)]: place for place, cell in enumerate(line) if _text(cell) in known}
        if needed <= set(places):
            return at, places
        best = max(best, set(places), key=len)
    lacking = "、".join(COLUMNS[name] for name in COLUMNS if name in needed - best)
    raise NotASheet(f"没有找到列名“{lacking}”，请先导出本表，在其中修改后再导入。")


def _turned(name: str, text: str) -> str:
    """A table program makes a day of 02-21 where the cell is not text: it would be a clause that nobody wrote."""
    return f"{COLUMNS[name]}“{text}”是表格软件自动转成的日期，请将单元格设为文本后重新填写。"


def _text(cell) -> str:
    if isinstance(cell, bool):
        return "是" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
