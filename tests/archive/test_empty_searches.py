"""Searches without a result: folded words and a count, a bounded number of rows a day (issue 10, B10)."""

import pytest
from django.db import connection

from archive.models import EmptySearch
from archive.search import search

pytestmark = pytest.mark.django_db


def test_the_same_words_are_one_row_however_they_are_typed(clerk):
    for text in ("查无此文 ＡＢＣ", "查无此文  abc", "查无此文\u3000Abc"):
        assert search(clerk, text).total == 0
    assert list(EmptySearch.objects.values_list("words", "place", "times")) == [("查无此文 abc", "staff", 3)]


def test_typing_does_not_fill_the_table(clerk):
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_found_nothing('词' || n, 'staff') FROM generate_series(1, 1005) n")
        cursor.execute("SELECT archive_found_nothing('词1', 'staff'), archive_found_nothing('公众', 'portal')")
    staff = EmptySearch.objects.filter(place="staff")
    assert staff.exclude(words="").count() == 1000
    assert staff.get(words="").times == 5  # what came after them is counted all the same
    assert staff.get(words="词1").times == 2
    assert EmptySearch.objects.filter(place="portal").count() == 1
