"""Space watched where bytes lie: measured by a chore, told before a place is full (Order 6, art. 10: E-11; F-14)."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from files.models import StoredFile
from units import audit
from units.actions import system_user
from units.models import Task, Unit
from units.roles import PostKind
from units.tasks import close_tasks, open_task

from ..models import Copy, SpaceReading, StorePlace
from ..states import FilePlace, Place

TASK = "space_low"
LEAST_SHARE = 10  # % free: below that somebody has to act
LEAST_DAYS = 180  # days that the free space lasts at the growth of the last ones
GROWTH = timedelta(days=90)


def folder_of(place: str) -> Path:
    return Path(
        {
            FilePlace.FILES: settings.EGOV_FILES_DIR,
            FilePlace.HOLDINGS: settings.EGOV_HOLDINGS_DIR,
            FilePlace.SECOND: settings.EGOV_SECOND_DIR,
        }[FilePlace(place)]
    )


@dataclass(frozen=True)
class Space:
    """What a place had free when it was last measured; `days` until it is full by its growth, None when unknown."""

    place: str
    total: int
    free: int
    measured_at: datetime
    days: int | None

    @property
    def share(self) -> float:
        return round(100 * self.free / self.total, 1) if self.total else 0.0

    @property
    def is_low(self) -> bool:
        return self.share < LEAST_SHARE or (self.days is not None and self.days < LEAST_DAYS)

    @property
    def told(self) -> str:
        """What is wrong and what would be right; "" when nothing is."""
        if not self.is_low:
            return ""
        lasts = f"，按近期增长约 {self.days} 天后用尽" if self.days is not None else ""
        return f"可用 {self.share}%{lasts}。应扩容或者迁移，使可用空间不低于 {LEAST_SHARE}%，并够用 {LEAST_DAYS} 天。"


def spaces() -> list[Space]:
    """The newest reading of every place; a place that was never measured is not there."""
    return [found for place in FilePlace.values if (found := _space(place)) is not None]


def _space(place: str) -> Space | None:
    readings = SpaceReading.objects.filter(place__place=place).order_by("-measured_at")
    if (now := readings.first()) is None:
        return None
    former = readings.filter(measured_at__gte=now.measured_at - GROWTH).last()
    return Space(place, now.total_bytes, now.free_bytes, now.measured_at, _days(former, now))


def _days(former: SpaceReading, now: SpaceReading) -> int | None:
    """At the growth between two readings at least a week apart; None when it does not shrink."""
    passed, used = (now.measured_at - former.measured_at).days, former.free_bytes - now.free_bytes
    return int(now.free_bytes / (used / passed)) if passed >= 7 and used > 0 else None


def measure() -> list[Space]:
    """Measure every place, and open or close the task of whoever keeps the holding."""
    for place in FilePlace.values:
        with transaction.atomic():
            row, _ = StorePlace.objects.get_or_create(place=place)
            usage = _usage(place)
            SpaceReading.objects.create(
                place=row, measured_at=timezone.now(), total_bytes=usage.total if usage else 0,
                free_bytes=usage.free if usage else 0,
            )  # fmt: skip
            _tell(row, _space(place))
    return spaces()


def _usage(place: str):
    """(total, used, free); None when it cannot be reached: then nothing is free.

    A place where nothing was ever kept may not be there yet: its disk is that of the folder it will be made in.
    """
    folder = folder_of(place)
    if not _was_used(place):
        folder = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    try:
        return shutil.disk_usage(folder)
    except OSError:
        return None


def _was_used(place: str) -> bool:
    if place == FilePlace.FILES:
        return StoredFile.objects.exists()
    return Copy.objects.filter(place=Place.HOLDINGS if place == FilePlace.HOLDINGS else Place.SECOND).exists()


def _tell(row: StorePlace, found: Space) -> None:
    is_open = Task.objects.of(row).open().filter(kind=TASK).exists()
    if found.is_low == is_open:
        return
    if is_open:
        close_tasks(row, by=system_user(), kinds=(TASK,), outcome="dropped")
        audit.record("space_enough", "存储空间恢复", row, by=system_user(), free=found.free, total=found.total)
        return
    for archive in Unit.objects.filter(category=Unit.Category.ARCHIVE, valid_to=None):
        open_task(TASK, "存储空间不足", row, unit=archive, post=PostKind.ACCESSIONER, remark=found.told)
    audit.record("space_low", "存储空间不足", row, by=system_user(), free=found.free, total=found.total)
