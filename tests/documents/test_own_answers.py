"""办结 of what was received while the unit's own answer to it has not gone out yet: told before, explained."""

import pytest

from documents import linking
from documents.actions import create_draft
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


def test_nor_does_one_that_was_given_up_or_another_relation(letter, answer, people):
    linking.link(answer, letter, "cites", by=people["D09:clerk"])
    link = answer.links.get(kind="replies")
    linking.unlink(link, by=people["D09:clerk"])
    complete(letter, people)
