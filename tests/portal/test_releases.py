"""公布的开放目录 (Archives Law 2020 art. 28): page, workbook and PDF name what is open today and nothing else."""

import io

import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from archive.inputs import OpeningInput
from archive.workflow import OPENING
from tests.opened import opening_round

pytestmark = pytest.mark.django_db


def words_of(content: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(content))


def shown(row, name: str) -> bytes:
    answer = Client().get(reverse(f"portal:{name}", args=[row.uid]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def titles_in(row) -> list[list[str]]:
    book = load_workbook(io.BytesIO(shown(row, "release_workbook")))
    return [[cell for cell in line] for line in book.active.iter_rows(values_only=True)][1:]


def test_a_catalogue_is_read_as_page_workbook_and_pdf_and_forgets_what_was_closed(people):
    """Shows: 10.1-2"""
    row = opening_round(people, 4, postpone=1)
    first, second, third, postponed = [one.record for one in row.items.select_related("record").order_by("position")]
    listed = Client().get(reverse("portal:releases")).content.decode()
    assert row.release_no in listed and "3 件" in listed
    page = shown(row, "release").decode()
    assert all(one.title in page for one in (first, second, third)) and postponed.title not in page
    assert [line[2] for line in titles_in(row)] == [first.title, second.title, third.title]
    OPENING.perform(
        "review_again", second, by=people["D30:appraiser"], note="含个人住址", given=OpeningInput("复核期间暂停开放")
    )
    page, printed = shown(row, "release").decode(), words_of(shown(row, "release_pdf"))
    for text in (page, printed, str(titles_in(row))):
        assert second.title not in text and second.archival_code not in text and first.title in text
    assert "其后停止开放 1 件" in page and "其后停止开放 1 件" in printed
    assert row.release_no in printed


def test_a_round_that_is_not_published_has_no_catalogue(people):
    row = opening_round(people, 1, last="approve")
    for name in ("release", "release_pdf", "release_workbook"):
        assert Client().get(reverse(f"portal:{name}", args=[row.uid])).status_code == 404
    assert row.number not in Client().get(reverse("portal:releases")).content.decode()
