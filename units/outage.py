"""Is the database away, or does it refuse? The first passes and is said in a sentence; the second is a fault."""

import psycopg2
from django.db import DatabaseError, InterfaceError

FAULTS = (DatabaseError, InterfaceError, psycopg2.DatabaseError, psycopg2.InterfaceError)
# admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections (PostgreSQL, appendix A); all of class 08 too
GONE = ("57P01", "57P02", "57P03", "53300")


def is_database_gone(error: BaseException | None) -> bool:
    """True for errors of a lost or refused connection; a deadlock, a lock timeout and a full disk are none.

    The driver gives no code where the server could not send one; a connection lost within a query is a bare
    `DatabaseError`.
    """
    if not isinstance(error, FAULTS):
        return False
    cause = error if isinstance(error, psycopg2.Error) else error.__cause__
    code = getattr(cause, "pgcode", None)
    if code is not None:
        return code.startswith("08") or code in GONE
    lost = isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError)
    return lost or type(cause) is psycopg2.DatabaseError
