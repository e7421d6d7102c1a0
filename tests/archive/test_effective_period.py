"""现保管期限: what an approved 鉴定 gave holds wherever the period is asked; the 档号 stays (design 12, domain 4.6)."""

import io

import openpyxl
import pytest
from django.urls import reverse

from archive import catalogue, effective, year_end
from archive.appraisal import actions
from archive.appraisal.inputs import ReportInput
from archive.appraisal_workflow import APPRAISAL
from archive.models import Record, RecordText
from archive.packing import packed
from archive.twins import owing
from archive.words import text_row
from tests.archive.test_appraisal import everybody_signs
from tests.archive.test_unconfirmed import appraised, text_of
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, planned, stocked
from transfer import actions as transfers
from transfer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D07:archivist"]


def rows():
    return Record.objects.unguarded("a test looks")


@pytest.fixture
def kept(people, units, by) -> dict[str, Record]:
    """Three items of 2012 kept 10年, after an approval: for ever, thirty years, ten more."""
    records = stocked(people, 3, year=2012, retention="D10", is_checked=True)
    RecordText.objects.bulk_create(text_row(one) for one in records)
    appraisal = appraised(people, units, by)
    for place, longer in enumerate(("Y", "D30", "ten_more"), start=1):
        given = {"opinion": "prolong", "ground": "仍有价值", "prolonged": longer}
        actions.judge(appraisal, (place,), by=people["D07:officer"], **given)
    everybody_signs(appraisal)
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("属实。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    return {name: rows().get(pk=one.pk) for name, one in zip(("Y", "D30", "D10"), records, strict=True)}


def test_one_rule_says_what_is_kept_how_long(kept):
    for code, record in kept.items():
        assert record.period_code == code and record.retention_code == "D10"
        assert list(rows().filter(effective.of_period(code))) == [record]
    assert set(rows().filter(effective.of_period("Y", "D10"))) == {kept["Y"], kept["D10"]}
    assert not rows().filter(effective.of_period()).exists()
    listed = list(rows().for_list())
    assert {one.pk: one.period_code for one in listed} == {one.pk: code for code, one in kept.items()}
    effective.tell(again := list(rows().order_by("pk")))
    assert [one.kept_as for one in again] == ["Y", "D30", None]
    texts = RecordText.objects.unguarded("a test looks").values_list("record_id", "retention_code")
    assert dict(texts) == {one.pk: code for code, one in kept.items()}  # 检索 narrows by it


def test_a_change_of_the_record_leaves_what_the_search_knows(kept):
    record = kept["Y"]
    with unwatched():
        rows().filter(pk=record.pk).update(doc_type="letter")  # the row of the search follows its record
    assert RecordText.objects.unguarded("a test looks").get(pk=record.pk).retention_code == "Y"


def test_panel_lists_catalogue_and_metadata_say_it(kept, units, by, people):
    """Fault: the record still said 10年 everywhere."""
    record = kept["Y"]
    page = text_of(browser(by).get(record.get_absolute_url()))
    assert "现保管期限" in page and "永久（原10年，经" in page and "号到期档案鉴定）" in page
    listed = browser(by).get(f"{reverse('archive:filed')}?retention=Y")
    assert [one.pk for one in listed.context["page"].items] == [record.pk]
    assert list(catalogue.records_of(units["D07"], 2012, "Y")) == [record]
    cover = dict(catalogue.cover_of(units["D07"], 2012, catalogue.records_of(units["D07"], 2012)))
    assert cover["保管期限"] == "永久、30年、10年"
    (plain,) = packed([record.pk], "区档案馆")
    assert (plain.retention, plain.retention_as_filed, plain.archival_code) == ("永久", "永久", record.archival_code)
    assert set(owing.unpapered(rows())) == {kept["Y"], kept["D30"]} and owing.owes_paper(record)


def test_the_receiving_plan_takes_it(kept, people, units, by):
    """Fault: “不能选入：保管期限不在接收范围内”."""
    plan = planned(people, 2012, 2012, retentions=["Y"])
    told = plans.proposal(plan, units["D07"], by)
    assert told.count == 1 and {one.kind: one.count for one in told.left_out} == {"other_period": 2}
    batch = transfers.create_batch(units["D07"], by=by, name="移交", plan=plan)
    (item,) = batch.items.with_period().select_related("record")
    assert item.record == kept["Y"] and item.shown_retention == "永久"
    assert plans.proposal(None, units["D07"], by).count == 1  # 30年, of any year


def test_the_list_of_paper_owed_says_the_period_that_makes_it_owed(kept, by):
    """On the page 永久, in the workbook and in print 10年, which owes none."""
    address, asked = reverse("archive:paper_print"), {"what": "owed", "year": 2012}
    book = browser(by).get(address, asked | {"as": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    told = {row[1]: row[6] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert told == {kept["Y"].archival_code: "永久", kept["D30"].archival_code: "30年"}
    page = text_of(browser(by).get(reverse("archive:owed")))
    assert all(word in page for word in told.values())


def test_the_year_counts_and_lists_by_the_period_in_force_and_keeps_the_numbers(kept, units, by):
    """Fault: the year counted under 10年 what its record showed as 永久（原10年）."""
    fonds = kept["Y"].fonds
    state = year_end.preview(units["D07"], fonds, 2012, by)
    assert state.periods == [("永久", 1), ("30年", 1), ("10年", 1)] and state.count == 3
    (series,) = state.series
    assert (series.retention_code, series.count, series.longer, series.last) == ("D10", 1, 2, 3)
    assert state.longer == [kept["Y"], kept["D30"]]
    page = " ".join(browser(by).get(f"{reverse('archive:year', args=[2012])}?unit=D07").content.decode().split())
    assert "永久 1 件，30年 1 件，10年 1 件。" in page and "永久（原10年）" in page and "档号不变" in page
