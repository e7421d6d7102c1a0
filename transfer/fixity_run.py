"""Bytes read again by hand or by a schedule outside: every copy of every held package, and every stored file.

A damaged one is named, made whole from another copy, and read once more; what was healed stands in the trail.
"""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from archive.models import Component
from files.erasing import open_erasure
from files.models import Erasure, StoredFile
from files.store import path_of
from units import audit
from units.actions import system_user
from units.tasks import close_tasks

from .fixity import TASK
from .healing import PROGRAM, digest_at, heal_copy, heal_file, place_of, read_copy
from .models import Copy, FileReading
from .states import HELD, CopyState, Place

AT_ONCE = 500
PACKAGE, FILE = "信息包", "电子文件"


@dataclass(frozen=True)
class Damaged:
    """One thing that was not what its digest says; `healed_from` is "" where no sound copy was left."""

    kind: str
    place: str
    path: str
    message: str
    healed_from: str = ""


@dataclass
class Found:
    copies: int = 0
    files: int = 0
    damaged: list[Damaged] = field(default_factory=list)

    @property
    def unhealed(self) -> int:
        return sum(not one.healed_from for one in self.damaged)

    def as_json(self) -> dict:
        return {
            "copies_checked": self.copies, "files_checked": self.files, "damaged": len(self.damaged),
            "healed": len(self.damaged) - self.unhealed, "unhealed": self.unhealed,
            "items": [{**asdict(one), "healed": bool(one.healed_from)} for one in self.damaged],
        }  # fmt: skip


def run(sample: int | None, *, heals: bool = True) -> Found:
    """Read `sample` copies and as many files (None: all). Files are healed from packages, so packages come first."""
    found = Found()
    for copy in _copies(sample):
        found.copies += 1
        if told := read_copy(copy):
            found.damaged.append(_healed_copy(copy, told, heals))
    for stored in _files(sample):
        found.files += 1
        if told := read_file(stored, heals=heals):
            found.damaged.append(told)
    return found


def read_file(stored: StoredFile, *, heals: bool = True) -> Damaged | None:
    """Read one stored file whole, heal it when it is not what it should be, and keep what that said; None: sound.

    One whose bytes were destroyed lawfully, perhaps since it was chosen, is neither damaged nor brought back.
    """
    digest = digest_at(path_of(stored))
    if digest != stored.sha256 and open_erasure(stored) is not None:
        return None
    told = None if digest == stored.sha256 else _healed_file(stored, digest, heals)
    now = timezone.now()
    is_sound = told is None or bool(told.healed_from)
    state = CopyState.SOUND if is_sound else CopyState.DAMAGED if digest else CopyState.MISSING
    kept = {"state": state, "read_at": now, "found": "" if is_sound else told.message[:500]}
    kept |= {"verified_at": now, "verified_with": PROGRAM} if is_sound else {}
    kept |= {"healed_at": now, "healed_from": told.healed_from[:120]} if told and told.healed_from else {}
    FileReading.objects.bulk_create(
        [FileReading(stored_file=stored, **kept)], update_conflicts=True, unique_fields=("stored_file",),
        update_fields=tuple(kept),
    )  # fmt: skip
    return told


def _copies(sample: int | None) -> Iterator[Copy]:
    """Of packages in custody, in the archive's two places; those read longest ago first. Given up ones are left."""
    rows = Copy.objects.filter(
        place__in=(Place.HOLDINGS, Place.SECOND), part__record_count__gt=0, part__batch__state__in=HELD
    ).exclude(state__in=(CopyState.RETURNED, CopyState.WRITTEN_OFF))
    keys = list(rows.order_by("read_at", "pk").values_list("pk", flat=True)[:sample])
    for key in keys:
        yield Copy.objects.select_related("part__batch__archive").get(pk=key)


def _files(sample: int | None) -> Iterator[StoredFile]:
    """Files that records have; a sample is drawn at random. What was destroyed with its record is not looked for."""
    erased = Erasure.objects.filter(stored_file=OuterRef("pk"), revived_at=None)
    rows = StoredFile.objects.filter(~Exists(erased), pk__in=Component.objects.values("stored_file"))
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if sample is not None and sample < len(keys):
        keys = random.sample(keys, sample)
    for start in range(0, len(keys), AT_ONCE):
        yield from StoredFile.objects.filter(pk__in=keys[start : start + AT_ONCE]).order_by("pk")


def _healed_copy(copy: Copy, told: str, heals: bool) -> Damaged:
    source = heal_copy(copy) if heals else ""
    batch = copy.part.batch
    with transaction.atomic():
        audit.record(
            "heal" if source else "damage_found", "修复信息包副本" if source else "发现信息包损坏", batch, by=system_user(),
            place=copy.place, part=copy.part.filename, found=told, source=source,
        )  # fmt: skip
        if source and not Copy.objects.unsound(batch).exists():
            close_tasks(batch, by=system_user(), kinds=(TASK,), outcome="dropped")
    return Damaged(PACKAGE, copy.get_place_display(), str(place_of(copy)), told, source)


def _healed_file(stored: StoredFile, digest: str, heals: bool) -> Damaged:
    """It is told of the record that has the file now, else of the one that had it last, before it was replaced."""
    told = f"SHA-256应为{stored.sha256}，实际为{digest or '无（不能读取）'}。"
    source = heal_file(stored) if heals else ""
    versions = Component.versions.filter(stored_file=stored).select_related("record__unit")
    component = versions.order_by(F("superseded_at").desc(nulls_first=True), "pk").first()
    if component is None:  # no record ever had it: there is no trail to tell it in
        return Damaged(FILE, "文件库", str(path_of(stored)), told, source)
    with transaction.atomic():
        audit.record(
            "heal" if source else "damage_found", "修复电子文件" if source else "发现电子文件损坏", component.record,
            by=system_user(), file=stored.sha256, found=told, source=source,
        )  # fmt: skip
    whose = f"{component.record.archival_code} {component.filename}"
    return Damaged(FILE, "文件库", str(path_of(stored)), f"{whose}：{told}", source)
