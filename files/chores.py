"""Bytes that nobody names are swept, never younger than a day: an upload may still be on its way to its row."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from units.chores import Chore
from units.texts import some_of

from . import publication, shown
from .models import StoredFile

OLD = 24 * 3600  # seconds
SLICE = 500


def sweep_orphans() -> str:
    """Files of the store that no StoredFile row names, a day old: their act was rolled back or never came."""
    seen = swept = 0
    for slice_ in _sliced(_stored()):
        seen += len(slice_)
        named = set(
            StoredFile.objects.filter(sha256__in=[path.name for path in slice_]).values_list("sha256", flat=True)
        )
        swept += sum(_remove(path) for path in slice_ if path.name not in named)
    return f"核对 {seen:,} 个文件，清除 {swept} 个"


def _stored() -> Iterator[Path]:
    """Files under their digest, old enough to be judged."""
    for path in Path(settings.EGOV_FILES_DIR).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        if len(path.name) == 64 and is_old(path):
            yield path


def _sliced(paths: Iterator[Path]) -> Iterator[list[Path]]:
    slice_: list[Path] = []
    for path in paths:
        slice_.append(path)
        if len(slice_) == SLICE:
            yield slice_
            slice_ = []
    if slice_:
        yield slice_


def sweep_temporary() -> str:
    """What a killed process left half written: `.part-*` in the store, loose files in the folder for uploads."""
    parts = Path(settings.EGOV_FILES_DIR).glob("*/*/.part-*")
    loose = (path for path in Path(settings.EGOV_TMP_DIR).glob("*") if path.is_file())
    return f"清除 {sum(_remove(path) for path in [*parts, *loose])} 个临时文件"


def is_old(path: Path) -> bool:
    """Written to for the last time a day ago; False for what has gone meanwhile."""
    try:
        return time.time() - path.stat().st_mtime > OLD
    except FileNotFoundError:
        return False


def _remove(path: Path) -> bool:
    """Its age is asked again at the last moment: the same bytes may have landed meanwhile (they are touched then)."""
    if not is_old(path):
        return False
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    return True


def sweep_pictures() -> str:
    """Pictures of pages that nobody has looked at for a month; they are drawn again when somebody does."""
    last = time.time() - shown.UNUSED
    pictures = (path for path in Path(settings.EGOV_PICTURES_DIR).glob("??/*") if path.stat().st_mtime < last)
    return f"清除 {sum(_remove(path) for path in pictures)} 个页面图像"


def heal_public() -> str:
    """The public root is what open publications say, whatever a crash left behind; lost bytes are an alarm."""
    swept = publication.sweep_public()
    if swept.lost:
        raise RuntimeError(f"公开目录缺 {len(swept.lost)} 个文件，库中也找不到：{some_of(swept.lost, 10)}")
    return f"补齐 {swept.copied} 个、移除 {swept.removed} 个公开文件"


CHORES = (
    Chore("heal_public", "核对公开目录", timedelta(hours=1), heal_public),
    Chore("sweep_orphans", "清除无归属的文件", timedelta(days=1), sweep_orphans),
    Chore("sweep_pictures", "清除久未使用的页面图像", timedelta(days=1), sweep_pictures),
    Chore("sweep_temporary", "清除临时文件", timedelta(hours=6), sweep_temporary),
)
