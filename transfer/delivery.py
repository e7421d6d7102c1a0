"""The package of a batch: built part by part, copied to the archive's holdings, and read there byte for byte.

Everything here may be killed anywhere and run again: a finished part stays, a torn one is written anew, a copy is
made under a temporary name and takes its own only when its digest is right.
"""

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from archive import inspection, standing_findings
from archive.effective import PERIOD_SQL
from archive.models import Component, Record
from archive.packages import apart, findings
from archive.packages.contents import (
    RECORDS_PER_PART,
    PackageInfo,
    PartResult,
    batch_digest,
)
from archive.packages.findings import NotAPackage, Verification
from archive.packages.verifier import verify
from archive.packages.writer import write_part
from archive.packing import SLICE
from archive.states import Retention, Stage, Verdict
from units.findings import REFUSE, WARN, Finding
from units.models import StopsRunning
from units.workflow import Refused

from .going_on import Carried, bytes_of, keep_slice, resumed
from .models import Batch, BatchItem, Copy, PackagePart
from .packing import ACCOMPANYING, accompanying, items_of, packed_records
from .states import CopyState, PartState, Place

BLOCK = 1024 * 1024
LINES = 200  # findings of one kind about a batch
GROUPS = ("真实性", "完整性", "可用性", "安全性")
VERIFIER = "信息包核验（BagIt，逐字节逐件）"  # archive/packages/verifier.py


def package_folder(batch: Batch) -> Path:
    return Path(settings.EGOV_PACKAGES_DIR) / str(batch.uid)


def holdings_folder(batch: Batch) -> Path:
    return Path(settings.EGOV_HOLDINGS_DIR) / batch.archive.code / str(batch.uid)


def plan_parts(batch: Batch) -> list[PackagePart]:
    """The parts of the batch as it stands; planned anew when the items are not those of the last plan."""
    places = list(batch.items.filter(is_open=True).order_by("position").values_list("position", flat=True))
    wanted = [
        (places[start], places[min(start + RECORDS_PER_PART, len(places)) - 1])
        for start in range(0, len(places), RECORDS_PER_PART)
    ]
    sizes = [len(places[start : start + RECORDS_PER_PART]) for start in range(0, len(places), RECORDS_PER_PART)]
    parts = list(batch.parts.filter(record_count__gt=0).order_by("number"))
    if [(part.first_position, part.last_position, part.record_count) for part in parts] == [
        (*ends, size) for ends, size in zip(wanted, sizes, strict=True)
    ]:
        return parts
    for part in parts:
        (package_folder(batch) / part.filename).unlink(missing_ok=True)
    for number, ((first, last), size) in enumerate(zip(wanted, sizes, strict=True), start=1):
        PackagePart.objects.update_or_create(
            batch=batch,
            number=number,
            defaults={
                "first_position": first,
                "last_position": last,
                "record_count": size,
                "state": PartState.PENDING,
                "filename": f"{batch.issued_no}-{number:03d}.zip",
                "sha256": "",
                "manifest_sha256": "",
                "bytes": 0,
            },
        )
    PackagePart.objects.filter(batch=batch, number__gt=len(wanted)).update(
        state=PartState.DONE, first_position=0, last_position=0, record_count=0
    )
    return list(batch.parts.filter(number__lte=len(wanted)).order_by("number"))


def build(batch: Batch, *, made_at, made_by: str, progress) -> tuple[str, int]:
    """Write every part that is not there yet; (digest of the batch, payload bytes). `progress(done, total)`."""
    folder = package_folder(batch)
    folder.mkdir(parents=True, exist_ok=True)
    parts, checks = plan_parts(batch), checks_of(batch)
    before = packed = 0
    of_size = bytes_of(batch)
    with apart.writer(batch.record_count) as helper:
        for part in parts:
            target = folder / part.filename
            if part.state != PartState.DONE or not target.exists() or target.stat().st_size != part.bytes:
                info = replace(info_of(batch, part, len(parts), made_at, made_by), **checks)
                made = _written(
                    helper, target, info, batch, part,
                    lambda done, _, size, base=before, had=packed: progress(
                        base + done, batch.record_count, min(had + size, of_size), of_size
                    ),
                )  # fmt: skip
                part.bytes, part.sha256, part.manifest_sha256 = made.bytes, made.sha256, made.manifest_sha256
                part.file_count, part.payload_bytes, part.state = made.file_count, made.payload_bytes, PartState.DONE
                _keep_part(part)
            before, packed = before + part.record_count, packed + part.payload_bytes
            progress(before, batch.record_count, min(packed, of_size), of_size)
    return batch_digest((part.number, part.manifest_sha256) for part in parts), sum(
        part.payload_bytes for part in parts
    )


def _written(helper, target: Path, info: PackageInfo, batch: Batch, part: PackagePart, progress) -> PartResult:
    """By the process that was begun for a large batch, else here."""
    records, others = packed_records(batch, part), {ACCOMPANYING: accompanying(batch, part)}
    if helper is not None:
        return apart.write_part(helper, target, info, records, others=others, progress=progress)
    return write_part(target, info, records, others=others, progress=progress)


@transaction.atomic
def _keep_part(part: PackagePart) -> None:
    """The finished part, the unit's copy of it, and what exactly was packed of each record."""
    part.save()
    fresh = ("state", "kept_since", "read_at", "verified_at", "verified_with", "healed_at", "healed_from", "found")
    Copy.objects.bulk_create(
        [Copy(part=part, place=Place.UNIT)], update_conflicts=True, unique_fields=("part", "place"), update_fields=fresh
    )
    with connection.cursor() as cursor:
        cursor.execute(FREEZE, [part.batch_id, part.first_position, part.last_position])


# the records of a batch under way are read-only, so that what stands here is what was packed
FREEZE = f"""
UPDATE transfer_batchitem i SET record_version = r.version, digests = coalesce(f.digests, '{{}}'),
  title = r.title, archival_code = r.archival_code, retention_code = {PERIOD_SQL}
FROM archive_record r LEFT JOIN LATERAL (
  SELECT array_agg(s.sha256 ORDER BY c.seq) AS digests
  FROM archive_component c JOIN files_storedfile s ON s.id = c.stored_file_id
  WHERE c.record_id = r.id AND c.superseded_at IS NULL
) f ON true
WHERE i.record_id = r.id AND i.batch_id = %s AND i.is_open AND i.position BETWEEN %s AND %s
"""


def info_of(batch, part, parts: int, made_at, made_by: str) -> PackageInfo:
    return PackageInfo(
        batch_uid=str(batch.uid),
        batch_no=batch.issued_no,
        part=part.number,
        parts=parts,
        unit_code=batch.unit.code,
        unit_name=batch.unit.name,
        fonds_code=batch.fonds.code,
        archives_name=batch.archive.name,
        made_at=timezone.localtime(made_at),  # the package bears the days of people here
        made_by=made_by,
        record_count=part.record_count,
        batch_record_count=batch.record_count,
        fonds_name=batch.fonds.name,
        handover_name=batch.name,
        content_description=batch.description,
        medium_type=batch.get_medium_display(),
    )


def checks_of(batch) -> dict[str, str]:
    """What the register says of the four properties: only what the self-check really checked."""
    run = inspection.runs_over(batch.uid, Stage.TRANSFER).first()
    fields = ("accuracy_check", "integrity_check", "usability_check", "security_check")
    kept = {serial: one.verdict for serial, one in standing_findings.of_batch(batch.uid, batch.unit_id).items()}
    return {name: inspection.of_group(run, group, kept) for name, group in zip(fields, GROUPS, strict=True)}


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
    """Numbers missing inside a class; they may have gone with another batch, so a person decides."""
    parts = ("record__year", "record__retention_code", "record__class_code")
    found, last = [], None
    rows = items_of(batch).order_by(*parts, "record__item_no").values_list(*parts, "record__item_no")
    for *series, number in rows.iterator():
        if last and last[0] == series and number > last[1] + 1:
            word = Retention(series[1]).label
            told = f"{series[0]}年{word}{series[2]}件号{last[1]}之后缺{number - last[1] - 1}件，请核对是否另行移交。"
            found.append(Finding("2-6", WARN, "档号", told))
        last = (series, number)
    return found[:LINES]


def _unlike_packed(item: BatchItem, components: list[Component]) -> list[Finding]:
    if not item.digests or item.digests == [one.stored_file.sha256 for one in components]:
        return []
    return [Finding("1-1", REFUSE, item.record.title, "电子文件与打包时的不同，固化信息无效。")]


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


def forget_former(batch: Batch, folder: Path, names: set[str]) -> None:
    """Of a batch that was issued anew the archive keeps nothing but what was issued last (domain 9.4)."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.name not in names and not path.name.startswith("."):
            path.unlink()
    Copy.objects.of_holdings(batch).filter(part__record_count=0).update(state=CopyState.RETURNED, found="")


def copy_part(source: Path, held: Path, part: PackagePart, moved=None) -> list[str]:
    """One part to its place under a temporary name, proved on the way; the reasons why not. `moved(bytes of it)`."""
    temporary = held.with_name(f".{held.name}.partial")
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
    try:
        return os.stat(settings.EGOV_PACKAGES_DIR).st_dev == os.stat(settings.EGOV_HOLDINGS_DIR).st_dev
    except OSError:
        return False


def empty_holdings(batch: Batch) -> None:
    """Nothing of a returned batch stays with the archive (domain 9.4); safe to repeat."""
    shutil.rmtree(holdings_folder(batch), ignore_errors=True)
