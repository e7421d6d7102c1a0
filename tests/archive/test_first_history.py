"""The first history of many records is written by the database, as simple-history writes it."""

import pytest

from archive.copying import first_history
from archive.models import Record
from tests.transfer.stock import stocked

pytestmark = pytest.mark.django_db


def test_it_is_what_the_library_writes(people):
    records = stocked(people, 3)
    by, keys = people["D07:archivist"], [one.pk for one in records]
    rows = Record.history.filter(id__in=keys).order_by("id")

    fresh = list(Record.objects.unguarded("a test looks").filter(pk__in=keys).order_by("pk"))
    Record.history.bulk_history_create(fresh, default_user=by)
    assert rows.count() == 3
    by_library = [dict(row) for row in rows.values()]
    first_history(Record, keys, by)
    assert rows.count() == 6
    ours = [dict(row) for row in Record.history.filter(id__in=keys).order_by("-history_id", "id").values()[:3]]
    for one in (*by_library, *ours):
        assert one.pop("history_id") and one.pop("history_date")
    assert sorted(ours, key=lambda one: one["id"]) == by_library
    assert {one["history_user_id"] for one in ours} == {by.pk} and {one["history_type"] for one in ours} == {"+"}
