"""Numbers without gap or double: taken last in a transaction, under the row's lock."""

from django.db import connection


def take(series: str, count: int = 1, *, above: int = 0) -> int:
    """First of `count` consecutive numbers of `series`, all above `above`; a rolled-back transaction gives them back.

    None taken (count 0) still locks the series, and lifts it to `above`: numbers that paper bears already are not given
    again. The row stays locked until commit, so callers take a number as their last write but the event.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A number is taken inside a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_counter (series, last) VALUES (%(series)s, %(above)s + %(count)s) "
            "ON CONFLICT (series) DO UPDATE SET last = greatest(units_counter.last, %(above)s) + %(count)s "
            "RETURNING last",
            {"series": series, "count": count, "above": above},
        )
        return cursor.fetchone()[0] - count + 1


def following(series: str) -> int:
    """The number that `take` would give now; nothing is taken or locked, so it may be another's a moment later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM units_counter WHERE series = %s", [series])
        row = cursor.fetchone()
        return row[0] + 1 if row else 1
