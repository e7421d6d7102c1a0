"""The index over pairs of characters while many records come: kept up on a connection beside the one that files them.

What is written lands in a list in front of the index, and whoever makes it too long sorts it in: two milliseconds a
record, for which the filing of the next would wait. Nothing is found later for it: a search reads the list too.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import Error, connection

logger = logging.getLogger(__name__)

ROOM = (
    "64MB"  # of the list, some 1,200 records: whoever files sorts in himself where the other has fallen behind so far
)
AT_ONCE = (
    4  # slices: the same pairs come again in every record, so that four sorted in together cost half of four times
)


def leave_to_the_other() -> None:
    """In a transaction: what it writes is not sorted in by its own connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gin_pending_list_limit', %s, true)", [ROOM])


@contextmanager
def sorted_aside() -> Iterator[Callable[[], None]]:
    """Gives what has the other connection sort in what is committed; at the end all of it is."""
    threads, under_way, waiting = ThreadPoolExecutor(1, "indexing"), list[Future](), 0

    def go_on() -> None:
        nonlocal waiting
        waiting += 1
        if waiting >= AT_ONCE and (not under_way or under_way[-1].done()):
            under_way[:], waiting = [threads.submit(_sort_in)], 0

    try:
        yield go_on
    finally:
        if under_way or waiting:
            threads.submit(_sort_in)
        threads.submit(connection.close)  # the thread's own
        threads.shutdown()


def _sort_in() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT archive_sort_in_words()")
    except Error as error:
        logger.warning("The index of words was not kept up beside: %s", error)
        connection.close()
