"""What the site's role may not do, tried for real (design section 9): the tests run as egov_app."""

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.scenarios.owner import as_owner
from units import audit, chain

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


# what the site may remove, and what it may only add; everything else it may change but not remove
REMOVED = {
    "archive_recordtext",  # of a 来文 that became one item with its 复文: the words are found by that one
    "archive_recordwords",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "django_session",
    "django_tasks_database_dbtaskresult",
    "documents_addressee",
    "documents_countersigner",
    "documents_issuer",
    "documents_replycall",
    "guardian_groupobjectpermission",
    "transfer_peernonce",
    "units_doneform",
    "units_formdraft",
    "units_savedfilter",
    "units_unitgroup_members",
    "units_user_groups",
}
NEVER_CHANGED = {
    "archive_environmentfinding",
    "archive_evaluationverdict",
    "archive_historicalappraisal",
    "archive_historicalopeningconsultation",
    "archive_historicalopeninground",
    "archive_historicalrecord",
    "archive_historicalretentionrule",
    "archive_historicalretentionschedule",
    "archive_historicaluserequest",
    "archive_keepingpaper",
    "archive_openingopinion",
    "archive_openingverdict",
    "archive_prolongation",
    "archive_sampletick",
    "archive_stockcheck",
    "archive_supervision",
    "archive_supervisionwithdrawal",
    "django_migrations",
    "documents_dispatch",
    "documents_historicaldocument",
    "documents_meetingreply",
    "documents_opinion",
    "documents_originaldisposal",
    "documents_rendition",
    "documents_revision",
    "documents_sealing",
    "documents_urging",
    "files_publicationfile",
    "files_storedfile",
    "oversight_frozenfigure",
    "oversight_frozenperiod",
    "oversight_samplecheck",
    "oversight_yearnote",
    "transfer_historicalbatch",
    "transfer_historicalconversionmigration",
    "transfer_mediumcheck",
    "transfer_mediumcontent",
    "transfer_receipt",
    "transfer_spacereading",
    "units_accesslog",
    "units_accesslog_default",
    "units_auditevent",
    "units_auditlink",
    "units_historicalappointment",
    "units_historicaldelegation",
    "units_historicalunit",
    "units_historicaluser",
    "units_jobfinding",
}


def every_table() -> list[tuple[str, str]]:
    """(table, one of its columns) of the whole schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, min(a.attname) "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped "
            "AND a.attidentity <> 'a' AND c.relname !~ '^units_accesslog_[0-9]+$' GROUP BY 1 ORDER BY 1"
        )
        return cursor.fetchall()


def test_delete_is_refused_on_every_table_but_a_literal_list():
    tables = every_table()
    assert len(tables) > 50
    assert {table for table, _ in tables if not refused(f'DELETE FROM "{table}" WHERE false')} == REMOVED


def test_update_is_refused_on_what_is_only_added():
    """Shows: F-20, 16-25, 19.1-5"""
    tables = every_table()
    changed = {table for table, column in tables if not refused(f'UPDATE "{table}" SET "{column}" = NULL WHERE false')}
    assert {table for table, _ in tables} - changed == NEVER_CHANGED


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
    return [one for one in chain.verify() if one.code == kind]


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
    assert [one.target for one in findings("tampered")] == [str(events[1].uid)]


def test_a_removed_event_is_named(clerk):
    """Shows: 16-25"""
    events = three_events(clerk)
    link_now()
    with as_owner("units_auditevent") as cursor:
        cursor.execute("DELETE FROM units_auditevent WHERE id = %s", [events[0].pk])
    assert [one.target for one in findings("removed")] == [str(events[0].uid)]


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
    assert [one.target for one in findings("inserted")] == [uid]
