"""补录 of what readers (传阅) and countersigning units (会签) gave on paper (practice 2.1 item 7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import on_paper, pages
from documents.inputs import CirculateInput
from documents.models import Document, PaperOpinion
from documents.reply_inputs import EnterInput, ObjectInput
from documents.side_acts import SIDE_ACTS
from tests.documents.test_paper_opinions import paper
from tests.made import draft, registered, take
from tests.transfer.stock import browser
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def enter(document, people, kind, leader, *, by="D07:clerk", note="同意。", way="paper", **more):
    task = next(task for task in on_paper.items_of(document) if task.kind == kind)
    given = EnterInput(task.pk, people[leader], way, timezone.now(), paper() if way == "paper" else None, **more)
    return SIDE_ACTS.perform("enter_opinion", document, by=people[by], note=note, given=given)


# 传阅


@pytest.fixture
def circulated(people):
    delivery = registered(people, kind="for_reading")
    given = CirculateInput((people["D09:officer"], people["D09:leader"]))
    SIDE_ACTS.perform("circulate", delivery, by=people["D09:clerk"], given=given)
    return delivery


def test_what_a_reader_wrote_on_the_circulated_paper_closes_his_item(circulated, people):
    told = enter(circulated, people, "read", "D09:officer", by="D09:clerk", note="阅，请业务科研究。")
    name, clerk = people["D09:officer"].name, people["D09:clerk"].name
    assert told == f"已补录{name}的传阅意见，并告知本人"
    opinion = circulated.opinions.get(kind="read")
    assert (opinion.by, opinion.name) == (people["D09:officer"], f"{name}（纸质传阅，{clerk}补录）")
    read = Task.objects.get(subject_uid=circulated.uid, kind="read", assignee=people["D09:officer"])
    assert (read.outcome, read.done_by, read.remark) == ("done", people["D09:officer"], f"据纸质传阅件补录（{clerk}）")
    left = Task.objects.of(circulated).open().filter(kind="read")
    assert [task.assignee for task in left] == [people["D09:leader"]]
    event = AuditEvent.objects.of(circulated).get(verb="enter_opinion")
    assert event.actor == people["D09:clerk"] and "请业务科研究" in event.opinion
    assert opinion.name in pages.sheet_of(circulated, moment=timezone.now())[1].text
    own = browser(people["D09:officer"]).get(circulated.get_absolute_url()).content.decode()
    assert "如有不符，请提出异议" in own
    entry = PaperOpinion.objects.get()
    SIDE_ACTS.perform(
        "object", circulated, by=people["D09:officer"], note="原文不是这样。", given=ObjectInput(entry.pk)
    )
    entry.refresh_from_db()
    assert entry.objected_at


def test_a_reader_by_telephone_still_has_it_to_read(circulated, people):
    enter(circulated, people, "read", "D09:officer", by="D09:clerk", way="telephone", note="已阅。")
    assert Task.objects.of(circulated).open().filter(kind="read").count() == 2


@pytest.mark.parametrize("leader", ["D09:clerk", "D15:leader", "D09:reviewer"])
def test_who_was_not_asked_to_read_it_has_no_opinion_entered(circulated, people, leader):
    with pytest.raises(Refused):
        enter(circulated, people, "read", leader, by="D09:clerk")
    assert not PaperOpinion.objects.exists()


def test_it_is_entered_for_a_completed_paper_too(circulated, people):
    take(circulated, "complete", people["D09:clerk"], not_to_file="NF-1")
    enter(circulated, people, "read", "D09:officer", by="D09:clerk", note="阅。")
    assert circulated.opinions.filter(kind="read").exists()


# 会签


@pytest.fixture
def asked(people, units):
    document = draft(people)
    for code in ("D09", "D15"):
        document.countersigners.create(unit=units[code])
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    month = timezone.now() - timedelta(days=30)
    Document.objects.unguarded("a test dates it back").filter(pk=document.pk).update(created_at=month)
    return document


def statement(document, code):
    steps = [one for run in document.runs.all() for one in run.steps.all()]
    return next(
        (one.state, one.result, one.done_by) for one in steps if one.unit.code == code and one.kind == "countersign"
    )


def test_a_unit_that_agreed_on_paper_has_countersigned(asked, people):
    enter(asked, people, "countersign", "D09:leader", result="agreed")
    assert statement(asked, "D09") == ("done", "agreed", people["D09:leader"])
    opinion = asked.opinions.get(kind="countersign")
    clerk = people["D07:clerk"].name
    assert (opinion.name, opinion.post) == (f"{people['D09:leader'].name}（纸质会签，{clerk}补录）", "区民政局 领导")
    take(asked, "countersign", people["D15:leader"])
    take(asked, "approve", people["D07:leader"])
    assert asked.state == "approved"


def test_disagreement_on_paper_bars_signing_as_any_does_and_the_drafter_is_told(asked, people):
    enter(asked, people, "countersign", "D09:leader", result="disagreed", note="经费来源不明。")
    take(asked, "countersign", people["D15:leader"])
    with pytest.raises(Refused, match="会签不同意，分歧尚未协调"):
        take(asked, "approve", people["D07:leader"])
    told = Task.objects.of(asked).open().get(kind="notice", assignee=people["D07:officer"])
    assert told.remark == "区民政局会签不同意（有分歧）：经费来源不明。"


@pytest.mark.parametrize(
    ("result", "note", "sentence"),
    [("", "同意。", "请选择会签结论"), ("disagreed", "同意。", "不能只写“同意”"), ("x", "好", "请选择会签结论")],
)
def test_a_result_is_said_and_what_is_wanted_written_out(asked, people, result, note, sentence):
    with pytest.raises(Refused, match=sentence):
        enter(asked, people, "countersign", "D09:leader", result=result, note=note)
    assert statement(asked, "D09")[0] == "open" and not PaperOpinion.objects.exists()


def test_the_countersigner_is_told_and_may_object(asked, people):
    enter(asked, people, "countersign", "D09:leader", result="agreed")
    leader = people["D09:leader"]
    assert Task.objects.of(asked).open().get(kind="notice", assignee=leader).unit.code == "D09"
    assert "object" in {act.name for act in SIDE_ACTS.open_to(leader, asked)}
    assert "object" not in {act.name for act in SIDE_ACTS.open_to(people["D15:leader"], asked)}
    SIDE_ACTS.perform("object", asked, by=leader, note="没有签过。", given=ObjectInput(PaperOpinion.objects.get().pk))


def test_the_form_names_units_and_asks_for_the_result(asked, people):
    client = browser(people["D07:clerk"])
    page = client.get(asked.get_absolute_url()).content.decode()
    assert f"区民政局 {people['D09:leader'].name}（会签）" in page and "会签结论" in page
    task = next(task for task in on_paper.items_of(asked) if task.unit.code == "D09")
    now = timezone.localtime()
    data = {
        "whose": f"{task.pk}:{people['D09:leader'].pk}", "way": "paper", "given_on": f"{now:%Y-%m-%d}",
        "given_clock": f"{now:%H:%M}", "note": "同意。", "proof": paper(),
    }  # fmt: skip
    sent = {f"enter_opinion-{name}": value for name, value in data.items()}
    address = reverse("documents:side_act", args=[asked.uid, "enter_opinion"])
    answer = client.post(address, sent)
    assert answer.status_code == 422 and "请选择会签结论" in answer.content.decode()
    answer = client.post(address, sent | {"enter_opinion-proof": paper(), "enter_opinion-result": "agreed"})
    assert answer.status_code == 302 and statement(asked, "D09")[1] == "agreed"


def test_the_asked_units_clerk_enters_nothing_into_anothers_draft(asked, people):
    with pytest.raises(Refused):
        enter(asked, people, "countersign", "D09:leader", by="D09:clerk", result="agreed")
