"""What hangs on a document is read once a page, and anew by every act; counters of a menu are one statement."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import hanging
from documents.conditions import is_circulating, may_be_urged
from documents.models import Document
from documents.rules import waiting_kinds
from tests.made import brought_to, take
from units import context
from units.models import Task
from units.paging import CountOf, counting

pytestmark = pytest.mark.django_db


def row_of(document) -> Document:
    return Document.objects.unguarded("a test looks").for_detail().get(pk=document.pk)


def test_a_page_reads_once_and_an_act_that_follows_reads_anew(people):
    document = brought_to("submit", people)
    shown, acted = row_of(document), row_of(document)
    hanging.attach(shown, people["D07:reviewer"])
    assert not may_be_urged(shown) and not may_be_urged(acted)
    Task.objects.of(document).open().update(closed_at=document.created_at)
    with CaptureQueriesContext(connection) as captured:
        assert not may_be_urged(shown) and is_circulating(shown)
    assert len(captured) == 0  # the page is one moment
    assert may_be_urged(acted) == "没有待办事项可催。"  # nothing is attached to what an act asks


def test_what_waits_for_a_person_is_the_same_from_the_page_as_from_the_rows(people):
    document = brought_to("dispatch", people, to=("D09", "D15"))
    delivery = document.deliveries.unguarded("a test looks").get(unit__code="D09")
    take(delivery, "sign_for", people["D09:clerk"])
    for row in (document, delivery):
        for person in (people[name] for name in ("D07:clerk", "D07:officer", "D09:clerk", "D09:leader", "D15:clerk")):
            shown = row_of(row)
            hanging.attach(shown, person)
            assert waiting_kinds(person, shown, {}) == waiting_kinds(person, row_of(row), {})


def test_another_visitor_is_not_told_what_the_page_was_read_for(people):
    shown = row_of(brought_to("submit", people))
    hanging.attach(shown, people["D07:reviewer"])
    assert [task.kind for task in hanging.own_items(shown, people["D07:reviewer"])] == ["check"]
    assert hanging.own_items(shown, people["D07:leader"]) is None
    assert waiting_kinds(people["D07:leader"], shown, {}) == frozenset()


def test_several_counts_are_one_statement_each_up_to_its_cap(people):
    for _ in range(3):
        brought_to("submit", people)
    rows = Task.objects.open()
    counts = {"all": CountOf(rows), "capped": CountOf(rows, 1), "none": CountOf(rows.filter(pk__in=[]))}
    with CaptureQueriesContext(connection) as captured:
        assert counting(counts).ask() == {"all": rows.count(), "capped": 2, "none": 0}
        assert rows.count() > 2
    assert len(captured) == 3  # one of them for all


def test_a_menu_is_counted_in_one_statement(people):
    person = people["D07:clerk"]
    context.units_with("watch_limits", person)  # his standing is read
    with CaptureQueriesContext(connection) as captured:
        counted = [context.counted(name, person) for _, _, name in context.entries(person) if name in context.COUNTERS]
    assert len(counted) > 3 and None not in counted
    assert len(captured) == 1
