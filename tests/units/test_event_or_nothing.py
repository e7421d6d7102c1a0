"""A change of the site's own without an event fails at commit; each act leaves its event in its own transaction."""

import pytest
from django.db import IntegrityError, transaction

from archive.models import Record
from documents.models import Document
from tests.made import brought_to, take
from transfer import actions as batches
from transfer.models import Batch
from units import audit
from units.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filed(people):
    document = brought_to("dispatch", people)
    return take(document, "complete", people["D07:clerk"], retention_code="Y")


def change(model, **fields) -> None:
    with transaction.atomic():
        model._base_manager.update(**fields)


def test_a_change_of_a_document_without_an_event_fails_at_commit(filed):
    with pytest.raises(IntegrityError, match="without an audit event"):
        change(Document, title="改过的标题")
    assert not Document._base_manager.filter(title="改过的标题").exists()


def test_a_change_of_a_record_without_an_event_fails_at_commit(filed):
    """Shows: 16-24, S-12, 19.1-1"""
    with pytest.raises(IntegrityError, match="without an audit event"):
        change(Record, title="改过的题名")


def test_a_change_of_a_batch_without_an_event_fails_at_commit(filed, people, units):
    batch = batches.create_batch(units["D07"], by=people["D07:archivist"], name="移交")
    with pytest.raises(IntegrityError, match="without an audit event"):
        change(Batch, name="改过的名称")
    batch.refresh_from_db()
    assert batch.name == "移交"


def test_an_event_of_another_transaction_does_not_count(filed, clerk):
    with transaction.atomic():
        audit.record("test", "试", filed, by=clerk)
    with pytest.raises(IntegrityError):
        change(Document, note="附注")


def test_with_an_event_in_its_transaction_the_change_stands(filed, clerk):
    with transaction.atomic():
        Document._base_manager.filter(pk=filed.pk).update(note="附注")
        with transaction.atomic():  # a savepoint is the same transaction
            audit.record("test", "试", filed, by=clerk)
    filed.refresh_from_db()
    assert filed.note == "附注"


def test_filing_leaves_an_event_on_the_record_and_dispatch_one_on_each_delivery(filed, people):
    assert list(AuditEvent.objects.of(filed.record).values_list("verb", "post", "after")) == [("file", "文书", "filed")]
    for delivery in Document._base_manager.filter(issued=filed):
        event = AuditEvent.objects.of(delivery).get(verb="deliver")
        assert (event.after, event.post, event.unit.code) == ("delivered", "文书", "D07")
