"""What a notice asks beside the fixed fields, in a browser: answered on its form, summed for its sender."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents import meeting_replies
from documents.reply_inputs import AnswerInput, AskInput
from documents.reply_questions import Question
from tests.browser.helpers import faults, send
from tests.documents.exchanged import at
from tests.made import STEPS, draft, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
ASKED = (Question("是否用餐"), Question("车牌号", "text", must=False), Question("随行人数", "number"))


def is_sound(page) -> None:
    assert faults(page) == [] and page.evaluate(SIDEWAYS)
    page.set_viewport_size(PHONE)
    assert page.evaluate(SIDEWAYS)
    page.set_viewport_size(DESKTOP)


def test_the_questions_of_a_notice_are_answered_on_its_form_and_summed(sign_in, people, picture):
    notice = draft(people, to=("D09", "D15"), title="关于召开档案工作会议的通知")
    due = timezone.now() + timedelta(days=3)
    meeting_replies.ask(notice, by=people["D07:officer"], given=AskInput(due, 2, ASKED))
    drafter = sign_in(people["D07:officer"])
    drafter.goto(f"{notice.get_absolute_url()}edit/")
    assert drafter.get_by_label("事项2", exact=True).input_value() == "车牌号"
    is_sound(drafter)
    picture(drafter, "reply-questions-draft")
    for step, post in STEPS:
        take(notice, step, people[f"D07:{post}"], note="同意。")
    for unit in ("D09", "D15"):
        take(at(notice, unit), "sign_for", people[f"{unit}:clerk"])
    given = AnswerInput(True, (("乙", "员", "62510002"),), answers=(("是否用餐", "否"), ("随行人数", "10")))
    meeting_replies.answer(at(notice, "D15"), by=people["D15:clerk"], given=given)
    receiver = sign_in(people["D09:clerk"])
    receiver.goto(at(notice, "D09").get_absolute_url())
    form = receiver.locator("#act-answer")
    form.get_by_label("参加", exact=True).check()
    for name, text in (("name_1", "甲"), ("post_1", "科长"), ("phone_1", "62510001"), ("said_2", "沪A12345")):
        form.locator(f"[name=answer-{name}]").fill(text)
    form.get_by_label("是", exact=True).check()
    is_sound(receiver)
    picture(receiver, "reply-questions-form")
    send(form.get_by_role("button", name="填报回执"))
    assert "请填写“随行人数”" in receiver.locator("#act-answer").inner_text()
    receiver.locator("[name=answer-said_3]").fill("2")
    send(receiver.locator("#act-answer").get_by_role("button", name="填报回执"))
    assert "是否用餐：是；车牌号：沪A12345；随行人数：2。" in receiver.locator("#reply").inner_text()
    clerk = sign_in(people["D07:clerk"])
    clerk.goto(notice.get_absolute_url())
    told = " ".join(clerk.locator("#replies").inner_text().split())
    assert "合计 · 是否用餐 是 1，否 1 · 随行人数 12" in told and "车牌号：沪A12345" in told
    is_sound(clerk)
    picture(clerk, "reply-questions-table")
