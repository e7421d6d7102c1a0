"""A bounded memory of what is dear to make and follows from its key alone."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Memory(Generic[Made]):
    """At most `most` things by all that they were made of; the oldest goes when there are too many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.made: dict[Hashable, Made] = {}
        self.lock = Lock()

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, which must follow from `key` alone and is never None."""
        found = self.made.get(key)
        if found is None:
            found = make()
            with self.lock:
                while len(self.made) >= self.most:
                    self.made.pop(next(iter(self.made)))
                self.made[key] = found
        return found
