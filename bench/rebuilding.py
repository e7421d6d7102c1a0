"""Tables are filled bare and dressed again: an index built at once costs a tenth of one that grows row by row.

Everything happens in the caller's transaction, so a broken run leaves the tables as they were; unique and foreign keys
are put back with their check of every row, and triggers are on again, before anybody else can see a row.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

MEMORY = "512MB"  # for building an index


@contextmanager
def as_owner() -> Iterator[None]:
    """The default connection as the tables' owner: within a test by its role, on the embedded server by its name."""
    if connection.in_atomic_block:
        _run("SET ROLE NONE")
        yield
        _run("SET ROLE egov_app")
        return
    user = connection.settings_dict["USER"]
    connection.close()
    if settings.EMBEDDED is not None:
        connection.settings_dict["USER"] = "egov_owner"
    try:
        connection.ensure_connection()
        if settings.EMBEDDED is None:
            _run("SET ROLE NONE")
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = user


@contextmanager
def bare(*models) -> Iterator[None]:
    """Inside the block the tables of `models` have no indexes but their keys, no constraints to others, no triggers."""
    tables = [model._meta.db_table for model in models]
    with transaction.atomic():
        _run("SET CONSTRAINTS ALL IMMEDIATE")  # no ALTER while checks are pending
        _run(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        for table in tables:
            _run(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        constraints = _all(CONSTRAINTS, tables)
        for table, name, _ in reversed(constraints):
            _run(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        indexes = _all(INDEXES, tables)
        for name, _ in indexes:
            _run(f'DROP INDEX "{name}"')
        yield
        for _, definition in indexes:
            _run(definition)
        for table, name, definition in constraints:
            _run(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
        for table in tables:
            _run(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        _run("SET CONSTRAINTS ALL DEFERRED")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _all(sql: str, tables: list[str]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [tables])
        return cursor.fetchall()


CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC, conname
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary ORDER BY 1
"""
