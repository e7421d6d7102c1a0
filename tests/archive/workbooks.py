"""Catalogues for tests: written as Excel writes them, read as the import reads them."""

from pathlib import Path

import xlsxwriter

from archive.backfile.columns import Item, read_item
from archive.backfile.reading import rows

LABELS = ["档号", "文号", "责任者", "题名", "日期", "页数", "备注", "保管期限", "年度", "机构（问题）", "密级", "文件"]
PLACES = {label: at for at, label in enumerate(LABELS)}
GOOD = {"题名": "关于年报的通知", "日期": "20030405", "责任者": "区府办", "保管期限": "永久", "文件": "a.txt"}
REFUSED, TOLD, KEPT = "拒收", "提示", "照收"  # what the tables of cases expect


class Number:
    """A number cell with a format."""

    def __init__(self, value, form="") -> None:
        self.value, self.form = value, form


class Formula:
    """A formula with its result in the file."""

    def __init__(self, result) -> None:
        self.result = result


def write_rows(path: Path, lines: list[dict], *, labels=LABELS, above=(), layout=None, **options) -> Path:
    """An Excel catalogue; `lines` are label → value; `layout(book, sheet)` has the last word."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, **options})
    sheet = book.add_worksheet()
    for at, row in enumerate([*above, labels]):
        sheet.write_row(at, 0, row)
    for line, row in enumerate(lines, start=len(above) + 1):
        for label, value in row.items():
            write_cell(book, sheet, line, labels.index(label), value)
    if layout is not None:
        layout(book, sheet)
    book.close()
    return path


def write_cell(book, sheet, line: int, column: int, value) -> None:
    if isinstance(value, Number):
        sheet.write_number(line, column, value.value, book.add_format({"num_format": value.form or "General"}))
    elif isinstance(value, Formula):
        sheet.write_formula(line, column, "=Z99", None, value.result)
    elif isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    else:
        sheet.write_string(line, column, value)


def items(path: Path) -> list[Item]:
    return [read_item(line, row) for line, row in rows(path)]
