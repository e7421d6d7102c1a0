"""Wide tables turned on pages of their own (GB/T 9704—2012, 8; practice 4): head to the left, number where it always is."""

import io
import re
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

import paper as layout
from paper.grid import FOOT, LEFT, RIGHT, TOP
from paper.page import set_document
from paper.painter import page_number
from paper.pdfa_check import check_pdfa
from paper.setter import Page
from paper.tables import Table, blocks
from paper.turned import TURNED_COLUMNS, widths_of
from tests.paper.reading import Sheet
from tests.paper.test_layout import GIVEN, MOMENT

COLUMNS, ROWS = 12, 30
HEAD = "\t".join(f"项{n}" for n in range(COLUMNS))
CELLS = [f"第{row}单位\t" + "\t".join(str(row * n) for n in range(1, COLUMNS)) for row in range(ROWS)]
WIDE = "\n".join([HEAD, *CELLS])
BODY = f"情况如下：\n{WIDE}\n特此通知。"
TOLERANCE = 0.2  # mm


def table_of(body: str) -> Table:
    return next(one for one in blocks(body) if isinstance(one, Table))


@pytest.fixture(scope="module")
def made():
    return layout.render_document(replace(GIVEN, body=BODY), moment=MOMENT)


@pytest.fixture(scope="module")
def sheets(made):
    return [Sheet(page) for page in pypdfium2.PdfDocument(made.pdf)]


TURNED = [
    (WIDE, True), ("\t".join("甲" * 20) + "\n" + "\t".join("乙" * 20), True),
    ("\t".join("甲" * 14) + "\n" + "\t".join("乙" * 14), False), ("\t".join(["字" * 300] * 2) + "\n甲\t乙", False),
    ("\t".join(["12345678901234567890"] * 3) + "\n1\t2\t3", True),
]  # fmt: skip


@pytest.mark.parametrize(("body", "is_turned"), TURNED)
def test_what_an_upright_page_does_not_hold_well_is_turned(body, is_turned):
    table = table_of(body)
    assert (widths_of(table) is not None) == is_turned and layout.too_wide(body) == []
    pages = set_document(replace(GIVEN, body=f"如下：\n{body}\n特此通知。"))
    assert any(page.turned for page in pages) == is_turned
    if is_turned:
        assert sum(widths_of(table)) == TURNED_COLUMNS


def test_what_no_page_holds_is_still_said():
    assert [one.columns for one in layout.too_wide("\t".join("甲" * 21) + "\n" + "\t".join("乙" * 21))] == [21]


def test_the_table_has_pages_of_its_own_and_the_text_goes_on_behind_it():
    pages = set_document(replace(GIVEN, body=BODY))
    turned = [page for page in pages if page.turned is not None]
    assert [page.number for page in turned] == list(range(2, 2 + len(turned))) and len(turned) == 3
    assert all(not page.runs and not page.seals for page in turned)
    after = next(page for page in pages if page.number == 2 + len(turned))
    assert any(run.text == "特此通知。" for run in after.runs)  # and 署名 with it
    assert any(run.text == GIVEN.issuer_signature for run in after.runs)
    words = [run.text for page in turned for run in page.turned.runs]
    assert words.count("项0") == len(turned) and all(f"第{n}单位" in words for n in range(ROWS))


def test_head_and_rows_lie_within_the_type_area_head_at_the_left(sheets):
    """Binding side of an odd page, fore-edge of an even one: the left of both (双面印刷、左侧装订)."""
    for number in (2, 3, 4):
        sheet = sheets[number - 1]
        own = [one for one in sheet.chars if one.ink[3] < FOOT + 1]
        assert (
            min(one.ink[0] for one in own) >= LEFT - TOLERANCE and max(one.ink[2] for one in own) <= RIGHT + TOLERANCE
        )
        assert min(one.ink[1] for one in own) >= TOP - TOLERANCE and max(one.ink[3] for one in own) <= FOOT + TOLERANCE
        head = [one for one in own if one.char == "项"]
        assert len(head) == COLUMNS and max(one.ink[2] for one in head) < min(
            one.ink[0] for one in own if one.char == "单"
        )  # fmt: skip
        ups = [one.ink[1] for one in head]
        assert ups == sorted(ups, reverse=True)  # the first column at the foot: a quarter to the left


def test_the_page_number_stands_where_every_page_has_it_and_upright(sheets):
    for number in (2, 3):
        dashes = [one for one in sheets[number - 1].chars if one.char == "—"]
        assert len(dashes) == 2 and abs(min(one.ink[1] for one in dashes) - 269.0) <= TOLERANCE
        run = page_number(number)
        assert abs(dashes[0].left - run.left) <= TOLERANCE
        assert abs(dashes[0].base - dashes[1].base) < 0.01


def test_the_sheet_stays_upright_and_is_pdf_a(made):
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        boxes = {tuple(round(float(side)) for side in page.mediabox) for page in pdf.pages}
        assert boxes == {(0, 0, 595, 842)} and not any("/Rotate" in page for page in pdf.pages)
    assert not [one for one in check_pdfa(made.pdf) if one]
    assert "第29单位" in made.text


def test_the_screen_shows_the_same_turned():
    svgs, count = layout.preview(replace(GIVEN, body=BODY))
    assert count == len(set_document(replace(GIVEN, body=BODY)))
    assert 'transform="translate(-9.00 290.00) rotate(-90)"' in svgs[1]
    assert "第0单位" in re.sub(r"<[^>]+>", "", svgs[1])
    assert "rotate(-90)" not in svgs[0]


def test_a_bound_attachment_may_hold_one_too():
    given = replace(
        GIVEN, body="请按附件填报。", attachments=("汇总表",), enclosures=(layout.Enclosure("汇总表", WIDE),)
    )
    pages = set_document(given)
    assert [page.number for page in pages if page.turned] == [3, 4, 5]


@pytest.mark.parametrize(
    ("body", "ends"), [(BODY, False), (f"如下：\n{WIDE}", True), ("如下：\n甲\t乙\n丙\t丁", False), ("", False)]
)
def test_a_text_that_ends_in_one_is_named(body, ends):
    assert layout.ends_turned(body) is ends


def test_nothing_else_stands_on_such_a_page():
    for page in set_document(replace(GIVEN, body=f"如下：\n{WIDE}\n{WIDE}\n特此通知。")):
        assert page.turned is None or (isinstance(page.turned, Page) and not page.runs)
