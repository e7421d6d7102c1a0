from itertools import chain

import pytest
from django.db.models import Q
from django.test import RequestFactory

from units.models import Unit
from units.paging import cut

WAYS = (Q(category="government"), Q(rank=2), Q(code="D01"))  # they overlap


def walk(step: str, url: str, **options):
    seen = []
    while True:
        page = cut(Unit.objects.all(), RequestFactory().get(f"/{url}"), size=2, **options)
        seen.append([unit.code for unit in page])
        url = getattr(page, step)
        if not url:
            return seen, page


@pytest.mark.parametrize("order", [("code",), ("-rank", "-code"), ("category", "-pk")])
@pytest.mark.parametrize("ways", [(), WAYS])
def test_pages_forth_and_back_show_every_row_once(units, order, ways):
    forth, last = walk("next_url", "", order=order, ways=ways)
    expected = [unit.code for unit in Unit.objects.order_by(*order)]
    assert list(chain(*forth)) == expected
    back, first = walk("previous_url", last.previous_url, order=order, ways=ways)
    assert list(chain(*back[::-1])) == expected[: len(expected) - len(forth[-1])]
    assert first.previous_url == "" and first.count_label == "5"


def test_a_foreign_cursor_shows_the_first_page(units):
    page = cut(Unit.objects.all(), RequestFactory().get("/?after=nonsense"), size=2, order=("code",))
    assert [unit.code for unit in page] == ["D01", "D07"]
