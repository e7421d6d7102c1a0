"""What is public is a fact with a time: `publish` opens it, `retire` closes it, nothing else does (design section 9).

The bytes that citizens read are copies in the public root, under their digest. They are copied before commit and
removed after it, and only when no open publication shows them. Whoever publishes holds a shared lock on each digest
until commit; whoever removes tries for the exclusive one, so bytes that are just being published are never taken away.
What a crash leaves between the two is healed by `sweep_public`.
"""

import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from time import time

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from .models import Publication, PublicationFile, StoredFile
from .store import path_of

STALE_SECONDS = 3600  # a copy still in the making after an hour has lost its maker


@dataclass(frozen=True)
class Shown:
    """A file as citizens will see it: bytes, name, role, number of pages; `uid` is its address."""

    stored_file: StoredFile
    name: str
    role: str
    pages: int | None = None
    uid: uuid.UUID | None = None


@dataclass(frozen=True)
class Swept:
    """What `sweep_public` did: files copied anew, removed, and digests of open files whose bytes are lost."""

    copied: int = 0
    removed: int = 0
    lost: tuple[str, ...] = ()


def publish(kind: Publication.Kind, obj, files: Iterable[Shown], *, reason: str) -> Publication:
    """Make `obj` (a row with `uid` and `unit`) public from now on, with `files` in their order.

    Inside the transaction of the act, with the object's row locked; else RuntimeError. IntegrityError when it is
    public already, FileNotFoundError when bytes are not in the store.
    """
    _inside_an_act()
    shown = list(files)
    row = Publication.objects.create(kind=kind, object_uid=obj.uid, unit=obj.unit, reason=reason)
    PublicationFile.objects.bulk_create(
        PublicationFile(
            uid=one.uid or uuid.uuid4(),
            publication=row,
            stored_file=one.stored_file,
            name=one.name,
            role=one.role,
            seq=number,
            pages=one.pages,
        )
        for number, one in enumerate(shown, start=1)
    )
    for stored in sorted({one.stored_file for one in shown}, key=lambda one: one.sha256):
        _lock("pg_advisory_xact_lock_shared", stored.sha256)
        put_public(stored)
    return row


def retire(obj, *, reason: str) -> Publication:
    """End the present publication of `obj`; the public reads `reason` in its place.

    Inside the transaction of the act, with the object's row locked; else RuntimeError. ValueError without a reason,
    Publication.DoesNotExist when `obj` is not public.
    """
    _inside_an_act()
    if not reason.strip():
        raise ValueError("The public is told why something is withdrawn.")
    row = Publication.objects.open().select_for_update().get(object_uid=obj.uid)
    row.closed_at, row.withdrawal_reason = max(timezone.now(), row.opened_at), reason.strip()
    row.save(update_fields=["closed_at", "withdrawal_reason"])
    for digest in set(row.files.values_list("stored_file__sha256", flat=True)):
        transaction.on_commit(partial(_remove, digest), robust=True)
    return row


def open_on(object_uid: uuid.UUID, day: date) -> Publication | None:
    """Was this public on that day? The publication that was open at some moment of it, else None."""
    return Publication.objects.of(object_uid).on(day).first()


def sweep_public() -> Swept:
    """Bring the public root to what the open publications say: remove what none names, copy what is missing."""
    wanted = set(_open_files().values_list("stored_file__sha256", flat=True))
    copied, lost = 0, []
    for digest in sorted(wanted):
        if not public_path(digest).is_file():
            try:
                copied += _heal(digest)
            except FileNotFoundError:
                lost.append(digest)
    removed = sum(_remove(path.name) for path in _public_files() if path.name not in wanted)
    return Swept(copied, removed + _remove_unfinished(), tuple(lost))


def put_public(stored: StoredFile) -> Path:
    """Copy bytes to the public root under their digest; the same bytes twice are one file."""
    target = public_path(stored.sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{stored.sha256}.{uuid.uuid4().hex}.part")  # two may copy the same bytes at once
        try:
            shutil.copyfile(path_of(stored), part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target


def public_path(sha256: str) -> Path:
    return Path(settings.EGOV_PUBLIC_DIR) / sha256[:2] / sha256


def _open_files():
    return PublicationFile.objects.filter(publication__closed_at=None)


def _heal(digest: str) -> bool:
    """Copy what an open publication shows and the public root lacks; False when it was withdrawn meanwhile."""
    with transaction.atomic():
        _lock("pg_advisory_xact_lock_shared", digest)
        found = _open_files().filter(stored_file__sha256=digest).select_related("stored_file").first()
        if found is not None:
            put_public(found.stored_file)
    return found is not None


def _remove(digest: str) -> bool:
    """Unlink the public copy unless an open publication shows it or somebody is just publishing it."""
    with transaction.atomic():
        if not _lock("pg_try_advisory_xact_lock", digest) or _open_files().filter(stored_file__sha256=digest).exists():
            return False
        path = public_path(digest)
        was_there = path.exists()
        path.unlink(missing_ok=True)
    return was_there


def _public_files() -> Iterator[Path]:
    return (path for path in Path(settings.EGOV_PUBLIC_DIR).glob("??/*") if len(path.name) == 64)


def _remove_unfinished() -> int:
    parts = list(Path(settings.EGOV_PUBLIC_DIR).glob("??/*.part"))
    stale = [path for path in parts if path.exists() and time() - path.stat().st_mtime > STALE_SECONDS]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _lock(function: str, digest: str):
    """One of PostgreSQL's transaction locks on the public copy of `digest`; the value of a try, else None."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [f"public:{digest}"])
        return cursor.fetchone()[0]


def _inside_an_act() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A publication is opened and closed in the transaction of its act.")
