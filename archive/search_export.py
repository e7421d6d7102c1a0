"""The whole result of a search as a table, with the columns of the catalogue of filed items (DA/T 22-2015; domain 3.8).

Read in slices, so that memory stays flat whatever the size; the same words, narrowing and rule as the page.
"""

import csv
from collections.abc import Iterable, Iterator

from units.audit import batched
from units.workbooks import spooled
from units.workflow import Refused

from . import pages
from .disposed import remark_of, with_destruction
from .models import Record
from .packages.catalogue import COLUMNS as CATALOGUE
from .packages.catalogue import catalogue_sheet, csv_cell, write_line
from .paper_since import with_paper
from .querysets import period_given
from .search import all_ids
from .search.narrowing import Narrow
from .search_forms import DOCUMENTS

COLUMNS = (*CATALOGUE[:-1], "年度", "保管期限", "立档单位", "开放状态")  # without the 电子文件号
WIDTHS = (6, 30, 24, 28, 60, 10, 8, 6, 20, 8, 10, 28, 10)
AT_ONCE = 500
MOST_IN_WORKBOOK = 100_000  # about ten seconds of a web process


def lines(user, text: str, narrow: Narrow, place: str) -> Iterator[tuple[str, ...]]:
    """The cells of every hit in the order of the page: documents in progress first, where `place` has them.

    BadSearch is raised at once, before the first line.
    """
    ids = () if place == DOCUMENTS else all_ids(user, text, narrow=narrow)
    return _lines(narrow.in_progress(user, text), ids)


def _lines(documents, ids: Iterable) -> Iterator[tuple[str, ...]]:
    number = 0
    shown = documents.select_related("unit").defer("body").iterator(chunk_size=AT_ONCE)
    for number, document in enumerate(shown, 1):
        yield str(number), *_of_document(document)
    for uids in batched(ids, AT_ONCE):
        rows = Record.objects.unguarded("the keys come from an allowed search").select_related("unit")
        found = with_destruction(with_paper(rows.annotate(kept_as=period_given()))).in_bulk(uids, field_name="uid")
        for uid in uids:
            number += 1
            yield str(number), *_of_record(found[uid])


def _of_record(record: Record) -> tuple[str, ...]:
    return (
        record.archival_code, record.doc_number, record.author, record.title, record.date_text,
        "" if record.security_class == "public" else record.get_security_class_display(),
        pages.listed(record), remark_of(record), str(record.year), record.period_now,
        record.unit.name, record.get_access_status_display(),
    )  # fmt: skip


def _of_document(document) -> tuple[str, ...]:
    """It has no archival code yet, and says so in the last words of the trade: 在办."""
    return (
        "", document.number_shown, document.sender_name if document.is_incoming else document.unit.name, document.title,
        document.day.strftime("%Y%m%d"),
        "" if document.security_class == "public" else document.get_security_class_display(),
        "", f"在办公文（{document.get_state_display()}）", str(document.day.year), "", document.unit.name, "",
    )  # fmt: skip


class _Echo:
    """What csv.writer writes into: gives the line back."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """UTF-8 with its mark, as spreadsheets expect it; what they would run as a formula gets a quote in front."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([csv_cell(value) for value in row])


def as_workbook(rows: Iterable[tuple[str, ...]], folder):
    """An open temporary file with the workbook, at its beginning: A4 landscape, text cells only.

    Refused above MOST_IN_WORKBOOK rows, and nothing is given out.
    """
    with spooled(folder) as (book, file):
        sheet = catalogue_sheet(book, COLUMNS, WIDTHS)
        for line, row in enumerate(rows, 1):
            if line > MOST_IN_WORKBOOK:
                raise Refused(f"结果超过 {MOST_IN_WORKBOOK:,} 件，Excel 表放不下，请改用“导出 CSV”，或先缩小范围。")
            write_line(sheet, line, row)
    return file
