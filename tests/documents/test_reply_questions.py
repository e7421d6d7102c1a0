"""会议通知回执 asks questions of the notice's own: written in the draft, sent with it, answered, summed, filed."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from documents import meeting_replies
from documents import reply_calls as calls
from documents.filed_beside import papers_of
from documents.models import Document, MeetingReply, ReplyCall
from documents.reply_inputs import AnswerInput, AskInput
from documents.reply_questions import Question, faults_of
from tests.documents.exchanged import at, browser, correction, page
from tests.forms import send_form
from tests.made import STEPS, take
from tests.units.test_choosing import typed
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
DAY = (timezone.localdate() + timedelta(days=9)).isoformat()
HEAD = ("甲", "科长", "62510001")
EATS, PLATE, PERSONS = Question("是否用餐"), Question("车牌号", "text", must=False), Question("随行人数", "number")
STORED = [["是否用餐", "yes_no", True], ["车牌号", "text", False], ["随行人数", "number", True]]


def asked(units, **more) -> dict:
    return typed(units, **{
        "main": [units["D09"].pk, units["D15"].pk], "reply_due_on": DAY,
        "question_1": "是否用餐", "question_kind_1": "yes_no", "question_must_1": "on",
        "question_2": "车牌号", "question_kind_2": "text", "question_must_2": "",
        "question_3": "随行人数", "question_kind_3": "number", "question_must_3": "on",
        **more,
    })  # fmt: skip


def newest() -> Document:
    return Document.objects.unguarded("a test looks").order_by("-pk").first()


def edited(people, document, data):
    document.refresh_from_db()
    address = reverse("documents:edit", args=[document.uid])
    return send_form(browser(people, "D07:officer"), address, data | {"version": document.version})


@pytest.fixture
def notice(people, units) -> Document:
    answer = send_form(browser(people, "D07:officer"), reverse("documents:draft"), asked(units))
    assert answer.status_code == 302
    return newest()


@pytest.fixture
def sent(notice, people) -> Document:
    for step, post in STEPS:
        take(notice, step, people[f"D07:{post}"], note="同意。")
    return notice


def answer(sent, people, unit, *people_of_it, reason="", **answers):
    delivery = at(sent, unit)
    if delivery.state == "delivered":
        delivery = take(delivery, "sign_for", people[f"{unit}:clerk"])
    given = AnswerInput(bool(people_of_it), people_of_it, reason, answers=tuple(answers.items()))
    return meeting_replies.answer(delivery, by=people[f"{unit}:clerk"], given=given)


def test_questions_are_saved_with_the_draft_stand_in_it_again_and_change_as_one_event(notice, people, units):
    assert ReplyCall.objects.get(document=notice).questions == STORED
    form = browser(people, "D07:officer").get(reverse("documents:edit", args=[notice.uid])).context["form"]
    assert [[cell.value() for cell in row] for row in form.questions[:4]] == [*STORED, ["", "yes_no", True]]
    assert edited(people, notice, asked(units, contact="62510000")).status_code == 302
    assert AuditEvent.objects.of(notice).filter(verb="ask_replies").count() == 1
    assert edited(people, notice, asked(units, question_1="", question_kind_3="text")).status_code == 302
    assert ReplyCall.objects.get(document=notice).questions == [STORED[1], ["随行人数", "text", True]]
    told = AuditEvent.objects.of(notice).filter(verb="ask_replies").last().opinion
    assert "另请填写：车牌号（文字，选填）、随行人数（文字）" in told


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"question_2": "是否用餐"}, "question_2", "“是否用餐”问了两次"),
        ({"question_1": "问" * 31}, "question_1", "最多 30 个字"),
        ({"question_kind_1": "date"}, "question_kind_1", "请选择怎样回答"),
        ({"reply_due_on": ""}, "reply_due_on", "要求回执的，请填写截止日期"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field_and_the_part_stands_open(people, units, more, field, said):
    answer = send_form(browser(people, "D07:officer"), reverse("documents:draft"), asked(units, **more))
    form = answer.context["form"]
    assert answer.status_code == 422 and said in str(form.errors[field]) and form.has_replies


def test_the_act_refuses_what_the_form_does():
    assert faults_of([EATS, EATS]) == ["“是否用餐”问了两次，请删去一项。"]
    assert faults_of([Question(str(place)) for place in range(6)]) == ["所问事项最多 5 项。"]
    assert faults_of([Question("", "text")]) == faults_of([Question("问", "x")]) == ["请写出所问事项，并选择怎样回答。"]


def test_after_it_went_out_no_question_changes_while_the_limit_may(sent, people):
    clerk, due = people["D07:clerk"], timezone.now() + timedelta(days=3)
    before = AuditEvent.objects.of(sent).count()
    with pytest.raises(Refused, match="分发后不能再改"):
        meeting_replies.ask(sent, by=clerk, given=AskInput(due, None, (EATS,)))
    assert AuditEvent.objects.of(sent).count() == before
    meeting_replies.ask(sent, by=clerk, given=AskInput(due, 2))
    assert ReplyCall.objects.get(document=sent).questions == STORED
    assert all("是否用餐" in task.remark for task in Task.objects.open().filter(kind="answer"))


@pytest.mark.parametrize(
    ("answers", "field", "said"),
    [
        ((), "said_1", "请填写“是否用餐”"),
        ((("是否用餐", "也许"), ("随行人数", "1")), "said_1", "请选择是或否"),
        ((("是否用餐", "是"), ("随行人数", "两")), "said_3", "0 至 99999 的整数"),
        ((("是否用餐", "是"), ("随行人数", "1"), ("车牌号", "沪" * 101)), "said_2", "最多 100 个字"),
        ((("是否用餐", "是"), ("随行人数", "1"), ("是否住宿", "是")), "attends", "没有问“是否住宿”"),
    ],
)
def test_a_wrong_answer_is_refused_with_a_sentence_at_its_field(answers, field, said):
    found = calls.faults_of(AnswerInput(True, (HEAD,), answers=answers), None, STORED)
    assert field in dict(found) and said in dict(found)[field]


def test_who_comes_answers_in_the_form_and_who_does_not_is_not_asked(sent, people):
    delivery, client = take(at(sent, "D09"), "sign_for", people["D09:clerk"]), browser(people, "D09:clerk")
    address = reverse("documents:side_act", args=[delivery.uid, "answer"])
    comes = {"answer-attends": "yes", "answer-name_1": "甲", "answer-post_1": "科长", "answer-phone_1": "62510001"}
    refused = client.post(address, comes | {"answer-said_1": "是"})
    assert refused.status_code == 422 and "请填写“随行人数”" in refused.content.decode()
    assert client.post(address, comes | {"answer-said_1": "是", "answer-said_3": "0"}).status_code == 302
    reply = MeetingReply.objects.get()
    assert reply.answers == [["是否用餐", "是"], ["随行人数", "0"]]
    shown = client.get(delivery.get_absolute_url()).content.decode()
    assert "是否用餐：是；随行人数：0。" in shown
    stays = {"answer-attends": "no", "answer-reason": "值班", "answer-said_1": "是", "answer-said_3": "2"}
    assert client.post(address, stays).status_code == 302
    assert MeetingReply.objects.order_by("pk").last().answers == []
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingReply.objects.create(
            call=reply.call, delivery=delivery, attends=False, reason="值班", answers=[["是否用餐", "是"]],
            by=people["D09:clerk"],
        )  # fmt: skip


def test_a_corrected_answer_keeps_the_earlier_one(sent, people):
    first = {"是否用餐": "是", "随行人数": "2"}
    answer(sent, people, "D09", HEAD, **first)
    assert answer(sent, people, "D09", HEAD, **first) == "回执没有变化"
    assert answer(sent, people, "D09", HEAD, **first | {"是否用餐": "否"}) == "回执已修改"
    assert [dict(row.answers)["是否用餐"] for row in MeetingReply.objects.order_by("pk")] == ["是", "否"]
    delivery = at(sent, "D09")
    assert ["是否用餐：是" in one.text for one in delivery.opinions.filter(kind="answer")] == [True, False]
    events = AuditEvent.objects.of(delivery).filter(verb="answer").order_by("pk")
    assert [event.detail["answers"][0] for event in events] == [["是否用餐", "是"], ["是否用餐", "否"]]


def test_the_sender_sees_answers_and_totals_on_page_in_the_workbook_and_in_the_filed_list(sent, people):
    answer(sent, people, "D09", HEAD, ("乙", "员", ""), **{"是否用餐": "是", "车牌号": "沪A12345", "随行人数": "2"})
    answer(sent, people, "D15", HEAD, **{"是否用餐": "否", "随行人数": "10"})
    shown = page(people, "D07:clerk", sent).content.decode()
    assert "是否用餐 <strong>是 1，否 1</strong>" in shown and "随行人数 <strong>12</strong>" in shown
    assert "车牌号：沪A12345" in shown
    got = browser(people, "D07:officer").get(reverse("documents:replies_workbook", args=[sent.uid]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(got.streaming_content))).active
    rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=2)]
    assert rows[0][8:11] == ["是否用餐", "车牌号", "随行人数"] and rows[0][-1] == "填报"
    assert [row[8:11] for row in rows[1:]] == [
        ["是", "沪A12345", 2], [None, None, None], ["否", None, 10], ["是 1，否 1", None, 12],
    ]  # fmt: skip
    assert rows[-1][1] == "合计"
    (filed,) = papers_of(sent, timezone.now())
    assert "沪A12345" in filed.made.text and "合计" in filed.made.text


def test_what_a_unit_that_gave_it_back_answered_counts_no_more(sent, people):
    answer(sent, people, "D09", HEAD, **{"是否用餐": "是", "随行人数": "2"})
    take(at(sent, "D09"), "return_to_sender", people["D09:clerk"], note="误送")
    assert calls.answers_to(sent.reply_call).totals == [("是否用餐", "是 0，否 0"), ("车牌号", ""), ("随行人数", 0)]


def test_a_notice_that_replaces_it_asks_the_same(sent, people):
    anew = correction(sent, by=people["D07:clerk"], note="时间有误")
    assert anew.corrects_id == sent.pk
    take(anew, "submit", people["D07:clerk"], note="更正重发。")
    for step, post in STEPS[1:]:
        take(anew, step, people[f"D07:{post}"], note="同意。")
    assert ReplyCall.objects.get(document=anew).questions == STORED


def test_without_questions_nothing_of_them_is_shown(sent, people):
    ReplyCall.objects.update(questions=[])
    answer(sent, people, "D09", HEAD)
    assert "所问事项" not in page(people, "D07:clerk", sent).content.decode()
    assert "所问事项" not in page(people, "D09:clerk", at(sent, "D09")).content.decode()
