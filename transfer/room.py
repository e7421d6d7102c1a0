"""A full disk is a sentence, whoever meets it: what is there stays, what was half written goes, and it can go on."""

import errno
from collections.abc import Callable
from functools import wraps

from units.workflow import Refused

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: OSError) -> bool:
    """No room: on the disk, in the quota, or above the size that a file may have."""
    return error.errno in FULL


def told(what: str, side: str = "") -> str:
    return f"{side}磁盘空间不足，{what}没有存下；请清理磁盘后重试，已经存下的不必重做。"


def refused_when_full(what: str) -> Callable:
    """Work on files whose OSError of a full disk is a refusal in words."""

    def decorate(work: Callable) -> Callable:
        @wraps(work)
        def inner(*given, **named):
            try:
                return work(*given, **named)
            except OSError as error:
                if not is_full(error):
                    raise
                raise Refused(told(what)) from error

        return inner

    return decorate
