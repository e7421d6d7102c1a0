"""起草复文: one click from what was received to a draft with its receiver and title, tied to it at saving."""

import pytest
from django.urls import reverse

from documents import answering, linking, registering
from documents.models import Document
from documents.states import LinkKind
from tests.documents.exchanged import browser, page
from tests.forms import send_form
from tests.made import BODY, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(people) -> Document:
    return registered(people, unit="D09", title="关于商请支持活动的函", doc_type="letter")


def address(document) -> str:
    return f"{reverse('documents:draft')}?answers={document.uid}"


def sent(form, **more) -> dict:
    return {
        **{name: form.initial[name] for name in ("unit", "title", "doc_type", "routing_direction")},
        "main": form.initial.get("main", []), "main_outside": form.initial.get("main_outside", ""),
        "security_class": "public", "disclosure_attr": "on_request", "print_copies": "1", "body": BODY,
        "form_ticket": form.draft.signed, **more,
    }  # fmt: skip


def test_the_page_leads_to_a_draft_with_title_and_receiver(letter, people, units):
    assert address(letter) in page(people, "D09:clerk", letter).content.decode()
    answer = browser(people, "D09:clerk").get(address(letter))
    found = answer.context["form"].initial
    assert (found["title"], found["doc_type"], found["main"]) == ("关于商请支持活动的复函", "letter", [units["D07"].pk])
    assert "答复：" in answer.content.decode() and not answer.context["tabs"]


def test_saved_it_is_tied_to_what_it_answers(letter, people):
    client = browser(people, "D09:clerk")
    form = client.get(address(letter)).context["form"]
    assert send_form(client, address(letter), sent(form)).status_code == 302
    made = Document.objects.unguarded("a test looks").order_by("-pk").first()
    assert made.pk != letter.pk and made.links.get().kind == LinkKind.REPLIES
    assert [one.label for one in linking.linked(letter, people["D09:clerk"])] == ["答复本件"]
    assert "本件的复文尚未分发" in page(people, "D09:clerk", letter).content.decode()


def test_a_body_outside_stands_among_those_outside(people, units):
    fields = {
        "title": "关于征求意见的函",
        "doc_type": "letter",
        "sender_name": "上海市民政局",
        "urgency": "",
        "body": "",
    }
    paper = registering.register_outside(fields, unit=units["D09"], by=people["D09:clerk"])
    assert not answering.is_answerable(paper)  # not registered yet
    paper.state = "registered"
    assert answering.initial_of(paper)["main_outside"] == "上海市民政局"


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("关于商请支持活动的函", "关于商请支持活动的复函"),
        ("上海市民政局关于开展调查的通知", "关于开展调查的复函"),
        ("会议邀请函", "关于会议邀请函的复函"),
        ("关于转发《关于防汛的通知》的通知", "关于转发《关于防汛的通知》的复函"),
    ],
)
def test_the_title_is_about_the_same(title, made):
    assert answering.title_of(Document(title=title)) == made


def test_a_批复_is_named_by_the_same_rule():
    assert answering.title_of(Document(title="区民政局关于增加编制的请示"), "批复") == "关于增加编制的批复"


def test_who_neither_handles_nor_registers_it_is_not_led_there(letter, people):
    for who in ("D09:leader", "D15:clerk", "D09:officer"):
        assert not answering.may_answer(people[who], letter, {}), who
        assert browser(people, who).get(address(letter)).status_code == 404
    assert browser(people, "D09:clerk").get(f"{reverse('documents:draft')}?answers=nothing").status_code == 404
