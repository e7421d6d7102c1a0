"""归档章, 盒脊 and 备考表 of a unit's year, from one set of rows: on paper (paper/labels.py) and as workbooks."""

from collections.abc import Callable, Iterable, Sequence
from typing import IO

from django.utils import timezone

import paper
from units.workbooks import on_a4, spooled

from .. import pages
from ..class_notes import Facts, facts_of
from ..models import Box, Record
from ..packages.metadata import XML_ILLEGAL

Link = Callable[[str], str]  # the path of a page → the address that a QR code bears
STAMP_COLUMNS = ("档号", "全宗号", "年度", "件号", "机构（问题）", "保管期限", "页数", "题名")
SPINE_COLUMNS = (
    "全宗号",
    "年度",
    "保管期限",
    "机构（问题）",
    "盒号",
    "起件号",
    "止件号",
    "件数",
    "页数",
    "盒脊毫米",
    "存放位置",
)
NOTE_COLUMNS = (
    "全宗号", "年度", "保管期限", "机构（问题）", "盒号", "盒内文件情况说明", "件数", "页数", "整理人", "整理日期", "检查人", "检查日期",
)  # fmt: skip
OWED_COLUMNS = ("序号", "档号", "文号", "责任者", "题名", "日期", "保管期限", "页数")


def stamp_cells(record: Record) -> tuple[str, str, str, str, str, str]:
    """DA/T 22—2015: 全宗号, 年度, 件号 over 机构（问题）, 保管期限, 页数 (domain 3.7)."""
    return (
        record.fonds.code, str(record.year), f"{record.item_no:04d}",
        record.class_code, record.get_retention_code_display(), pages.listed(record),
    )  # fmt: skip


def stamp_of(record: Record, link: Link) -> paper.Stamp:
    return paper.Stamp(stamp_cells(record), record.archival_code, link(record.get_absolute_url()))


def stamp_rows(records: Iterable[Record]) -> Iterable[tuple[str, ...]]:
    return ((record.archival_code, *stamp_cells(record), record.title) for record in records)


def spine_of(box: Box, link: Link) -> paper.Spine:
    """`box` comes from boxes.with_contents."""
    numbers = (f"{box.first_no:04d}", "—", f"{box.last_no:04d}") if box.n_items else ("空盒",)
    office = (("机构（问题）", (box.class_code,)),) if box.class_code else ()
    cells = (
        ("全宗号", (box.fonds.code,)), ("年度", (str(box.year),)), ("保管期限", (box.get_retention_code_display(),)), *office,
        ("起止件号", numbers), ("盒号", (str(box.number),)),
    )  # fmt: skip
    return paper.Spine(box.spine_mm, cells, link(box.get_absolute_url()))


def spine_rows(boxes: Iterable[Box]) -> Iterable[tuple[str, ...]]:
    return (
        (
            box.fonds.code, str(box.year), box.get_retention_code_display(), box.class_code, str(box.number),
            f"{box.first_no:04d}" if box.n_items else "", f"{box.last_no:04d}" if box.n_items else "",
            str(box.n_items), str(box.n_pages or 0), str(box.spine_mm), box.shelf,
        )
        for box in boxes
    )  # fmt: skip


def contents_of(box: Box) -> str:
    """What lies in it, in a sentence: the first of the 备考表."""
    if not box.n_items:
        return "本盒没有文件。"
    return f"本盒共 {box.n_items} 件、{box.n_pages or 0} 页，件号 {box.first_no:04d} 至 {box.last_no:04d}。"


def facts_in(boxes: Iterable[Box]) -> Iterable[tuple[Box, list[str]]]:
    """Each box with what is to be said of its numbers; a class is read once for all its boxes."""
    known: dict[tuple, Facts] = {}
    for box in boxes:
        of_class = (box.fonds, box.year, box.retention_code, box.class_code)
        if of_class not in known:
            known[of_class] = facts_of(*of_class)
        first, last = (box.lowest_no, box.highest_no) if box.highest_no is not None else (0, -1)
        yield box, [f"{told}。" for number, told in known[of_class] if first <= number <= last]


def note_of(box: Box, facts: Sequence[str] = ()) -> paper.BoxNote:
    which = [
        f"全宗号 {box.fonds.code}", f"{box.year} 年度", f"保管期限 {box.get_retention_code_display()}",
        *([f"机构（问题） {box.class_code}"] if box.class_code else []), f"盒号 {box.number}",
    ]  # fmt: skip
    signed = (
        ("整理人", box.arranged_by), ("整理日期", _day(box.arranged_on)),
        ("检查人", box.checked_by), ("检查日期", _day(box.checked_on)),
    )  # fmt: skip
    return paper.BoxNote("　".join(which), (contents_of(box), *facts, *box.note.splitlines()), signed)


def _day(day) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def note_rows(boxes: Iterable[Box]) -> Iterable[tuple[str, ...]]:
    return (
        (
            box.fonds.code, str(box.year), box.get_retention_code_display(), box.class_code, str(box.number),
            f"{contents_of(box)}{''.join(facts)}{box.note}", str(box.n_items), str(box.n_pages or 0),
            box.arranged_by, _day(box.arranged_on), box.checked_by, _day(box.checked_on),
        )
        for box, facts in facts_in(boxes)
    )  # fmt: skip


def owed_rows(records: Iterable[Record]) -> Iterable[tuple[str, ...]]:
    """By the period that makes them owe it, as on the page; `records` bring it (effective.with_period)."""
    return (
        (
            str(number), one.archival_code, one.doc_number, one.author, one.title, one.date_text,
            one.period_now, pages.listed(one),
        )
        for number, one in enumerate(records, start=1)
    )  # fmt: skip


def owed_ledger(records: Iterable[Record], heading: str, scope: str, made: str) -> paper.Ledger:
    widths = (12, 50, 42, 40, 84, 20, 18, 12)
    return paper.Ledger(
        heading, scope, made, tuple(zip(OWED_COLUMNS, widths, strict=True)),
        tuple(paper.LedgerLine(cells) for cells in owed_rows(records)), empty="没有欠缺纸质件的文件",
    )  # fmt: skip


def pdf_of(kind: str, rows, link: Link, *, skip: int = 0) -> bytes:
    """`kind`: stamps (records), spines or notes (boxes with contents)."""
    now = timezone.now()
    if kind == "stamps":
        return paper.render_stamp_labels([stamp_of(one, link) for one in rows], moment=now, skip=skip).pdf
    if kind == "spines":
        return paper.render_spines([spine_of(one, link) for one in rows], moment=now).pdf
    return paper.render_notes([note_of(*one) for one in facts_in(rows)], moment=now).pdf


BOOKS = {
    "stamps": ("归档章", STAMP_COLUMNS, stamp_rows),
    "spines": ("盒脊", SPINE_COLUMNS, spine_rows),
    "notes": ("备考表", NOTE_COLUMNS, note_rows),
    "owed": ("欠纸质件清单", OWED_COLUMNS, owed_rows),
}


def book_of(kind: str, rows, folder) -> IO[bytes]:
    """An open temporary file with the workbook, at its beginning."""
    name, columns, lines = BOOKS[kind]
    return workbook(name, columns, lines(rows), folder)


def workbook(name: str, columns: Sequence[str], lines: Iterable[Sequence[str]], folder) -> IO[bytes]:
    """A4 landscape, the heading on every page; text cells only, so nothing in them is a formula."""
    with spooled(folder) as (book, file):
        sheet = book.add_worksheet(name)
        on_a4(sheet, head=1)
        shape = {"border": 1, "text_wrap": True, "valign": "top"}
        bold, plain = book.add_format({**shape, "bold": True}), book.add_format(shape)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 40 if column in ("题名", "盒内文件情况说明") else 14)
            sheet.write_string(0, place, column, bold)
        for row, line in enumerate(lines, start=1):
            for place, value in enumerate(line):
                sheet.write_string(row, place, XML_ILLEGAL.sub("", value)[:32_767], plain)
    return file
