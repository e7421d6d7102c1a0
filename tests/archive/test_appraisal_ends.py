"""How an appraisal ends on the records (domain 4.6): what is kept on, who watches, what is asked of paper."""

import io
from datetime import date, timedelta
from types import SimpleNamespace

import openpyxl
import pypdfium2 as pdfium
import pytest
from django.urls import reverse
from django.utils import timezone

from archive import desk, periods
from archive.appraisal import actions, holds, papers
from archive.appraisal.conditions import two_supervise
from archive.appraisal.forms import MemberForm
from archive.appraisal.inputs import DestroyInput, ReportInput
from archive.appraisal_workflow import APPRAISAL
from archive.changes import changes_of
from archive.evidence import evidence_of
from archive.models import Component, Prolongation, Supervision
from archive.twins import lending
from tests.archive import test_appraisal as shared
from tests.archive.test_appraisal import all_records, arranged, due_of, everybody_signs, judged, noted
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.models import AuditEvent, Task
from units.tasks import told_next
from units.workflow import Refused

pytestmark = pytest.mark.django_db
by, appraisal = shared.by, shared.appraisal  # fixtures


def test_who_approved_is_no_witness_and_the_two_who_are_named_are_asked(appraisal, people, by):
    """Practice 1: approval, 监销 and destruction are acts of different persons."""
    noted(appraisal, people)
    waiting = Task.objects.of(appraisal).open()
    assert [one.kind for one in waiting] == ["arrange_supervision"] and waiting.get().post.kind == "archivist"
    arranged(appraisal, people)
    with pytest.raises(Refused, match="批准人不能监销"):
        actions.supervise(appraisal, by=people["D07:leader"])
    asked = waiting.all().filter(kind="supervise_disposal")
    assert {one.assignee for one in asked} == {people["D07:clerk"], people["D07:officer"]}
    assert waiting.all().filter(kind="destroy_appraised").get().post.kind == "archivist"
    actions.supervise(appraisal, by=people["D07:officer"])
    assert {one.assignee for one in asked.all()} == {people["D07:clerk"]}
    actions.supervise(appraisal, by=people["D07:clerk"])
    assert not asked.all().exists() and two_supervise(appraisal, SimpleNamespace(by=by)) == []
    digest = appraisal.arranged_digest
    Supervision.objects.create(appraisal=appraisal, person=people["D07:leader"], digest=digest)  # past the rule
    assert "批准人不能监销" in "".join(two_supervise(appraisal, SimpleNamespace(by=by)))


def test_the_authority_objects_with_a_reason_and_it_is_judged_and_approved_anew(appraisal, people, by):
    """备案 is no formality: 区档案局 sends it back; what is kept on stays so, once."""
    judged(appraisal, people)
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("鉴定情况属实。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    inspector = browser(people["D30:inspector"])
    assert "不予备案，退回" in inspector.get(appraisal.get_absolute_url()).content.decode()
    place = reverse("archive:appraisal_act", args=[appraisal.uid, "object"])
    assert inspector.post(place, {}).status_code == 422
    told = inspector.post(place, {"object-note": "第 2 件仍有查考价值。"}, follow=True)
    assert told.status_code == 200 and "已退回重新鉴定" in told.content.decode()
    appraisal.refresh_from_db()
    assert appraisal.state == "judging" and appraisal.approved_at is None
    assert "第 2 件仍有查考价值" in browser(by).get(appraisal.get_absolute_url()).content.decode()
    member = people["D07:officer"]
    actions.judge(appraisal, (2,), by=member, opinion="prolong", ground="仍有查考价值", prolonged="D30")
    everybody_signs(appraisal)
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("已按要求修改。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    assert appraisal.items.filter(opinion="prolong", is_open=False).count() == Prolongation.objects.count() == 2
    APPRAISAL.perform("note", appraisal, by=people["D30:inspector"])


def test_the_list_has_lines_to_sign_by_hand_and_then_who_signed(appraisal, people, by):
    """销毁清册: approval, place, day, way and two 监销人 stand on it, on paper and in the workbook."""
    assert [value for label, value in papers.foot_of(appraisal) if label == "监销人（签字）"] == [papers.BY_HAND] * 2
    arranged(noted(appraisal, people), people)
    actions.supervise(appraisal, by=people["D07:officer"])
    foot = papers.foot_of(appraisal)
    told = dict(foot)
    lines = [value for label, value in foot if label == "监销人（签字）"]
    assert told["监销地点"] == "机房" and told["计划销毁日"] == f"{timezone.localdate()}"
    assert lines[0].endswith("已签") and lines[1] == f"{people['D07:clerk'].name} {papers.BY_HAND}"
    with pdfium.PdfDocument(papers.pdf_of(appraisal, "list")) as opened:
        text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in opened)
    names = [people[f"D07:{post}"].name for post in ("leader", "officer", "clerk")]
    assert [one for one in ("监销地点机房", "单位负责人批准", *names) if one not in text] == []
    book = browser(by).get(reverse("archive:appraisal_workbook", args=[appraisal.uid]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert ("监销地点", "机房") in {row[1:3] for row in sheet.iter_rows(values_only=True)}


def test_who_fills_in_every_opinion_is_told_that_he_signs_by_it_and_the_trail_says_so(appraisal, people):
    officer = people["D07:officer"]
    assert "填写即为签署" in browser(officer).get(appraisal.get_absolute_url()).content.decode()
    actions.judge(appraisal, (1, 2, 3), by=officer, opinion="destroy", ground="无保存价值")
    signed = AuditEvent.objects.of(appraisal).filter(verb="sign_opinions")
    assert not signed.exists()
    actions.judge(appraisal, (4,), by=officer, opinion="destroy", ground="无保存价值")
    assert signed.get().actor_name == officer.name and "填写即为签署" in signed.get().opinion


def test_the_inspectors_task_names_the_unit(appraisal, people, units):
    judged(appraisal, people)
    APPRAISAL.perform("report", appraisal, by=people["D07:archivist"], given=ReportInput("鉴定情况属实。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    assert Task.objects.of(appraisal).open().get().detail.startswith(units["D07"].name)


def test_paper_alone_is_asked_for_its_paper_and_not_for_storage(appraisal, people, by):
    """A.4 speaks of files; paper is pulped, burnt or shredded, and has no bytes."""
    with unwatched():
        all_records().filter(appraised__appraisal=appraisal).update(carrier_mode="paper_only", paper_pages=3)
        Component.versions.filter(record__appraised__appraisal=appraisal).delete()
    noted(appraisal, people)
    page = browser(by).get(appraisal.get_absolute_url()).content.decode()
    assert "纸质件销毁方式" in page and "3 件，仅纸质 3 件 9 页" in page
    assert "在线存储内容销毁说明" not in page and "字节" not in page
    with pytest.raises(Refused, match=r"\A请填写纸质件销毁方式。\Z"):
        arranged(appraisal, people, place="造纸厂", way=("", "", ""))
    arranged(appraisal, people, place="造纸厂", way=("", "", ""), paper="化浆")
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    now = timezone.now()
    APPRAISAL.perform("destroy", appraisal, by=by, given=DestroyInput(now, now))
    appraisal.refresh_from_db()
    assert (appraisal.online_note, appraisal.offline_note, appraisal.paper_note) == ("没有电子文件", "", "化浆")
    given = lending.Lending("甲", "乙局", "查考", "主任（纸质签字）", timezone.localdate())
    with pytest.raises(Refused, match=r"\A“[^”]*0001”已依法销毁，不能借出。\Z"):  # and not: 没有登记纸质件
        lending.lend(appraisal.unit, "Z407-WS·2012-D10-BGS-0001", given, by=by)
    cells = dict(cell[:2] for cell in papers.register_cells(appraisal))
    assert "仅纸质 3 件" in cells["被销毁档案情况"] and "GB" not in cells["被销毁档案情况"]
    assert cells["纸质件销毁方式"] == "化浆" and "在线存储内容销毁说明" not in cells
    assert papers.kinds_of(appraisal)["register"] == "档案销毁登记表"  # and not: 电子


def test_what_is_kept_on_says_so_on_its_page_in_its_history_and_is_due_nowhere(appraisal, people, by):
    """4.6: one definition of due for desk, list and evaluation; the record names the appraisal that prolonged it."""
    member = people["D07:officer"]
    actions.judge(appraisal, (1, 2, 3), by=member, opinion="prolong", ground="仍有查考价值", prolonged="ten_more")
    actions.judge(appraisal, (4,), by=member, opinion="prolong", ground="有永久价值", prolonged="Y")
    everybody_signs(appraisal)
    assert "0 件" in evidence_of(appraisal.unit)[14]  # what is being appraised waits for its appraisal
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("鉴定情况属实。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    records = list(all_records().filter(appraised__appraisal=appraisal).order_by("item_no"))
    until = date(timezone.localdate().year + 10, 12, 31)
    again = f"{until.year + 1}-01-01 起再列入到期鉴定"
    assert (
        periods.shown(records[0]) == f"延长至 {until}（{appraisal}），{again}" and periods.ends_on(records[0]) == until
    )
    assert periods.shown(records[3]) == f"改为永久保管（{appraisal}）" and periods.due_from(records[3]) is None
    told = changes_of(records[0])[0]
    assert (told.label, told.before, told.after) == ("保管至", "2022-12-31", f"{until}") and str(
        appraisal
    ) in told.event.opinion
    assert changes_of(records[3])[0].after == "永久"
    assert f"延长至 {until}" in browser(by).get(records[0].get_absolute_url()).content.decode()
    expired = next(tab for tab in desk.TABS if tab.key == "expired")
    assert (
        not desk.records_of(expired, appraisal.unit, all_records()).exists() and due_of(appraisal.unit, until) == set()
    )
    assert "0 件" in evidence_of(appraisal.unit)[14]
    next_day = until + timedelta(days=1)
    assert due_of(appraisal.unit, next_day) == {one.archival_code for one in records[:3]}


def test_who_was_dismissed_is_not_offered_for_the_group(people, units):
    gone = people["D07:officer"]
    offered = MemberForm(unit=units["D07"]).fields["person"].queryset
    assert gone in offered
    gone.appointments.update(dismissed_at=timezone.now())
    assert gone not in offered.all() and people["D07:clerk"] in offered.all()


def test_the_trail_says_who_came_into_the_group_and_what_was_judged_and_the_next_step_names_all(appraisal, people):
    """The trial: four times “组成鉴定小组” without a name, and three of four members under 下一步."""
    names = [people[f"D07:{post}"].name for post, _ in shared.GROUP]
    assert told_next(appraisal) == f"下一步：{'、'.join(names)}“填写鉴定意见”。"
    said = AuditEvent.objects.of(appraisal)
    assert f"{people['D07:clerk'].name}（办公室）" in {one.opinion for one in said.filter(verb="appoint_group")}
    officer = people["D07:officer"]
    actions.judge(appraisal, (1, 2, 4), by=officer, opinion="destroy", ground="无保存价值")
    actions.judge(appraisal, (3,), by=officer, opinion="prolong", ground="仍有查考价值", prolonged="D30")
    assert [one.opinion for one in said.filter(verb="judge").order_by("pk")] == [
        "销毁，第 1—2、4 件：无保存价值", "延长保管（改为30年），第 3 件：仍有查考价值",
    ]  # fmt: skip


def test_the_list_says_how_long_each_is_to_be_kept_and_was(appraisal):
    at = papers.COLUMNS.index("应保管期限")
    assert papers.COLUMNS[at + 1] == "已保管期限"
    first = next(iter(papers.rows_of(papers.items_of(appraisal), date(2026, 11, 27))))
    assert first[at : at + 2] == ("10年", "13年")


def test_a_frozen_item_is_marked_on_the_list(appraisal, people, by):
    first, *_ = (item.record for item in papers.items_of(appraisal))
    assert "已冻结" not in browser(by).get(appraisal.get_absolute_url()).content.decode()
    holds.place([first.archival_code], by=by, reason="诉讼")
    page = browser(by).get(appraisal.get_absolute_url()).content.decode()
    assert page.count("已冻结") == 1 and page.index(first.archival_code) < page.index("已冻结")


def test_the_report_lists_what_is_kept_on_with_its_old_and_new_period(appraisal, people):
    noted(appraisal, people)
    kept = papers.items_of(appraisal).get(opinion="prolong").record
    cells = dict(cell[:2] for cell in papers.report_cells(appraisal))
    told = f"{kept.archival_code} {kept.title}：原10年，改为30年（仍有查考价值）"
    assert cells["延长保管的档案"] == told
    with pdfium.PdfDocument(papers.pdf_of(appraisal, "report")) as pdf:
        text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pdf)
    assert "".join(told.split()) in text


def test_form_a4_names_no_year_and_no_number_that_was_kept(appraisal, people, by):
    """Fault: “1999-… 至 2004-…”, as if all between were gone; a size of 0.000001 GB; 填表人 blank."""
    noted(appraisal, people)
    gone = [item.record for item in papers.items_of(appraisal, only_destroyed=True)]
    codes = [one.archival_code for one in gone]
    cells = dict(cell[:2] for cell in papers.register_cells(appraisal))
    assert cells["被销毁电子档案情况"].startswith(f"{codes[0]} 至 {codes[2]}。共 3 件，电子文件 ")
    assert "GB" not in cells["被销毁电子档案情况"] and cells["填表人"] == ""
    between = papers.items_of(appraisal).filter(record=gone[1])
    between.update(opinion="prolong", prolonged="D30")
    with unwatched():
        all_records().filter(pk=gone[2].pk).update(year=2014, archival_code=codes[2].replace("2012", "2014"))
    cells = dict(cell[:2] for cell in papers.register_cells(appraisal))
    scope = f"{codes[0]}；{codes[2].replace('2012', '2014')}。共 2 件"
    assert cells["被销毁电子档案情况"].startswith(scope) and "至" not in cells["被销毁电子档案情况"]
    left = (item.record for item in papers.items_of(appraisal, only_destroyed=True))
    assert papers.range_of(left, appraisal, most=1) == (
        f"2012年度 10年 BGS 1 件；2014年度 10年 BGS 1 件（逐件见{appraisal}档案销毁清册）"
    )
    appraisal.operator, appraisal.finished_at = by, timezone.now()
    assert dict(cell[:2] for cell in papers.register_cells(appraisal))["填表人"].startswith(by.name)
