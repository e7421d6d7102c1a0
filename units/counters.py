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


def take_many(counts: dict[str, int], above: dict[str, int]) -> dict[str, int]:
    """As `take` of each series of `counts`, in two statements: series → the first of its numbers.

    The series are locked in the order of their names (by code point, as `sorted` has them), so that two who take many
    never wait for each other.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A number is taken inside a transaction.")
    names = sorted(counts)
    given = {"series": names, "counts": [counts[one] for one in names], "above": [above.get(one, 0) for one in names]}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_MANY, given)
        cursor.execute(_TAKE_MANY, given)
        return {series: last - counts[series] + 1 for series, last in cursor.fetchall()}


# The first locks them one after the other, those that are new included; the second then waits for nobody.
_LOCK_MANY = """
INSERT INTO units_counter (series, last)
SELECT one, 0 FROM unnest(%(series)s::text[]) WITH ORDINALITY AS x (one, place) ORDER BY place
ON CONFLICT (series) DO UPDATE SET last = units_counter.last
"""
_TAKE_MANY = """
UPDATE units_counter c SET last = greatest(c.last, x.above) + x.count
FROM unnest(%(series)s::text[], %(counts)s::bigint[], %(above)s::bigint[]) AS x (series, count, above)
WHERE c.series = x.series RETURNING c.series, c.last
"""


def following(series: str) -> int:
    """The number that `take` would give now; nothing is taken or locked, so it may be another's a moment later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM units_counter WHERE series = %s", [series])
        row = cursor.fetchone()
        return row[0] + 1 if row else 1
