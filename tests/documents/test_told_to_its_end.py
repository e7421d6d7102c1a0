"""What was asked is told to its end: by whom, or why nobody did it, in the words of the trade."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import urging
from documents.deadlines import shown
from documents.desk_forms import side_form
from documents.inputs import CountersignInput
from documents.models import Document
from documents.side_acts import SIDE_ACTS
from documents.way_shown import route_of
from documents.workflow import workflow_of
from tests.documents.exchanged import at, recall
from tests.documents.test_going_back import page_of, seen, to_be_countersigned
from tests.documents.test_paper_conclusions import enter
from tests.documents.test_urging import urge
from tests.made import brought_to, registered, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.calendar import end_of_day
from units.models import Task

pytestmark = pytest.mark.django_db


def fresh(document):
    return Document.objects.unguarded("a test looks").get(pk=document.pk)


def test_what_a_recall_ended_was_not_done(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    urge(sent, people["D07:clerk"])
    gone = at(sent, "D09")
    take(at(sent, "D15"), "sign_for", people["D15:clerk"])
    recall(sent, people, gone)
    gone = fresh(gone)
    assert [said.ended for said in urging.said_on(gone)] == ["因收回终止"]
    assert set(urging.said_on(fresh(sent))[0].ended.split("，")) == {"因收回终止 1", "已办 1"}
    row = next(row for row in route_of(gone) if row["label"] == "签收")
    assert (row["state"], row["remark"]) == ("dropped", "因收回终止")


def test_a_unit_that_owes_several_things_is_one_of_those_to_be_urged(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    task = Task.objects.filter(subject_uid=at(sent, "D09").uid).get()
    task.pk, task.kind, task.label = None, "answer", "填报回执"
    task.save(force_insert=True)
    choices = dict(side_form(SIDE_ACTS.get("urge"), sent).fields["scope"].choices)
    assert choices[""] == "全部办理人和单位（2）"


def test_who_disagreed_and_the_drafter_read_what_was_recorded_of_it(people, units):
    document = to_be_countersigned(people, units, "D09")
    take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")
    officer = page_of(people["D07:officer"], document)
    assert officer.count("<h2>请阅知</h2>") == 1 and "会签有分歧：" not in officer  # told once
    assert "<h2>会签有分歧：区民政局</h2>" in page_of(people["D07:leader"], document)
    take(document, "coordinate", people["D07:leader"], note="已商定由部门预算列支。", result="coordinated")
    told = {one.assignee: one.remark for one in Task.objects.of(document).open().filter(kind="notice")}
    assert set(told) == {people["D07:officer"], people["D09:leader"]}
    for remark in told.values():
        assert "已协调：经协调，意见一致：已商定由部门预算列支。" in remark
    assert told[people["D07:officer"]].startswith("区民政局会签不同意")
    line = "区民政局会签不同意，已协调：经协调，意见一致"
    assert line in page_of(people["D07:leader"], document)


def test_who_takes_an_entry_back_is_not_told_of_it_himself(people):
    document = brought_to("check", people)
    enter(document, people, "agreed", note="同意发文。")
    seen(people["D07:clerk"], document)  # 编号 waits for the clerk
    take(document, "revoke_entry", people["D07:clerk"], note="看错了签批件。")
    assert not Task.objects.of(document).open().filter(kind="notice", post__kind="clerk").exists()


def test_what_was_taken_back_without_a_reason_has_no_colon_before_the_bracket(people):
    document = brought_to("submit", people)
    take(document, "retrieve", people["D07:officer"])
    page = page_of(people["D07:officer"], document)
    assert "已取回（区信息委" in page and "已取回：（" not in page


def test_the_papers_contact_is_on_both_pages_and_beside_the_urging(people):
    sent = brought_to("dispatch", people)
    with unwatched():
        Document._base_manager.filter(pk=sent.pk).update(contact="陈晓 52010000")
    type(people["D07:clerk"]).objects.filter(pk=people["D07:clerk"].pk).update(phone="")
    urge(sent, people["D07:clerk"])
    delivery = at(sent, "D09")
    assert "陈晓 52010000" in page_of(people["D07:officer"], fresh(sent))
    assert "陈晓 52010000" in page_of(people["D09:clerk"], delivery)
    assert urging.said_on(fresh(delivery))[0].by.endswith("陈晓 52010000")


def test_a_limit_that_is_a_day_has_no_hour_in_the_register_and_on_the_page(people):
    delivery, last = registered(people, kind="for_action"), end_of_day(timezone.localdate())
    with unwatched():
        Document._base_manager.filter(pk=delivery.pk).update(due_at=last)
    delivery = fresh(delivery)
    assert shown(delivery.due_at) in page_of(people["D09:clerk"], delivery)
    page = browser(people["D09:clerk"]).get("/documents/registers/received/").content.decode()
    assert "23:59" not in page


def test_another_units_opinion_stops_no_opinion_on_the_same_text(people, units):
    document = to_be_countersigned(people, units, "D09", "D15")
    version = document.version
    take(document, "countersign", people["D15:leader"], note="同意。")
    workflow = workflow_of(document)
    given = CountersignInput("agreed")
    workflow.perform("countersign", document, by=people["D09:leader"], note="同意。", given=given, version=version)
    assert document.opinions.filter(kind="countersign").count() == 2


def test_who_cannot_take_it_back_any_more_reads_why_and_what_is_left(people):
    document = brought_to("submit", people)
    assert "打开，不能取回" not in page_of(people["D07:officer"], document)
    seen(people["D07:reviewer"], document)
    assert "打开，不能取回；如需修改，可撤回文稿" in page_of(people["D07:officer"], document)


def test_words_that_stand_in_their_form_are_not_said_to_be_gone(people):
    document = brought_to("check", people)
    address = reverse("documents:side_act", args=[document.uid, "enter_opinion"])
    answer = browser(people["D07:clerk"]).post(address, {"enter_opinion-note": "同意发文。"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "同意发文。" in page and "没有提交，原文是" not in page
