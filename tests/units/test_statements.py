"""A statement written once reads as its queryset does, and knows nothing of who asked before (issue 10, C7)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.models import Document
from documents.rows import with_urgings
from documents.search import count_in_progress, in_progress
from tests.made import draft, registered
from units.access import standing
from units.guarded import RULES, Unguarded
from units.memory import Memory
from units.models import Task, Unit, User
from units.statements import KEY, UID, Statement, gathered

pytestmark = pytest.mark.django_db


def _same(found, expected) -> None:
    assert [one.__dict__.keys() for one in found] == [one.__dict__.keys() for one in expected]
    assert [one.pk for one in found] == [one.pk for one in expected] != []


def test_rows_come_with_relations_annotations_and_deferred_columns(people):
    for number in range(3):
        draft(people, title=f"关于第{number}件事的通知")
    rows = with_urgings(Task.objects.filter(assignee=KEY).select_related("post__unit", "assignee", "unit"))
    person = people["D07:officer"]
    expected = list(with_urgings(Task.objects.filter(assignee=person).select_related("post__unit", "assignee", "unit")))
    found = Statement(rows.order_by("pk"), person=KEY).ask(person=person.pk)
    _same(found, sorted(expected, key=lambda one: one.pk))
    with CaptureQueriesContext(connection) as asked:
        assert [one.assignee.name for one in found] == [person.name] * 3
        assert {one.unit for one in found} == {one.unit for one in expected}
    assert asked.captured_queries == []
    lean = Document.objects.unguarded("a test looks").for_list()
    _same(Statement(lean.filter(drafted_by=KEY), person=KEY).ask(person=person.pk), list(lean))


def test_prefetched_rows_are_those_of_each_call(people):
    first, second = registered(people, title="关于甲的通知"), registered(people, title="关于乙的通知")
    rows = Document.objects.unguarded("a test looks").for_detail().filter(uid=UID)
    statement = Statement(rows, uid=UID)
    for document in (first, second, first):
        found = statement.first(uid=document.uid)
        with CaptureQueriesContext(connection) as asked:
            assert found.issued.title == document.title
        assert asked.captured_queries == []
    assert statement.first(uid=people["D07:clerk"].appointments.get().post.unit.uid) is None


def test_one_text_serves_any_number_of_values(people):
    uids = [draft(people, title=f"关于第{number}件事的通知").uid for number in range(3)]
    statement = Statement(Task.objects.filter(subject_uid__among=[UID]).values_list("subject_uid"), of=[UID])
    for wanted in ([], uids[:1], uids):
        assert sorted(statement.flat(of=wanted)) == sorted(wanted)


def test_a_statement_of_rows_with_titles_asks_for_their_rule():
    with pytest.raises(Unguarded):
        Statement(Document.objects.filter(pk=KEY), key=KEY)


def test_a_slot_that_stands_nowhere_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="Not in the statement: other"):
        Statement(User.objects.filter(pk=KEY), key=KEY, other="nowhere")


def test_what_can_have_no_row_is_not_asked_for():
    with CaptureQueriesContext(connection) as asked:
        assert Statement(Task.objects.filter(pk__in=[])).ask() == []
    assert asked.captured_queries == []


def test_no_rule_asks_the_database_when_it_is_written(people):
    """So that what is kept by a person's standing (units/access.py: gives_one) follows from it alone."""
    for person in people.values():
        standing(person)
        with CaptureQueriesContext(connection) as asked:
            for rules in RULES.values():
                for rule in rules.values():
                    rule(person)
        assert asked.captured_queries == [], person


def test_a_memory_forgets_the_oldest():
    memory: Memory[str] = Memory(3)
    for number in range(10):
        assert memory.kept(number, lambda number=number: str(number)) == str(number)
    assert list(memory.made) == [7, 8, 9]


@pytest.mark.parametrize(
    "text", ["通知", "关", "防汛工作", "防汛 通知", "第2件 关", "100%_", "\\", "没有的词", "２００４", "后"]
)
def test_a_kept_count_of_a_question_is_that_of_its_list(people, text):
    for title in ("关于第1件防汛工作的通知", "关于第2件防汛的函", "关于100%_完成的通知", "2004年后\\的通知"):
        draft(people, title=title)
    person = people["D07:clerk"]
    for _ in range(2):
        rows = in_progress(person, text)
        assert count_in_progress(person, text, 100, unit=None, years=None, kind=None) == rows.count()
        kinds = {"unit": None, "years": (2026, None), "kind": "notice"}
        assert count_in_progress(person, text, 2, **kinds) == min(in_progress(person, text, **kinds).count(), 2)


def test_a_list_of_many_keys_is_one_array_that_the_planner_does_not_open(units):
    keys = [*sorted(one.pk for one in units.values())[:4], 10**9, 10**9 + 1, 10**9 + 2]
    texts = ["D07", "D09", "D15", "D30", "D31", "D32"]
    rows = Unit.objects.filter(pk__in=keys, code__in=texts, category__in=["government"], parent__in=keys[:4])
    rows = (rows | Unit.objects.filter(pk__in=keys[1:])).filter(rank__gt=-1)
    sql, params = rows.order_by("pk").values_list("pk").query.sql_with_params()
    made, values = gathered(sql, params)
    arrays = [one for one in values if isinstance(one, list)]
    assert (
        sorted(map(sorted, arrays)) == [keys, keys[1:]] and made.count("= ANY ((SELECT %s::bigint[])::bigint[])") == 2
    )
    assert made.count("%s") == len(values) and [one for one in values if isinstance(one, str)] == [
        one for one in params if isinstance(one, str)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        expected = cursor.fetchall()
        cursor.execute(made, values)
        assert cursor.fetchall() == expected != []
        cursor.execute(f"EXPLAIN {made}", values)
        assert any("InitPlan" in line for (line,) in cursor.fetchall())
    few = Unit.objects.filter(pk__in=keys[:4]).values_list("pk").query.sql_with_params()
    assert gathered(*few) == (few[0], list(few[1]))
