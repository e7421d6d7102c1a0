"""Somebody with the owner's password and bad intentions, inside a test's transaction."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def as_owner(table: str):
    """A cursor as egov_owner with the triggers of `table` switched off, as a tamperer would have it."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        try:
            yield cursor
        finally:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no ALTER while checks are pending
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
            cursor.execute("SET ROLE egov_app")


@contextmanager
def unwatched():
    """Rows put there as the owner would, without an act: the site's triggers ask for events of its own role alone."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        try:
            yield
        finally:
            cursor.execute("SET ROLE egov_app")
