"""Bytes that were destroyed lawfully: a row says when, and another when the same bytes came again (design 13).

StoredFile rows are only ever added; whether their bytes lie in the store is told here.
"""

from .models import Erasure, StoredFile

LOCK = "SELECT pg_advisory_xact_lock{}(hashtextextended(%s, 0))"


def lock_alone(connection, sha256: str) -> None:
    """Whoever destroys these bytes: nobody keeps them anew until he commits."""
    _lock(connection, sha256, "")


def lock_shared(connection, sha256: str) -> None:
    """Whoever is about to refer to these bytes."""
    _lock(connection, sha256, "_shared")


def lock_shared_many(connection, digests: list[str]) -> None:
    """As `lock_shared`, in the order given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(one, 0)) FROM unnest(%s::text[]) AS one", [digests]
        )


def _lock(connection, sha256: str, how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(how), [sha256])


def open_erasure(stored: StoredFile) -> Erasure | None:
    """The destruction after which the bytes have not come again."""
    return Erasure.objects.filter(stored_file=stored, revived_at=None).first()
