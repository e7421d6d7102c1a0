"""长期 and 短期 of the 1987 rule: no calendar ends them, so they are found, counted and judged from a list of their own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.appraisal import actions
from archive.appraisal.effects import ended_before
from archive.appraisal.listing import due_records, old_worded
from archive.models import Appraisal, Prolongation, Record
from tests.archive.paper_year import year_of
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser

pytestmark = pytest.mark.django_db


def rows():
    return Record.objects.unguarded("a test looks")


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def old(people) -> list[Record]:
    """短期, 长期, 永久 and a 10年 of 1999: the first two are of the old words."""
    made = year_of(people, 4, year=1999, periods=("D10", "D30", "Y", "D10"))
    with unwatched():
        for one, word in zip(made, ("短期", "长期", "永久", "10年"), strict=True):
            rows().filter(pk=one.pk).update(retention_as_filed=word)
    return made


def test_old_words_have_a_list_with_its_counter_and_the_reason_stands_on_both(old, by):
    """Fault: they never came up, and the only word about it stood on the empty page."""
    client, today = browser(by), timezone.localdate()
    assert list(due_records(rows(), today)) == [old[3]]
    assert set(old_worded(rows(), today)) == set(old[:2])
    page = client.get(reverse("archive:due")).content.decode()
    assert "原“长期”“短期”的不按日历到期" in page and "须鉴定 <span>2</span>" in page
    listed = client.get(f"{reverse('archive:due')}?list=old").content.decode()
    assert "原短期" in listed and "原长期" in listed and "由鉴定确定" in listed
    assert old[3].title not in listed and old[2].title not in listed


def test_old_words_are_chosen_into_an_appraisal_like_the_due_ones(old, by):
    sent = send_form(browser(by), f"{reverse('archive:due')}?list=old", {"year": "1999"})
    assert sent.status_code == 302
    appraisal = Appraisal.objects.get()
    assert {one.record_id for one in appraisal.items.all()} == {one.pk for one in old[:2]}
    assert not old_worded(rows(), timezone.localdate()).exists()  # under way
    assert due_records(rows(), timezone.localdate()).exists()
    again = send_form(browser(by), f"{reverse('archive:due')}?list=old", {"year": ""})
    assert again.status_code == 422 and "没有原“长期”“短期”" in again.content.decode()


def test_what_was_prolonged_is_listed_again_after_its_last_day_only(old, by, units):
    actions.create(units["D07"], by=by, old=True)
    appraisal, today = Appraisal.objects.get(), timezone.localdate()
    items = list(appraisal.items.select_related("record").order_by("position"))
    for one, until in zip(items, (today, None), strict=True):
        Prolongation.objects.create(record=one.record, item=one, until=until, approved_by=by)
    appraisal.items.update(is_open=False)
    assert not old_worded(rows(), today).exists()
    assert list(old_worded(rows(), today + timedelta(days=1))) == [items[0].record]
    row = Prolongation.objects.select_related("record").get(until=None)
    assert ended_before(row) == f"原期限{row.record.retention_as_filed}"  # no day that the old word never named
