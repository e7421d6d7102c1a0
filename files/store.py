"""Bytes on disk, once under their SHA-256. Nothing is served from here but through an object's own view."""

import ctypes
import errno
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.utils import timezone
from django.utils.functional import cached_property

from units.inserting import Insertion

from .erasing import lock_shared, lock_shared_many, open_erasure
from .examination import TOOL_VERSION, Examination, examine
from .models import Erasure, StoredFile

CHUNK = 1024 * 1024
NEW = Insertion(StoredFile, or_nothing=True)


class DigestStorage(FileSystemStorage):
    """Files under their digest: written to a temporary name, fsynced, renamed; an existing one is the same one."""

    @cached_property
    def base_location(self):
        return os.fspath(settings.EGOV_FILES_DIR)

    def get_available_name(self, name, max_length=None):
        return name

    def _save(self, name, content):
        full = Path(self.path(name))
        if full.exists():
            os.utime(full)  # somebody is about to name it: not to be swept as an old orphan now
            return name
        full.parent.mkdir(parents=True, exist_ok=True)
        source = getattr(content, "landed_path", None)
        if source is not None and Path(source).stat().st_dev == full.parent.stat().st_dev:
            os.replace(source, full)
        else:
            write_durably(full, iter(lambda: content.read(CHUNK), b""))
        sync_folder(full.parent)
        return name

    def take_in(self, landed: dict[str, Path]) -> None:
        """Files whose bytes are on the disk already, by name; the names are there for good once the disk is synced."""
        for name, source in landed.items():
            full = Path(self.path(name))
            if full.exists():
                os.utime(full)
                continue
            try:
                _renamed(source, full)
            except OSError as error:
                if error.errno != errno.EXDEV:  # else another disk
                    raise
                with source.open("rb") as content:
                    write_durably(full, iter(lambda content=content: content.read(CHUNK), b""))


def _renamed(source: Path, target: Path) -> None:
    """The target's folder is there but for the first of its name."""
    try:
        os.replace(source, target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)


def write_durably(target: Path, chunks: Iterable[bytes]) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_disk(folder: Path) -> None:
    """All that was written to the file system of `folder` is on the disk (syncfs(2)); OSError where it is not.

    For many small files at once: each fsync of its own is a write of the journal.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        if (syncfs := getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)) is None:
            os.sync()
        elif syncfs(handle):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Landed:
    """Bytes that are in the store under their digest, not yet named by any row (swept after a day)."""

    sha256: str
    crc32: int
    bytes: int
    filename: str
    examination: Examination


@dataclass(frozen=True)
class Received:
    """Bytes under a temporary name, examined, and not yet sure to be on the disk; `settle` puts them in their place."""

    landed: Landed
    temporary: Path


def receive(chunks: Iterable[bytes], filename: str, *, made_here: bool = False, durably: bool = False) -> Received:
    """Stream bytes to a temporary file and examine them. Memory is one chunk. `durably`: synced at once."""
    sha, crc, size = hashlib.sha256(), 0, 0
    handle, temporary = _temporary(Path(settings.EGOV_TMP_DIR))
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                out.write(chunk)
                sha.update(chunk)
                crc = zlib.crc32(chunk, crc)
                size += len(chunk)
            out.flush()
            if durably:
                os.fsync(out.fileno())
        examination = examine(temporary, filename, made_here=made_here)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return Received(Landed(sha.hexdigest(), crc, size, filename, examination), temporary)


def _temporary(folder: Path) -> tuple[int, Path]:
    try:
        handle, name = tempfile.mkstemp(dir=folder)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
    return handle, Path(name)


def settle(received: Iterable[Received]) -> None:
    """Put many under their digests, what was refused away: their bytes are on the disk before any bears its name.

    OSError, and none of their rows may be written, where the disk does not take them.
    """
    given = list(received)
    taken = {name_of(one.landed.sha256): one.temporary for one in given if not one.landed.examination.refusals}
    try:
        if taken:
            sync_disk(Path(settings.EGOV_TMP_DIR))
            storages["default"].take_in(taken)
            sync_disk(Path(settings.EGOV_FILES_DIR))
    finally:
        for one in given:
            one.temporary.unlink(missing_ok=True)


def land(chunks: Iterable[bytes], filename: str, *, made_here: bool = False) -> Landed:
    """Stream bytes to a temporary file, examine them, put them under their digest. Memory is one chunk."""
    received = receive(chunks, filename, made_here=made_here, durably=True)
    try:
        if not received.landed.examination.refusals:
            with File(received.temporary.open("rb")) as content:
                content.landed_path = received.temporary
                storages["default"].save(name_of(received.landed.sha256), content)
        return received.landed
    finally:
        received.temporary.unlink(missing_ok=True)


def land_bytes(data: bytes, filename: str) -> Landed:
    return land([data], filename)


def land_made(data: bytes, filename: str) -> Landed:
    """Bytes that this program made itself: pages, sheets, texts."""
    return land([data], filename, made_here=True)


def name_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(landed: Landed) -> StoredFile:
    """The row of landed bytes; inside a transaction, the same row for the same bytes whoever came first.

    ValueError for what the examination refused: its bytes were put away, and a row would name a file that is not there.
    """
    row = _row_of(landed)
    NEW.write([row])
    return row if row.pk is not None else _there_again(StoredFile.objects.get(sha256=landed.sha256))


def keep_many(landed: Iterable[Landed]) -> dict[str, StoredFile]:
    """As `keep`, of many at once, by SHA-256: a handful of statements, whatever their number."""
    given = {one.sha256: one for one in landed}
    there = {row.sha256: row for row in StoredFile.objects.filter(sha256__in=given)}
    lock_shared_many(connection, sorted(there))
    erased = set(
        Erasure.objects.filter(stored_file__in=there.values(), revived_at=None).values_list("stored_file", flat=True)
    )
    for row in there.values():
        if row.pk in erased:
            _there_again(row)
    fresh = [_row_of(one) for digest, one in given.items() if digest not in there]
    StoredFile.objects.bulk_create(fresh, ignore_conflicts=True)
    made = StoredFile.objects.filter(sha256__in=[row.sha256 for row in fresh])
    return there | {row.sha256: row for row in made}


def _row_of(landed: Landed) -> StoredFile:
    found = landed.examination
    if found.refusals:
        raise ValueError(f"Refused bytes are not kept: {found.refusals[0].code}.")
    return StoredFile(
        sha256=landed.sha256,
        crc32=landed.crc32,
        bytes=landed.bytes,
        format_id=found.format_id,
        mime=found.mime,
        pages=found.pages,
        findings=[{"code": one.code, "severity": one.severity, "message": one.message} for one in found.findings],
        examined_with=TOOL_VERSION,
        scanned_with=found.scanned_with,
    )


def _there_again(row: StoredFile) -> StoredFile:
    """Bytes that were destroyed and are kept anew; FileNotFoundError when they went between landing and keeping."""
    lock_shared(connection, row.sha256)
    if (erasure := open_erasure(row)) is not None:
        if not path_of(row).is_file():
            raise FileNotFoundError(row.path)
        erasure.revived_at = timezone.now()
        erasure.save(update_fields=["revived_at"])
    return row


def path_of(stored: StoredFile) -> Path:
    """Where the bytes lie. A digest leads nowhere else, so that nothing need be resolved."""
    store = storages["default"]
    return Path(f"{store.location}/{stored.path}" if stored.sha256.isalnum() else store.path(stored.path))
