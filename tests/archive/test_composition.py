"""What one item is made of when it is filed, and that nothing the record knows is left out of its metadata."""

from datetime import date

import pytest

from archive.models import Record
from archive.packages.contents import PackedRecord
from archive.packages.metadata import metadata_xml
from archive.packages.metadata_reading import read_metadata
from archive.packages.schema import faults
from archive.packing import packed
from documents.models import Attachment
from files.store import keep, land_bytes
from tests.made import STEPS, draft, registered, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser

pytestmark = pytest.mark.django_db

# columns of a record that are no description of it, each with where it is told instead
ELSEWHERE = {
    "id", "version",  # of the database
    "document", "source_identity",  # how it came in; the acts on it are its events
    "offered_to",  # a state of the transfer
    "retention_rule",  # retention_basis says it in words
    "unit", "custodian", "fonds", "retention_code", "access_status", "carrier_mode", "disclosure_attr",  # in words
    "further",  # each of its fields
    "responsible_department",  # by name
    # told by their acts, which are its events (the archivist's check), the rule and its text by
    # retention_basis, or kept for search only
    "checked_at",
    "checked_by",
    "filed_rule",
    "filed_rule_text",
    "subject_words",
    "joined_to",  # what is joined is no item that is packed; the item tells it in its relation and its files' names
    "uid", "doc_number_as_given",  # under the standard's name
}  # fmt: skip


def roles(document) -> list[str]:
    return list(document.record.components.order_by("seq").values_list("role", flat=True))


def test_an_issued_document_is_one_item_with_draft_sheet_and_final_draft(people):
    """Shows: 3.2-1, 3.2-2, 3.2-3, 3.2-11, 3.3"""
    document = draft(people)
    stored = keep(land_bytes("附件一\n".encode(), "附件一.txt"))
    Attachment.objects.create(document=document, name="附件一.txt", stored_file=stored, added_by=people["D07:officer"])
    for step, post in STEPS:
        take(document, step, people[f"D07:{post}"], note="同意。")
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    assert roles(document) == ["original", "attachment", "draft_sheet", "final_draft"]


def test_a_received_document_is_one_item_with_its_handling_sheet_first(people):
    """Shows: 3.2-11, 3.3"""
    received = registered(people)
    take(received, "complete", people["D09:clerk"], retention_code="D10")
    assert roles(received)[:2] == ["handling_sheet", "original"]


def test_every_column_of_a_record_is_in_its_metadata(people):
    """Shows: 3.11, 6.3"""
    known = {one.name for one in Record._meta.concrete_fields} - ELSEWHERE
    packed_names = set(PackedRecord.__dataclass_fields__)
    assert known - packed_names - {"date_precision"} == set()
    received = registered(people)
    take(received, "complete", people["D09:clerk"], retention_code="D10")
    (plain,) = packed([received.record.pk], "区档案馆")
    wanted = ("title", "author", "retention", "security_class", "record_uid", "unit_name", "year")
    assert [name for name in wanted if not getattr(plain, name)] == []
    assert all(one.mime and one.filename and one.bytes for one in plain.files)
    assert {"签收", "登记"} <= {one.activity for one in plain.events}
    assert all(one.agent_name and one.at for one in plain.events)


def test_late_filing_copy_and_decider_travel_with_the_record(people):
    """Shows: 3.11, 6.3"""
    received = registered(people)
    take(received, "complete", people["D09:clerk"], retention_code="Y")  # not what the schedule says
    record, by = received.record, people["D09:clerk"]
    with unwatched():
        Record.objects.unguarded("the world of this test").filter(pk=record.pk).update(
            copy_only=True, late_reason="夹在别卷中", late_found_on=date(2026, 3, 1), late_approved_by="李主任"
        )
    (plain,) = packed([record.pk], "区档案馆")
    content = metadata_xml(plain, [one.filename for one in plain.files])
    told = read_metadata(content).fields
    names = ("late_reason", "late_found_on", "late_approved_by", "copy_only", "retention_decided_by")
    assert [told[name] for name in names] == ["夹在别卷中", "2026-03-01", "李主任", "是", by.name] and faults(
        content
    ) == []
    page = browser(people["D09:archivist"]).get(record.get_absolute_url())
    facts = dict(page.context["facts"])
    assert (
        facts["补充归档"] == "夹在别卷中，2026-03-01 发现，批准人（档案员填写）：李主任"
        and facts["期限确定人"] == by.name
    )
    assert "本单位存复制件" in facts["原件"]
