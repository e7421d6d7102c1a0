"""原长期、短期: no calendar ends them; a year of them is laid before the group, which judges whether they have run out."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import periods
from archive.appraisal import actions, listing, papers
from archive.appraisal.inputs import ReportInput
from archive.appraisal_workflow import APPRAISAL
from archive.correction import correct
from archive.models import Prolongation
from archive.states import AppraisalState
from tests.archive.test_appraisal import GROUP, all_records, due_of, everybody_signs
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db
YEAR = 1995


@pytest.fixture
def old(people) -> list:
    """Of 1995 two filed as 短期 and one as 长期; one of 2012 that the calendar ends."""
    stocked(people, 1, year=2012, retention="D10", is_checked=True)
    made = []
    for retention, word, count in (("D10", "短期", 2), ("D30", "长期", 1)):
        rows = stocked(people, count, year=YEAR, retention=retention, is_checked=True)
        with unwatched():
            all_records().filter(pk__in=[one.pk for one in rows]).update(retention_as_filed=word)
        made += rows
    return list(all_records().filter(pk__in=[one.pk for one in made]).order_by("pk"))


def laid_before(people, unit):
    by = people["D07:archivist"]
    made = actions.create(unit, by=by, year=YEAR, of_old=True)
    for post, part in GROUP:
        actions.appoint(made, people[f"D07:{post}"], part, by=by)
    APPRAISAL.perform("start", made, by=by)
    return made


def test_the_page_counts_them_by_year_and_lays_one_year_before_the_group(old, people, units):
    address, client = reverse("archive:due"), browser(people["D07:archivist"])
    page = client.get(address)
    assert page.context["old"] == [(YEAR, "短期", 2), (YEAR, "长期", 1)]
    assert "1995年度短期 2 件、1995年度长期 1 件" in page.content.decode()
    assert {one.year for one in page.context["page"].items} == {2012}
    today = str(timezone.localdate())
    refused = send_form(client, address, {"due_on": today, "of_old": "on"})
    assert refused.status_code == 422 and actions.NAMES_A_YEAR in refused.content.decode()
    with pytest.raises(Refused, match="按年度鉴定"):
        actions.create(units["D07"], by=people["D07:archivist"], of_old=True)
    with pytest.raises(Refused, match="2012年度没有原长期、短期的档案"):
        actions.create(units["D07"], by=people["D07:archivist"], of_old=True, year=2012)
    assert send_form(client, address, {"due_on": today, "of_old": "on", "year": str(YEAR)}).status_code == 302
    made = old[0].appraised.get().appraisal
    assert {one.record_id for one in made.items.all()} == {one.pk for one in old}
    assert AuditEvent.objects.of(made).get().opinion == "1995年度原长期、短期"
    assert client.get(address).context["old"] == []  # they are under way
    assert due_of(units["D07"], timezone.localdate()) == {"Z407-WS·2012-D10-BGS-0001"}


def test_what_is_kept_on_until_a_day_is_due_after_it_and_the_rest_may_be_destroyed(old, people, units):
    """The record said “起再列入到期鉴定” and no list would ever have named it."""
    made, member = laid_before(people, units["D07"]), people["D07:officer"]
    actions.judge(made, [1], by=member, opinion="prolong", ground="仍有查考价值", prolonged="ten_more")
    actions.judge(made, [2, 3], by=member, opinion="destroy", ground="无保存价值")
    everybody_signs(made)
    told = [row[6] for row in papers.rows_of(papers.items_of(made), timezone.localdate())]
    assert sorted(told) == ["短期", "短期", "长期"]  # 应保管期限: no number of years that nobody laid down
    APPRAISAL.perform("report", made, by=people["D07:archivist"], given=ReportInput("属实。"))
    APPRAISAL.perform("approve", made, by=people["D07:leader"])
    assert made.state == AppraisalState.APPROVED
    kept = all_records().get(appraised__appraisal=made, appraised__position=1)
    until = date(timezone.localdate().year + 10, 12, 31)
    after = until + timedelta(days=1)
    assert Prolongation.objects.get().until == until and periods.due_from(kept) == after
    assert kept.archival_code not in due_of(units["D07"], until)
    assert kept.archival_code in due_of(units["D07"], after)
    assert f"{after} 起再列入到期鉴定" in periods.shown(kept)
    changed = AuditEvent.objects.of(kept).get(verb="prolong").detail["changes"]["kept_until"]
    assert changed == [kept.retention_as_filed, str(until)]
    assert listing.old_years(all_records().filter(unit=units["D07"]), after) == []


def test_a_period_corrected_after_it_was_kept_on_is_told_as_it_is_now(old, people, units):
    """Kept on until 2036, then corrected to 永久: the page went on with “起再列入到期鉴定”."""
    made, by = laid_before(people, units["D07"]), people["D07:archivist"]
    given = {"opinion": "prolong", "ground": "仍有查考价值", "prolonged": "ten_more"}
    actions.judge(made, [1, 2, 3], by=people["D07:officer"], **given)
    everybody_signs(made)
    APPRAISAL.perform("report", made, by=by, given=ReportInput("属实。"))
    APPRAISAL.perform("approve", made, by=people["D07:leader"])
    record = all_records().get(appraised__appraisal=made, appraised__position=1)
    row = correct(record, changes={"retention_code": "Y"}, reason="期限划错", by=by, version=record.version)
    assert periods.shown(row) == "永久保管" and periods.due_from(row) is None
    assert row.archival_code not in due_of(units["D07"], date(2999, 1, 1))
