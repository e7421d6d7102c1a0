"""会议通知回执 (issue 13 point 5; practice 2.1 item 6): asked, answered, changed until the limit, counted, urged, filed."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import Record
from documents import reply_calls as calls
from documents import urging
from documents.chores import complete_ready
from documents.exchange_inputs import SendInput
from documents.models import Document, MeetingReply, ReplyCall
from documents.reply_inputs import AnswerInput, AskInput
from documents.side_acts import SIDE_ACTS
from tests.documents.exchanged import at
from tests.made import brought_to, draft, take
from tests.matrix import VISITORS
from units.calendar import WorkingCalendar
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
HEAD = ("甲", "科长", "62510001")


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(document, by, *, hours=48, most=None, note=""):
    given = AskInput(timezone.now() + timedelta(hours=hours), most)
    return SIDE_ACTS.perform("ask_replies", document, by=by, note=note, given=given)


def answer(delivery, by, *people, reason="", remark=""):
    given = AnswerInput(bool(people), tuple(people), reason, remark)
    delivery.refresh_from_db()
    return SIDE_ACTS.perform("answer", delivery, by=by, given=given)


def signed(notice, people, unit):
    return take(at(notice, unit), "sign_for", people[f"{unit}:clerk"])


def over(notice) -> None:
    """The limit has passed."""
    ReplyCall.objects.filter(document=notice).update(due_at=timezone.now() - timedelta(minutes=1))


@pytest.fixture
def notice(people):
    """Sent to three units, asked while it was a draft."""
    document = draft(people, to=("D09", "D15", "D30"), title="关于召开档案工作会议的通知")
    ask(document, people["D07:officer"], most=2, note="请分管领导参加")
    for step, post in (
        ("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
        ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk"),
    ):  # fmt: skip
        take(document, step, people[f"D07:{post}"], note="同意。")
    return document


def test_what_is_asked_of_a_draft_waits_at_each_receiver_with_its_limit(notice, people):
    tasks = list(Task.objects.open().filter(kind="answer"))
    assert {task.unit.code for task in tasks} == {"D09", "D15", "D30"}
    assert {task.due_at for task in tasks} == {notice.reply_call.due_at}
    assert all("每单位不超过 2 人，请分管领导参加" in task.remark for task in tasks)
    page = browser(people["D09:clerk"]).get(reverse("documents:waiting")).content.decode()
    assert "填报回执" in page and "剩 " in page


def test_answers_are_counted_and_counter_equals_list(notice, people):
    answer(signed(notice, people, "D09"), people["D09:clerk"], HEAD, ("乙", "副科长", ""))
    answer(signed(notice, people, "D15"), people["D15:clerk"], reason="当日有执法检查")
    found = calls.answers_to(notice.reply_call)
    assert found.counts == {"all": 3, "answered": 2, "coming": 1, "people": 2, "excused": 1, "waiting": 1}
    assert [(row.unit.code, row.word) for row in found.rows] == [("D09", "参加"), ("D15", "请假"), ("D30", "未报")]
    assert found.counts["waiting"] == calls.waiting_for(notice).count()
    page = browser(people["D07:clerk"]).get(notice.get_absolute_url() + "?replies=waiting").content.decode()
    assert "已报 2/3" in page and "当日有执法检查" in page and "甲 科长 62510001" in page
    assert page.index("区档案局<span") < page.index("区民政局<span", page.index('id="replies"'))  # unanswered first


def test_an_answer_is_changed_until_the_limit_with_trace_and_seen_by_its_unit(notice, people):
    delivery, clerk = signed(notice, people, "D09"), people["D09:clerk"]
    answer(delivery, clerk, HEAD)
    assert answer(delivery, clerk, HEAD) == "回执没有变化"  # sent twice
    assert answer(delivery, clerk, reason="冲突") == "回执已修改"
    assert [row.attends for row in MeetingReply.objects.order_by("pk")] == [True, False]
    assert [one.label for one in delivery.opinions.filter(kind="answer")] == ["会议回执", "会议回执（修改）"]
    events = AuditEvent.objects.of(delivery).filter(verb="answer").order_by("pk")
    assert [event.label for event in events] == ["填报回执", "修改回执"] and events[1].opinion == "不参加：冲突。"
    assert "不参加：冲突。" in browser(clerk).get(delivery.get_absolute_url()).content.decode()
    over(notice)
    with pytest.raises(Refused, match="回执已截止，不能再改"):
        answer(delivery, clerk, HEAD)
    late = signed(notice, people, "D15")
    answer(late, people["D15:clerk"], HEAD)  # a first answer still comes, told as late
    assert MeetingReply.objects.get(delivery=late).is_late


def test_before_signing_nothing_is_answered_and_after_completion_nothing_changes(notice, people):
    with pytest.raises(Refused, match="请先签收"):
        answer(at(notice, "D09"), people["D09:clerk"], HEAD)
    delivery = signed(notice, people, "D09")
    take(delivery, "register", people["D09:clerk"], handling_kind="for_reading")
    with pytest.raises(Refused, match="会议通知回执还没有填报"):
        take(delivery, "complete", people["D09:clerk"], not_to_file="NF-1")
    answer(delivery, people["D09:clerk"], HEAD)
    take(delivery, "complete", people["D09:clerk"], not_to_file="NF-1")
    with pytest.raises(Refused, match="请与发文单位电话联系"):
        answer(delivery, people["D09:clerk"], reason="有变")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (AnswerInput(), "请填写参会人员"),
        (AnswerInput(False), "请填写原因"),
        (AnswerInput(False, (HEAD,), "有事"), "改选“参加”"),
        (AnswerInput(True, (HEAD,), "有事"), "改选“不参加”"),
        (AnswerInput(True, (("", "科长", "62510001"),)), "第1人没有姓名"),
        (AnswerInput(True, (("甲", "", "62510001"),)), "第1人没有职务"),
        (AnswerInput(True, (("甲", "科长", ""),)), "至少填写一人的电话"),
        (AnswerInput(True, (("甲", "科长", "六二五"),)), "电话应为数字"),
        (AnswerInput(True, (HEAD, HEAD)), "甲填写了两次"),
        (AnswerInput(True, (HEAD, ("乙", "员", ""), ("丙", "员", ""))), "限每单位 2 人，现填 3 人"),
    ],
)
def test_a_wrong_answer_is_refused_with_a_sentence(given, said):
    assert said in "".join(sentence for _, sentence in calls.faults_of(given, 2))


def test_a_wrong_form_comes_back_filled_with_the_sentence_at_its_field(notice, people):
    delivery = signed(notice, people, "D09")
    address = reverse("documents:side_act", args=[delivery.uid, "answer"])
    client = browser(people["D09:clerk"])
    sent = {"answer-attends": "yes", "answer-name_1": "甲", "answer-post_1": "科长", "answer-phone_1": "没有"}
    assert 'href="#act-answer"' in client.get(delivery.get_absolute_url()).content.decode()  # within the thumb's reach
    page = client.post(address, sent)
    assert page.status_code == 422 and not MeetingReply.objects.exists()
    assert 'value="甲"' in page.content.decode() and "第1人的电话应为数字" in page.content.decode()
    client.post(address, sent | {"answer-phone_1": "62510001"})
    assert MeetingReply.objects.get().people == [["甲", "科长", "62510001"]]


def test_who_has_not_answered_is_urged_apart(notice, people):
    answer(signed(notice, people, "D09"), people["D09:clerk"], HEAD)
    scopes = {(one.who, one.scope.value) for one in urging.targets(notice)}
    assert {who for who, scope in scopes if scope == "no_reply"} == {"区卫生局", "区档案局"}
    given = urging.UrgeInput(scope="no_reply")
    told = SIDE_ACTS.perform("urge", notice, by=people["D07:clerk"], note="请今日报回执。", given=given)
    assert told == "已催办：区卫生局（待填报回执）、区档案局（待填报回执）"
    assert "请今日报回执。" in browser(people["D15:clerk"]).get(reverse("documents:waiting")).content.decode()


def test_the_workbook_is_the_list_and_nothing_becomes_a_formula(notice, people):
    answer(
        signed(notice, people, "D09"),
        people["D09:clerk"],
        ("=1+1", "科长", "62510001"),
        ("乙", "员", ""),
        remark="素食",
    )
    answer(signed(notice, people, "D15"), people["D15:clerk"], reason="值班")
    got = browser(people["D07:officer"]).get(reverse("documents:replies_workbook", args=[notice.uid]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(got.streaming_content))).active
    rows = [[cell.value for cell in row][:8] for row in book.iter_rows(min_row=3)]
    assert rows == [
        [1, "长宁区民政局", "参加", "=1+1", "科长", "62510001", None, "素食"],
        [1, "长宁区民政局", "参加", "乙", "员", None, None, "素食"],
        [2, "长宁区卫生局", "请假", None, None, None, "值班", None],
        [3, "长宁区档案局", "未报", None, None, None, None, None],
    ]
    assert book["D3"].data_type == "s" and "应报 3 个单位，已报 2" in book["A1"].value
    assert browser(people["D09:clerk"]).get(
        reverse("documents:replies_workbook", args=[at(notice, "D09").uid])
    ).status_code == 404  # fmt: skip


def test_it_is_not_completed_before_the_limit_and_the_answers_are_filed_with_it(notice, people):
    for unit in ("D09", "D15", "D30"):
        answer(signed(notice, people, unit), people[f"{unit}:clerk"], HEAD)
    assert complete_ready() == "没有待办结的公文"
    with pytest.raises(Refused, match="此前各单位还可修改"):
        take(notice, "complete", people["D07:clerk"], retention_code="D10")
    assert SIDE_ACTS.perform("close_replies", notice, by=people["D07:clerk"]) == "回执已截止"
    take(notice, "complete", people["D07:clerk"], retention_code="D10")
    record = Record.objects.unguarded("a test looks").get(document=notice)
    assert "会议回执.pdf" in list(record.components.values_list("filename", flat=True))
    with pytest.raises(Refused, match="发文单位已办结"):
        answer(at(notice, "D09"), people["D09:clerk"], reason="有变")
    assert not Task.objects.open().filter(kind="answer").exists()


def test_who_gives_it_back_counts_no_more_and_a_later_receiver_is_asked(notice, people):
    take(at(notice, "D30"), "return_to_sender", people["D30:clerk"], note="误送")
    assert calls.answers_to(notice.reply_call).counts["all"] == 2
    assert not Task.objects.open().filter(kind="answer", unit__code="D30").exists()
    unit = people["D01:clerk"].appointments.get().post.unit
    SIDE_ACTS.perform("send_more", notice, by=people["D07:clerk"], note="补发", given=SendInput((unit,)))
    SIDE_ACTS.perform("consent", notice, by=people["D07:leader"], note="同意。")
    assert Task.objects.open().filter(kind="answer", unit__code="D01").exists()


def test_asked_after_it_was_sent_and_asked_otherwise_the_open_items_follow(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    assert ask(sent, people["D07:clerk"]) == "已要求各收文单位填报回执"
    assert Task.objects.open().filter(kind="answer").count() == 2
    assert ask(sent, people["D07:clerk"], hours=96, most=1) == "回执要求已修改"
    row = ReplyCall.objects.get()
    assert {task.due_at for task in Task.objects.open().filter(kind="answer")} == {row.due_at}
    with pytest.raises(Refused, match="晚于现在"):
        ask(sent, people["D07:clerk"], hours=-1)


MAY = {  # in the order of VISITORS; y: may, ".": refused. Own unit D07 issues, D09 receives, D15 is another receiver
    "ask_replies": "yy...............",
    "close_replies": "yy...............",
    "answer": "......y..........",
}


@pytest.mark.parametrize("name", MAY)
def test_who_may(name, notice, people):
    """Each act by each post of the issuer, of a receiver and of others."""
    delivery, found = signed(notice, people, "D09"), ""
    for visitor in VISITORS[:-1]:
        obj = Document.objects.unguarded("a test looks").get(pk=delivery.pk if name == "answer" else notice.pk)
        found += "y" if name in {act.name for act in SIDE_ACTS.open_to(people[visitor], obj)} else "."
    assert found == MAY[name][: len(VISITORS) - 1]


def test_no_unit_sees_what_another_answered(notice, people):
    answer(signed(notice, people, "D09"), people["D09:clerk"], HEAD)
    page = browser(people["D15:clerk"]).get(at(notice, "D15").get_absolute_url()).content.decode()
    assert "62510001" not in page and "会议回执" in page


@pytest.mark.parametrize(("choice", "moves"), [("move", True), ("keep", False)])
def test_a_limit_on_a_day_off_is_asked_about_once(notice, people, choice, moves):
    calendar, day = WorkingCalendar(), timezone.localdate() + timedelta(days=7)  # no day that was asked for before
    while calendar.is_working(day):
        day += timedelta(days=1)
    client, place = browser(people["D07:clerk"]), reverse("documents:side_act", args=[notice.uid, "ask_replies"])
    data = {"ask_replies-due_on": day.isoformat(), "ask_replies-due_clock": "10:30"}
    asked = client.post(place, data)
    assert asked.status_code == 422 and "是休息日：请选择顺延到" in asked.content.decode()
    assert client.post(place, data | {"ask_replies-day_off": choice}).status_code == 302
    due = timezone.localtime(ReplyCall.objects.get(document=notice).due_at)
    assert due.date() == (calendar.after(day, 1).day if moves else day) and f"{due:%H:%M}" == "10:30"
    again = data | {"ask_replies-due_on": due.date().isoformat(), "ask_replies-note": "请派员参加"}
    assert client.post(place, again).status_code == 302
