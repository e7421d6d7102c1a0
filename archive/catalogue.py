"""归档文件目录 of a unit's year: the columns of DA/T 22—2015 (domain 3.8), as a workbook or as PDF/A, A4 landscape.

In the order of the codes: period, class, number of the item. Rows are read in slices: a workbook's memory stays flat.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import xlsxwriter
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

import paper
from units.models import Unit

from . import pages
from .disposed import remark_of, with_destruction
from .effective import of_period, periods_of
from .models import Record
from .packages.catalogue import COLUMNS as PACKAGED
from .packages.catalogue import catalogue_sheet, write_line
from .paper_since import with_paper
from .states import Retention

COLUMNS = PACKAGED[:-1]  # without the 电子文件号
WIDTHS = (6, 30, 24, 28, 60, 10, 8, 6, 20)
PRINTED = tuple(zip(COLUMNS, (10, 46, 40, 36, 78, 18, 13, 11, 21), strict=True))  # mm
AT_ONCE = 500
Cover = tuple[tuple[str, str], ...]


def records_of(unit: Unit, year: int | None, retention: str = ""):
    """The unit's items of the year (None: of all), whoever has custody of them, in the order of the catalogue."""
    place = Case(*(When(retention_code=code, then=Value(n)) for n, code in enumerate(Retention.values)))
    rows = (
        Record.objects.unguarded("the catalogue of one unit is made for whoever may have it").items().filter(unit=unit)
    )
    if year:
        rows = rows.filter(year=year)
    if retention:
        rows = rows.filter(of_period(retention))
    return with_paper(rows).order_by(*(() if year else ("year",)), place, "class_code", "item_no", "pk")


def cover_of(unit: Unit, year: int, rows) -> Cover:
    """封面 of DA/T 22—2015 (domain 3.8): 全宗号, 全宗名称, 年度, 保管期限, 机构（问题） of what is listed."""
    found = list(rows.order_by().values_list("fonds__code", "fonds__name", "class_code").distinct())
    codes, names, classes = (list(dict.fromkeys(one[place] for one in sorted(found))) for place in range(3))
    periods = periods_of(rows)
    kept = "、".join(one.label for one in Retention if one in periods)
    return (
        ("全宗号", "、".join(codes)), ("全宗名称", "、".join(names)), ("年度", str(year)), ("保管期限", kept),
        ("机构（问题）", "、".join(filter(None, classes))), ("立档单位", unit.name),
    )  # fmt: skip


def lines(rows) -> Iterator[tuple[str, ...]]:
    """The cells of each item; 序号 runs through."""
    for number, record in enumerate(with_destruction(rows).iterator(chunk_size=AT_ONCE), start=1):
        yield (
            str(number), record.archival_code, record.doc_number, record.author, record.title, record.date_text,
            "" if record.security_class == "public" else record.get_security_class_display(),
            pages.listed(record), remark_of(record),
        )  # fmt: skip


@dataclass(frozen=True)
class Book:
    """One period of a year: periods are bound apart, each with its cover (DA/T 22); `kept` is the period in words."""

    kept: str
    rows: QuerySet
    cover: Cover


def books_of(unit: Unit, year: int, rows) -> list[Book]:
    """The books of `rows`, on paper and as sheets; one that says so where nothing is listed."""
    found = periods_of(rows)
    parts = [(str(one.label), rows.filter(of_period(one))) for one in Retention if one in found]
    return [Book(kept, own, cover_of(unit, year, own)) for kept, own in parts or [("没有归档文件", rows)]]


def write_workbook(books: Sequence[Book], out: Path) -> int:
    """Writes `out` and answers how many items it lists; text cells only, so nothing in them is a formula."""
    with out.open("wb") as file:
        return _fill(file, books, out.parent)


def workbook_of(books: Sequence[Book], folder) -> IO[bytes]:
    """The same as an open temporary file, at its beginning."""
    file = tempfile.TemporaryFile(dir=folder)
    try:
        _fill(file, books, folder)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(file: IO[bytes], books: Sequence[Book], folder) -> int:
    """A sheet for each book and one for its cover behind it."""
    total = 0
    with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(folder)}) as made:
        for book in books:
            sheet, count = catalogue_sheet(made, COLUMNS, WIDTHS, book.kept), 0
            for count, cells in enumerate(lines(book.rows), start=1):
                write_line(sheet, count, cells)
            _write_cover(made, book)
            total += count
    return total


def _write_cover(made: xlsxwriter.Workbook, book: Book) -> None:
    sheet = made.add_worksheet(f"{book.kept}封面")
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_column(0, 1, 30)
    for line, pair in enumerate((("归档文件目录", ""), *book.cover)):
        write_line(sheet, line, pair)


def write_pdf(unit: Unit, year: int, rows, out: Path) -> int:
    """PDF/A of the same lines, the heading of the table on every page, no item split over two; how many there are."""
    books = printed(unit, year, rows)
    out.write_bytes(paper.render_books(books, moment=timezone.now()).pdf)
    return sum(len(one.lines) for one in books)


def printed(unit: Unit, year: int, rows) -> list[paper.Ledger]:
    """The catalogue as it is printed: its books one behind the other."""
    return [_printed(unit, year, one) for one in books_of(unit, year, rows)]


def _printed(unit: Unit, year: int, book: Book) -> paper.Ledger:
    return paper.Ledger(
        f"{unit.name}归档文件目录",
        f"{year}年度 · {book.kept}",
        f"{timezone.localdate():%Y年%-m月%-d日}编制",
        PRINTED,
        tuple(paper.LedgerLine(cells) for cells in lines(book.rows)),
        empty="本年度没有归档文件",
        cover=book.cover,
        cover_heading="归档文件目录",
    )
