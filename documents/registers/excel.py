"""A register as a workbook: streamed, A4 landscape, numbers of documents as text, days as days."""

from collections.abc import Iterable
from datetime import date, datetime

import xlsxwriter
from django.utils import timezone

from units.workbooks import spooled
from units.workflow import Refused

from .columns import Cell
from .rows import Line, Register

MOST = 100_000  # lines; about ten seconds of a web process
FIRST = 2  # lines above the first: what it is, and the columns' names


class _Formats:
    """One format a kind of cell, plain and struck through."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        shape = {"text_wrap": True, "valign": "top", "border": 1}
        kinds = {"text": {"num_format": "@"}, "day": {"num_format": "yyyy-mm-dd"},
                 "moment": {"num_format": "yyyy-mm-dd hh:mm"}, "count": {}}  # fmt: skip
        self.known = {
            (kind, is_struck): book.add_format({**shape, **extra, "font_strikeout": is_struck})
            for kind, extra in kinds.items()
            for is_struck in (False, True)
        }

    def write(self, sheet, row: int, column: int, cell: Cell, is_struck: bool) -> None:
        """Text is written as text whatever it begins with: nothing becomes a formula."""
        if isinstance(cell, datetime):
            naive = timezone.make_naive(timezone.localtime(cell)).replace(second=0, microsecond=0)
            sheet.write_datetime(row, column, naive, self.known["moment", is_struck])
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, self.known["day", is_struck])
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell, self.known["count", is_struck])
        elif cell:
            sheet.write_string(row, column, cell, self.known["text", is_struck])
        else:
            sheet.write_blank(row, column, None, self.known["text", is_struck])


def as_workbook(register: Register, heading: str, lines: Iterable[Line], folder):
    """An open temporary file with the workbook, at its beginning; Refused above MOST lines."""
    with spooled(folder) as (book, file):
        sheet, formats = _sheet(book, register, heading), _Formats(book)
        for place, line in enumerate(lines):
            if place == MOST:
                raise Refused(f"所选范围超过 {MOST:,} 行，Excel 表放不下，请缩小日期范围后再导出。")
            *others, last = enumerate(line.cells)
            for column, cell in others:
                formats.write(sheet, place + FIRST, column, cell, line.is_struck)
            formats.write(sheet, place + FIRST, *last, False)  # 备注 gives the reason, and is to be read
    return file


def _sheet(book: xlsxwriter.Workbook, register: Register, heading: str):
    sheet = book.add_worksheet(register.name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, FIRST - 1)
    sheet.freeze_panes(FIRST, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    for column, one in enumerate(register.columns):
        sheet.set_column(column, column, max(6, one.width * 0.6))
    sheet.write_string(0, 0, heading, book.add_format({"bold": True}))
    for column, one in enumerate(register.columns):
        sheet.write_string(1, column, one.label, bold)
    return sheet
