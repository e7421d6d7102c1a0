"""The notes left and right over a printed register: however long, within the page and under its title."""

import pytest
from django.utils import timezone

from paper.ledger import Ledger, LedgerLine, render_ledger
from tests.paper.reading import HEIGHT, sheets

HEIGHT_LYING = 210.0
TITLE = "长宁区档案馆档案开放审核表"
SHORT_LEFT, SHORT_RIGHT = "2026-1号开放审核批次 · 公布", "初审 甲某 2026-11-24"
LONG_LEFT = "2026-1号开放审核批次 · 未公布（已审定，其中三件待区档案局同意延期）" * 3
LONG_RIGHT = "，".join(f"区信息委{step}（{count} 件未打开）" for count in range(1, 9) for step in ("填写意见", "审签"))
COLUMNS = (("序号", 12), ("题名", 240))


def pages_of(left: str, right: str, lines: int = 60):
    ledger = Ledger(TITLE, left, right, COLUMNS, tuple(LedgerLine((str(n), "题名" * 60)) for n in range(lines)))
    return sheets(render_ledger(ledger, moment=timezone.now()).pdf)


@pytest.mark.parametrize(
    ("left", "right"),
    [(SHORT_LEFT, SHORT_RIGHT), (LONG_LEFT, SHORT_RIGHT), (SHORT_LEFT, LONG_RIGHT), (LONG_LEFT, LONG_RIGHT)],
    ids=["short", "left", "right", "both"],
)
def test_long_notes_stand_within_the_page_between_title_and_table(left, right):
    """Fault: with a long note on the right the left one was squeezed to a character a line, over the title and off the
    top edge."""
    pages = pages_of(left, right)
    assert len(pages) > 1
    for page in pages:
        tops = [one.ink[1] - (HEIGHT - HEIGHT_LYING) for one in page.chars]
        assert min(tops) > 5 and max(one.ink[3] for one in page.chars) < HEIGHT
        assert all(one.ink[0] >= 12 and one.ink[2] <= 285.5 for one in page.chars)
        title, table = page.find(TITLE), page.find("序号题名")
        assert title and table
        under = max(one.ink[3] for one in title)
        for note in (left, right):
            found = page.find(note)
            assert found, note  # each in one piece, in reading order
            assert min(one.ink[1] for one in found) > under
            assert max(one.ink[3] for one in found) < min(one.ink[1] for one in table)
            lines = {round(one.base, 1) for one in found}
            assert len(lines) <= len(note) // 20 + 1  # no column of single characters


def test_short_notes_leave_the_page_as_it_was():
    (page,) = pages_of(SHORT_LEFT, SHORT_RIGHT, lines=1)
    left, right = page.find(SHORT_LEFT), page.find(SHORT_RIGHT)
    assert abs(left[0].base - right[0].base) < 0.1 and right[-1].ink[2] > 284
    assert 25 < min(one.ink[1] for one in page.find("序号题名")) - (HEIGHT - HEIGHT_LYING) < 28
