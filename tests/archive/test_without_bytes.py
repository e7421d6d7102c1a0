"""No item of the inspection passes what is not there: paper alone, files that are lost, bytes that cannot be read."""

import pytest
from django.utils import timezone

from archive import inspection, ticking
from archive.models import Record
from archive.plan import items_of
from archive.reinspection import OF_BYTES, OF_CONTENT, inspect_record
from archive.states import Carrier, Stage, Verdict
from archive.twins import alone
from files.store import path_of
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked

pytestmark = pytest.mark.django_db
ROWS_ALONE = {  # what software may pass of a record without files: its description, and that it can be read
    "1-2", "1-3", "1-4", "1-5", "1-6", "1-7", "1-8", "1-9", "2-3", "2-4", "2-9", "2-10", "3-1", "3-2",
}  # fmt: skip


def read(record) -> Record:
    rows = Record.objects.unguarded("a test looks")
    return rows.select_related("unit", "custodian", "fonds", "document", "retention_rule").get(pk=record.pk)


def verdicts(record, stage) -> dict[str, Verdict]:
    return {one.item.serial: one.verdict for one in inspect_record(read(record), stage)}


@pytest.fixture
def paper_alone(people, units) -> Record:
    given = alone.PaperAlone("关于旧事的通知", "某单位", "", None, 2011, "D30", "BGS", 4)
    return alone.register(units["D07"], given, by=people["D07:archivist"])


@pytest.mark.parametrize("stage", list(Stage))
def test_of_paper_alone_only_the_description_passes(paper_alone, stage):
    found = verdicts(paper_alone, stage)
    assert {serial for serial, one in found.items() if one in (Verdict.PASS, Verdict.WARN)} <= ROWS_ALONE
    here = OF_CONTENT & {one.serial for one in items_of(stage)}
    assert {found[serial] for serial in here} == {Verdict.NOT_APPLICABLE}
    assert found.get("2-5", Verdict.NOT_APPLICABLE) == Verdict.NOT_APPLICABLE
    run = inspection.runs_over(paper_alone.uid).first()
    assert not set(run.tally) & OF_CONTENT  # nor does the run that filed it count them


@pytest.mark.parametrize("stage", list(Stage))
def test_a_record_that_lost_its_files_fails_where_it_should_and_passes_nothing_of_them(people, stage):
    (record,) = stocked(people, 1)
    with unwatched():
        record.components.all().delete()
    found = verdicts(record, stage)
    assert (found["1-11"], found["2-11"]) == (Verdict.FAIL, Verdict.FAIL)
    assert Verdict.PASS not in {found[serial] for serial in OF_CONTENT & set(found)}
    assert read(record).carrier_mode == Carrier.ELECTRONIC


@pytest.mark.parametrize("stage", list(Stage))
def test_what_cannot_be_read_passes_no_item_of_its_bytes(people, stage):
    (record,) = stocked(people, 1, year=2013)
    by = people["D07:archivist"]
    scope = ticking.month_scope(record.unit, Stage.FILING, timezone.localdate().replace(day=1))
    ticking.tick(scope, {one.serial: Verdict.PASS for one in ticking.items_to_tick(Stage.FILING)}, note="", by=by)
    place = path_of(record.components.get().stored_file)
    aside = place.with_suffix(".aside")
    place.rename(aside)
    try:
        found = {one.item.serial: one for one in inspect_record(read(record), stage)}
    finally:
        aside.rename(place)
    here = OF_BYTES & set(found)
    assert not {found[serial].verdict for serial in here} & {Verdict.PASS, Verdict.WARN}
    assert found["1-11"].verdict == Verdict.FAIL
    assert "不能读取" in found["3-4"].told or stage != Stage.FILING
    assert verdicts(record, stage)["1-10"] == Verdict.PASS
