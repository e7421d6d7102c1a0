from itertools import chain

import pytest
from django.test import RequestFactory

from units.models import Unit
from units.paging import cut


def walk(step: str, url: str, **options):
    seen = []
    while True:
        page = cut(Unit.objects.all(), RequestFactory().get(f"/{url}"), size=2, **options)
        seen.append([unit.code for unit in page])
        url = getattr(page, step)
        if not url:
            return seen, page


@pytest.mark.parametrize("order", [("code",), ("-rank", "-code"), ("category", "-pk")])
def test_pages_forth_and_back_show_every_row_once(units, order):
    forth, last = walk("next_url", "", order=order)
    expected = [unit.code for unit in Unit.objects.order_by(*order)]
    assert list(chain(*forth)) == expected
    back, first = walk("previous_url", last.previous_url, order=order)
    assert list(chain(*back[::-1])) == expected[: len(expected) - len(forth[-1])]
    assert first.previous_url == "" and first.count_label == "5"


def test_a_foreign_cursor_shows_the_first_page(units):
    page = cut(Unit.objects.all(), RequestFactory().get("/?after=nonsense"), size=2, order=("code",))
    assert [unit.code for unit in page] == ["D01", "D07"]
