"""来文 and 复文 of one unit are two items, linked whichever was filed first (domain 3.2 no. 10)."""

import pytest
from django.utils import timezone

from archive import packing, pairs
from archive.models import CodeAssignment, Component, Record, RecordRelation, RecordText, RecordWords
from archive.packages.metadata import metadata_xml
from archive.packages.names import stored_names
from archive.packages.schema import faults
from documents.models import Document, DocumentLink
from documents.states import LinkKind
from tests.documents.test_kinds import sent
from tests.made import brought_to, registered, take
from tests.scenarios.owner import unwatched
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def links() -> set[tuple[str, str]]:
    """(title of the 复文, title of the 来文) of D09's own records."""
    rows = RecordRelation.objects.filter(kind="reply_to", record__unit__code="D09", other__unit__code="D09")
    return {(one.record.title, one.other.title) for one in rows.select_related("record", "other")}


def answered(people) -> tuple[Document, Document]:
    """(来文, 复文) of D09: the 复函 is tied as 起草复文 ties it, by 答复."""
    asked = registered(people, title="关于商请协助的函")
    reply = brought_to("dispatch", people, unit="D09", to=("D07",), title="关于商请协助的复函")
    DocumentLink.objects.create(
        document=reply, other=asked.issued, kind=LinkKind.REPLIES, made_by=people["D09:officer"]
    )
    return asked, reply


def filed(people, *documents: Document, unit: str = "D09", period: str = "Y") -> list[Record]:
    for document in documents:
        take(document, "complete", people[f"{unit}:clerk"], retention_code=period)
    rows = Record.objects.unguarded("a test looks")
    return [rows.get(document=document) for document in documents]


def merged_from_today(people, unit: str = "D09"):
    by = people[f"{unit}:archivist"]
    home = by.appointments.get().post.unit
    pairs.set_policy(home, policy="merged", starts_on=timezone.localdate(), reason="本单位归档制度第六条", by=by)


def again(record: Record) -> Record:
    return Record.objects.unguarded("a test looks").get(pk=record.pk)


def found_by(record: Record, word: str) -> bool:
    return word in RecordWords.objects.get(pk=record.pk).body


@pytest.mark.parametrize("first", ["asked", "reply"])
@pytest.mark.parametrize("tied", ["replies_to", "link"])
def test_a_units_own_pair_is_linked_in_either_order(people, first, tied):
    """Shows: 3.2-10"""
    asked, reply = answered(people)
    if tied == "replies_to":
        with unwatched():
            DocumentLink.objects.all().delete()
            Document.objects.unguarded("as a reply is drafted").filter(pk=reply.pk).update(replies_to=asked.issued_id)
        reply = Document.objects.unguarded("a test looks").get(pk=reply.pk)
    filed(people, *((asked, reply) if first == "asked" else (reply, asked)))
    assert links() == {("关于商请协助的复函", "关于商请协助的函")}
    records = Record.objects.unguarded("a test looks").filter(unit__code="D09")
    assert records.count() == 2 and len({one.archival_code for one in records}) == 2


@pytest.mark.parametrize("first", ["asked", "reply"])
def test_by_policy_a_pair_is_one_item_with_the_reply_first_and_one_code(people, first):
    """Shows: 3.2-10, 3.3"""
    merged_from_today(people)
    asked, reply = answered(people)
    order = (asked, reply) if first == "asked" else (reply, asked)
    filed(people, *order)
    one, part = (Record.objects.unguarded("a test looks").get(document=document) for document in (reply, asked))
    assert (part.state, part.joined_to_id) == ("joined", one.pk) and links() == {(one.title, part.title)}
    # one item, one valid code; the code that the 来文 had for a while is void, and none was taken for nothing
    valid = CodeAssignment.objects.filter(record__unit__code="D09", voided_at=None)
    assert [code.record_id for code in valid] == [one.pk]
    assert CodeAssignment.objects.filter(record=part).count() == (1 if first == "asked" else 0)
    # 复文 before 来文, nothing lost, nothing doubled
    files = list(one.components.all())
    own, other = [c for c in files if c.came_with_id is None], [c for c in files if c.came_with_id == part.pk]
    assert files == own + other and [c.seq for c in files] == list(range(1, len(files) + 1))
    assert [c.role for c in own] == ["original", "draft_sheet", "final_draft"]
    assert [c.role for c in other] == ["handling_sheet", "original"] and not part.components.exists()
    was = Component.versions.filter(record=part).order_by("seq")
    assert [c.stored_file_id for c in was] == [c.stored_file_id for c in other]
    assert one.component_count == len(files) and one.page_count == sum(c.pages or 0 for c in files)
    # search finds the item once, by the words of both
    assert found_by(one, asked.title) and not RecordText.objects.unguarded("a test looks").filter(pk=part.pk).exists()
    # what travels: the files in their order, the acts on both, the relation
    (packed_one,) = packing.packed([one.pk], "区档案馆")
    assert [file.filename for file in packed_one.files] == [c.filename for c in files]
    assert {"并入来文", "签收", "签发"} <= {event.activity for event in packed_one.events}
    assert [relation.target for relation in packed_one.relations if relation.relation == "批复与请示"] == [
        str(part.uid)
    ]
    metadata = metadata_xml(packed_one, stored_names(file.filename for file in packed_one.files))
    assert (not faults(metadata) and "来文 文件处理单" in metadata.decode()) or "来文 " in metadata.decode()
    verbs = {event.verb for event in AuditEvent.objects.filter(object_uid__in=[one.uid, part.uid])}
    assert {"file", "join", "take_in"} <= verbs


@pytest.mark.parametrize("kind", ["minutes", "internal_material"])
def test_one_meeting_and_one_issue_of_a_bulletin_are_one_item(people, kind):
    """Shows: 3.2-8, 3.2-9"""
    document = sent(people, kind)
    record = take(document, "complete", people["D07:clerk"], retention_code="Y").record
    assert Record.objects.unguarded("a test looks").filter(unit__code="D07").get() == record
    assert record.component_count >= 2 and record.title == document.title
