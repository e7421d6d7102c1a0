"""The package of a batch: built part by part, copied to the archive's holdings, and read there byte for byte.

Everything here may be killed anywhere and run again: a finished part stays, a torn one is written anew, a copy is
made under a temporary name and takes its own only when its digest is right.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from archive import inspection
from archive.models import Component, InspectionResult, Record, RecordRelation
from archive.packages import findings
from archive.packages.contents import (
    RECORDS_PER_PART,
    PackageInfo,
    PackedEvent,
    PackedFile,
    PackedRecord,
    PackedRelation,
    batch_digest,
)
from archive.packages.findings import NotAPackage, PackageFinding, Verification
from archive.packages.verifier import verify
from archive.packages.writer import write_part
from archive.states import Stage, Verdict
from documents.states import DocType
from files.store import path_of
from units.models import AuditEvent
from units.workflow import Refused

from .models import Batch, BatchItem, PackagePart
from .states import PartState

SLICE = 200  # records read at a time
BLOCK = 1024 * 1024


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
                "filename": f"{batch.batch_no}-{number:03d}.zip",
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
    parts = plan_parts(batch)
    before = 0
    for part in parts:
        target = folder / part.filename
        if part.state != PartState.DONE or not target.exists() or target.stat().st_size != part.bytes:
            info = _info(batch, part, len(parts), made_at, made_by)
            made = write_part(
                target,
                info,
                packed_records(batch, part),
                progress=lambda done, _, base=before: progress(base + done, batch.record_count),
            )
            part.bytes, part.sha256, part.manifest_sha256 = made.bytes, made.sha256, made.manifest_sha256
            part.file_count, part.payload_bytes, part.state = made.file_count, made.payload_bytes, PartState.DONE
            part.save()
        before += part.record_count
        progress(before, batch.record_count)
    return batch_digest((part.number, part.manifest_sha256) for part in parts), sum(
        part.payload_bytes for part in parts
    )


def _info(batch, part, parts: int, made_at, made_by: str) -> PackageInfo:
    return PackageInfo(
        batch_uid=str(batch.uid),
        batch_no=batch.batch_no,
        part=part.number,
        parts=parts,
        unit_code=batch.unit.code,
        unit_name=batch.unit.name,
        fonds_code=batch.fonds.code,
        archives_name=batch.archive.name,
        made_at=made_at,
        made_by=made_by,
        record_count=part.record_count,
        batch_record_count=batch.record_count,
        fonds_name=batch.fonds.name,
        handover_name=batch.name,
        content_description=batch.description,
        accuracy_check="合格（SHA-256）",
        integrity_check="合格",
        usability_check="合格",
        security_check="合格",
    )


def items_of(batch: Batch, part: PackagePart | None = None):
    rows = batch.items.filter(is_open=True)
    if part is not None:
        rows = rows.filter(position__gte=part.first_position, position__lte=part.last_position)
    return rows.order_by("position")


def packed_records(batch: Batch, part: PackagePart) -> Iterator[PackedRecord]:
    """The part's records, read slice by slice, so that memory does not grow with the batch."""
    keys = list(items_of(batch, part).values_list("record_id", flat=True))
    for start in range(0, len(keys), SLICE):
        wanted = keys[start : start + SLICE]
        rows = Record.objects.select_related("unit", "fonds", "filed_by", "responsible_department", "document").in_bulk(
            wanted
        )
        files: dict[int, list] = {}
        for component in (
            Component.objects.filter(record__in=wanted).select_related("stored_file").order_by("record", "seq")
        ):
            files.setdefault(component.record_id, []).append(component)
        hung = _Hung(_events([rows[key] for key in wanted]), _relations(wanted), _findings(wanted))
        for key in wanted:
            yield _packed(rows[key], files.get(key, []), hung, batch)


class _Hung(NamedTuple):
    """What hangs on the records of a slice, by the record's uid or key."""

    events: dict
    relations: dict
    findings: dict


def _relations(keys: list[int]) -> dict:
    found: dict[int, list] = {}
    for row in RecordRelation.objects.filter(record__in=keys).select_related("other").order_by("record", "pk"):
        found.setdefault(row.record_id, []).append(PackedRelation(str(row.other.uid), row.get_kind_display()))
    return found


def _findings(keys: list[int]) -> dict:
    """What filing found and nobody has settled; it travels with the record."""
    found: dict[int, list] = {}
    rows = InspectionResult.objects.filter(record__in=keys, run__stage=Stage.FILING, settled_at=None).order_by("pk")
    for row in rows.only("record_id", "item_code", "message"):
        found.setdefault(row.record_id, []).append(f"{row.item_code} {row.message}")
    return found


def _events(records) -> dict:
    """Acts on the records and on the documents they came from, by the record's uid."""
    home = {record.uid: record.uid for record in records} | {
        record.document.uid: record.uid for record in records if record.document
    }
    found: dict = {}
    rows = AuditEvent.objects.filter(object_uid__in=home, succeeded=True).order_by("id")
    for event in rows.only("object_uid", "label", "at", "actor_name", "post", "unit_name", "opinion"):
        found.setdefault(home[event.object_uid], []).append(
            PackedEvent(event.label, event.at, event.actor_name, event.post, event.unit_name, description=event.opinion)
        )
    return found


def _packed(record, components, hung: _Hung, batch) -> PackedRecord:
    department = record.responsible_department
    return PackedRecord(
        record_uid=str(record.uid),
        fonds_code=record.fonds.code,
        fonds_name=record.fonds.name,
        unit_name=record.unit.name,
        archives_name=batch.archive.name,
        archival_code=record.archival_code,
        category_code=record.category_code,
        year=record.year,
        retention=record.get_retention_code_display(),
        class_code=record.class_code,
        class_name=department.name if department else "",
        item_no=record.item_no,
        title=record.title,
        author=record.author,
        doc_number=record.doc_number,
        date=record.date_text,
        date_precision=record.date_precision,
        doc_type=dict(DocType.choices).get(record.doc_type, ""),
        urgency=record.urgency,
        main_recipients=record.main_recipients,
        cc_recipients=record.cc_recipients,
        security_class=record.get_security_class_display(),
        page_count=record.page_count or None,
        carrier_mode=record.carrier_mode,
        paper_exists=record.paper_exists,
        access_opinion=record.access_opinion,
        disclosure_attr=record.get_disclosure_attr_display(),
        responsible_department=department.name if department else "",
        completed_at=record.completed_at,
        filed_at=record.filed_at,
        filed_by=record.filed_by.name,
        remark=record.remark,
        files=tuple(_file(one) for one in components),
        events=tuple(hung.events.get(record.uid, ())),
        relations=tuple(hung.relations.get(record.pk, ())),
        findings=tuple(hung.findings.get(record.pk, ())),
    )


def _file(component) -> PackedFile:
    stored = component.stored_file
    return PackedFile(
        component.filename, component.role, component.seq, path_of(stored), stored.bytes, stored.sha256, stored.crc32,
        stored.mime, stored.format_id, component.is_original,
    )  # fmt: skip


def inspect_items(batch: Batch, *, by, progress=None, package: Verification | None = None) -> Verdict:
    """The inspection of transfer over all items, never stopping at the first finding; results stay with the items."""
    run = inspection.open_run(Stage.TRANSFER, by=by, subject_uid=batch.uid)
    found: list = [(None, flaw_of(one)) for one in package.findings] if package else []
    done = 0
    for items in _sliced(items_of(batch)):
        records = Record.objects.select_related("unit", "fonds").in_bulk([item.record_id for item in items])
        files: dict[int, list] = {}
        for component in Component.objects.filter(record__in=[item.record_id for item in items]).select_related(
            "stored_file"
        ):
            files.setdefault(component.record_id, []).append(component)
        for item in items:
            flaws = inspection.flaws(records[item.record_id], files.get(item.record_id, []))
            found += [(records[item.record_id], flaw) for flaw in flaws]
            item.findings = [
                {"item": flaw.item, "verdict": flaw.verdict, "message": flaw.message, "field": flaw.field}
                for flaw in flaws
            ]
        BatchItem.objects.bulk_update(items, ["findings"])
        done += len(items)
        if progress:
            progress(done, batch.record_count)
    inspection.keep(run, found, records=done)
    return Verdict(run.verdict)


def flaw_of(finding) -> inspection.Flaw:
    verdict = Verdict.FAIL if finding.severity == "error" else Verdict.WARN
    return inspection.Flaw(finding.code.removeprefix("YJ-"), verdict, finding.path[-255:] or "信息包", finding.message)


def _sliced(rows):
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), SLICE):
        yield list(BatchItem.objects.filter(pk__in=keys[start : start + SLICE]).order_by("position"))


def copy_to_holdings(batch: Batch, progress) -> list[dict]:
    """Every part under its name in the archive's own folder, digest proved; Refused when one is not what was sent."""
    source, target = package_folder(batch), holdings_folder(batch)
    target.mkdir(parents=True, exist_ok=True)
    parts = list(batch.parts.filter(record_count__gt=0))
    wrong: list[str] = []
    for number, part in enumerate(parts, start=1):
        held = target / part.filename
        if not (held.exists() and held.stat().st_size == part.bytes):
            wrong += _copy(source / part.filename, held, part)
        progress(number, len(parts))
    if wrong:
        raise Refused(*wrong)
    return [
        {"filename": part.filename, "bytes": part.bytes, "sha256": part.sha256, "records": part.record_count}
        for part in parts
    ]


def _copy(source: Path, held: Path, part: PackagePart) -> list[str]:
    temporary = held.with_name(f".{held.name}.partial")
    digest = hashlib.sha256()
    try:
        with source.open("rb") as reading, temporary.open("wb") as writing:
            while block := reading.read(BLOCK):
                digest.update(block)
                writing.write(block)
            writing.flush()
            os.fsync(writing.fileno())
    except FileNotFoundError:
        return [f"移交包 {part.filename} 不见了，请移交单位重新打包。"]
    if digest.hexdigest() != part.sha256:
        temporary.unlink()
        return [f"移交包 {part.filename} 传送后摘要不符：应为 {part.sha256}，实际为 {digest.hexdigest()}。"]
    temporary.rename(held)
    return []


def read_holdings(batch: Batch, progress=None) -> Verification:
    """Every byte of what the archive holds; it must also be the package that the leader approved, not any sound one."""
    try:
        found = verify(holdings_folder(batch), progress)
    except NotAPackage as refusal:
        return Verification(False, [PackageFinding(findings.WHOLE, "", str(refusal))], 0, 0, 0, "")
    if found.manifest_sha256 == batch.manifest_digest:
        return found
    other = PackageFinding(
        findings.FIXITY,
        "",
        f"移交包清单摘要应为批准时的{batch.manifest_digest}，实际为{found.manifest_sha256 or '无'}。",
    )
    return replace(found, valid=False, findings=[*found.findings, other])


def empty_holdings(batch: Batch) -> None:
    """Nothing of a returned batch stays with the archive (domain 9.4); safe to repeat."""
    shutil.rmtree(holdings_folder(batch), ignore_errors=True)
