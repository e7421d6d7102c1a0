"""What a page asks of its batch again and again, read once: ticks, runs, names, seals, whether the worker is at it.

Kept in the facts of the page beside the object that it has in hand, and nowhere else: an act takes the row under its
lock, which keeps nothing.
"""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
KEPT = "read_once"


def for_page(batch, facts: dict[Any, Any]) -> None:
    """From now on what is read of this object is kept in `facts`."""
    batch.__dict__[KEPT] = facts


def once(batch, key: tuple, read: Callable[[], T]) -> T:
    """What `read` gives; of a page's object what it gave the first time."""
    facts = batch.__dict__.get(KEPT)
    if facts is None:
        return read()
    if key not in facts:
        facts[key] = read()
    return facts[key]
