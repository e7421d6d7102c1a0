"""The cast stands below the tests of a file (tests/below.py): each finds it whole, however the one before left it."""

import pytest
from django.db import connection, transaction

from tests import below
from tests.made import brought_to
from units.models import AuditEvent, Unit, User

pytestmark = pytest.mark.django_db
BLOCKS: set[int] = set()  # transactions of the cast that were met
NOBODY = "nobody-of-the-cast"


def spoil(people) -> None:
    """Rows and objects of the cast, and what an act leaves."""
    brought_to("submit", people)
    User.objects.filter(pk=people["D07:clerk"].pk).update(name="改")
    User.objects.create(username=NOBODY, name="多", joined_on="2020-01-01")
    Unit.objects.filter(code="D07").update(name="改")
    people["D07:clerk"].name = "改"
    people.pop("D07:leader")


@pytest.mark.parametrize("turn", range(3))
def test_what_one_test_spoils_the_next_finds_whole(people, units, turn):
    BLOCKS.add(id(below.BELOW.block))
    assert len(BLOCKS) == 1 and below.stands()
    assert people["D07:clerk"].name == User.objects.get(pk=people["D07:clerk"].pk).name != "改"
    assert units["D07"].name == Unit.objects.get(code="D07").name != "改"
    assert "D07:leader" in people and not User.objects.filter(username=NOBODY).exists()
    assert not AuditEvent.objects.exists()
    spoil(people)


def test_a_broken_transaction_is_begun_again(people):
    BLOCKS.clear()
    connection.close()


def test_the_next_one_finds_it_whole(people):
    assert User.objects.filter(pk=people["D07:clerk"].pk).exists()


def test_who_takes_no_people_finds_none(units):
    assert not below.stands() and not User.objects.filter(username="d07-clerk").exists()


@pytest.mark.django_db(transaction=True)
def test_who_commits_has_the_cast_for_himself(people):
    assert not below.stands() and not connection.in_atomic_block
    User.objects.filter(pk=people["D07:clerk"].pk).update(name="改")


def test_nothing_committed_is_left_below(people):
    assert User.objects.get(pk=people["D07:clerk"].pk).name == people["D07:clerk"].name != "改"


def test_a_durable_block_begins_as_in_any_test(people):
    with transaction.atomic(durable=True):
        assert User.objects.filter(pk=people["D07:clerk"].pk).update(name="改") == 1
