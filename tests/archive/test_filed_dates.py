"""日期 of what files itself (domain 3.8): the system knows the day of its own papers; what came undated stays so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import Record
from archive.retention import class_year, date_of, decided_on
from documents.actions import create_draft
from documents.models import Document, Opinion
from documents.states import Direction
from tests.documents.test_kinds import sent
from tests.made import BODY, registered, take
from tests.scenarios.owner import unwatched

pytestmark = pytest.mark.django_db


def record_of(document) -> Record:
    return Record.objects.unguarded("a test looks").get(document=document)


def report(people, note="同意。"):
    unit = people["D07:officer"].appointments.get().post.unit
    made = create_draft(
        {"title": "关于购置设备的签报", "body": BODY}, unit=unit, by=people["D07:officer"], direction=Direction.INTERNAL
    )
    take(made, "submit", people["D07:officer"])
    take(made, "check", people["D07:reviewer"], note="同意。")
    return take(made, "instruct", people["D07:leader"], note=note)


def test_a_report_is_dated_by_the_leaders_decision(people):
    """Fault: filed with 日期不详."""
    made = report(people)
    day = timezone.now() - timedelta(days=400)
    with unwatched():
        Opinion.objects.filter(document=made, kind="instruct").update(at=day)
    take(made, "complete", people["D07:officer"], retention_code="D10")
    record = record_of(made)
    assert (record.date, record.date_precision, record.year) == (
        timezone.localdate(day), "day", timezone.localdate(day).year,
    )  # fmt: skip


def test_a_decision_that_was_taken_back_dates_nothing(people):
    made = report(people)
    assert decided_on(made) == timezone.localdate()
    take(made, "retrieve", people["D07:leader"])
    assert decided_on(made) is None and class_year(made) == timezone.localdate().year
    moment = timezone.now() - timedelta(days=3)
    assert date_of(made, moment) == timezone.localdate(moment)  # nothing else is known: the day of completion


@pytest.mark.parametrize("kind", ["minutes", "informal_letter", "internal_material", "letter", "order"])
def test_every_kind_of_the_units_own_is_filed_with_its_day(kind, people):
    document = sent(people, kind)
    take(document, "complete", people["D07:clerk"], retention_code="D10")
    assert record_of(document).date == document.document_date is not None


def test_an_own_paper_without_成文日期_has_the_day_of_its_signing(people):
    document = sent(people, "minutes")
    document.document_date = None
    assert date_of(document, timezone.now()) == timezone.localdate(document.approved_at)


def test_what_came_undated_is_filed_undated(people):
    delivery = registered(people)
    with unwatched():
        Document._base_manager.filter(pk=delivery.pk).update(sender_date=None)
    delivery.refresh_from_db()
    assert date_of(delivery, timezone.now()) is None
