"""Which places lie on one disk: a second copy there is no safety against its loss, and whoever counts on it is told."""

import os
from pathlib import Path

from django.conf import settings

SECOND_BESIDE = "第二存放地与馆藏在同一磁盘，磁盘损坏时两处同失"


def on_one_disk(one: Path | str, other: Path | str) -> bool:
    try:
        return os.stat(one).st_dev == os.stat(other).st_dev
    except OSError:
        return False


def second_beside_holdings() -> str:
    """What is said of the second place wherever it is counted; "" where it lies on another disk.

    The number of sets stays: domain 9 asks for whole and verified copies and says nothing of their disks.
    """
    return SECOND_BESIDE if on_one_disk(settings.EGOV_HOLDINGS_DIR, settings.EGOV_SECOND_DIR) else ""
