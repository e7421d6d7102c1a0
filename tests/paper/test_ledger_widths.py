"""Columns of a printed register are as wide as their codes: an archive code stands in one line."""

import pytest
from django.utils import timezone
from pypdfium2 import PdfDocument

from paper.ledger import HALF, INSET, Ledger, LedgerLine, render_ledger
from paper.widths import fitted

CODE = "A123-WS·2003·D30·办公室-0001"
TITLE = "关于印发长宁区电子公文办理与归档工作规则的通知" * 3


def lines_of(columns, *cells) -> list[str]:
    ledger = Ledger("归档文件目录", "2003年", "", columns, tuple(LedgerLine(cells) for _ in range(3)))
    pdf = render_ledger(ledger, moment=timezone.now()).pdf
    text = "\n".join(page.get_textpage().get_text_bounded() for page in PdfDocument(pdf))
    return [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize("code", [CODE, "Z407-WS·2016-Y-BGS-0001", "MMMM-WWWW·2003·D30·MWMWMW-0001", "2026-11-24"])
def test_a_code_stands_in_one_line_in_a_column_of_24_mm_or_less(code):
    columns = (("序号", 10), ("档号", 24), ("题名", 200), ("备注", 39))
    found = lines_of(columns, "1", code, TITLE, f"原档号{code}")
    assert len([line for line in found if code in line]) >= 3, found
    assert not [line for line in found if line and line != code and code.startswith(line) and len(line) > 4], found


def test_a_code_in_a_remark_begins_a_line_of_its_own_rather_than_break():
    found = lines_of((("题名", 200), ("备注", 50)), TITLE, f"见原来的档号 {CODE}")
    assert [line for line in found if line.endswith(CODE)]


@pytest.mark.parametrize(
    ("widths", "cells"),
    [((10, 24, 239), ("1", CODE, TITLE)), ((10, 60, 203), ("1", CODE, TITLE)), ((24,) * 11, (CODE,) * 11)],
)
def test_the_table_stays_as_wide_as_it_was(widths, cells):
    found, are_whole = fitted(widths, [cells], HALF, INSET)
    assert sum(found) == pytest.approx(sum(widths)) and min(found) > 0
    assert are_whole == (len(widths) < 11)
    if widths[1] == 60:
        assert found == list(widths)  # what is wide enough stays


def test_codes_that_have_no_room_all_together_may_break_and_are_printed_whole():
    text = "".join(lines_of(tuple((f"栏{n}", 24) for n in range(11)), *[CODE] * 11))
    assert text.count("0001") >= 33
