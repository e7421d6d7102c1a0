"""登记寄送: what goes to bodies outside by hand is waited for, told, asked about at 办结, and counted."""

import pytest
from django.utils import timezone

from documents import chores, exchange_actions, outside_items
from documents.exchange_inputs import NoteSendingInput, SendInput
from documents.models import Document
from documents.states import AddresseeKind, StepKind
from documents.workflow import workflow_of
from tests.documents.exchanged import at, browser, page
from tests.made import STEPS, draft, take
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
BODIES = ("上海市民政局", "上海市档案局")


@pytest.fixture
def sent(people) -> Document:
    document = draft(people)
    for place, name in enumerate(BODIES, start=2):
        document.addressees.create(kind=AddresseeKind.CC, name=name, position=place)
    for step, post in STEPS:
        take(document, step, people[f"D07:{post}"], note="同意。")
    return document


def items(document) -> list[Task]:
    return list(Task.objects.of(document).open().filter(kind=StepKind.SEND_OUT))


def note(document, people, *names) -> None:
    rows = document.outside_deliveries.filter(name__in=names).values_list("pk", flat=True)
    given = NoteSendingInput(tuple(rows), timezone.localdate(), "post")
    exchange_actions.note_sending(document, by=people["D07:clerk"], given=given)


def complete(document, people, **given):
    workflow = workflow_of(document)
    given = workflow.steps["complete"].input(retention_code="D10", **given)
    return workflow.perform("complete", document, by=people["D07:clerk"], given=given)


def test_an_item_waits_at_the_clerk_until_all_is_sent(sent, people):
    (item,) = items(sent)
    assert item.post.kind == "clerk" and item.remark == "待寄送：上海市民政局、上海市档案局"
    note(sent, people, BODIES[0])
    assert items(sent)[0].remark == "待寄送：上海市档案局"
    note(sent, people, BODIES[1])
    assert not items(sent)
    done = Task.objects.of(sent).get(kind=StepKind.SEND_OUT)
    assert (done.outcome, done.done_by) == ("done", people["D07:clerk"])
    exchange_actions.send_more(sent, by=people["D07:clerk"], note="补寄", given=SendInput((), (BODIES[0],)))
    assert len(items(sent)) == 1


def test_it_is_the_first_act_of_the_page_while_it_waits(sent, people):
    answer = page(people, "D07:clerk", sent)
    acts = next(one.context for one in answer.context["panels"] if one.template == "documents/_acts.html")
    assert "note_sending" in [one["act"].name for one in acts["side"]]
    assert "区外已寄 0/2" in answer.content.decode() and 'href="#act-note_sending"' in answer.content.decode()
    note(sent, people, *BODIES)
    found = page(people, "D07:clerk", sent)
    assert 'href="#act-note_sending"' not in found.content.decode() and "区外已寄 2/2" in found.content.decode()


def test_办结_before_it_is_sent_is_explained(sent, people):
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    with pytest.raises(Refused, match=r"上海市民政局、上海市档案局（区外）尚未寄送.*未全部签收即办结的理由"):
        complete(sent, people)
    assert "（区外）尚未寄送" in page(people, "D07:clerk", sent).content.decode()
    complete(sent, people, unsigned_reason="由会议现场发放。")
    sent.refresh_from_db()
    assert sent.unsigned_reason == "由会议现场发放。" and not items(sent)


def test_what_is_sent_asks_nothing(sent, people):
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    note(sent, people, *BODIES)
    complete(sent, people)
    sent.refresh_from_db()
    assert sent.unsigned_reason == "" and outside_items.unsent(sent) == []


def test_nothing_completes_by_itself_before(sent, people):
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    chores.complete_ready()
    sent.refresh_from_db()
    assert sent.state == "dispatched"
    note(sent, people, *BODIES)
    chores.complete_ready()
    assert sent.refresh_from_db() or sent.state == "completed" or Task.objects.of(sent).open().filter(kind="complete")


def test_the_register_counts_it(sent, people):
    from_register = page_of_register(people)
    assert "0/1；未寄 2" in from_register
    note(sent, people, *BODIES)
    then = page_of_register(people)
    assert "未寄" not in then and "0/1；已寄 2" in then and f"寄出：{BODIES[0]} " in then


def page_of_register(people) -> str:
    return browser(people, "D07:clerk").get("/documents/registers/issued/").content.decode()
