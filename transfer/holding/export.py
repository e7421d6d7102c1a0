"""A table of the holding as a workbook and as PDF/A on A4 landscape, with the page's own lines."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from django.utils import timezone

import paper
from units.workbooks import on_a4, spooled

from .tables import AMOUNTS, Linked, Table, text_of


def printed(table: Table, heading: str, lines: Iterable[dict], told: Sequence[tuple[str, str]], by: str):
    """A rendition; what the page says above the table stands in the line of the range."""
    now = timezone.now()
    return paper.render_ledger(
        paper.Ledger(
            heading=heading, range="；".join(f"{label}：{text}" for label, text in told) or table.note,
            made=f"{timezone.localtime(now):%Y-%m-%d %H:%M} {by} 打印",
            columns=tuple((label, width) for _, label, width in table.columns),
            lines=tuple(
                paper.LedgerLine(tuple(text_of(line[name]) for name, _, _ in table.columns)) for line in lines
            ),
        ),
        moment=now,
    )  # fmt: skip


def workbook(table: Table, heading: str, lines: Iterable[dict], folder):
    """An open temporary file at its beginning: numbers as numbers, days as days, texts as texts."""
    with spooled(folder) as (book, file):
        _fill(book, table, heading, lines)
    return file


def _fill(book: xlsxwriter.Workbook, table: Table, heading: str, lines: Iterable[dict]) -> None:
    sheet = book.add_worksheet(table.label)
    on_a4(sheet, head=2)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(0, 0, heading, bold)
    for place, (_, label, width) in enumerate(table.columns):
        sheet.set_column(place, place, width * 0.6)
        sheet.write_string(1, place, label, bold)
    for row, line in enumerate(lines, start=2):
        for place, (name, _, _) in enumerate(table.columns):
            value = line[name].value if isinstance(line[name], Linked) else line[name]
            if isinstance(value, datetime):
                value = timezone.localdate(value)
            if isinstance(value, int | float | Decimal) or (name in AMOUNTS and value):
                sheet.write_number(row, place, float(value))  # a size is shown with its decimals, and summed up here
            elif hasattr(value, "isoformat"):
                sheet.write_datetime(row, place, value, day)
            else:
                sheet.write_string(row, place, text_of(value)[:32_767])
