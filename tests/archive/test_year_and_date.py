"""1-5 of DA/T 70: the class year and the day of a record agree (domain 3.4), and what does not is said."""

from datetime import date

import pytest

from archive.inspection import Sheet, examine
from archive.states import Stage
from tests.transfer.stock import stocked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "year", "told"),
    [
        (date(2003, 5, 6), 2003, []),
        (date(2003, 12, 30), 2004, []),  # completed in the new year
        (date(2003, 5, 6), 2005, ["年度2005与文件日期2003-05-06相差2年，请核对日期和年度。"]),
        (date(1903, 5, 6), 2003, ["年度2003与文件日期1903-05-06相差100年，请核对日期和年度。"]),
        (date(2003, 5, 6), 2002, ["年度2002早于文件日期2003-05-06，请核对。"]),
    ],
)
def test_the_year_fits_the_day(people, day, year, told):
    (record,) = stocked(people, 1, year=2003)
    record.date, record.year = day, year
    found = examine(Sheet(Stage.FILING), record, list(record.components.select_related("stored_file")))
    assert [one.message for one in found if one.code.endswith("1-5")] == told
