"""All 45 items of DA/T 70—2018: what software decides, what a person ticks, what was measured; never a pass unseen."""

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pypdfium2 as pdfium
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from archive import describing, further_checks, inspection, inspection_report, monthly, seen, standing_findings, ticking
from archive.models import EnvironmentFinding, Record, SampleTick
from archive.packages.contents import PackedSignature
from archive.packing import packed
from archive.plan import ITEMS, By, items_of
from archive.reinspection import inspect_record
from archive.states import Stage, Verdict
from archive.ticking import Noted
from paper.pdfa_check import check_pdfa
from tests.made import accessioned, brought_to, take
from tests.transfer.stock import browser, made, stocked
from transfer.building import checks_of
from transfer.sampling import scope_of
from units.models import AccessLog, AuditEvent, Unit
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(people) -> Record:
    document = brought_to("dispatch", people, title="关于甲事项的通知")
    return take(document, "complete", people["D07:clerk"], retention_code="D30").record


@pytest.fixture
def home(people) -> Unit:
    return people["D07:archivist"].appointments.get().post.unit


def verdicts(record: Record, stage: Stage) -> dict[str, Verdict]:
    fresh = Record.objects.unguarded("a test looks").select_related("unit", "custodian", "fonds", "document")
    return {one.item.serial: one.verdict for one in inspect_record(fresh.get(pk=record.pk), stage)}


def month_of(record: Record) -> date:
    return timezone.localdate(record.filed_at).replace(day=1)


def environment(serial: str = "4-1", **changed) -> Noted:
    today = timezone.localdate()
    given = {
        "serial": serial, "target": "应用服务器", "verdict": Verdict.PASS, "found_on": today,
        "valid_until": today + timedelta(days=365), "means": "ClamAV 1.4，定义库当日更新",
    } | changed  # fmt: skip
    return Noted(**given)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_item_has_one_of_the_verdicts_and_only_the_checked_ones_pass(record, stage):
    """Shows: 8.1, 8.2, BC-1-15, BC-1-16"""
    judged = inspect_record(record, stage)
    assert [one.code for one in judged] == [f"{stage}-{item.serial}" for item in items_of(stage)]
    by_kind = {kind: {one.verdict for one in judged if one.item.by == kind} for kind in By}
    assert by_kind[By.PERSON] <= {Verdict.MANUAL_PENDING, Verdict.NOT_APPLICABLE}
    assert by_kind[By.ENVIRONMENT] <= {Verdict.NOT_RUN, Verdict.NOT_APPLICABLE}
    assert all(one.told for one in judged if one.verdict not in (Verdict.PASS, Verdict.FAIL, Verdict.WARN))
    found = {one.item.serial: one.verdict for one in judged}
    assert found["4-2"] == Verdict.NOT_RUN  # no scanner: never passed
    assert Verdict.FAIL not in found.values()


def test_one_tick_covers_the_months_sample_and_no_other_month(people, record, home):
    """Shows: GD-2-7, GD-2-8, GD-3-4, GD-4-7, BC-2-7, BC-2-8, BC-3-4, BC-4-5, BC-4-9"""
    by, scope = people["D07:archivist"], ticking.month_scope(home, Stage.FILING, month_of(record))
    assert scope.total == 1 and [one.pk for one in scope.sample] == [record.pk]
    assert [one.serial for one in ticking.open_items(scope)] == ["2-7", "2-8", "3-4", "4-7"]
    before = AuditEvent.objects.count()
    given = {"2-7": Verdict.PASS, "3-4": Verdict.FAIL}
    ticking.tick(scope, given, note="附件二打不开", by=by, failing=[record.uid])
    assert AuditEvent.objects.count() == before + 1
    found = verdicts(record, Stage.FILING)
    assert (found["2-7"], found["3-4"], found["4-7"]) == (Verdict.PASS, Verdict.FAIL, Verdict.MANUAL_PENDING)
    assert found["2-8"] == Verdict.NOT_APPLICABLE  # no attachment: a tick changes nothing
    kept = standing_findings.standing(record, Stage.FILING)["3-4"]
    assert by.name in kept.told and f"抽查1件（共1件），不合格的是 {record.archival_code}：附件二打不开" in kept.told
    assert "打不开" not in standing_findings.standing(record, Stage.FILING)["2-7"].told
    page = browser(by).get(reverse("archive:inspection", args=[record.uid])).content.decode()
    assert page.count("附件二打不开") == 2  # among the problems and at its item
    assert verdicts(record, Stage.KEEPING)["2-7"] == Verdict.MANUAL_PENDING  # another stage, another tick
    keeping = ticking.month_scope(home, Stage.KEEPING, timezone.localdate().replace(day=1))
    ticking.tick(keeping, {one.serial: Verdict.PASS for one in ticking.items_to_tick(Stage.KEEPING)}, note="", by=by)
    found = verdicts(record, Stage.KEEPING)
    assert {found[serial] for serial in ("2-7", "3-4", "4-5", "4-9")} == {Verdict.PASS}
    # rows are only added: the newest speaks
    ticking.tick(scope, {"3-4": Verdict.PASS}, note="", by=by, mended="附件二已换成可打开的一份")
    assert verdicts(record, Stage.FILING)["3-4"] == Verdict.PASS and SampleTick.objects.count() == 8


def test_the_sample_is_drawn_and_not_chosen(people, home):
    stocked(people, 25)
    month = timezone.localdate().replace(day=1)
    first, again = (ticking.month_scope(home, Stage.FILING, month) for _ in range(2))
    assert first.total == 25 and len(first.sample) == ticking.SAMPLE
    assert [one.pk for one in first.sample] == [one.pk for one in again.sample]
    other = ticking.month_scope(home, Stage.KEEPING, month)
    assert {one.pk for one in other.sample} != {one.pk for one in first.sample}


@pytest.mark.parametrize(
    ("verdict", "serials", "note", "who", "words"),
    [
        (Verdict.PASS, [], "", "D07:archivist", "至少选择一个"),
        (Verdict.PASS, ["1-1"], "", "D07:archivist", "至少选择一个"),
        (Verdict.NOT_RUN, ["2-7"], "", "D07:archivist", "合格或不合格"),
        (Verdict.FAIL, ["2-7"], " ", "D07:archivist", "写明什么问题"),
        (Verdict.PASS, ["2-7"], "", "D07:officer", "没有登记人工检测的权限"),
        (Verdict.PASS, ["2-7"], "", "D15:archivist", "没有登记人工检测的权限"),
    ],
)
def test_what_is_no_tick_is_refused(people, record, home, verdict, serials, note, who, words):
    scope, before = ticking.month_scope(home, Stage.FILING, month_of(record)), AuditEvent.objects.count()
    with pytest.raises(Refused, match=words):
        failing = [record.uid] if verdict == Verdict.FAIL else []
        ticking.tick(scope, dict.fromkeys(serials, verdict), note=note, by=people[who], failing=failing)
    assert not SampleTick.objects.exists() and AuditEvent.objects.count() == before


def test_a_batchs_sample_is_ticked_by_its_side(people, home):
    """Shows: YJ-2-7, YJ-2-8, YJ-3-4, YJ-4-7"""
    records = stocked(people, 3)
    batch = made(people)
    assert verdicts(records[0], Stage.TRANSFER)["2-7"] == Verdict.MANUAL_PENDING
    page = browser(people["D07:archivist"])
    address = reverse("transfer:sample", args=[batch.uid])
    assert page.get(address).status_code == 200
    answer = page.post(address, {"item_2-7": "pass", "item_3-4": "pass", "item_4-7": "pass", "is_unopened": "on"})
    assert answer.status_code == 302 and answer["Location"] == reverse("transfer:batch", args=[batch.uid])
    found = verdicts(records[0], Stage.TRANSFER)
    assert found["2-7"] == found["3-4"] == found["4-7"] == Verdict.PASS
    assert ticking.open_items(scope_of(batch, home)) == [ITEMS["2-8"]]
    run = inspection.keep(
        inspection.open_run(Stage.TRANSFER, by=people["D07:archivist"], subject_uid=batch.uid),
        inspection.Sheet(Stage.TRANSFER),
        records=0,
    )
    assert inspection.of_group(run, "可用性") == "未检测"  # the register says what persons gave, where they gave it
    assert checks_of(batch)["usability_check"].startswith("已检1项合格，")
    assert "已检 3/4 项" in page.get(reverse("transfer:batch", args=[batch.uid])).content.decode()
    assert browser(people["D15:archivist"]).get(address).status_code == 404


def test_the_newest_environment_finding_speaks_until_it_ends(people, record, home):
    """Shows: GD-4-1, YJ-4-1, BC-4-1, BC-3-7, BC-3-9, BC-4-4, BC-4-8"""
    by, today = people["D07:archivist"], timezone.localdate()
    for serial in ("3-7", "3-9", "4-1", "4-4", "4-8"):
        ticking.note_environment(home, environment(serial), by=by)
    found = verdicts(record, Stage.KEEPING)
    assert {found[serial] for serial in ("3-7", "3-9", "4-1", "4-4", "4-8")} == {Verdict.PASS}
    ticking.note_environment(home, environment(verdict=Verdict.FAIL, note="定义库过期"), by=by)
    assert verdicts(record, Stage.FILING)["4-1"] == Verdict.FAIL
    ended = {"found_on": today - timedelta(days=40), "valid_until": today - timedelta(days=1)}
    ticking.note_environment(home, environment("4-8", **ended), by=by)
    assert verdicts(record, Stage.KEEPING)["4-8"] == Verdict.PASS  # an older finding, entered late, is not the newest
    other = Unit.objects.get(code="D15")
    ticking.note_environment(other, environment(verdict=Verdict.PASS), by=people["D15:archivist"])
    assert verdicts(record, Stage.FILING)["4-1"] == Verdict.FAIL  # another unit's host


def test_what_ended_is_not_checked_any_more_and_the_platforms_finding_holds_for_all(people, record, home):
    """Shows: GD-4-4, GD-4-5, GD-4-6, YJ-4-4, YJ-4-5"""
    today = timezone.localdate()
    ended = {"found_on": today - timedelta(days=40), "valid_until": today - timedelta(days=1)}
    ticking.note_environment(home, environment(**ended), by=people["D07:archivist"])
    judged = {one.item.serial: one for one in inspect_record(record, Stage.FILING)}
    assert judged["4-1"].verdict == Verdict.NOT_RUN and "已过期" in judged["4-1"].told
    assert judged["4-4"].verdict == judged["4-5"].verdict == judged["4-6"].verdict == Verdict.NOT_APPLICABLE
    assert judged["4-6"].told.startswith("在线归档")
    ticking.note_environment(home, environment(is_of_platform=True), by=people["D07:sysadmin"])
    assert verdicts(record, Stage.TRANSFER)["4-1"] == Verdict.PASS


@pytest.mark.parametrize(
    ("changed", "who", "words"),
    [
        ({"serial": "1-1"}, "D07:archivist", "不是环境检测项目"),
        ({"found_on": timezone.localdate() + timedelta(days=1)}, "D07:archivist", "不能晚于今天"),
        ({"valid_until": date(2000, 1, 1)}, "D07:archivist", "应晚于检测日期"),
        ({"valid_until": date(2999, 1, 1)}, "D07:archivist", "最长三年"),
        ({"verdict": Verdict.FAIL}, "D07:archivist", "写明问题"),
        ({"is_of_platform": True}, "D07:archivist", "由系统管理员登记"),
        ({}, "D07:clerk", "没有登记环境检测的权限"),
        ({}, "D15:archivist", "没有登记环境检测的权限"),
    ],
)
def test_what_is_no_environment_finding_is_refused(people, home, changed, who, words):
    with pytest.raises(Refused, match=words):
        ticking.note_environment(home, environment(**changed), by=people[who])
    assert not EnvironmentFinding.objects.exists()


def test_people_and_machines_get_the_same_report(people, record):
    """Shows: 8.3"""
    page, address = (
        browser(people["D07:archivist"]),
        lambda kind: reverse("archive:inspection_report", args=[record.uid, kind]),
    )
    data = page.get(address("json"), {"stage": "YJ"}).json()
    assert data["plan"] == "DA/T 70—2018 A.1" and len(data["items"]) == 35
    rows = [
        [cell.value or "" for cell in row]
        for row in load_workbook(io.BytesIO(page.get(address("xlsx"), {"stage": "YJ"}).content)).active.iter_rows(
            min_row=2
        )
    ]
    assert rows[0] == list(inspection_report.COLUMNS)
    words = dict(Verdict.choices)
    assert [(row[0], row[4]) for row in rows[1:]] == [(one["code"], words[one["verdict"]]) for one in data["items"]]
    made_pdf = page.get(address("pdf"), {"stage": "YJ"}).content
    assert check_pdfa(made_pdf) == []
    with pdfium.PdfDocument(made_pdf) as opened:
        shown = re.sub(r"\s", "", "".join(one.get_textpage().get_text_bounded() for one in opened))
    assert all(one["code"] in shown for one in data["items"])
    assert page.get(address("doc")).status_code == 404
    text = page.get(reverse("archive:inspection", args=[record.uid]), {"stage": "BC"}).content.decode()
    assert all(f"BC-{item.serial}<" in text for item in items_of("BC")) and "未检、不适用、待人工都不是合格" in text
    assert AccessLog.objects.filter(object_uid=record.uid, act="export").count() == 3


def test_the_schedule_the_formats_and_the_surroundings_are_looked_at(people, record):
    """Shows: GD-2-9, BC-3-5, GD-3-6, YJ-3-6, GD-3-8, YJ-3-8, BC-2-10, GD-3-1, YJ-3-1, BC-3-1"""
    judged = {one.item.serial: one for one in inspect_record(record, Stage.FILING)}
    assert [one.field for one in judged["2-9"].findings] == ["retention_code"]  # the person chose 30年
    components = list(record.components.select_related("stored_file"))
    assert further_checks.attributes(components) == []
    components[0].stored_file.mime = "image/png"
    assert [one.code for one in further_checks.attributes(components)] == ["1-10"]
    components[0].stored_file.mime, components[0].made_with = "application/msword", {}
    assert [one.code for one in further_checks.surroundings(components)] == ["3-6"]
    assert [one.code for one in further_checks.lasting(components)] == ["3-5"]
    components[0].stored_file.mime = "application/zip"
    assert [one.severity for one in further_checks.plain(components)] == ["refuse"]
    components[0].stored_file.mime = ""
    assert [one.severity for one in further_checks.plain(components)] == ["refuse"]
    assert [one.code for one in further_checks.readable(b"<x/>")] == ["3-1"]
    assert [one.code for one in further_checks.whole(b"<x/>")] == ["2-10"]


def test_the_seal_of_the_filed_page_is_in_its_metadata(record):
    """Shows: M57–M64, GD-1-1, YJ-1-1, BC-1-1"""
    (plain,) = packed([record.pk], "区档案馆")
    (signature,) = plain.files[0].signatures
    assert isinstance(signature, PackedSignature) and signature.rules.startswith("PAdES")
    assert signature.algorithm.startswith("1.2.") and signature.certificates[0] and signature.signer


def test_further_description_is_one_act_with_old_and_new(people, record):
    """Shows: 6.1"""
    by = people["D07:archivist"]
    given = {"parallel_title": " Notice  A ", "descriptors": ["公文", " 归档 ", ""], "scan_color": "灰度"}
    describing.describe(record, given=given, reason="补著录", by=by, version=record.version)
    (plain,) = packed([record.pk], "区档案馆")
    assert (plain.parallel_title, plain.descriptors, plain.scan_color) == ("Notice A", ("公文", "归档"), "灰度")
    event = AuditEvent.objects.filter(object_uid=record.uid, verb="describe_record").get()
    assert event.detail["changes"]["descriptors"] == [[], ["公文", "归档"]]
    record.refresh_from_db()
    with pytest.raises(Stale):
        describing.describe(record, given=given, reason="再改", by=by, version=record.version - 1)
    for wrong, words in (({"scan_color": "紫色"}, "值域"), ({"abstract": "摘" * 501}, "最多500"), (given, "没有改动")):
        with pytest.raises(Refused, match=words):
            describing.describe(record, given=wrong, reason="改", by=by, version=record.version)
    page = browser(by)
    history = page.get(reverse("archive:history", args=[record.uid])).content.decode()
    assert "并列题名" in history and "公文；归档" in history
    address = reverse("archive:description", args=[record.uid])
    sent = {"parallel_title": "", "descriptors": "公文\n移交", "reason": "更正", "version": record.version}
    assert page.post(address, sent).status_code == 302
    assert "公文；移交" in page.get(record.get_absolute_url()).content.decode()
    assert page.post(address, sent).status_code == 409


def test_who_saw_it_by_right_and_who_would_by_the_rule_itself(people, record):
    """Shows: E-14"""
    archivist, officer = browser(people["D07:archivist"]), browser(people["D07:officer"])
    officer.get(record.get_absolute_url())
    address = reverse("archive:readers", args=[record.uid])
    text = archivist.get(address).content.decode()
    assert people["D07:officer"].name in text and "谁看过" in text and "其他单位工作人员" in text
    told = officer.get(address).content.decode()
    assert "由本单位档案员、领导和保管单位查阅" in told
    assert browser(people["D15:clerk"]).get(address).status_code == 404


def test_everybody_listed_may_open_it_and_nobody_else_of_the_unit(people, record):
    would = seen.would_see(record)
    listed = {name for unit in would.units for _, names in unit.posts for name in names}
    for key, person in people.items():
        if key.startswith(("D07:", "D30:")) and not key.endswith(("admin", "auditor")):
            answer = browser(person).get(record.get_absolute_url()).status_code
            assert (person.name in listed or would.others) == (answer == 200), key
    assert not would.public


def test_an_accessioned_record_is_seen_by_the_archive(people):
    """Shows: E-03"""
    kept = accessioned(people)
    assert {one.unit for one in seen.would_see(kept).units} >= {kept.custodian.short_name, kept.unit.short_name}


def test_the_pages_of_samples_and_surroundings(people, record, home):
    page = browser(people["D07:archivist"])
    address = reverse("archive:checks", args=[home.uid])
    assert page.get(reverse("archive:own_checks"))["Location"] == address
    sent = {
        "serial": "4-1", "target": "服务器", "verdict": "pass", "found_on": "2026-01-05", "valid_until": "2027-01-04",
        "means": "扫描",
    }  # fmt: skip
    assert page.post(address, sent | {"valid_until": "2025-01-01"}).status_code == 422
    assert page.post(address, sent).status_code == 302
    text = page.get(address).content.decode()
    assert "0/4 项" in text and "服务器：扫描" in text
    month = month_of(record)
    sample = reverse("archive:sample", args=[home.uid, "GD", month.year, month.month])
    assert record.title in page.get(sample).content.decode()
    assert page.post(sample, {}).status_code == 422
    assert page.post(sample, {"item_2-7": "perhaps"}).status_code == 422
    blind = page.post(sample, {"item_2-7": "pass"})  # nobody has opened it: said, and asked for once more
    assert blind.status_code == 422 and f"抽查的 1 件（{record.archival_code}）您没有打开过" in blind.content.decode()
    part = record.components.first()
    page.get(f"{reverse('archive:component', args=[record.uid, part.uid])}?show")
    assert page.post(sample, {"item_2-7": "pass"}).status_code == 302
    assert "1/4 项" in page.get(address).content.decode()
    assert page.get(reverse("archive:sample", args=[home.uid, "YJ", 2026, 1])).status_code == 404
    assert page.get(reverse("archive:sample", args=[home.uid, "GD", 2026, 13])).status_code == 404
    administrator = browser(people["D07:sysadmin"])
    assert administrator.get(address).status_code == 200 and administrator.get(sample).status_code == 404
    assert browser(people["D07:clerk"]).get(address).status_code == 404


def test_one_record_goes_out_as_a_zip_from_its_page(people, record):
    """Shows: 16-19"""
    answer = browser(people["D07:archivist"]).get(reverse("archive:package", args=[record.uid]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as opened:
        names = {name.split("/", 1)[1] for name in opened.namelist()}
        assert opened.testzip() is None and {"metadata.xml", "说明.txt", "元数据方案.xsd", "sha256.txt"} < names
        assert {name.split("/", 1)[0] for name in opened.namelist()} == {record.archival_code}


def test_the_report_is_valid_json_by_command_too(record, capsys):
    call_command("inspect_record", str(record.uid), stage="GD", json=True)
    said = json.loads(capsys.readouterr().out)
    assert {one["kind"] for one in said["items"]} == {"A", "M", "E"} and all("told" in one for one in said["items"])


def test_a_sample_that_is_passed_unopened_says_so_in_its_note(record, home, people):
    month = month_of(record)
    address = reverse("archive:sample", args=[home.uid, "GD", month.year, month.month])
    answer = browser(people["D07:archivist"]).post(address, {"item_2-7": "pass", "is_unopened": "on"})
    assert answer.status_code == 302
    assert SampleTick.objects.get().note == f"抽查的 1 件（{record.archival_code}）登记时未打开"
    told = dict(monthly.lines_of(monthly.filled(home, month.year, month.month), None))
    assert told["人工检测（抽样）"] == "抽查 1 件，其中 1 件未打开即登记合格，合格 1 项"
    browser(people["D07:archivist"]).get(reverse("archive:record", args=[record.uid]))  # he opens it, and ticks again
    assert browser(people["D07:archivist"]).post(address, {"item_2-7": "pass"}).status_code == 302
    assert monthly.filled(home, month.year, month.month)["manual"] == "抽查 1 件，合格 1 项"
