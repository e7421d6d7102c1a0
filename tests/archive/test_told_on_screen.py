"""What the archivist's screens tell of an item: lent to whom, of which day, in how many checks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.models import RecordGrant
from archive.plan import items_of
from archive.states import Stage
from archive.twins import lending, owing
from tests.transfer.stock import browser, stocked

pytestmark = pytest.mark.django_db


def shown(by, address: str) -> str:
    return " ".join(browser(by).get(address).content.decode().split())


def test_the_desk_says_in_whose_hands_what_is_lent_is_and_until_when(people, units, by):
    paper, read, _ = stocked(people, 3)
    owing.register_paper([paper.uid], by=by)
    today = timezone.localdate()
    given = lending.Lending("王五", "区审计局", "审计", "主任（纸质签字）", today)
    (loan,) = lending.lend(units["D07"], paper.archival_code, given, by=by)
    reader = people["D09:clerk"]
    RecordGrant.objects.create(record=read, user=reader, reason="查考", starts_on=today, ends_on=today, granted_by=by)
    desk = f"{reverse('archive:desk')}?tab=lent"
    page = shown(by, desk)
    assert f"区审计局 王五，{today} 应还" in page and f"供{reader.name}查阅，至 {today}" in page
    assert "借出逾期" not in page
    type(loan).objects.update(lent_on=today - timedelta(9), due_on=today - timedelta(1))
    assert "借出逾期" in shown(by, desk)


def test_the_desk_and_the_record_write_a_day_alike(people, by):
    """Fault: 20160301 on the desk, 2016-03-01 on the record's page."""
    (one,) = stocked(people, 1)
    for page in (shown(by, f"{reverse('archive:desk')}?tab=imported"), shown(by, one.get_absolute_url())):
        assert "2016-03-01" in page and "20160301" not in page


def test_the_link_to_the_inspection_names_the_table_that_it_opens(people, by):
    """Fault: 45项, the whole plan, and the table of the stage has 36."""
    (one,) = stocked(people, 1)
    count = len(items_of(Stage.FILING))
    assert f"四性检测（归档 {count} 项）" in shown(by, one.get_absolute_url())
    assert len(browser(by).get(reverse("archive:inspection", args=[one.uid])).context["judged"]) == count
