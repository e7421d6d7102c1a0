"""Statements kept for a minute follow a person's standing and the clock, and nothing else (issue 10, C7)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.models import RecordText
from documents.lists import overdue_of
from tests.made import draft, registered
from units import context, prepared
from units.access import forget_standing, standing
from units.models import Appointment, Post, Task, User
from units.people import appoint

pytestmark = pytest.mark.django_db
NOON = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=12, minute=0, second=20) + timedelta(days=1)


def counted_by(person, name: str):
    return context.counted(name, User.objects.get(pk=person.pk))


@pytest.fixture
def clock(monkeypatch):
    def to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return to


def test_no_counter_asks_the_database_when_it_is_written(people):
    for person in people.values():
        standing(person)
        with CaptureQueriesContext(connection) as asked:
            for count in context.COUNTS.values():
                count(person).statement()
            RecordText.objects.conditions_each_way("view", person)
        assert asked.captured_queries == [], person


def test_the_answer_is_asked_anew_where_the_statement_is_kept(people, clock):
    clock(NOON)
    clerk = people["D07:clerk"]
    before = counted_by(clerk, "documents:under_way")
    kept = len(prepared._written)
    draft(people)
    assert int(counted_by(clerk, "documents:under_way")) == int(before) + 1
    assert len(prepared._written) == kept


def test_a_new_post_and_the_end_of_one_hold_at_once(people, units, clock):
    draft(people)
    clock(NOON)
    person = people["D09:clerk"]
    assert counted_by(person, "documents:under_way") == "0"
    row = appoint(person, Post.objects.get(unit=units["D07"], kind="clerk"), by=people["D07:secadmin"])
    assert counted_by(person, "documents:under_way") == "1"
    Appointment.objects.filter(pk=row.pk).update(starts_on="2020-01-01", ends_on="2026-01-01")
    assert counted_by(person, "documents:under_way") == "0"


def test_a_limit_that_passes_counts_from_the_next_minute_in_list_and_counter_alike(people, clock):
    delivery, clerk = registered(people), people["D09:clerk"]
    Task.objects.of(delivery).open().update(due_at=NOON + timedelta(seconds=10))
    for seconds, late in ((0, 0), (30, 0), (41, 1)):
        clock(NOON + timedelta(seconds=seconds))
        forget_standing(clerk)
        assert overdue_of(clerk).count() == late
        assert counted_by(clerk, "documents:overdue") == str(late)


def test_the_memory_is_bounded(people, monkeypatch, clock):
    clock(NOON)
    monkeypatch.setattr(prepared, "MOST", 3)
    for place in range(10):
        prepared.prepared(f"place {place}", people["D07:clerk"], lambda place=place: place + 1)
    assert len(prepared._written) <= 3
