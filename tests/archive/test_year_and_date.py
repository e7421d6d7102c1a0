"""1-5 of DA/T 70: the class year and the day of a record agree (domain 3.4), and what does not is said."""

from datetime import date

import pytest
from django.urls import reverse

from archive.correct_forms import initial_of
from archive.inspection import Sheet, examine
from archive.states import Stage
from tests.forms import send_form
from tests.transfer.stock import browser, stocked

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


def test_a_day_far_from_its_year_is_told_when_it_is_corrected(people):
    (record,) = stocked(people, 1, year=2003)
    client, address = browser(people["D07:archivist"]), reverse("archive:correct", args=[record.uid])
    typed = initial_of(record) | {"version": record.version, "reason": "与原件不符", "date": "1926-11-25"}
    response = send_form(client, address, typed)
    assert response.status_code == 302
    page = client.get(response["Location"]).content.decode()
    assert "年度2003与文件日期1926-11-25相差77年" in page
