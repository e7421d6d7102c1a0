"""办结 of what was received while the unit's own answer to it has not gone out yet: told before, explained."""

import pytest
from django.utils import timezone

from documents import exchange, linking, own_answers
from documents.actions import create_draft, register_outside
from documents.models import NumberEntry, OutsideDelivery
from documents.registers.choice import Choice, month_of
from documents.registers.columns import RECEIVED
from documents.registers.lines import of_received
from documents.states import AddresseeKind
from documents.workflow import workflow_of
from tests.documents.exchanged import page
from tests.made import BODY, STEPS, registered, take
from units.workflow import Refused

pytestmark = pytest.mark.django_db
ASKED = "本件的复文尚未分发"


@pytest.fixture
def letter(people):
    return registered(people, unit="D09")


@pytest.fixture
def answer(letter, people):
    by, asked = people["D09:clerk"], letter.sender_unit
    document = create_draft(
        {"title": "关于征求意见的复函", "body": BODY, "doc_type": "letter"}, unit=letter.unit, by=by,
        addressees=[(AddresseeKind.MAIN, asked, asked.name)],
    )  # fmt: skip
    linking.link(document, letter, "replies", by=by)
    return document


def complete(document, people, **given):
    workflow = workflow_of(document)
    given = workflow.steps["complete"].input(retention_code="D10", **given)
    return workflow.perform("complete", document, by=people["D09:clerk"], given=given)


def test_it_is_told_before_and_needs_a_reason(letter, answer, people):
    assert f"{ASKED}（拟稿中）" in page(people, "D09:clerk", letter).content.decode()
    with pytest.raises(Refused, match=ASKED):
        complete(letter, people)
    complete(letter, people, unanswered_reason="已电话答复。")
    letter.refresh_from_db()
    assert letter.unanswered_reason == "已电话答复。"
    assert "复文未发出即办结" in page(people, "D09:clerk", letter).content.decode()


def test_an_answer_that_is_out_asks_nothing(letter, answer, people):
    for step, post in STEPS:
        take(answer, step, people[f"D09:{'clerk' if step == 'submit' else post}"], note="同意。")
    assert ASKED not in page(people, "D09:clerk", letter).content.decode()
    complete(letter, people, unanswered_reason="多填的。")
    letter.refresh_from_db()
    assert letter.unanswered_reason == ""


def test_an_answer_whose_paper_still_lies_here_is_not_out(letter, answer, people):
    for step, post in STEPS:
        take(answer, step, people[f"D09:{'clerk' if step == 'submit' else post}"], note="同意。")
    sending = answer.dispatches.get()
    row = OutsideDelivery.objects.create(document=answer, dispatch=sending, name="市教委", kind=AddresseeKind.MAIN)
    told = "本件的复文已分发，但区外主送单位尚未寄送"
    assert told in page(people, "D09:clerk", letter).content.decode()
    assert own_answers.those_unanswered([letter]) == [letter]
    with pytest.raises(Refused, match=told):
        complete(letter, people)
    OutsideDelivery.objects.filter(pk=row.pk).update(sent_on=timezone.localdate())
    assert told not in page(people, "D09:clerk", letter).content.decode()
    complete(letter, people)


def test_nor_does_one_that_was_given_up_or_another_relation(letter, answer, people):
    linking.link(answer, letter, "cites", by=people["D09:clerk"])
    link = answer.links.get(kind="replies")
    linking.unlink(link, by=people["D09:clerk"])
    complete(letter, people)


def test_the_number_stands_in_the_register_and_at_who_asked(letter, answer, people):
    """复文号 of 收文登记簿 and 答复 of the asking unit's table hold a 复函 as they hold a 批复."""
    for step, post in STEPS:
        take(answer, step, people[f"D09:{'clerk' if step == 'submit' else post}"], note="同意。")
    answer.refresh_from_db()
    choice = Choice(letter.unit, *month_of(timezone.localdate()))
    (line,) = of_received([letter], choice)
    assert dict(zip([one.label for one in RECEIVED], line[0], strict=True))["复文号"] == answer.doc_number != ""
    (asked,) = exchange.receivers(letter.issued).rows
    assert asked.answer == answer
    unlinked = answer.links.get(kind="replies")
    type(unlinked).objects.filter(pk=unlinked.pk).update(removed_at=timezone.now())
    (line,) = of_received([letter], choice)
    assert answer.doc_number not in line[0]


def test_a_paper_that_came_by_hand_is_answered_by_number_too(people):
    """No document of the platform stands behind it: the letter itself is what the answer is tied to."""
    by = people["D07:clerk"]
    unit = by.appointments.get().post.unit
    fields = {"title": "关于征求意见的函", "sender_name": "上海市民政局", "sender_number": "沪民函〔2026〕8号"}
    letter = register_outside(fields | {"handling_kind": "for_action"}, unit=unit, by=by)
    answer = create_draft({"title": "关于征求意见的复函", "body": BODY, "doc_type": "letter"}, unit=unit, by=by)
    linking.link(answer, letter, "replies", by=by)
    taken = {"prefix": "长信函", "year": 2026, "seq": 9, "number": "长信函〔2026〕9号"}
    NumberEntry.objects.create(unit=unit, document=answer, taken_by=by, **taken)
    (line,) = of_received([letter], Choice(unit, *month_of(timezone.localdate())))
    assert "长信函〔2026〕9号" in line[0]
