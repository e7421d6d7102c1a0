"""Days as people type them: one that can only be a slip is asked about, wherever a day is typed."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from units.typed_days import DayField, years_on

ROOT = Path(__file__).parent.parent.parent
HOUSES = ("units", "files", "documents", "archive", "transfer", "portal", "oversight")


def test_every_typed_day_of_the_product_is_bounded():
    """A form's day is a DayField; `documents/co_limit_fields.py` reads days out of lines with the bare one."""
    bare = [
        str(path.relative_to(ROOT))
        for house in HOUSES
        for path in (ROOT / house).rglob("*.py")
        if "forms.DateField(" in path.read_text(encoding="utf-8")
    ]
    assert sorted(bare) == ["documents/co_limit_fields.py", "units/forms.py"]  # the latter has finer bounds of its own


@pytest.mark.parametrize("typed", ["0206-01-01", "1899-12-31", "2999-12-31"])
def test_a_slip_of_the_year_is_told(typed):
    with pytest.raises(ValidationError, match="请核对年份"):
        DayField().clean(typed)


def test_a_day_that_is_over_is_told_where_it_must_come():
    field = DayField(earliest=timezone.localdate, latest=lambda: years_on(5))
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ValidationError, match="已经过去"):
        field.clean(f"{yesterday:%Y-%m-%d}")
    assert field.clean(f"{timezone.localdate():%Y-%m-%d}") == timezone.localdate()
    assert DayField().clean("1954-10-01") == date(1954, 10, 1)
