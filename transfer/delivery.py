"""The package of a batch: built part by part, copied to the archive's holdings, and read there byte for byte.

Everything here may be killed anywhere and run again: a finished part stays, a torn one is written anew, a copy is
made under a temporary name and takes its own only when its digest is right.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from archive import inspection
from archive.models import Component, Record
from archive.packages import findings
from archive.packages.findings import NotAPackage, Verification
from archive.packages.verifier import verify
from archive.packing import SLICE
from archive.states import Retention, Verdict
from units.findings import REFUSE, WARN, Finding
from units.models import StopsRunning, Unit
from units.workflow import Refused

from . import wanted_formats
from .disks import on_one_disk
from .going_on import Carried, keep_slice, resumed
from .models import Batch, BatchItem, Copy, PackagePart
from .packing import items_of
from .states import CopyState, Place

BLOCK = 1024 * 1024
PARTIAL = ".partial"  # what is not whole yet, or not known yet: of the sweep, a day later
UNENTERED = f".unentered{PARTIAL}"
LINES = 200  # findings of one kind about a batch
GROUPS = ("真实性", "完整性", "可用性", "安全性")
VERIFIER = "信息包核验（BagIt，逐字节逐件）"  # archive/packages/verifier.py


def package_folder(batch: Batch) -> Path:
    return Path(settings.EGOV_PACKAGES_DIR) / str(batch.uid)


def holdings_folder(batch: Batch) -> Path:
    return Path(settings.EGOV_HOLDINGS_DIR) / batch.archive.code / str(batch.uid)


def inspect_items(batch: Batch, *, by, progress=None, package: Verification | None = None, job=None) -> Verdict:
    """The inspection of transfer over all items, never stopping at the first finding; results stay with the items.

    Results are written slice by slice, so memory does not grow with the batch; with `job` a run that was paused or
    killed is gone on with behind its last slice (the batch stays as it is while its job is not over)."""
    run, sheet, done = resumed(batch, by, job)
    if not done:
        if package:
            note_package(sheet, batch, package)
        sheet.note("2-1", _count(batch))
        sheet.note("2-6", _gaps(batch))
    for items in _sliced(items_of(batch), done):
        keys = [item.record_id for item in items]
        records = (
            Record.objects.unguarded("the batch's own items").select_related("unit", "fonds", "document").in_bulk(keys)
        )
        files: dict[int, list] = {}
        for component in Component.objects.filter(record__in=keys).select_related("stored_file").order_by("seq"):
            files.setdefault(component.record_id, []).append(component)
        twins = inspection.twins_of(records.values())
        for item in items:
            record, own = records[item.record_id], files.get(item.record_id, [])
            found = inspection.examine(sheet, record, own, twins=twins)
            if package:
                found += sheet.note("1-1", _unlike_packed(item, own), record)
            found += _not_as_planned(sheet, batch, record, own)
            item.findings = [_kept(one) for one in found]
        done += len(items)
        with transaction.atomic():
            _write_findings(items)
            keep_slice(run, sheet, done, job)
        if progress:
            progress(done, batch.record_count)
    return Verdict(inspection.keep(run, sheet, records=done).verdict)


def _write_findings(items: list[BatchItem]) -> None:
    """Of most items nothing is found, before as now: one statement for them, and rows only for the others."""
    BatchItem.objects.filter(pk__in=[one.pk for one in items if not one.findings]).exclude(findings=[]).update(
        findings=[]
    )
    BatchItem.objects.bulk_update([one for one in items if one.findings], ["findings"])


def _kept(finding: Finding) -> dict:
    verdict = Verdict.FAIL if finding.is_refusal else Verdict.WARN
    return {"item": finding.code, "verdict": verdict, "message": finding.message, "field": finding.field}


def note_package(sheet: inspection.Sheet, batch: Batch, package: Verification) -> None:
    """What reading the package's bytes said, and that it is as large as what was approved."""
    sheet.take_package(package.findings, package.checked)
    if package.checked and batch.payload_bytes and package.bytes != batch.payload_bytes:
        told = f"应为{batch.payload_bytes}字节，实有{package.bytes}字节。"
        sheet.note("2-2", [Finding("2-2", REFUSE, "信息包", told)])


def _count(batch: Batch) -> list[Finding]:
    have = items_of(batch).count()
    if have == batch.record_count:
        return []
    return [Finding("2-1", REFUSE, "批次", f"登记{batch.record_count}件，实有{have}件。")]


def _gaps(batch: Batch) -> list[Finding]:
    """Numbers missing in a class or before its first; they may have gone with another batch: a person decides."""
    parts = ("record__year", "record__retention_code", "record__class_code")
    found, last = [], None
    rows = items_of(batch).order_by(*parts, "record__item_no").values_list(*parts, "record__item_no")
    for *series, number in rows.iterator():
        before = last[1] if last and last[0] == series else 0
        if number > before + 1:
            word = Retention(series[1]).label
            place = f"件号{before}之后" if before else f"件号{number}之前"
            told = f"{series[0]}年{word}{series[2]}{place}缺{number - before - 1}件，请核对是否另行移交。"
            found.append(Finding("2-6", WARN, "档号", told))
        last = (series, number)
    return found[:LINES]


def _unlike_packed(item: BatchItem, components: list[Component]) -> list[Finding]:
    if not item.digests or item.digests == [one.stored_file.sha256 for one in components]:
        return []
    return [Finding("1-1", REFUSE, item.record.title, "电子文件与打包时的不同，固化信息无效。")]


def _not_as_planned(sheet: inspection.Sheet, batch: Batch, record: Record, own: list[Component]) -> list[Finding]:
    """Originals in other formats than the plan asks for: told to both sides, who decide."""
    found = wanted_formats.findings(batch.plan.formats, own) if batch.plan is not None else []
    if found:
        sheet.count(wanted_formats.ITEM, 0, 0, 1)  # how many were checked for it the reading of the package counts
        sheet.found += [(record, one) for one in found]
    return found


def _sliced(rows, done: int = 0):
    keys = list(rows.values_list("pk", flat=True))
    for start in range(done, len(keys), SLICE):
        yield list(BatchItem.objects.filter(pk__in=keys[start : start + SLICE]).order_by("position"))


def copy_to_holdings(batch: Batch, progress) -> list[dict]:
    """Every part under its name in the archive's own folder, digest proved; Refused when one is not what was sent."""
    source, target = package_folder(batch), holdings_folder(batch)
    target.mkdir(parents=True, exist_ok=True)
    parts = list(batch.parts.filter(record_count__gt=0))
    forget_former(batch, target, {part.filename for part in parts})
    wrong: list[str] = []
    told = Carried(parts, progress)
    for part in parts:
        held = target / part.filename
        if not (held.exists() and held.stat().st_size == part.bytes):
            wrong += copy_part(source / part.filename, held, part, told.moved)
        told.whole(part)
    if wrong:
        raise Refused(*wrong)
    return kept_in_holdings(parts)


def kept_in_holdings(parts: list[PackagePart]) -> list[dict]:
    """A copy's row for each part that was carried over; what the 签收确认 says of them."""
    for part in parts:
        Copy.objects.get_or_create(part=part, place=Place.HOLDINGS)
    return [
        {"filename": part.filename, "bytes": part.bytes, "sha256": part.sha256, "records": part.record_count}
        for part in parts
    ]


@contextmanager
def staged(archive: Unit, uid: str) -> Iterator[Path]:
    """A folder of this run alone, beside the holdings' own: gone at the end, unless it was put in its place."""
    root = Path(settings.EGOV_HOLDINGS_DIR) / archive.code
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f".{uid}.", suffix=PARTIAL, dir=root))
    try:
        folder.chmod(root.stat().st_mode & 0o777)  # mkdtemp's own is for one user alone
        (folder / UNENTERED).touch()
        yield folder
        (root / str(UUID(uid)) / UNENTERED).unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, batch: Batch) -> None:
    """The last thing in the transaction that enters `batch`: whose row keeps any other run out. Killed before the
    commit it leaves a folder that nobody knows, which its mark gives to the next run or to the sweep."""
    target = holdings_folder(batch)
    if target.exists():
        shutil.rmtree(target)
    folder.rename(target)


def forget_former(batch: Batch, folder: Path, names: set[str]) -> None:
    """Of a batch that was issued anew the archive keeps nothing but what was issued last (domain 9.4)."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.name not in names and not path.name.startswith("."):
            path.unlink()
    Copy.objects.of_holdings(batch).filter(part__record_count=0).update(state=CopyState.RETURNED, found="")


def copy_part(source: Path, held: Path, part: PackagePart, moved=None) -> list[str]:
    """One part to its place under a temporary name, proved on the way; the reasons why not. `moved(bytes of it)`."""
    temporary = held.with_name(f".{held.name}{PARTIAL}")
    digest = hashlib.sha256()
    try:
        with source.open("rb") as reading, temporary.open("wb") as writing:
            while block := reading.read(BLOCK):
                digest.update(block)
                writing.write(block)
                if moved:
                    moved(writing.tell())
            writing.flush()
            os.fsync(writing.fileno())
    except StopsRunning:
        temporary.unlink(missing_ok=True)
        raise
    except FileNotFoundError:
        temporary.unlink(missing_ok=True)
        return [f"移交包 {part.filename} 不见了，请移交单位重新打包。"]
    except OSError:
        temporary.unlink(missing_ok=True)  # a full disk is not kept full
        raise
    if digest.hexdigest() != part.sha256:
        temporary.unlink()
        return [f"移交包 {part.filename} 传送后摘要不符：应为 {part.sha256}，实际为 {digest.hexdigest()}。"]
    temporary.rename(held)
    return []


def read_holdings(batch: Batch, progress=None) -> Verification:
    """Every byte of what the archive holds; it must also be the package that the leader approved, not any sound one."""
    try:
        found = verify(holdings_folder(batch), progress)
    except (NotAPackage, OSError) as refusal:
        told = (
            str(refusal) if isinstance(refusal, NotAPackage) else f"信息包不能读取（{refusal.strerror or refusal}）。"
        )
        return Verification(False, [Finding(findings.ALL_FILES, REFUSE, "", told)], 0, 0, 0, "")
    if found.manifest_sha256 == batch.manifest_digest:
        return found
    told = f"移交信息包数字摘要应为批准时的{batch.manifest_digest}，实际为{found.manifest_sha256 or '无'}。"
    other = Finding(findings.FIXITY, REFUSE, "", told)
    return replace(found, valid=False, findings=[*found.findings, other])


def note_reading(batch: Batch, found: Verification) -> None:
    """What the reading said of each part that the archive holds; a part given up is heard of again when sound."""
    now, folder = timezone.now(), holdings_folder(batch)
    for copy in Copy.objects.of_holdings(batch).select_related("part"):
        state, told = _state_of(copy.part, found, folder)
        if copy.state != CopyState.WRITTEN_OFF or state == CopyState.SOUND:
            copy.state, copy.found = state, told[:500]
        copy.read_at = now
        if state == CopyState.SOUND:
            copy.verified_at, copy.verified_with = now, VERIFIER
        copy.save()


def _state_of(part: PackagePart, found: Verification, folder: Path) -> tuple[CopyState, str]:
    try:
        if not (folder / part.filename).exists():
            return CopyState.MISSING, "馆藏中没有这个信息包。"
    except OSError as error:
        return CopyState.DAMAGED, f"信息包不能读取（{error.strerror}）。"
    told = [one.message for one in found.findings if one.is_refusal and one.target.startswith(f"{part.filename}/")]
    digest = next((digest for name, _, digest in found.parts if name == part.filename), "")
    if told or digest != part.manifest_sha256:
        return CopyState.DAMAGED, told[0] if told else "不是批准移交时的信息包。"
    return CopyState.SOUND, ""


def forget_holdings(batch: Batch) -> None:
    """Returned: the archive has no copy any more."""
    Copy.objects.of_holdings(batch).update(state=CopyState.RETURNED, found="")


def is_one_disk() -> bool:
    """Do the unit's packages and the holdings lie on one disk? Then two copies are no safety against its loss."""
    return on_one_disk(settings.EGOV_PACKAGES_DIR, settings.EGOV_HOLDINGS_DIR)


def empty_holdings(batch: Batch) -> None:
    """Nothing of a returned batch stays with the archive (domain 9.4); safe to repeat."""
    shutil.rmtree(holdings_folder(batch), ignore_errors=True)
