"""The demo's earlier years and their way into the archive: by its people, twice is once, interrupted goes on."""

import pytest
from django.utils import timezone

from archive.models import Component, OpeningItem, Record
from archive.opening_review import listing
from changning_egov.demo import holdings, lagging, plan, texts, years
from documents.states import Direction
from files.store import path_of
from oversight import rates
from oversight.periods import Period
from tests.made import brought_to, take
from tests.opened import second_appraiser
from tests.transfer.stock import accompanied
from transfer.models import Batch
from transfer.plans import open_plans
from transfer.states import State
from units import jobs
from units.models import AuditEvent, Job


@pytest.fixture
def district(people):
    second_appraiser(people)
    return plan.District()


def totals():
    return (
        Record.objects.unguarded("a test looks").count(),
        Batch.objects.unguarded("a test looks").count(),
        Job.objects.count(),
        AuditEvent.objects.count(),
    )


def batch_of(code, goal, ago=(6, 6)):
    district = plan.District()
    return holdings.carry_out(holdings.Planned(code, ago, goal), district.units[code], district)


def test_the_stock_of_a_unit_is_filed_once(district):
    unit = district.units["D09"]
    stock = years.stock(unit, district)
    years.bring_in(unit, district)
    records = Record.objects.unguarded("a test looks").filter(unit=unit)
    assert records.count() == len(stock) >= years.YEARS * 3
    assert len({one.doc_number for one in stock}) == len(stock)
    assert {record.year for record in records} == {district.birthday.year - ago for ago in range(1, years.YEARS + 1)}
    assert {record.filed_by.username for record in records} == {"d09-archivist"}
    before = totals()
    years.bring_in(unit, plan.District())
    assert totals() == before


def test_an_earlier_year_reads_like_a_document(district):
    one = next(one for one in years.stock(district.units["D09"], district) if one.written.key == "year-summary")
    years.bring_in(one.unit, district)
    record = Record.objects.unguarded("a test looks").get(doc_number=one.doc_number)
    text = path_of(Component.objects.get(record=record).stored_file).read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[:3] == [record.title, record.doc_number, "长宁区人民政府办公室："]
    assert lines[-2:] == ["长宁区民政局", f"{record.date.year}年{record.date.month}月{record.date.day}日"]
    assert f"{record.date.year}年" in record.title and record.retention_code == "Y" and record.date.weekday() < 5
    text.encode("gb2312")
    assert not texts.SLOT.search(text)


@pytest.mark.parametrize("day", ["2026-01-02", "2028-02-29", "2026-12-31"])
def test_every_day_makes_a_stock_in_order(district, day):
    district.__dict__["birthday"] = plan.date.fromisoformat(day)
    for unit in district.units.values():
        stock = years.stock(unit, district)
        assert [one.day for one in stock] == sorted(one.day for one in stock)
        assert all(one.doc_number.startswith(f"{unit.document_prefix}〔{one.day.year}〕") for one in stock)
        assert all(district.birthday.year - 6 <= one.day.year < district.birthday.year for one in stock)


@pytest.mark.parametrize(
    "goal",
    [
        State.DRAFT, State.SELF_CHECKED, State.APPROVED, State.INSPECTING, State.ACCEPTED, State.PARTIALLY_RETURNED,
        State.RETURNED, "confirmed",
    ],
)  # fmt: skip
def test_a_batch_comes_to_its_goal_and_stays_there(district, goal):
    unit = district.units["D09"]
    years.bring_in(unit, district)
    batch = batch_of("D09", goal)
    assert batch.state == (State.CLOSED if goal == "confirmed" else goal)
    before = totals()
    assert batch_of("D09", goal).pk == batch.pk and totals() == before
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_what_was_interrupted_goes_on_and_what_was_meant_for_citizens_is_open(district):
    unit = district.units["D09"]
    years.bring_in(unit, district)
    half = batch_of("D09", State.APPROVED)
    whole = batch_of("D09", "confirmed")
    assert whole.pk == half.pk and whole.state == State.CLOSED
    records = Record.objects.unguarded("a test looks").filter(batch_items__batch=whole)
    assert not records.exclude(state="accessioned").exists()
    assert {record.access_status for record in records if record.disclosure_attr == "proactive"} >= {"open"}
    assert not records.filter(disclosure_attr="not_disclosed", access_status="open").exists()


def test_two_units_hold_something_that_is_due_for_opening_and_nobody_has_touched_it(district):
    day = timezone.localdate()
    for one in holdings.OLD_ONES:
        for code in district.codes(one.units):
            unit = district.units[code]
            years.bring_in(unit, district, years.old_stock(unit, district))
            assert holdings.carry_out(one, unit, district).state == State.CLOSED
            held = Record.objects.unguarded("a test looks").filter(unit=unit)
            due = listing.BY_KEY["due"].rows(held, day)
            assert due.count() >= 2
            assert not OpeningItem.objects.filter(record__in=due).exists()
            before = totals()
            years.bring_in(unit, district, years.old_stock(unit, district))
            assert totals() == before


def test_two_units_are_behind_and_two_are_asked_by_a_plan_of_the_year(people, district):
    """By real acts: the inspector finds who is behind and opens their rows; a unit finds the plan."""
    filed = brought_to("dispatch", people)
    take(filed, "complete", people["D07:clerk"], retention_code="Y")
    unit, period = district.units["D07"], Period(district.birthday.year)
    for _ in range(2):  # twice is once
        lagging.fall_behind(unit, 20, district)
        lagging.ask(district)
    told = rates.by_unit(period, timezone.localdate(), [unit.pk])[unit.pk]
    assert told.missing_by_cause["returned"] == 1
    assert told.missing == (1 if district.birthday.month == 1 else 21)
    assert [one.name for one in open_plans(district.units["D09"])] == [f"{period.year}年度档案接收计划"]
    assert not open_plans(unit).exists()


def test_a_unit_with_nothing_to_transfer_is_passed_over(district):
    assert batch_of("D07", "confirmed") is None and not Batch.objects.unguarded("a test looks").exists()


def test_yearly_texts_name_their_year_or_their_months():
    for one in texts.years():
        assert one.keep in ("Y", "D30", "D10") and len(one.months) == 2 and 1 <= one.often <= 10
        assert one.direction == Direction.OUTGOING and one.to


def test_somebody_elses_job_is_run_between_two_steps(district, people):
    unit = district.units["D09"]
    years.bring_in(unit, district)
    batch = batch_of("D09", State.DRAFT)
    long_one = Job.objects.create(kind="demo", title="演示数据", state=Job.State.RUNNING)
    accompanied(batch, people["D09:archivist"])
    holdings.actions.start_packaging(batch, by=people["D09:archivist"])
    jobs.let_pass(long_one)
    assert Batch.objects.unguarded("a test looks").get(pk=batch.pk).state == State.SELF_CHECKED
    long_one.refresh_from_db()
    assert long_one.state == Job.State.RUNNING
