"""A year of the archivist by screen: every finding leads to its place, every refusal says the way."""

import re
from datetime import date

import pikepdf
import pypdfium2 as pdfium
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import class_registry, monthly, schedule_acts, year_end
from archive.backfile.importing import run
from archive.checking import accept
from archive.correction import correct
from archive.finding_links import to_mend
from archive.fixed_years import CODED
from archive.models import Box, Record, RetentionRule, RetentionSchedule
from archive.plan import items_of
from archive.reinspection import Judged, inspect_record
from archive.retention import propose
from archive.schedules.matching import NOT_MET
from archive.states import Stage, Verdict
from archive.twins import boxes, owing
from archive.unconfirmed import not_met
from files.store import path_of
from tests.archive.paper_year import year_of
from tests.archive.test_backfile import catalogue, text
from tests.forms import send_form
from tests.made import draft
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.findings import REFUSE, Finding
from units.models import AuditEvent, Department
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def home(units):
    return units["D07"]


def every():
    return Record.objects.unguarded("a test looks")


def read(record) -> Record:
    rows = every().select_related("unit", "custodian", "fonds", "document", "retention_rule")
    return rows.get(pk=record.pk)


def shown(client, name: str, *args, **query) -> str:
    answer = client.get(reverse(f"archive:{name}", args=args), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# ------------------------------------------------ what the inspection found


def test_every_finding_leads_to_the_field_or_the_file_in_question(by, people):
    (record,) = stocked(people, 1)
    part = record.components.get()
    with unwatched():
        every().filter(pk=record.pk).update(author="", component_count=2)
    place, aside = path_of(part.stored_file), path_of(part.stored_file).with_suffix(".aside")
    place.rename(aside)
    try:
        judged = inspect_record(read(record), Stage.FILING)
        page = shown(browser(by), "inspection", record.uid)
    finally:
        aside.rename(place)
    links = {(one.code, one.url) for one in to_mend(read(record), judged, by)}
    correct_at = reverse("archive:correct", args=[record.uid])
    assert ("GD-2-4", f"{correct_at}?field=author#id_author") in links
    assert ("GD-1-11", f"{correct_at}?file={part.uid}#files") in links
    assert ("GD-2-11", f"{correct_at}#files") in links
    assert ("GD-2-9", f"{correct_at}?field=retention_code#id_retention_code") in links
    assert all(url for _, url in links) and all(url.replace("&", "&amp;") in page for _, url in links)
    assert not any(one.url for one in to_mend(read(record), judged, people["D07:officer"]))
    form = browser(by).get(f"{correct_at}?file={part.uid}").context["file_form"]
    assert form["replaces"].value() == str(part.uid)


def test_places_of_many_findings_cost_what_those_of_one_do(by, people, django_assert_num_queries):
    (record,) = stocked(people, 1)
    part = record.components.get()
    (item,) = [one for one in items_of(Stage.FILING) if one.serial == "1-11"]
    found = [Finding("1-11", REFUSE, part.filename, "文件不存在。")]

    def judged(findings: list[Finding]) -> list[Judged]:
        return [Judged(item, "GD-1-11", Verdict.FAIL, findings)]

    to_mend(read(record), judged(found), by)  # what the person's posts are is read once
    with CaptureQueriesContext(connection) as one:
        to_mend(read(record), judged(found), by)
    with django_assert_num_queries(len(one)):
        assert len({told.url for told in to_mend(read(record), judged(found * 9), by)}) == 1


# ------------------------------------------------ the schedule


def test_what_no_clause_met_says_so_wherever_its_period_is_read(by, people):
    by_fallback, by_words = stocked(people, 2)
    own = RetentionRule.objects.get(schedule__unit=None, code="02-06")  # takes what the unit made and no clause meets
    with unwatched():
        every().filter(pk__in=[by_fallback.pk, by_words.pk]).update(retention_rule=own, retention_basis=str(own))
        every().filter(pk=by_words.pk).update(title="关于某项目情况说明")
    assert [not_met(read(one)) for one in (by_fallback, by_words)] == [f"{NOT_MET}，请核", ""]
    client = browser(by)
    listed = shown(client, "desk", tab="imported", unit="D07")
    assert listed.count(f"{NOT_MET}，请核") == 1
    assert f"{NOT_MET}，请核" in shown(client, "record", by_fallback.uid)
    assert NOT_MET not in shown(client, "record", by_words.uid)
    assert f"{NOT_MET}，请核" in shown(client, "why", by_fallback.uid)
    accept([by_fallback.pk], by=by)
    assert not_met(read(by_fallback)) == NOT_MET  # somebody has looked


def test_a_paper_under_way_is_told_too(people):
    document = draft(people, title="关于三楼灯具的事")
    assert any(one.startswith(NOT_MET) for one in propose(document).warnings)


@pytest.mark.parametrize("state", ["approved", "draft"])
def test_a_title_is_tried_on_a_schedule_and_nothing_is_kept(by, people, home, state):
    valid = RetentionSchedule.objects.get(unit=None)
    schedule = valid if state == "approved" else schedule_acts.draft(home, by=by)
    before = AuditEvent.objects.count()
    asked = {"title": "关于召开业务会议的通知", "doc_type": "notice", "source": "own"}
    page = browser(by).get(schedule.get_absolute_url(), asked)
    meets = page.context["meets"]
    assert page.status_code == 200 and meets.rule.code == "02-21" and meets.near
    told = page.content.decode()
    assert "题名含“业务会议”“召开”" in told and "用于上级来文，本件是本机关形成" in told
    nothing = browser(by).get(schedule.get_absolute_url(), asked | {"title": "三楼灯具", "doc_type": ""})
    assert NOT_MET in nothing.content.decode()
    assert browser(by).get(schedule.get_absolute_url(), asked | {"source": "x"}).status_code == 422
    assert AuditEvent.objects.count() == before


# ------------------------------------------------ a fixed year


def test_a_period_in_a_fixed_year_is_refused_with_the_way(by, people, home):
    rows = stocked(people, 2, year=2011, is_checked=True)
    row = year_end.fix(home, 2011, by=by)
    with pytest.raises(Refused) as refused:
        correct(rows[0], changes={"retention_code": "D10"}, reason="期限有误", by=by, version=rows[0].version)
    assert all(part in str(refused.value) for part in (CODED, "2011年度页", "报请重新编号", "单位领导批准"))
    assert row.get_absolute_url() in shown(browser(by), "correct", rows[0].uid)
    sent = {"keys": str(rows[0].uid), "field": "retention_code", "how": "fill", "retention_code": "D10", "reason": "误",
            "step": "preview"}  # fmt: skip
    page = send_form(browser(by), reverse("archive:bulk"), sent).content.decode()
    assert "报请重新编号" in page


# ------------------------------------------------ paper


def test_years_that_wait_for_a_box_are_linked(by, people):
    made = [*stocked(people, 3, year=2014), *stocked(people, 3, year=2015)]
    owing.register_paper([one.uid for one in made], by=by)
    page = shown(browser(by), "boxes")
    assert "2015年度待装盒 3 件" in page and 'href="?year=2014"' in page
    assert "2014年度待装盒 3 件" in shown(browser(by), "boxes", year=2014)
    assert "2001年度没有档案盒" in shown(browser(by), "boxes", year=2001)


def printed(answer) -> str:
    with pdfium.PdfDocument(answer.content) as opened:
        return re.sub(r"\s", "", "".join(one.get_textpage().get_text_bounded() for one in opened))


@pytest.mark.parametrize("what", ["spines", "notes"])
def test_the_print_of_one_box_is_of_that_box_alone(by, people, home, what):
    made = year_of(people, 24, periods=("Y",))  # three classes: three boxes of one year and period
    owing.register_paper([one.uid for one in made], by=by)
    boxes.pack(home, 2016, by=by, packing=boxes.Packing())
    assert Box.objects.count() >= 3
    client, address = browser(by), reverse("archive:paper_print")
    context = client.get(Box.objects.order_by("pk").first().get_absolute_url()).context
    one = printed(client.get(f"{address}?what={what}&{context['printing']}"))
    every_box = printed(client.get(address, {"what": what, "year": 2016, "as": "pdf"}))
    assert 0 < len(one) < len(every_box) / 2


def test_a_print_without_its_year_asks_for_it_in_place(by, people):
    year_of(people, 3)
    answer = browser(by).get(reverse("archive:paper_print"), {"what": "catalogue", "as": "pdf"})
    told = answer.content.decode()
    assert answer.status_code == 422 and "请填写年度" in told and 'name="year"' in told and "未能办理" not in told
    assert 'target="_blank"' not in told


def test_many_to_be_corrected_are_listed_before_the_preview(by, people):
    rows = stocked(people, 3)
    page = send_form(browser(by), reverse("archive:bulk"), {"records": [str(one.uid) for one in rows]}).content.decode()
    assert all(one.title in page and one.archival_code in page for one in rows)


# ------------------------------------------------ 机构（问题） and imports


def test_a_class_is_registered_where_the_refusal_says(by, people, home, tmp_path):
    line = {"title": "治疗的\n通知", "date": "2001", "class_code": "ABC", "file": text(tmp_path, "a.txt")}
    (told,) = [one.message for one in run(catalogue(tmp_path, [line]), home, by=by).findings if one.is_refusal]
    assert "整理设置" in told
    client, address = browser(by), reverse("archive:settings")
    assert "办公室" in client.get(address).content.decode()
    sent = {"act": "class", "class_code": "abc", "class_name": "原综合科", "ended_on": "2005-01-01"}
    assert send_form(client, address, sent).status_code == 302
    row = Department.objects.get(unit=home, class_code="ABC")
    assert (row.name, row.valid_to) == ("原综合科", date(2005, 1, 1))
    assert AuditEvent.objects.filter(verb="register_class").get().after == "ABC 原综合科"
    assert send_form(client, address, sent).status_code == 422  # a code is given once
    assert send_form(client, address, sent | {"class_code": "a-"}).status_code == 422
    with pytest.raises(Refused, match="只有本单位档案员"):
        class_registry.register(home, code="XYZ", name="某科", ended_on=None, by=people["D09:archivist"])
    assert run(catalogue(tmp_path, [line]), home, by=by).filed == 1
    record = every().get()
    assert record.title == "治疗的 通知" and "ABC 原综合科" in shown(client, "record", record.uid)


@pytest.mark.parametrize(("listed", "is_told"), [("2", False), ("5", True), ("", False)])
def test_pages_that_differ_from_the_files_own_are_told(by, home, tmp_path, listed, is_told):
    with pikepdf.new() as pdf:
        for _ in range(2):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(tmp_path / "a.pdf")
    line = {"title": "两页的通知", "date": "2001", "page_count": listed, "file": "a.pdf"}
    outcome = run(catalogue(tmp_path, [line]), home, by=by)
    told = [one.message for one in outcome.findings if one.code == "other-pages"]
    assert outcome.filed == 1 and bool(told) is is_told
    assert not told or told == ["所列页数 5 与电子文件的页数 2 不同，已按所列著录，请核对。"]


def test_what_an_import_examined_counts_as_examined(by, home, tmp_path):
    lines = [{"title": f"第{n}件", "date": "2001", "file": text(tmp_path, f"{n}.txt", f"正文{n}")} for n in range(3)]
    lines.append({"title": "仅有纸质", "date": "2001"})
    run(catalogue(tmp_path, lines), home, by=by)
    today = timezone.localdate()
    checks = dict(monthly.filled(home, today.year, today.month)["checks"])
    assert checks["真实性检验"] == "合格（软件检测 3 件）"
    assert checks["可靠性检验"] == "不适用（没有在本系统办理的文件）"
