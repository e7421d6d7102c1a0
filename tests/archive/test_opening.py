"""开放审核: the access status is a workflow of its own beside the record's state."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from archive import custody
from archive.models import Record
from archive.states import Access, Ground
from archive.workflow import OPENING, RECORD
from documents.states import Disclosure
from files.models import Publication
from tests.made import accessioned, brought_to, closed, decided, take
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db
LATER = timezone.localdate() + timedelta(days=400)


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_cannot_be_opened(people):
    record = accessioned(people, disclosure_attr=Disclosure.NOT_DISCLOSED, disclosure_reason="内部事项")
    with pytest.raises(Refused, match="不予公开"):
        decided(record, "open", people)
    with pytest.raises(Refused, match="权限"):
        OPENING.perform("open", record, by=people["D07:archivist"], note="试")
    with pytest.raises(Refused, match="须填写意见"):
        decided(record, "open", people, note=" ")
    assert not Publication.objects.exists()


def test_a_record_that_is_not_in_the_archives_custody_is_not_decided(people):
    document = brought_to("dispatch", people)
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    with pytest.raises(Refused, match="权限"):
        decided(document.record, "open", people)


def test_an_opening_is_an_event_with_the_appraisers_post(people):
    record = decided(accessioned(people), "open", people, note="同意开放。")
    event = AuditEvent.objects.of(record).get(verb="open")
    assert (event.before, event.after, event.opinion) == ("pending_review", "open", "同意开放。")
    assert event.post == "开放审核" and event.unit_name == "长宁区档案局"
    assert Publication.objects.get(object_uid=record.uid).reason == "同意开放。"


def test_a_postponement_says_until_when_and_on_which_ground(people):
    record = accessioned(people)
    for given in ({}, {"until": LATER}, {"ground": Ground.OTHER_LAW}, {"until": LATER, "ground": "别的"},
                  {"until": timezone.localdate(), "ground": Ground.OTHER_LAW}):  # fmt: skip
        with pytest.raises(Refused, match="延期开放须"):
            decided(record, "postpone", people, **given)
    decided(record, "postpone", people, until=LATER, ground=Ground.PRIVATE_RIGHTS)
    assert (record.access_status, record.postponed_until, record.postponed_ground) == (
        "postponed",
        LATER,
        "private_rights",
    )
    event = AuditEvent.objects.of(record).get(verb="postpone")
    assert event.detail == {"until": LATER.isoformat(), "ground": "涉及知识产权或者个人信息"}
    decided(record, "open", people)
    assert (record.postponed_until, record.postponed_ground) == (None, "")


def test_closing_an_open_record_needs_a_word_to_the_public(people):
    record = decided(accessioned(people), "open", people)
    for step, given in (("review_again", {}), ("postpone", {"until": LATER, "ground": Ground.OTHER_LAW})):
        with pytest.raises(Refused, match="对公众的说明"):
            decided(record, step, people, **given)
    record.refresh_from_db()
    assert record.access_status == "open" and Publication.objects.open().filter(object_uid=record.uid).exists()
    closed(record, people, told="复核期间暂停开放")
    row = Publication.objects.get(object_uid=record.uid)
    assert row.closed_at is not None and row.withdrawal_reason == "复核期间暂停开放"


def test_control_is_an_imported_mark_that_no_decision_gives(people):
    """Shows: F-18"""
    assert Access.CONTROLLED not in {step.target for step in OPENING.steps.values()}
    record = accessioned(people)
    Record._base_manager.filter(pk=record.pk).update(access_status=Access.CONTROLLED)
    record.refresh_from_db()
    assert {step.name for step in OPENING.open_to(people["D30:appraiser"], record)} == {
        "open",
        "postpone",
        "review_again",
    }


def test_the_two_guarded_fields_of_a_record_move_each_by_its_own_workflow(people):
    document = brought_to("dispatch", people)
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    record = Record.objects.unguarded("a test looks").get(document=document)
    archive = people["D30:accessioner"].appointments.get().post.unit
    with transaction.atomic():
        custody.freeze([record.pk], by=people["D07:archivist"])
        custody.offer([record.pk], archive, by=people["D07:archivist"])
        custody.accession([record.pk], archive, by=people["D30:accessioner"])
    record.refresh_from_db()
    assert (record.state, record.access_status) == ("accessioned", "pending_review")
    decided(record, "open", people)
    assert (record.state, record.access_status) == ("accessioned", "open")
    assert (RECORD.field, OPENING.field) == ("state", "access_status")
    record.access_status = Access.PENDING
    with pytest.raises(TypeError):
        record.save()
    with pytest.raises(TypeError):
        Record.objects.unguarded("a test looks").update(access_status=Access.OPEN)


def test_the_record_page_answers_whether_it_was_public_on_a_day(people):
    record = decided(accessioned(people), "open", people)
    client = browser(people["D07:archivist"])
    today = timezone.localdate()
    assert "当日公开" in client.get(record.get_absolute_url(), {"on": today}).content.decode()
    yesterday = client.get(record.get_absolute_url(), {"on": today - timedelta(days=1)})
    assert "当日未公开" in yesterday.content.decode()
