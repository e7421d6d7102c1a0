"""归档文件目录 of a unit's year: the columns of DA/T 22—2015 (domain 3.8), as a workbook or as PDF/A, A4 landscape.

In the order of the codes: period, class, number of the item. Rows are read in slices: a workbook's memory stays flat.
"""

from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from django.db.models import Case, Value, When
from django.utils import timezone

import paper
from units.models import Unit

from .models import Record
from .packages.catalogue import COLUMNS as PACKAGED
from .packages.catalogue import catalogue_sheet, write_line
from .states import Retention

COLUMNS = PACKAGED[:-1]  # without the 电子文件号
WIDTHS = (6, 30, 24, 28, 60, 10, 8, 6, 20)
PRINTED = tuple(zip(COLUMNS, (10, 46, 40, 36, 78, 18, 13, 11, 21), strict=True))  # mm
AT_ONCE = 500


def records_of(unit: Unit, year: int, retention: str = ""):
    """The unit's items of the year, whoever has custody of them, in the order of the catalogue."""
    place = Case(*(When(retention_code=code, then=Value(n)) for n, code in enumerate(Retention.values)))
    rows = Record.objects.unguarded("the catalogue of one unit is made for whoever may have it").filter(
        unit=unit, year=year
    )
    if retention:
        rows = rows.filter(retention_code=retention)
    return rows.order_by(place, "class_code", "item_no", "pk")


def lines(rows) -> Iterator[tuple[str, ...]]:
    """The cells of each item; 序号 runs through."""
    for number, record in enumerate(rows.iterator(chunk_size=AT_ONCE), start=1):
        yield (
            str(number), record.archival_code, record.doc_number, record.author, record.title, record.date_text,
            "" if record.security_class == "public" else record.get_security_class_display(),
            "" if record.page_count is None else str(record.page_count), record.remark,
        )  # fmt: skip


def write_workbook(rows, out: Path) -> int:
    """Writes `out` and answers how many items it lists; text cells only, so nothing in them is a formula."""
    count = 0
    with (
        out.open("wb") as file,
        xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(out.parent)}) as book,
    ):
        sheet = catalogue_sheet(book, COLUMNS, WIDTHS)
        for count, cells in enumerate(lines(rows), start=1):
            write_line(sheet, count, cells)
    return count


def write_pdf(rows, out: Path, heading: str, scope: str) -> int:
    """PDF/A of the same lines, the heading of the table on every page, no item split over two; how many there are."""
    now = timezone.now()
    ledger = paper.Ledger(
        heading,
        scope,
        f"{timezone.localtime(now):%Y年%-m月%-d日}编制",
        PRINTED,
        tuple(paper.LedgerLine(cells) for cells in lines(rows)),
        empty="本年度没有归档文件",
    )
    out.write_bytes(paper.render_ledger(ledger, moment=now).pdf)
    return len(ledger.lines)
