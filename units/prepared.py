"""Statements that a person's posts and the minute settle: written once a minute, not once a page.

Half of what a list's page costs the processor is the writing of the same statements anew (docs/performance.md). Only
what Django *writes* is kept, never what the database answers: every page asks for itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from .access import standing

MOST = 500  # statements in memory, some 20 kB each: the people who are at work at one time
_written: dict[tuple, Any] = {}


def minute() -> datetime:
    """Now, to the minute: what a statement kept here may take for now, for its list as well as for its counter."""
    return timezone.now().replace(second=0, microsecond=0)


def prepared(name: object, user, write: Callable[[], Any]) -> Any:
    """What `write` returns, which must follow from `name`, the person's standing and `minute()` alone and asks the
    database nothing.
    """
    return _kept((name, user.pk, user.is_active, standing(user).fingerprint, minute()), write)


def lasting(name: object, user, write: Callable[[], Any]) -> Any:
    """As `prepared`, of what does not follow from the clock: no day, no limit, no "now" stands in it."""
    return _kept((name, user.pk, user.is_active, standing(user).fingerprint), write)


def daily(name: object, user, write: Callable[[], Any]) -> Any:
    """As `prepared`, of what follows from the local day at most."""
    return _kept((name, user.pk, user.is_active, standing(user).fingerprint, timezone.localdate()), write)


def _kept(key: tuple, write: Callable[[], Any]) -> Any:
    found = _written.get(key)
    if found is None:
        if len(_written) >= MOST:
            _written.clear()
        found = _written[key] = write()
    return found
