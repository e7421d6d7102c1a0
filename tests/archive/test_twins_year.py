"""A year of 2,000 records on paper: what is printed and written equals the database (DA/T 22—2015; domain 3.7–3.9)."""

import io
import shutil
import subprocess
import warnings
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from archive.catalogue import records_of
from archive.models import Record
from archive.twins import boxes, owing, papers
from paper.pdfa_check import check_pdfa
from tests.archive.paper_year import year_of

pytestmark = pytest.mark.django_db
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def link(path: str) -> str:
    return f"http://archives.example{path}"


def words(pdf: bytes) -> list[str]:
    """The text of each page, without blanks and line breaks."""
    with pdfium.PdfDocument(pdf) as opened:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in opened]


def rows_of(book) -> list[tuple]:
    return list(load_workbook(book, read_only=True).worksheets[0].iter_rows(values_only=True))


def tight(text: str) -> str:
    return "".join(text.split())


def test_a_year_of_2000_records_reads_back_from_catalogue_stamps_spines_and_notes(people, units, tmp_path):
    """Every second item of D07's 2016 has its paper in boxes.

    Shows: 3.7, 3.8, 3.9
    """
    made, unit, by = year_of(people, 2000), units["D07"], people["D07:archivist"]
    owing.register_paper([one.uid for one in made if one.item_no % 2], by=by)
    packed = boxes.pack(unit, 2016, by=by, packing=boxes.Packing())
    records = list(records_of(unit, 2016).select_related("fonds"))
    assert len(records) == 2000
    _boxes(packed)
    _catalogue(unit, records, tmp_path)
    with_paper = list(owing.with_paper(records_of(unit, 2016)).select_related("fonds"))
    _stamps(with_paper, tmp_path)
    _label_positions(with_paper)
    _spines_and_notes(unit, packed, with_paper, tmp_path)
    if OFFICE is None:
        warnings.warn(
            "NOT SHOWN HERE: LibreOffice is not installed; openpyxl has read the same workbooks.", stacklevel=1
        )
    else:
        _libreoffice(unit, tmp_path)


def _catalogue(unit, records, folder: Path) -> None:
    for suffix in ("xlsx", "pdf"):
        call_command(
            "catalogue", unit=unit.code, year=2016, out=folder / f"c.{suffix}", verbosity=0, stdout=io.StringIO()
        )
    book = load_workbook(folder / "c.xlsx")
    assert book.sheetnames == ["永久", "永久封面", "30年", "30年封面", "10年", "10年封面"]
    listed: list[tuple] = []
    for kept in ("永久", "30年", "10年"):
        header, *rows = book[kept].iter_rows(values_only=True)
        assert header == ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注")
        assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        listed += rows
        cover = {row[0]: row[1] for row in book[f"{kept}封面"].iter_rows(values_only=True)}
        assert (cover["全宗号"], cover["年度"], cover["保管期限"]) == ("Z407", "2016", kept)
    assert [(row[1], row[4], int(row[7])) for row in listed] == [
        (r.archival_code, r.title, r.page_count) for r in records
    ]
    pdf = (folder / "c.pdf").read_bytes()
    pages = words(pdf)
    _books(pages, records)
    assert check_pdfa(pdf) == []
    assert all(any(tight(r.title) in page and r.archival_code in page for page in pages) for r in records[::97])


def _books(pages: list[str], records) -> None:
    """A book for each period, as it is bound: its own cover, its own numbers of pages and lines."""
    covers = [place for place, page in enumerate(pages) if "全宗名称" in page]
    assert covers[0] == 0 and [kept for place in covers for kept in ("永久", "30年", "10年") if kept in pages[place]] == [
        "永久", "30年", "10年"]  # fmt: skip
    for start, end, kept in zip(covers, [*covers[1:], len(pages)], ("Y", "D30", "D10"), strict=True):
        own, last = [one for one in records if one.retention_code == kept], end - start - 1
        assert "归档文件目录" in pages[start] and "Z407" in pages[start]
        assert f"第1页，共{last}页" in pages[start + 1] and f"第{last}页，共{last}页" in pages[end - 1]
        text = "".join(pages[start + 1 : end])
        places = [text.find(tight(f"{n}{r.archival_code}{r.doc_number}")) for n, r in enumerate(own, start=1)]
        assert -1 not in places and places == sorted(places)


def _stamps(records, folder: Path) -> None:
    header, *rows = rows_of(papers.book_of("stamps", records, folder))
    assert header == papers.STAMP_COLUMNS and [row[0] for row in rows] == [r.archival_code for r in records]
    assert sum(int(row[6]) for row in rows) == sum(r.paper_pages for r in records)
    pdf = papers.pdf_of("stamps", records, link)
    pages = words(pdf)
    assert check_pdfa(pdf) == [] and len(pages) == -(-len(records) // 33)
    for place, record in enumerate(records):
        assert tight("".join(papers.stamp_cells(record)) + record.archival_code) in pages[place // 33]


def _spines_and_notes(unit, packed, with_paper, folder: Path) -> None:
    found = list(boxes.boxes_of(unit, 2016))
    assert {one.pk for one in found} == {one.pk for one in packed}
    assert sum(one.n_items for one in found) == len(with_paper) == 1002
    assert sum(one.n_pages for one in found) == sum(r.paper_pages for r in with_paper)
    for kind, count, pages_at in (("spines", 7, 8), ("notes", 6, 7)):
        _, *rows = rows_of(papers.book_of(kind, found, folder))
        assert [(int(row[count]), int(row[pages_at])) for row in rows] == [(one.n_items, one.n_pages) for one in found]
    notes = papers.pdf_of("notes", found, link)
    assert check_pdfa(notes) == [] and len(words(notes)) == len(found)
    for box, page in zip(found, words(notes), strict=True):
        assert tight(papers.contents_of(box)) in page and f"盒号{box.number}" in page
    spines = papers.pdf_of("spines", found, link)
    text = "".join(words(spines))
    assert check_pdfa(spines) == [] and text.count("起止件号") == len(found)


def _boxes(packed) -> None:
    """No box holds two classes, or more than closes over it; numbers run through each period without a gap."""
    for box in packed:
        items = list(box.items.select_related("record"))
        assert {(i.record.year, i.record.retention_code, i.record.class_code) for i in items} == {
            (2016, box.retention_code, box.class_code)
        }
        assert sum(i.thickness_mm for i in items) <= box.spine_mm * boxes.FILLED
        assert {i.record.box for i in items} == {str(box.number)}
    for retention in ("Y", "D30", "D10"):
        numbers = sorted(box.number for box in packed if box.retention_code == retention)
        assert numbers == list(range(1, len(numbers) + 1))
    changed = Record.objects.unguarded("a test looks").filter(boxed__box__in=packed)
    assert changed.count() == 1002 and {one.carrier_mode for one in changed} == {"dual"}


def _label_positions(records) -> None:
    """Six cells of 15 x 8 mm in the places of domain 3.7; the sheet's first labels may be used up."""
    record = records[0]
    with pdfium.PdfDocument(papers.pdf_of("stamps", [record], link, skip=4)) as opened:
        page = opened[0]
        text = page.get_textpage()
        x, y = 9.0 + 64.5, 17.0 + 24.0  # label 5 of the sheet: second row, second column
        for place, cell in enumerate(papers.stamp_cells(record)):
            if not cell:
                continue
            column, row = place % 3, place // 3
            inside = text.get_text_bounded(
                left=(x + 15 * column) / 25.4 * 72, right=(x + 15 * (column + 1)) / 25.4 * 72,
                top=page.get_height() - (y + 8 * row) / 25.4 * 72,
                bottom=page.get_height() - (y + 8 * (row + 1)) / 25.4 * 72,
            )  # fmt: skip
            assert inside.strip() == cell


def _libreoffice(unit, folder: Path) -> None:
    home = f"-env:UserInstallation=file://{folder}/office"
    subprocess.run(
        [OFFICE, home, "--headless", "--convert-to", "csv", "--outdir", folder, folder / "c.xlsx"],
        check=True,
        timeout=90,
    )
    assert len((folder / "c.csv").read_text("utf-8", errors="replace").splitlines()) == 2001
