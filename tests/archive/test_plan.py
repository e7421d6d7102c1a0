"""The inspection's items are the standard's table, and what was not checked never reads as passed."""

from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from archive import inspection
from archive.models import InspectionResult, Record
from archive.plan import CODES, ITEMS, VERSION, By, items_of
from archive.states import Stage, Verdict
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from units.findings import REFUSE, WARN, Finding


def test_the_plan_is_table_a1_of_the_standard():
    """Shows: 8.1"""
    assert len(ITEMS) == 45
    assert {stage: len(items_of(stage)) for stage in Stage.values} == {"GD": 36, "YJ": 35, "BC": 32}
    assert len(CODES) == len(set(CODES)) == 103
    assert Counter(item.group for item in ITEMS.values()) == {"真实性": 16, "完整性": 11, "可用性": 9, "安全性": 9}
    assert Counter(item.by for item in ITEMS.values()) == {By.SOFTWARE: 33, By.PERSON: 6, By.ENVIRONMENT: 6}
    assert ITEMS["1-9"].name == "元数据项(全宗号、目录号、分类号)与档案馆要求的一致性检测"
    assert ITEMS["1-9"].stages == {"YJ"} and ITEMS["2-10"].stages == {"BC"} and ITEMS["4-6"].stages == {"GD"}


def test_an_item_of_another_stage_cannot_be_noted():
    with pytest.raises(LookupError):
        inspection.Sheet(Stage.KEEPING).note("3-3")
    with pytest.raises(LookupError):
        inspection.Sheet(Stage.TRANSFER).note("4-6")


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["CQ-1-1", "BC-3-3", "GD-1-9", "YJ-2-10", "", "BC-1-8"])
def test_a_result_outside_the_stages_list_cannot_be_written(people, code):
    """Shows: 8.4"""
    run = inspection.open_run(Stage.KEEPING, by=people["D30:accessioner"])
    with pytest.raises(IntegrityError, match="result_of_the_plan"), transaction.atomic():
        InspectionResult.objects.create(run=run, item_code=code, verdict=Verdict.FAIL, target="x", message="x")
    kept = {"item_code": "", "code_as_recorded": "CQ-3-3", "verdict": Verdict.FAIL, "target": "x", "message": "x"}
    InspectionResult.objects.create(run=run, **kept)  # of an earlier list: kept, outside the plan


@pytest.mark.django_db
def test_what_was_not_checked_never_reads_as_passed(people):
    run, sheet = inspection.open_run(Stage.TRANSFER, by=people["D30:accessioner"]), inspection.Sheet(Stage.TRANSFER)
    sheet.note("1-5")
    sheet.note("1-5", [Finding("1-5", WARN, "年度", "年度早于日期。")])
    sheet.note("1-7", [Finding("1-7", REFUSE, "档号", "不符合。")])
    run = inspection.keep(run, sheet, records=2)
    lines = {line.item.serial: line for line in inspection.report(run)}
    assert len(lines) == 35 and run.plan_version == VERSION
    assert (lines["1-5"].verdict, lines["1-5"].checked, lines["1-5"].warned) == (Verdict.WARN, 2, 1)
    assert lines["1-7"].verdict == Verdict.FAIL and run.verdict == Verdict.FAIL
    assert lines["4-2"].verdict == Verdict.NOT_RUN  # no scanner: not scanned, never passed
    assert lines["3-4"].verdict == lines["2-7"].verdict == Verdict.MANUAL_PENDING
    assert lines["4-4"].verdict == Verdict.NOT_APPLICABLE  # online
    assert Verdict.PASS not in {line.verdict for line in lines.values()}
    assert inspection.of_group(run, "安全性") == "未检测"
    assert inspection.of_group(run, "真实性").startswith("不合格（已检2项")


@pytest.mark.django_db
def test_nothing_checked_is_no_verdict(people):
    run = inspection.open_run(Stage.KEEPING, by=people["D30:accessioner"])
    assert inspection.keep(run, inspection.Sheet(Stage.KEEPING), records=0).verdict == Verdict.NOT_RUN


FAULTS = {
    "1-2": {"title": "题" * 501},
    "1-3": {"date": None},
    "1-4": {"disclosure_attr": "open"},
    "1-5": {"year": 2999},
    "1-6": {"title": "关于\ufffd的通知"},
    "1-7": {"archival_code": "Z407/2016/1"},
    "1-9": {"category_code": "KJ"},
    "2-3": {"category_code": ""},
    "2-4": {"title": " "},
    "2-11": {"component_count": 7},
}


@pytest.mark.django_db
@pytest.mark.parametrize("serial", FAULTS)
def test_every_fault_is_found_under_its_right_item(people, serial):
    (record,) = stocked(people, 1)
    components = list(record.components.select_related("stored_file"))
    sheet = inspection.Sheet(Stage.TRANSFER)
    assert inspection.examine(sheet, record, components) == []
    for name, value in FAULTS[serial].items():
        setattr(record, name, value)
    found = {one.code for one in inspection.examine(sheet, record, components) if one.is_refusal}
    assert serial in found
    assert sheet.tally[serial] == [2, 1, 0]


@pytest.mark.django_db
def test_files_missing_shortened_and_out_of_order_have_their_items(people):
    (record,) = stocked(people, 1)
    (component,) = record.components.select_related("stored_file")

    def codes() -> set[str]:
        return {one.code for one in inspection.examine(inspection.Sheet(Stage.FILING), record, [component])}

    component.seq = 2
    assert codes() == {"2-6"}
    component.seq, component.stored_file.bytes = 1, 3
    assert codes() == {"1-10"}
    component.stored_file.sha256 = "0" * 64
    assert codes() == {"1-11"}


@pytest.mark.django_db
def test_the_same_number_and_title_twice_is_told(people):
    first, second = stocked(people, 2)
    with unwatched():
        Record.objects.unguarded("a test looks").filter(pk=second.pk).update(
            title=first.title, doc_number=first.doc_number
        )
    (twin,) = Record.objects.unguarded("a test looks").select_related("fonds").filter(pk=second.pk)
    twins = inspection.twins_of([twin])
    found = inspection.examine(inspection.Sheet(Stage.FILING), twin, [], twins=twins)
    assert [one.severity for one in found if one.code == "1-8"] == [WARN]
    assert inspection.twins_of([first, twin])  # also inside one list
