"""Periods end with a year, and the day after the record stands on the due list (practice 1, domain 4.5)."""

from datetime import date

import pytest
from django.test import override_settings

from archive import periods
from archive.due import due_by
from archive.models import Record
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked

pytestmark = pytest.mark.django_db


def listed(day: date) -> set[int]:
    rows = Record.objects.unguarded("a test looks").filter(due_by(day))
    return set(rows.values_list("pk", flat=True))


def filed_as(record: Record, word: str) -> None:
    with unwatched():
        Record.objects.unguarded("as it was filed").filter(pk=record.pk).update(retention_as_filed=word)
    record.refresh_from_db()


@pytest.mark.parametrize(
    ("code", "last", "first"),
    [("D10", date(2022, 12, 31), date(2023, 1, 1)), ("D30", date(2042, 12, 31), date(2043, 1, 1))],
)
def test_a_period_of_2012_ends_with_its_year(people, code, last, first):
    record = stocked(people, 1, year=2012, retention=code)[0]
    filed_as(record, code)
    assert (periods.ends_on(record), periods.due_from(record)) == (last, first)
    assert record.pk not in listed(last) and record.pk in listed(first)
    assert periods.shown(record) == f"保管至 {last}，{first} 起列入到期鉴定"


def test_what_is_permanent_is_never_due(people):
    record = stocked(people, 1, year=1950, retention="Y")[0]
    assert periods.ends_on(record) is None and listed(date(2999, 1, 1)) == set()
    assert periods.shown(record) == "永久保管"


def test_the_start_is_a_setting(people):
    """EGOV_RETENTION_START=same_year: counted from the beginning of the 年度 itself."""
    record = stocked(people, 1, year=2012, retention="D10")[0]
    assert periods.due_from(record) == date(2023, 1, 1)
    with override_settings(EGOV_RETENTION_START="same_year"):
        first = periods.due_from(record)
        assert first == date(2022, 1, 1)
        assert record.pk in listed(first) and record.pk not in listed(date(2021, 12, 31))


@pytest.mark.parametrize("word", ["长期", "短期"])
def test_old_periods_are_kept_as_filed_and_end_by_appraisal(people, word):
    record = stocked(people, 1, year=1985, retention="D10" if word == "短期" else "D30")[0]
    filed_as(record, word)
    assert periods.due_from(record) is None and listed(date(2999, 1, 1)) == set()
    assert (
        periods.shown(record) == f"原期限“{word}”，不按日历到期，由鉴定确定（列在“到期档案”的“原长期、短期，须鉴定”）"
    )
