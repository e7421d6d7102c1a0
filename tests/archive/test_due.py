"""A period ends with a year (Order 8; domain 4.6); old words have no day; the start rule is a setting."""

from datetime import date

import pytest

from archive.due import due_from


@pytest.mark.parametrize(
    ("year", "period", "day"),
    [
        (2012, "10年", date(2023, 1, 1)), (2012, "D10", date(2023, 1, 1)), (2012, "30年", date(2043, 1, 1)),
        (2012, "定期30年", date(2043, 1, 1)), (2016, "D10", date(2027, 1, 1)), (2012, "永久", None), (2012, "Y", None),
        (1999, "长期", None), (1999, "短期", None),
    ],
)  # fmt: skip
def test_a_period_ends_with_its_year(year, period, day):
    """Shows: 4.6"""
    assert due_from(year, period) == day


def test_the_start_rule_is_a_setting(settings):
    settings.EGOV_RETENTION_START = "same_year"
    assert due_from(2012, "10年") == date(2022, 1, 1)


@pytest.mark.parametrize("period", ["", "十年", "D0", "Y10", "D100", "长期的"])
def test_an_unknown_period_is_refused_and_never_read_as_some_other(period):
    with pytest.raises(ValueError, match="不是保管期限"):
        due_from(2012, period)
