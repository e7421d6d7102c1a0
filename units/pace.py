"""How fast background work goes and what is left of it, told from the marks that its runner leaves (units/jobs.py)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

PACE = 0.5  # seconds between two marks: each is a commit
FEW_SECONDS = 2.0  # a rate of a shorter time says nothing


def paced(job, note: str) -> Callable[..., None]:
    """`progress(done, total, size=0, of_size=0)` for `job`, written now and then and at the end; sizes are bytes.

    `came_to` says in words what came of it: the last mark, written however far the work has come.
    """
    last = 0.0

    def progress(done: int, total: int, size: int = 0, of_size: int = 0, came_to: str = "") -> None:
        nonlocal last
        if came_to or done >= total or time.monotonic() - last >= PACE:
            last = time.monotonic()
            job.advance(done, total, came_to or note, size=size, of_size=of_size)

    return progress


class Paced:
    """What a job's page says of its pace: since its present phase began, or was begun again, in this attempt."""

    done: int
    total: int
    size: int
    of_size: int
    phase_done: int
    phase_size: int
    phase_at: datetime | None
    changed_at: datetime
    is_running: bool

    @property
    def _seconds(self) -> float:
        if not self.is_running or self.phase_at is None:
            return 0
        seconds = (self.changed_at - self.phase_at).total_seconds()
        return seconds if seconds >= FEW_SECONDS else 0

    @property
    def rate(self) -> float | None:
        """Items a second; None while it cannot be said."""
        return (self.done - self.phase_done) / self._seconds if self._seconds and self.done > self.phase_done else None

    @property
    def rate_of_bytes(self) -> float | None:
        return (self.size - self.phase_size) / self._seconds if self._seconds and self.size > self.phase_size else None

    @property
    def remaining(self) -> timedelta | None:
        """Of the present phase, by bytes where they are known: files are not alike."""
        if self.rate_of_bytes and self.of_size:
            return timedelta(seconds=max(0.0, (self.of_size - self.size) / self.rate_of_bytes))
        return timedelta(seconds=max(0.0, (self.total - self.done) / self.rate)) if self.rate else None
