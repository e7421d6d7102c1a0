"""What stands below the tests of a file: made once, in a transaction under those of its tests.

Putting the cast into the database and asking for it again was a good part of every test. Each test writes above what
stands and is rolled back to it by its savepoint, so none sees what another did. The transaction ends with the file, and
before a test that commits or takes less.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass
class Below:
    block: transaction.Atomic | None = None
    made: bytes = b""  # pickled: each test gets objects of its own
    is_the_files: bool = False  # a world of the file's own stands on the cast (tests/standing.py)


BELOW = Below()


def stands() -> bool:
    return BELOW.block is not None


def stand(make: Callable[[], bytes]) -> None:
    """What `make` writes stands below the coming tests, unless it does already; they get what it gave."""
    if stands() and _is_whole():
        return
    fall()
    BELOW.block = transaction.atomic()
    BELOW.block._from_testcase = True  # durable blocks may begin above it, as above Django's own of a test
    BELOW.block.__enter__()
    try:
        BELOW.made = make()
        connection.check_constraints()  # what waits for a commit is tried once, not again above by each test
    except BaseException:
        fall()
        raise


def _is_whole() -> bool:
    """Nobody closed the connection, or broke the transaction."""
    return connection.atomic_blocks == [BELOW.block] and connection.is_usable() and not connection.needs_rollback


def fall() -> None:
    if not stands():
        return
    block, BELOW.block = BELOW.block, None
    transaction.set_rollback(True)
    block.__exit__(None, None, None)
