"""来文 and 复文 of one unit are two items, linked whichever was filed first (domain 3.2 no. 10)."""

import pytest

from archive.models import Record, RecordRelation
from documents.models import Document
from tests.documents.test_kinds import sent
from tests.made import brought_to, registered, take
from tests.scenarios.owner import unwatched

pytestmark = pytest.mark.django_db


def links() -> set[tuple[str, str]]:
    """(title of the 复文, title of the 来文) of D09's own records."""
    rows = RecordRelation.objects.filter(kind="reply_to", record__unit__code="D09", other__unit__code="D09")
    return {(one.record.title, one.other.title) for one in rows.select_related("record", "other")}


@pytest.mark.parametrize("first", ["asked", "reply"])
def test_a_units_own_pair_is_linked_in_either_order(people, first):
    """Shows: 3.2-10"""
    asked = registered(people, title="关于商请协助的函")
    reply = brought_to("dispatch", people, unit="D09", to=("D07",), title="关于商请协助的复函")
    with unwatched():
        Document.objects.unguarded("as a reply is drafted").filter(pk=reply.pk).update(replies_to=asked.issued_id)
    reply = Document.objects.unguarded("a test looks").get(pk=reply.pk)
    for document in (asked, reply) if first == "asked" else (reply, asked):
        take(document, "complete", people["D09:clerk"], retention_code="Y")
    assert links() == {("关于商请协助的复函", "关于商请协助的函")}
    records = Record.objects.unguarded("a test looks").filter(unit__code="D09")
    assert records.count() == 2 and len({one.archival_code for one in records}) == 2


@pytest.mark.parametrize("kind", ["minutes", "internal_material"])
def test_one_meeting_and_one_issue_of_a_bulletin_are_one_item(people, kind):
    """Shows: 3.2-8, 3.2-9"""
    document = sent(people, kind)
    record = take(document, "complete", people["D07:clerk"], retention_code="Y").record
    assert Record.objects.unguarded("a test looks").filter(unit__code="D07").get() == record
    assert record.component_count >= 2 and record.title == document.title
