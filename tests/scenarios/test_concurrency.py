"""Real threads against PostgreSQL: one wins, the other reads why not; numbers without gap or double."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from documents.models import Document
from documents.workflow import workflow_of
from tests.made import brought_to, registered
from units import chain
from units.counters import take
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, work) -> list:
    """Run `work(number)` in `count` threads that start together; what each returned or raised."""
    barrier = threading.Barrier(count)

    def one(number: int):
        try:
            barrier.wait(20)
            return work(number)
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def both_take(step: str, document, by) -> tuple[list, list]:
    def act(number: int):
        mine = Document.objects.unguarded("a test looks").get(pk=document.pk)
        return workflow_of(mine).perform(step, mine, by=type(by).objects.get(pk=by.pk))

    answers = at_once(2, act)
    return [one for one in answers if not isinstance(one, Refused)], [
        one for one in answers if isinstance(one, Refused)
    ]


@pytest.mark.parametrize(("before", "step", "post"), [("check", "approve", "leader"), ("approve", "number", "clerk")])
def test_two_people_at_the_same_step(people, before, step, post):
    document = brought_to(before, people)
    won, lost = both_take(step, document, people[f"D07:{post}"])
    assert (len(won), len(lost)) == (1, 1)
    assert "当前状态" in lost[0].reasons[0]
    assert AuditEvent.objects.of(document).filter(verb=step).count() == 1


def test_two_people_complete_the_same_document(people):
    """Shows: E-04"""
    document = registered(people)
    won, lost = both_take("complete", document, people["D09:clerk"])
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].reasons[0]
    document.refresh_from_db()
    assert document.state == "completed"
    assert document.record is not None


def test_two_hundred_numbers_through_thirty_two_threads(units):
    def numbers(_):
        got = []
        for place in range(7):
            with transaction.atomic():
                got.append(take("document:长信:2026"))
                if place == 6:  # every thread also gives one back
                    transaction.set_rollback(True)
        return got[:6]

    with ThreadPoolExecutor(32) as pool:
        drawn = [number for batch in pool.map(lambda n: _closing(numbers, n), range(32)) for number in batch]
    with transaction.atomic():
        drawn += [take("document:长信:2026") for _ in range(8)]
    assert sorted(drawn) == list(range(1, 201))


def _closing(work, number):
    try:
        return work(number)
    finally:
        connections.close_all()


def test_the_chain_holds_under_twenty_writers(people):
    """Every writer's event gets its own link, in one unbroken row."""
    documents = [brought_to("check", people, title=f"关于第{number}号事项的通知") for number in range(20)]
    leader = people["D07:leader"]

    def approve(number: int):
        mine = Document.objects.unguarded("a test looks").get(pk=documents[number].pk)
        workflow_of(mine).perform("approve", mine, by=type(leader).objects.get(pk=leader.pk))

    assert at_once(20, approve) == [None] * 20
    assert list(chain.verify()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(seq) FROM units_auditlink")
        count, last = cursor.fetchone()
    assert count == last == AuditEvent.objects.count()
