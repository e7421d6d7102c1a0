"""会议回执 asked in the draft's form, told on top of the dispatched page and before 办结."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import meeting_replies
from documents.models import Document, ReplyCall
from documents.reply_calls import told_before
from documents.reply_inputs import AnswerInput
from tests.documents.exchanged import at, browser, page
from tests.forms import send_form
from tests.made import STEPS, take
from tests.units.test_choosing import typed
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
DAY = (timezone.localdate() + timedelta(days=9)).isoformat()


def asked(units, **more) -> dict:
    return typed(units, **{"main": [units["D09"].pk, units["D15"].pk], "reply_due_on": DAY, "reply_most": "2", **more})


def newest() -> Document:
    return Document.objects.unguarded("a test looks").order_by("-pk").first()


@pytest.fixture
def notice(people, units) -> Document:
    answer = send_form(
        browser(people, "D07:officer"), reverse("documents:draft"), asked(units, reply_note="请分管领导参加")
    )
    assert answer.status_code == 302
    return newest()


def save(people, document, data):
    document.refresh_from_db()
    data = data | {"version": document.version}
    return send_form(browser(people, "D07:officer"), reverse("documents:edit", args=[document.uid]), data)


def test_it_is_saved_with_the_draft_and_stands_in_the_form_again(notice, people):
    call = ReplyCall.objects.get(document=notice)
    due = timezone.localtime(call.due_at)
    assert (due.date().isoformat(), due.hour, call.most, call.note) == (DAY, 17, 2, "请分管领导参加")
    form = browser(people, "D07:officer").get(reverse("documents:edit", args=[notice.uid])).context["form"]
    assert form.has_replies and form.initial["reply_most"] == 2


def test_unchanged_it_is_no_event_changed_one_and_emptied_it_is_asked_no_more(notice, people, units):
    assert save(people, notice, asked(units, reply_note="请分管领导参加", contact="62510000")).status_code == 302
    assert AuditEvent.objects.of(notice).filter(verb="ask_replies").count() == 1
    assert save(people, notice, asked(units, reply_most="3")).status_code == 302
    assert ReplyCall.objects.get(document=notice).most == 3
    assert save(people, notice, asked(units, reply_due_on="", reply_most="")).status_code == 302
    assert not ReplyCall.objects.filter(document=notice).exists()
    assert AuditEvent.objects.of(notice).filter(verb="ask_no_replies").count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"doc_type": "circular"}, "只有通知、函和便函可以要求回执"),
        ({"reply_due_on": "2020-01-01"}, "回执截止时间应晚于现在"),
        ({"reply_due_on": ""}, "要求回执的，请填写截止日期"),
    ],
)
def test_what_cannot_be_asked_is_said_at_the_field(people, units, more, said):
    answer = send_form(browser(people, "D07:officer"), reverse("documents:draft"), asked(units, **more))
    assert answer.status_code == 422 and said in str(answer.context["form"].errors["reply_due_on"])


def test_the_bar_counts_it_and_办结_tells_who_is_silent(notice, people):
    for step, post in STEPS:
        take(notice, step, people[f"D07:{post}"], note="同意。")
    delivery = take(at(notice, "D09"), "sign_for", people["D09:clerk"])
    given = AnswerInput(True, (("甲", "科长", "62510001"),))
    meeting_replies.answer(delivery, by=people["D09:clerk"], given=given)
    assert "回执 1/2" in page(people, "D07:clerk", notice).content.decode()
    meeting_replies.close(notice, by=people["D07:clerk"])
    assert told_before("complete", notice).startswith("回执 1/2，")
    assert "未报。办结后不能再报。" in page(people, "D07:clerk", notice).content.decode()
