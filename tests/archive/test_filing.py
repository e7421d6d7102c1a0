"""What is filed at completion: the last opinion, unknown dates, the code as the last lock, 签报 as what they are."""

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.correction import correct
from archive.models import CodeAssignment, Component, RetentionRule, RetentionSchedule
from archive.retention import load_sample_schedule, rules_for
from archive.states import Role, Verdict
from documents import pages
from documents.actions import create_draft, register_outside
from documents.states import Direction, HandlingKind
from tests.made import BODY, brought_to, registered, take
from tests.transfer.stock import browser
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def outside(people, **fields):
    """A paper from outside the platform, registered by hand at D09."""
    by = people["D09:clerk"]
    given = {"title": "关于报送材料的函", "sender_name": "某市民政局", "doc_type": "letter", **fields}
    document = register_outside(given, unit=by.appointments.get().post.unit, by=by)
    return take(document, "register", by, handling_kind=HandlingKind.FOR_READING)


def report(people):
    """A 签报 of D07, instructed and completed."""
    by = people["D07:officer"]
    fields = {"title": "关于添置阅览桌椅的签报", "body": BODY}
    document = create_draft(fields, unit=by.appointments.get().post.unit, by=by, direction=Direction.INTERNAL)
    take(document, "submit", by)
    take(document, "check", people["D07:reviewer"], note="拟同意。")
    take(document, "instruct", people["D07:leader"], note="同意。")
    return take(document, "complete", people["D07:clerk"], note="已办结。", retention_code="Y").record


def test_the_filed_sheet_contains_the_completing_opinion(people):
    for number in range(2):  # the opinion's row is a moment later than the sheet: once more when a minute lies between
        received = registered(people, title=f"关于做好第{number}项工作的通知")
        take(received, "complete", people["D09:clerk"], note="已按批示办结，可以归档。", retention_code="Y")
        record = received.record
        if received.opinions.last().at.minute == record.completed_at.minute:
            break
    again = pages.handling_sheet(received, moment=record.completed_at)
    assert "办结 已按批示办结，可以归档。 区民政局文书 " in again.text and "文书" in again.text.rsplit(" ", 1)[-1]
    filed = record.components.get(role=Role.HANDLING_SHEET).stored_file
    assert filed.sha256 == hashlib.sha256(again.pdf).hexdigest()


def test_a_rare_name_without_a_glyph_does_not_bar_filing(people):
    """The sheet shows its code; the record's metadata keep the name itself."""
    for post in ("officer", "reviewer", "leader"):
        type(people["D07:clerk"]).objects.filter(pk=people[f"D07:{post}"].pk).update(name="李𲎯")
        people[f"D07:{post}"].name = "李𲎯"
    document = brought_to("dispatch", people)
    take(document, "complete", people["D07:clerk"], retention_code="D30")
    assert document.state == "completed" and document.record.components.filter(role=Role.DRAFT_SHEET).exists()
    assert document.opinions.filter(name="李𲎯").exists()


def test_an_undated_incoming_document_is_filed_undated(people):
    received = outside(people)
    take(received, "complete", people["D09:clerk"], retention_code="Y")
    record = received.record
    assert (record.date, record.date_precision, record.date_shown) == (None, "unknown", "")
    assert record.year == timezone.localdate(received.registered_at).year
    assert record.text.sorted_on == timezone.localdate(record.filed_at)
    assert [one.field for one in record.findings.filter(item_code="GD-2-4")] == ["date"]
    page = browser(people["D09:clerk"]).get(record.get_absolute_url()).content.decode()
    assert "日期不详" in page


def test_an_unknown_date_cannot_claim_a_precision(people):
    received = outside(people)
    record = take(received, "complete", people["D09:clerk"], retention_code="Y").record
    record.date_precision = "day"
    with pytest.raises(IntegrityError, match="record_undated_says_so"), transaction.atomic():
        record.save()


def test_a_record_without_its_text_is_told_at_filing(people):
    """Shows: E-08"""
    record = take(outside(people), "complete", people["D09:clerk"], retention_code="Y").record
    found = record.findings.get(item_code="GD-1-11")
    assert (found.verdict, found.message) == (Verdict.FAIL, "没有正本，内容数据不完整。")


def test_a_report_is_filed_as_what_it_is(people):
    record = report(people)
    assert record.doc_type_shown == "签报" and record.doc_type == ""
    assert [one.get_role_display() for one in record.components.all()] == ["正本", "发文稿纸", "定稿"]
    assert record.components.get(role="draft_sheet").filename == "签报单.pdf"
    page = browser(people["D07:clerk"]).get(record.get_absolute_url()).content.decode()
    assert "签报" in page and "<dd>通知</dd>" not in page


def test_the_class_counter_is_the_last_lock_taken(people):
    """Shows: 3.5"""
    received = registered(people)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        take(received, "complete", people["D09:clerk"], retention_code="Y")
    said = [
        one["sql"]
        for one in queries
        if one["sql"].startswith(("INSERT", "UPDATE", "DELETE")) or "FOR UPDATE" in one["sql"]
    ]
    counter = next(at for at, sql in enumerate(said) if "units_counter" in sql)
    after = [sql.split('"')[1] for sql in said[counter + 1 :] if sql.startswith("INSERT")]
    own = {
        "archive_record",
        "archive_historicalrecord",
        "archive_codeassignment",
        "archive_recordtext",
        "archive_recordwords",
    }
    assert set(after[: after.index("units_auditevent")]) == own
    assert not any("FOR UPDATE" in sql for sql in said[counter + 1 :])


def test_filing_adds_few_statements_to_a_completion(people):
    """A number that grows is paid by whoever waits for 办结 (docs/performance.md)."""
    asked = {}
    for times in range(2):  # the first ones write the statements that are kept
        for given in ({"retention_code": "Y"}, {"not_to_file": "NF-2"}):
            received = registered(people, title=f"关于第{times}次试验{given}的通知")
            with CaptureQueriesContext(connection) as captured:
                take(received, "complete", people["D09:clerk"], **given)
            asked[next(iter(given))] = len(captured)
    assert asked["retention_code"] - asked["not_to_file"] == 27


def test_filing_leaves_an_event_on_the_record(people):
    """Shows: 16-24"""
    record = take(registered(people), "complete", people["D09:clerk"], retention_code="Y").record
    (event,) = AuditEvent.objects.of(record)
    assert (event.verb, event.after) == ("file", "filed")


def test_a_corrected_period_leaves_a_void_code_with_its_reason(people):
    """Shows: 19.1-5"""
    record = take(registered(people), "complete", people["D09:clerk"], retention_code="Y").record
    before = record.archival_code
    changes = {"retention_code": "D30"}
    correct(record, changes=changes, reason="按新表调整", by=people["D09:archivist"], version=record.version)
    record.refresh_from_db()
    codes = {one.code: (one.voided_at is None, one.void_reason) for one in record.codes.all()}
    assert codes == {before: (False, "按新表调整"), record.archival_code: (True, "")}
    assert record.former_codes[0]["code"] == before and record.text.words.text_n.find(record.archival_code.lower()) > 0


def test_a_code_is_given_once_and_a_void_one_never_again(people):
    """Shows: 19.1-4"""
    record = take(registered(people), "complete", people["D09:clerk"], retention_code="Y").record
    given = record.codes.get()
    again = {
        name: getattr(given, name)
        for name in ("fonds", "category_code", "year", "retention_code", "class_code", "item_no")
    }
    with pytest.raises(IntegrityError, match="record_code_parts_once"), transaction.atomic():
        CodeAssignment.objects.create(
            record=record, code="another", voided_at=record.filed_at, void_reason="x", **again
        )
    with pytest.raises(IntegrityError, match="record_has_one_code"), transaction.atomic():
        CodeAssignment.objects.create(record=record, code="another", **{**again, "item_no": 999})
    with pytest.raises(IntegrityError, match="code_void_with_reason"), transaction.atomic():
        CodeAssignment.objects.filter(pk=given.pk).update(voided_at=record.filed_at)


def test_a_replaced_component_stays_as_a_version_and_its_place_is_taken_once(people):
    """Shows: 16-11"""
    record = take(registered(people), "complete", people["D09:clerk"], retention_code="Y").record
    old = record.components.get(seq=1)
    place = {"record": record, "seq": 1, "role": old.role, "filename": "更正.pdf", "stored_file": old.stored_file}
    with pytest.raises(IntegrityError, match="component_seq_once"), transaction.atomic():
        Component.objects.create(**place)
    Component.versions.filter(pk=old.pk).update(superseded_at=record.filed_at, superseded_reason="扫描不清")
    Component.objects.create(**place)
    assert record.components.get(seq=1).filename == "更正.pdf"
    assert Component.versions.filter(record=record, seq=1).count() == 2


def test_the_record_keeps_the_rule_and_its_text_as_filed(people, units):
    """Shows: E-05, 4.5"""
    received = registered(people, title="关于开展业务培训的通知")
    record = take(received, "complete", people["D09:clerk"]).record
    assert record.retention_rule is not None and record.retention_basis == str(record.retention_rule)
    other = "D30" if record.retention_code != "D30" else "D10"
    changed = take(
        registered(people, title="关于开展业务培训的通知"), "complete", people["D09:clerk"], retention_code=other
    ).record
    assert changed.retention_rule is None and changed.retention_basis.startswith("办结时由")


def test_the_schedule_in_force_is_the_units_own_and_the_latest_begun(units):
    """Shows: 4.3, 4.4"""
    assert load_sample_schedule() == 0  # already there
    sample = rules_for(units["D07"])
    assert {rule.schedule.unit for rule in sample} == {None}
    for edition, day in (("2020", "2020-01-01"), ("2024", "2024-01-01"), ("3000", "2999-01-01")):
        schedule = RetentionSchedule.objects.create(
            unit=units["D07"], edition=edition, valid_from=day, state="approved"
        )
        RetentionRule.objects.create(
            schedule=schedule, code="1", category="x", description=edition, sources=["own"], retention_code="Y"
        )
    assert [rule.description for rule in rules_for(units["D07"])] == ["2024"]
    assert {rule.schedule.unit for rule in rules_for(units["D09"])} == {None}


def test_what_cannot_be_filed_is_refused_before_anything_is_written(people, units):
    received = registered(people)
    units["D09"].fonds_created.update(ends_on="2020-01-01")
    with pytest.raises(Refused, match="还没有全宗号"):
        take(received, "complete", people["D09:clerk"], retention_code="Y")
    assert not CodeAssignment.objects.exists()
