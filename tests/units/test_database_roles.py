"""What the site's role may not do, tried for real (design section 9): the tests run as egov_app."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from tests.scenarios.owner import as_owner
from units import audit, chain
from units.privileges import APPEND, BUSINESS, declared

pytestmark = pytest.mark.django_db


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return any(words in str(error) for words in ("permission denied", "only added", "must be owner"))
    return False


def test_the_tests_run_as_the_site_does():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("egov_app", False)


@pytest.mark.parametrize("table", declared(BUSINESS) + declared(APPEND))
def test_business_rows_are_never_removed(table):
    assert refused(f'DELETE FROM "{table}"')


@pytest.mark.parametrize("table", declared(APPEND))
def test_rows_that_are_only_added_are_never_changed(table):
    column = next(iter(apps.get_model(table.replace("_", ".", 1))._meta.concrete_fields[1:])).column
    assert refused(f'UPDATE "{table}" SET "{column}" = "{column}"')


def test_events_records_and_files_are_among_them():
    assert {"units_auditevent", "files_storedfile"} <= set(declared(APPEND))
    assert {"documents_document", "archive_record", "archive_component"} <= set(declared(BUSINESS) + declared(APPEND))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE units_auditlink SET seq = seq",
        "INSERT INTO units_auditlink (seq, event_id, event_uid, digest) VALUES (1, 1, gen_random_uuid(), '')",
        "DROP TABLE units_auditevent",
        "ALTER TABLE units_auditevent DISABLE TRIGGER ALL",
        "CREATE TABLE extra (id int)",
        "SET session_replication_role = replica",
        "SET ROLE egov_root",
    ],
)
def test_structure_and_chain_are_out_of_reach(statement):
    assert refused(statement)


def three_events(person) -> list:
    with transaction.atomic():
        return [audit.record("test", f"第{number}次", audit.Account(person), by=person) for number in range(3)]


def findings(kind: str) -> list:
    return [one for one in chain.verify() if one.kind == kind]


def link_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_an_untouched_chain_has_no_findings(clerk):
    three_events(clerk)
    link_now()
    assert list(chain.verify()) == []


def test_a_changed_event_is_named(clerk):
    events = three_events(clerk)
    link_now()
    with as_owner("units_auditevent") as cursor:
        cursor.execute("UPDATE units_auditevent SET opinion = '同意' WHERE id = %s", [events[1].pk])
    assert [one.event_uid for one in findings("tampered")] == [str(events[1].uid)]


def test_a_removed_event_is_named(clerk):
    events = three_events(clerk)
    link_now()
    with as_owner("units_auditevent") as cursor:
        cursor.execute("DELETE FROM units_auditevent WHERE id = %s", [events[0].pk])
    assert [one.event_uid for one in findings("removed")] == [str(events[0].uid)]


def test_an_event_put_in_without_the_chain_is_named(clerk):
    three_events(clerk)
    link_now()
    with as_owner("units_auditevent") as cursor:
        cursor.execute(
            "INSERT INTO units_auditevent (uid, at, actor_name, post, unit_name, address, verb, label, object_type, "
            "object_label, before, after, opinion, detail, succeeded) "
            "VALUES (gen_random_uuid(), now(), '某人', '', '', '', "
            "'x', 'x', 'unit', '', '', '', '', '{}', true) RETURNING uid"
        )
        uid = str(cursor.fetchone()[0])
    assert [one.event_uid for one in findings("inserted")] == [uid]
