"""Copies of a package and of stored files: a damaged one is made whole from another, whose digest is proved on the way.

A package has up to three places: the unit's, the holdings, and the second place. A stored file has a second copy inside
the package in which its record was taken over.
"""

import hashlib
import zipfile
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from files.models import StoredFile
from files.store import path_of, write_durably

from .delivery import BLOCK, copy_part, holdings_folder, package_folder
from .models import Batch, BatchItem, Copy, PackagePart
from .states import HELD, CopyState, ItemVerdict, Place


def second_folder(batch: Batch) -> Path:
    return Path(settings.EGOV_SECOND_DIR) / batch.archive.code / str(batch.uid)


PROGRAM = "固定性核验（SHA-256，逐字节）"  # what reads a copy or a file whole against its digest
FOLDERS = {Place.HOLDINGS: holdings_folder, Place.SECOND: second_folder, Place.UNIT: package_folder}


def place_of(copy: Copy) -> Path:
    return FOLDERS[Place(copy.place)](copy.part.batch) / copy.part.filename


def digest_at(path: Path) -> str:
    """SHA-256 of a file, "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def read_copy(copy: Copy) -> str:
    """Read the copy whole and keep what that said: "" when it is sound, else a sentence."""
    path, now = place_of(copy), timezone.now()
    digest = digest_at(path)
    copy.read_at = now
    if digest == copy.part.sha256:
        copy.state, copy.found, copy.verified_at, copy.verified_with = CopyState.SOUND, "", now, PROGRAM
    else:
        copy.state = CopyState.DAMAGED if digest else CopyState.MISSING
        copy.found = f"SHA-256应为{copy.part.sha256}，实际为{digest or '无（不能读取）'}。"
    copy.save()
    return copy.found


def heal_copy(copy: Copy) -> str:
    """Make a bad copy whole from another place; the place's name, "" when no sound one is left."""
    target = place_of(copy)
    for place in FOLDERS:
        source = FOLDERS[place](copy.part.batch) / copy.part.filename
        if place == copy.place or digest_at(source) != copy.part.sha256:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not copy_part(source, target, copy.part):
            if read_copy(copy):
                return ""
            copy.healed_at, copy.healed_from = copy.verified_at, Place(place).label
            copy.save()
            return copy.healed_from
    return ""


def is_whole(stored: StoredFile) -> bool:
    return digest_at(path_of(stored)) == stored.sha256


def heal_file(stored: StoredFile) -> str:
    """Make a stored file whole out of a package in which it was taken over; the package's name, "" without one."""
    items = BatchItem.objects.filter(
        verdict=ItemVerdict.ACCEPTED, digests__contains=[stored.sha256], batch__state__in=HELD
    ).select_related("batch__archive", "record")
    for item in items[:20]:
        parts = PackagePart.objects.filter(
            batch=item.batch, record_count__gt=0, first_position__lte=item.position, last_position__gte=item.position
        )
        for part in parts:
            for place in FOLDERS:
                if _taken_out(FOLDERS[place](item.batch) / part.filename, str(item.record.uid), stored):
                    return part.filename
    return ""


def _taken_out(package: Path, uid: str, stored: StoredFile) -> bool:
    """One file of record `uid` with the stored digest, from the package to the store."""
    try:
        with zipfile.ZipFile(package) as opened:
            for entry in opened.infolist():
                if f"/{uid}/" not in entry.filename or entry.file_size != stored.bytes:
                    continue
                with opened.open(entry) as content:
                    if hashlib.file_digest(content, "sha256").hexdigest() != stored.sha256:
                        continue
                with opened.open(entry) as content:
                    write_durably(path_of(stored), iter(partial(content.read, BLOCK), b""))
                return is_whole(stored)
    except (OSError, zipfile.BadZipFile):
        return False
    return False
