"""Numbers without gap or double: taken last in a transaction, under the row's lock."""

from django.db import connection


def take(series: str, count: int = 1) -> int:
    """First of `count` consecutive numbers of `series`; a rolled-back transaction gives them back.

    The row stays locked until commit, so callers take a number as their last write but the event.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A number is taken inside a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_counter (series, last) VALUES (%s, %s) "
            "ON CONFLICT (series) DO UPDATE SET last = units_counter.last + EXCLUDED.last RETURNING last",
            [series, count],
        )
        return cursor.fetchone()[0] - count + 1
