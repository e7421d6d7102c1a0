"""How far the reading of a package has come, in bags and in bytes."""

from collections.abc import Callable
from pathlib import Path

Progress = Callable[..., None]  # (bags done, all, bytes read, bytes in all)


class HowFar:
    """How far the reading of several bags has come."""

    def __init__(self, places: list[Path], progress: Progress | None) -> None:
        self.sizes, self.progress = [size_of(place) for place in places], progress
        self.done = self.read = 0

    def begin(self) -> None:
        if self.progress:
            self.progress(self.done, len(self.sizes), self.read, sum(self.sizes))

    def file(self, in_bag: int) -> None:
        """`in_bag` bytes of the bag's files have been read."""
        if self.progress:
            here = self.read + min(in_bag, self.sizes[self.done])
            self.progress(self.done, len(self.sizes), here, sum(self.sizes))

    def end(self) -> None:
        self.read, self.done = self.read + self.sizes[self.done], self.done + 1
        if self.done == len(self.sizes):
            self.begin()  # the last mark says what was read, to the end


def size_of(place: Path) -> int:
    try:
        files = [place] if place.is_file() else [one for one in place.rglob("*") if one.is_file()]
        return sum(one.stat().st_size for one in files)
    except OSError:
        return 0  # the reading will say so
