"""What every receiver has signed for is completed and filed without anybody (issue 10, A7; design section 4)."""

from dataclasses import replace

import pytest

from archive.models import FondsCreator, Record
from documents import chores
from documents.actions import create_draft, waive_reply
from documents.models import Document
from documents.states import AddresseeKind, DocType, HandlingKind, RoutingDirection
from tests.made import BODY, STEPS, brought_to, draft, take
from units.models import AuditEvent, Task, Unit

pytestmark = pytest.mark.django_db
NOTHING = "没有待办结的公文"


def signed_for(document, people, *codes: str):
    for delivery in document.deliveries.unguarded("a test looks").filter(unit__code__in=codes).select_related("unit"):
        take(delivery, "sign_for", people[f"{delivery.unit.code}:clerk"])


def test_what_every_receiver_has_signed_for_is_completed_and_filed_by_the_system(people):
    """Fault A7: `ready_to_complete` had no caller, 54 of 77 dispatched documents of the demo waited for ever."""
    document = brought_to("dispatch", people, to=("D09", "D15"))
    signed_for(document, people, "D09")
    assert chores.complete_ready() == NOTHING
    signed_for(document, people, "D15")
    assert chores.complete_ready() == "办结归档 1 件，转文书办理 0 件"
    document.refresh_from_db()
    assert (
        document.state == "completed" and Record.objects.unguarded("a test looks").get(document=document).archival_code
    )
    event = AuditEvent.objects.of(document).get(verb="complete")
    assert (event.actor.username, event.post) == ("system", "系统")
    assert chores.complete_ready() == NOTHING


def test_a_clerk_who_completes_earlier_keeps_working(people):
    document = brought_to("dispatch", people)
    take(document, "complete", people["D07:clerk"], note="不再等待。", retention_code="Y")
    signed_for(document, people, "D09")
    assert chores.complete_ready() == NOTHING
    assert Record.objects.unguarded("a test looks").filter(document=document).count() == 1


def test_a_delivery_that_came_back_waits_for_the_clerk(people):
    document = brought_to("dispatch", people, to=("D09", "D15"))
    signed_for(document, people, "D15")
    take(
        document.deliveries.unguarded("a test looks").get(unit__code="D09"),
        "return_to_sender",
        people["D09:clerk"],
        note="误送。",
    )
    assert chores.complete_ready() == NOTHING


def request(people, to=("D01",)):
    document = draft(
        people,
        to,
        title="关于系统升级的请示",
        unit="D07",
        doc_type=DocType.REQUEST,
        routing_direction=RoutingDirection.UP,
        contact="某 62520000",
    )
    for step, post in STEPS:
        take(document, step, people[f"D07:{post}"], note="同意。")
    signed_for(document, people, *to)
    return document


def reply(people, unit: str, request, *, upto: str):
    """A 批复 of `unit` after the step `upto`, by the real acts."""
    drafter = people[f"{unit}:officer"]
    home = drafter.appointments.get().post.unit
    document = create_draft(
        {"title": "关于系统升级的批复", "body": BODY, "doc_type": DocType.REPLY},
        unit=home, by=drafter, addressees=[(AddresseeKind.MAIN, request.unit, request.unit.name)], replies_to=request,
    )  # fmt: skip
    for step, post in STEPS:
        take(document, step, people[f"{unit}:{post}"], note="同意。")
        if step == upto:
            return document
    raise LookupError(upto)


def test_a_request_waits_for_the_reply_of_the_unit_it_was_addressed_to(people):
    document = request(people)
    assert chores.complete_ready() == NOTHING
    received = document.deliveries.unguarded("a test looks").get()
    take(received, "register", people["D01:clerk"], handling_kind=HandlingKind.FOR_ACTION)
    take(received, "propose", people["D01:reviewer"], note="请领导批示。")
    take(received, "instruct", people["D01:leader"], note="同意。")
    answered = reply(people, "D01", document, upto="seal")
    assert document not in Document.objects.unguarded("a test looks").ready_to_complete()
    take(answered, "dispatch", people["D01:clerk"])
    assert document in Document.objects.unguarded("a test looks").ready_to_complete()


def test_a_waived_request_does_not_wait(people):
    document = request(people)
    waive_reply(document, by=people["D07:clerk"], note="已由会议纪要明确。")
    assert chores.complete_ready() == "办结归档 1 件，转文书办理 0 件"


def test_what_cannot_be_filed_becomes_the_clerks_task_once_and_stops_nobody(people, units):
    document = brought_to("dispatch", people)
    other = brought_to("dispatch", people, unit="D09", to=("D07",))
    signed_for(document, people, "D09")
    signed_for(other, people, "D07")
    other_unit = Unit.objects.create(code="X99", name="另一单位", short_name="另一单位", category="government")
    FondsCreator.objects.filter(unit=units["D07"]).update(unit=other_unit)
    assert chores.complete_ready() == "办结归档 1 件，转文书办理 1 件"
    task = Task.objects.of(document).open().get()
    assert (task.kind, task.post.kind, task.unit) == ("complete", "clerk", units["D07"])
    assert "还没有全宗号" in task.detail
    assert AuditEvent.objects.of(document).filter(verb="not_completed").count() == 1
    assert chores.complete_ready() == NOTHING  # not tried again hot


def test_whether_to_file_is_a_persons_decision(people, monkeypatch):
    """Shows: E-02"""
    document = brought_to("dispatch", people)
    signed_for(document, people, "D09")
    real = chores.propose
    monkeypatch.setattr(chores, "propose", lambda one: replace(real(one), not_to_file="NF-2"))
    assert chores.complete_ready() == "办结归档 0 件，转文书办理 1 件"
    document.refresh_from_db()
    assert document.state == "dispatched"
    take(document, "complete", people["D07:clerk"], not_to_file="NF-2")
    assert document.not_to_file_by == people["D07:clerk"]


def test_one_broken_document_stops_no_other_and_is_told(people, monkeypatch):
    first, second = brought_to("dispatch", people), brought_to("dispatch", people, title="关于第二件事的通知")
    for one in (first, second):
        signed_for(one, people, "D09")
    real = chores.complete

    def broken(document):
        if document.pk == first.pk:
            raise OSError("磁盘已满")
        return real(document)

    monkeypatch.setattr(chores, "complete", broken)
    with pytest.raises(RuntimeError, match=f"已办结归档 1 件；未能办结 1 件：{first.uid}.*磁盘已满"):
        chores.complete_ready()
    second.refresh_from_db()
    assert second.state == "completed"
