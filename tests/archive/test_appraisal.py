"""鉴定 (practice 1; domain 4.6, 19.1): list, group, opinions, approval, two witnesses, A.4; holds; bytes."""

from datetime import date

import pypdfium2 as pdfium
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from archive.appraisal import actions, erasing, holds, listing, membership, papers
from archive.appraisal.conditions import supervising
from archive.appraisal.inputs import ArrangeInput, ReportInput
from archive.appraisal_workflow import APPRAISAL
from archive.models import Appraisal, Hold, Prolongation, Record
from archive.states import AppraisalState, State
from files.models import Erasure, StoredFile
from files.store import keep, land_bytes, path_of
from paper.pdfa_check import check_pdfa
from tests.archive.paper_year import year_of
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.access import forget_standing
from units.models import Appointment, AuditEvent, Post, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
WAY = ("从在线存储删除", "从异地备份删除", "没有离线介质")
GROUP = (("leader", "leader"), ("clerk", "office"), ("archivist", "archivist"), ("officer", "business"))


def all_records():
    return Record.objects.unguarded("a test looks")


def due_of(unit, day) -> set[str]:
    return {one.archival_code for one in listing.due_records(all_records().filter(unit=unit), day)}


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def appraisal(people, units, by) -> Appraisal:
    """Four items of 2012 kept 10年, with their files, before the group."""
    stocked(people, 4, year=2012, retention="D10", is_checked=True)
    made = actions.create(units["D07"], by=by)
    for post, part in GROUP:
        actions.appoint(made, people[f"D07:{post}"], part, by=by)
    APPRAISAL.perform("start", made, by=by)
    return made


def judged(appraisal, people, *, destroy=(1, 2, 3), keep_on=(4,)) -> Appraisal:
    member = people["D07:officer"]
    if destroy:
        actions.judge(appraisal, destroy, by=member, opinion="destroy", ground="无保存价值")
    if keep_on:
        actions.judge(appraisal, keep_on, by=member, opinion="prolong", ground="仍有查考价值", prolonged="D30")
    if not appraisal.items.filter(opinion="").exists():
        everybody_signs(appraisal)
    return appraisal


def everybody_signs(appraisal) -> None:
    for missing in membership.waited_for(appraisal):
        membership.sign(appraisal, by=missing.person)


def arranged(appraisal, people, *, witnesses=("officer", "clerk"), place="机房", way=WAY, paper="", on=None):
    """安排监销 by the archivist, for today."""
    named = tuple(one if not isinstance(one, str) else people[f"D07:{one}"] for one in witnesses)
    given = ArrangeInput(named, on or timezone.localdate(), place, *way, paper)
    return APPRAISAL.perform("arrange_supervision", appraisal, by=people["D07:archivist"], given=given)


def noted(appraisal, people) -> Appraisal:
    judged(appraisal, people)
    APPRAISAL.perform("report", appraisal, by=people["D07:archivist"], given=ReportInput("鉴定情况属实。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    APPRAISAL.perform("note", appraisal, by=people["D30:inspector"])
    return appraisal


def test_the_due_list_follows_the_calendar_and_leaves_the_permanent_out(people, units):
    year_of(people, 3, year=2012)
    assert due_of(units["D07"], date(2022, 12, 31)) == set()
    assert due_of(units["D07"], date(2023, 1, 1)) == {"Z407-WS·2012-D10-BGS-0001"}
    assert due_of(units["D07"], date(2043, 1, 1)) == {"Z407-WS·2012-D10-BGS-0001", "Z407-WS·2012-D30-BGS-0001"}
    with unwatched():
        all_records().filter(retention_code="D10").update(retention_as_filed="短期")
    assert due_of(units["D07"], date(2023, 1, 1)) == set()  # the old word names no number of years


def test_the_whole_way_to_form_a4_leaves_metadata_list_and_codes_and_takes_the_bytes(
    appraisal, people, by, django_capture_on_commit_callbacks
):
    """Shows: 4.6, E-17, A.4, 19.1-8"""
    arranged(noted(appraisal, people), people)
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    records = list(all_records().filter(appraised__appraisal=appraisal).order_by("item_no"))
    paths = [path_of(one.components.get().stored_file) for one in records]
    with django_capture_on_commit_callbacks(execute=True):
        APPRAISAL.perform("destroy", appraisal, by=by)
    gone, kept = list(all_records().filter(pk__in=[r.pk for r in records[:3]]).order_by("item_no")), records[3]
    assert {one.state for one in gone} == {State.DESTROYED} and [one.title for one in gone] == [
        r.title for r in records[:3]
    ]
    assert [path.is_file() for path in paths] == [False, False, False, True]
    assert (
        Erasure.objects.count() == 3 and StoredFile.objects.filter(pk=gone[0].components.get().stored_file_id).exists()
    )
    assert Prolongation.objects.get().record == kept and Prolongation.objects.get().until == date(2042, 12, 31)
    assert due_of(kept.unit, date(2042, 12, 31)) == set() and due_of(kept.unit, date(2043, 1, 1)) == {
        kept.archival_code
    }
    verbs = list(AuditEvent.objects.of(appraisal).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["create_appraisal", *["appoint_group"] * 4, "start", "judge", "judge",
                     *["sign_opinions"] * 4, "report", "approve", "note",
                     "arrange_supervision", "supervise", "supervise", "destroy"]  # fmt: skip
    assert AuditEvent.objects.of(gone[0]).filter(verb="destroy").get().detail == {}
    assert not Task.objects.of(appraisal).open().exists()
    page = browser(people["D07:archivist"]).get(gone[0].get_absolute_url()).content.decode()
    assert "已依法销毁，只保留目录和元数据" in page  # and no link that could only be refused
    assert not [word for word in (">阅读<", "生成 PDF", "导出本件", "/files/") if word in page]
    _papers(appraisal, people)


def _papers(appraisal, people) -> None:
    appraisal.refresh_from_db()
    for kind, wanted in (
        ("report", ("鉴定情况属实", people["D07:leader"].name, "3件", "1件")),
        ("list", ("Z407-WS·2012-D10-BGS-0001", "Z407-WS·2012-D10-BGS-0003", "无保存价值")),
        ("register", ("销毁授权", "异地容灾备份内容销毁说明", "从异地备份删除", "机房", people["D07:clerk"].name)),
    ):
        pdf = papers.pdf_of(appraisal, kind)
        with pdfium.PdfDocument(pdf) as opened:
            text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in opened)
        assert check_pdfa(pdf) == [] and [one for one in wanted if one not in text] == []
    assert "BGS-0004" not in text


def test_bytes_that_another_unit_refers_to_stay_and_come_again_when_they_are_filed_again(appraisal, people, by):
    first = all_records().filter(appraised__appraisal=appraisal).order_by("item_no")[0]
    stored = first.components.get().stored_file
    other = year_of(people, 1, unit="D09")[0]
    other.components.create(role="original", seq=1, filename="正本.txt", stored_file=stored)
    data = path_of(stored).read_bytes()
    arranged(noted(appraisal, people), people)
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    APPRAISAL.perform("destroy", appraisal, by=by)
    assert erasing.erase()[0] == 2 and path_of(stored).is_file()
    again = all_records().filter(appraised__appraisal=appraisal).order_by("item_no")[1].components.get().stored_file
    assert not path_of(again).exists() and erasing.erase() == (0, 0, 1)
    landed = land_bytes("D072012D10第2号事项。\n".encode() * 20, "正本.txt")
    assert keep(landed) == again and path_of(again).is_file()
    assert Erasure.objects.get(stored_file=again).revived_at is not None and data


def test_one_person_does_not_witness_twice_nor_somebody_from_outside(appraisal, people):
    arranged(noted(appraisal, people), people)
    actions.supervise(appraisal, by=people["D07:officer"])
    for person in ("D07:officer", "D09:archivist", "D07:sysadmin"):
        with pytest.raises(Refused):
            actions.supervise(appraisal, by=people[person])


def test_a_report_needs_every_opinion_and_an_approval_somebody_else(appraisal, people, units, by):
    judged(appraisal, people, keep_on=())
    with pytest.raises(Refused, match=r"BGS-0004”还没有鉴定意见.*填写鉴定报告"):
        APPRAISAL.perform("report", appraisal, by=by)
    with pytest.raises(Refused, match="小组成员"):
        actions.judge(appraisal, [4], by=people["D07:reviewer"], opinion="destroy", ground="x")
    with pytest.raises(Refused, match="选择延长到何时"):
        actions.judge(appraisal, [4], by=people["D07:clerk"], opinion="prolong", ground="x")
    actions.judge(appraisal, [4], by=people["D07:clerk"], opinion="destroy", ground="重复件")
    everybody_signs(appraisal)
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("齐全。"))
    assert Task.objects.of(appraisal).open().get().post.kind == "leader"
    with pytest.raises(Refused, match="权限"):
        APPRAISAL.perform("approve", appraisal, by=by)
    APPRAISAL.perform("send_back", appraisal, by=people["D07:leader"], note="第 4 件再议")
    assert Appraisal.objects.get().state == AppraisalState.JUDGING
    assert len(membership.waited_for(appraisal)) == 4  # what they had signed is judged again
    assert Task.objects.of(appraisal).open().filter(kind="judge_appraisal").count() == 4


def test_the_report_waits_for_each_member_by_name(appraisal, people, by):
    """Four sign, or are excused with a reason; who changes an opinion makes the others look again."""
    leader, clerk, officer = (people[f"D07:{post}"] for post in ("leader", "clerk", "officer"))
    actions.judge(appraisal, (1, 2, 3), by=officer, opinion="destroy", ground="无保存价值")
    with pytest.raises(Refused, match="还有 1 件没有鉴定意见"):
        membership.sign(appraisal, by=leader)
    actions.judge(appraisal, [4], by=officer, opinion="destroy", ground="无保存价值")
    assert officer not in {one.person for one in membership.waited_for(appraisal)}  # his name is under each item
    membership.sign(appraisal, by=leader, remark="同意，先核对纸质件")
    with pytest.raises(Refused, match="已签署"):
        membership.sign(appraisal, by=leader)
    with pytest.raises(Refused, match=f"没有签署鉴定意见：{clerk.name}（办公室）、{by.name}（档案员）"):
        APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("齐全。"))
    actions.judge(appraisal, [4], by=by, opinion="prolong", ground="仍有查考价值", prolonged="D30")
    assert {one.person for one in membership.waited_for(appraisal)} == {leader, clerk, officer, by}
    for person in (leader, officer, by):
        membership.sign(appraisal, by=person)
    waiting = Task.objects.of(appraisal).open().filter(kind="judge_appraisal")
    assert [one.assignee for one in waiting] == [clerk]
    membership.excuse(appraisal, clerk, by=by, reason="长期病假")
    assert not waiting.all().exists()
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("齐全。"))
    cells = {label: value for label, value, _ in papers.report_cells(appraisal)}
    assert f"{clerk.name}（办公室，免签：长期病假）" in cells["鉴定小组"]


def test_who_is_excused_says_so_and_is_replaced_before_three_are_left(appraisal, people, by):
    clerk, officer = people["D07:clerk"], people["D07:officer"]
    with pytest.raises(Refused, match="免签理由"):
        membership.excuse(appraisal, clerk, by=by, reason=" ")
    with pytest.raises(Refused, match="没有组织鉴定的权限"):
        membership.excuse(appraisal, clerk, by=officer, reason="出差")
    membership.excuse(appraisal, clerk, by=by, reason="外出挂职")
    with pytest.raises(Refused, match=f"{clerk.name}不在待签署的成员中"):
        membership.excuse(appraisal, clerk, by=by, reason="外出挂职")
    with pytest.raises(Refused, match="只余 2 人，不足 3 人，请先增加成员"):
        membership.excuse(appraisal, officer, by=by, reason="出差")
    actions.appoint(appraisal, people["D07:reviewer"], "business", by=by)
    membership.excuse(appraisal, officer, by=by, reason="出差")
    actions.appoint(appraisal, clerk, "office", by=by)  # excused by mistake: a member again
    assert {one.person.username for one in membership.waited_for(appraisal)} == {
        "d07-leader", "d07-clerk", "d07-archivist", "d07-reviewer"}  # fmt: skip


def test_a_signature_as_supervisor_is_taken_back_until_it_is_destroyed(appraisal, people, by):
    """Signed by mistake: whoever may destroy is free to destroy again, and the trail keeps both acts."""
    noted(appraisal, people)
    second = people["D07:officer"]
    post = Post.objects.get(unit__code="D07", kind="archivist")
    Appointment.objects.create(user=second, post=post, starts_on=date(2020, 1, 1))
    forget_standing(second)
    arranged(appraisal, people, witnesses=("clerk", by))
    for person in (by, people["D07:clerk"]):
        actions.supervise(appraisal, by=person)
    page = browser(by)
    shown = page.get(appraisal.get_absolute_url()).content.decode()
    assert "撤回监销签字</button>" in shown and "执行销毁</button>" not in shown
    page.post(reverse("archive:withdraw_supervision", args=[appraisal.uid]))
    assert {one.person for one in supervising(appraisal)} == {people["D07:clerk"]}
    with pytest.raises(Refused, match="没有签字监销"):
        actions.withdraw_supervision(appraisal, by=by)
    with pytest.raises(Refused, match="现有 1 名"):
        APPRAISAL.perform("destroy", appraisal, by=by)
    arranged(appraisal, people, witnesses=("clerk", second))  # another is named: both sign again
    for person in (people["D07:clerk"], second):
        actions.supervise(appraisal, by=person)
    APPRAISAL.perform("destroy", appraisal, by=by)
    with pytest.raises(Refused, match="已销毁"):
        actions.withdraw_supervision(appraisal, by=people["D07:clerk"])
    verbs = AuditEvent.objects.of(appraisal).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-7:] == ["supervise", "supervise", "withdraw_supervision", "arrange_supervision",
                                "supervise", "supervise", "destroy"]  # fmt: skip


def test_names_are_put_and_members_excused_on_the_page(appraisal, people, by):
    judged_by = people["D07:officer"]
    actions.judge(appraisal, (1, 2, 3, 4), by=judged_by, opinion="destroy", ground="无保存价值")
    told = browser(by).get(appraisal.get_absolute_url()).content.decode()
    assert "待签署：" in told and "成员免签" in told and "签署鉴定意见</button>" in told
    sign = reverse("archive:sign_opinions", args=[appraisal.uid])
    assert browser(people["D07:clerk"]).post(sign, {"remark": "同意"}).status_code == 302
    assert browser(people["D07:clerk"]).post(sign, {}).status_code == 422
    excuse = reverse("archive:excuse_member", args=[appraisal.uid])
    leader = people["D07:leader"]
    both = browser(by).post(excuse, {"excuse-person": judged_by.pk})
    assert both.status_code == 422 and "请选择" in both.content.decode()
    assert browser(by).post(excuse, {"excuse-person": leader.pk, "excuse-reason": "外出挂职"}).status_code == 302
    assert [one.person for one in membership.waited_for(appraisal)] == [by]


def test_a_group_lacks_nobody(people, units, by):
    stocked(people, 1, year=2012, retention="D10")
    made = actions.create(units["D07"], by=by)
    actions.appoint(made, people["D07:leader"], "leader", by=by)
    with pytest.raises(Refused, match=r"不少于 3 人.*还缺：办公室、档案员、业务部门"):
        APPRAISAL.perform("start", made, by=by)
    for person, part, told in (
        ("D07:leader", "office", "已在"),
        ("D09:clerk", "office", "不在本单位"),
        ("D07:clerk", "x", "身份"),
    ):
        with pytest.raises(Refused, match=told):
            actions.appoint(made, people[person], part, by=by)
    with pytest.raises(Refused, match="没有到期"):
        actions.create(units["D07"], by=by)  # the one that is due is in an appraisal already


def test_only_prolonging_ends_with_the_approval(appraisal, people, by):
    judged(appraisal, people, destroy=(), keep_on=(1, 2, 3, 4))
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("均有价值。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    assert Appraisal.objects.get().state == AppraisalState.CLOSED and Prolongation.objects.count() == 4
    assert not all_records().filter(state=State.DESTROYED).exists()


def test_a_longer_period_that_is_over_too_is_refused(people):
    record = Record(year=1980, retention_code="D10")
    with pytest.raises(ValueError, match="也已到期"):
        listing.kept_until(record, "D30", date(2026, 1, 1))
    assert listing.kept_until(record, "ten_more", date(2026, 1, 1)) == date(2036, 12, 31)
    assert listing.kept_until(record, "Y", date(2026, 1, 1)) is None


def test_a_hold_binds_the_group_the_approval_and_the_database(appraisal, people, by):
    noted(appraisal, people)
    arranged(appraisal, people)
    record = all_records().get(archival_code="Z407-WS·2012-D10-BGS-0001")
    actions.supervise(appraisal, by=people["D07:officer"])
    holds.place([record.archival_code], by=by, reason="诉讼中")
    with pytest.raises(Refused, match="已冻结（诉讼中）"):  # nobody signs for what cannot be destroyed
        actions.supervise(appraisal, by=people["D07:clerk"])
    with pytest.raises(Refused, match="已冻结（诉讼中）"):
        APPRAISAL.perform("destroy", appraisal, by=by)
    with pytest.raises(DatabaseError, match="on hold"), transaction.atomic():
        _forced(record)
    hold = Hold.objects.get()
    with pytest.raises(Refused, match="领导解除"):
        holds.lift(hold, by=by, reason="结案")
    holds.lift(hold, by=people["D07:leader"], reason="结案")
    actions.supervise(appraisal, by=people["D07:clerk"])
    assert APPRAISAL.perform("destroy", appraisal, by=by).verb == "destroy"
    assert [one.verb for one in AuditEvent.objects.of(record).order_by("pk")][:2] == ["hold", "lift_hold"]


def _forced(record) -> None:
    """As somebody with the database's password would."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_record SET state = 'destroyed' WHERE id = %s", [record.pk])


def test_the_database_destroys_nothing_outside_an_approved_disposal_and_changes_nothing_destroyed(people):
    record = year_of(people, 1)[0]
    with pytest.raises(DatabaseError, match="no approved disposal"), transaction.atomic():
        _forced(record)


def test_a_hold_names_every_code_that_cannot_be_held(people, by):
    made = year_of(people, 2)
    outside = year_of(people, 1, unit="D09")[0]
    with pytest.raises(Refused, match=f"{outside.archival_code}.*不是本单位"):
        holds.place([made[0].archival_code, outside.archival_code], by=by, reason="审计")
    assert not Hold.objects.exists()
    assert holds.place([one.archival_code for one in made], by=by, reason="审计") == 2
    with pytest.raises(Refused, match="已经冻结"):
        holds.place([made[0].archival_code], by=by, reason="审计")


def test_a_member_of_the_group_has_it_waiting_and_sees_the_list_whatever_his_post(appraisal, people):
    """An 承办人 of the business department reads no records of the unit, and gives his opinion all the same."""
    officer, other = people["D07:officer"], people["D07:reviewer"]
    waiting = Task.objects.open().filter(kind="judge_appraisal")
    assert {one.assignee for one in waiting} == {people[f"D07:{post}"] for post, _ in GROUP}
    assert Appraisal.objects.allowing("view", officer).get() == appraisal
    assert browser(officer).get(appraisal.get_absolute_url()).context["judge_form"] is not None
    assert browser(other).get(appraisal.get_absolute_url()).status_code == 404
    judged(appraisal, people)
    assert not waiting.all().exists() and Task.objects.filter(kind="judge_appraisal", outcome="done").count() == 4
