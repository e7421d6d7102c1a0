"""Fixity by calendar: of the files in the store at least 5 % a quarter, and each within two years (domain 8.3, 18.1).

Packages have a rhythm of their own (transfer/fixity.py, every 30 days). The files read longest ago come first, so that
what is behind can be told: it is what was not read for two years.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from archive.models import Component
from files.models import StoredFile

from ..fixity_run import read_file
from ..models import FileReading

SHARE = 5  # % of the files, each quarter (DA/T 70—2018; DA/T 99—2024, 18.1)
EVERY = timedelta(days=730)
QUARTER = 91.25  # days
PER_DAY = 1 / 600  # of all files: two years with a fifth to spare
AT_ONCE = 2_000  # files in one run of the chore
BYTES_AT_ONCE = 20_000_000_000


@dataclass(frozen=True)
class Plan:
    """Of one holding, now: `read` files in this quarter of `files`; `behind` were not read for two years."""

    files: int
    bytes: int
    quarter_first: datetime
    read: int
    behind: int
    never: int

    @property
    def share(self) -> float:
        return round(100 * self.read / self.files, 1) if self.files else 0.0

    @property
    def needed(self) -> int:
        """Files still to be read in this quarter."""
        return max(0, ceil(self.files * SHARE / 100) - self.read)


def quarter_of(moment: datetime) -> datetime:
    """When the quarter of `moment` began, local time."""
    local = timezone.localtime(moment)
    return local.replace(month=3 * ((local.month - 1) // 3) + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def _held(archives: Iterable[int] | None = None):
    """Stored files of records that are not destroyed; of those archives' custody only, when they are named."""
    components = Component.objects.filter(stored_file=OuterRef("pk")).exclude(record__state="destroyed")
    if archives is not None:
        components = components.filter(record__custodian__in=list(archives))
    reading = FileReading.objects.filter(stored_file=OuterRef("pk"))
    return StoredFile.objects.filter(Exists(components)).annotate(last_read=Subquery(reading.values("read_at")[:1]))


def plan(archives: Iterable[int] | None = None) -> Plan:
    """One query, however many files."""
    now = timezone.now()
    first, limit = quarter_of(now), now - EVERY
    late = Q(last_read__lt=limit) | Q(last_read=None, created_at__lt=limit)
    found = _held(archives).aggregate(
        files=Count("pk"), bytes=Sum("bytes", default=0), read=Count("pk", filter=Q(last_read__gte=first)),
        behind=Count("pk", filter=late), never=Count("pk", filter=Q(last_read=None)),
    )  # fmt: skip
    return Plan(found["files"], found["bytes"], first, found["read"], found["behind"], found["never"])


def read_due() -> tuple[int, int]:
    """The day's share, those read longest ago first, and whatever is behind; (files read, damaged and not healed)."""
    now = timezone.now()
    whole = plan()
    wanted = min(AT_ONCE, max(ceil(whole.files * PER_DAY), whole.behind, ceil(whole.needed / _days_left(now))))
    keys, size = [], 0
    due = _held().order_by(Coalesce("last_read", "created_at"), "pk").values_list("pk", "bytes", "last_read")
    for key, length, last in due[:wanted]:
        if (size and size + length > BYTES_AT_ONCE) or (last is not None and last > now - timedelta(days=1)):
            break
        keys.append(key)
        size += length
    unhealed = 0
    rows = StoredFile.objects.in_bulk(keys)
    for key in keys:
        told = read_file(rows[key])
        unhealed += told is not None and not told.healed_from
    return len(keys), unhealed


def _days_left(now: datetime) -> float:
    return max(1.0, QUARTER - (now - quarter_of(now)).days)
