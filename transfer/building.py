"""The package of a batch, built part by part; killed anywhere and run again it is the same.

A finished part stays, a torn one is written anew. While another process writes one part, the records of the next are
read; what was packed of each record is kept when its part is whole.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from archive import inspection, standing_findings
from archive.effective import PERIOD_SQL
from archive.packages import apart
from archive.packages.contents import RECORDS_PER_PART, PackageInfo, PartResult, batch_digest
from archive.packages.writer import write_part
from archive.states import Stage
from units.models import Asked, Interrupted

from .delivery import GROUPS, package_folder
from .going_on import bytes_of
from .models import Batch, Copy, PackagePart
from .packing import ACCOMPANYING, accompanying, packed_records
from .states import PartState, Place

Written = Callable[[], PartResult]  # waits for it
Waiting = list[tuple[PackagePart, Written]]


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


def build(batch: Batch, *, made_at, made_by: str, progress, helper: apart.Helper | None = None) -> tuple[str, int]:
    """Write every part that is not there yet; (digest of the batch, payload bytes). `progress(done, total)`.

    `helper` is a process for the parts (`apart.writer`), begun by whoever had something to do while it started.
    """
    folder = package_folder(batch)
    folder.mkdir(parents=True, exist_ok=True)
    parts, checks = plan_parts(batch), checks_of(batch)
    before = read = 0
    of_size = bytes_of(batch)
    with _kept() as waiting:
        for part in parts:
            size = 0
            if not _is_there(part, folder):
                info = replace(info_of(batch, part, len(parts), made_at, made_by), **checks)

                def told(done: int, _: int, of_part: int, base=before, had=read) -> None:
                    nonlocal size
                    size = of_part
                    progress(base + done, batch.record_count, min(had + of_part, of_size), of_size)

                written = _written(helper, folder / part.filename, info, batch, part, told)
                _keep(waiting)
                waiting.append((part, written))
                if helper is None:
                    _keep(waiting)
            before, read = before + part.record_count, read + (size or part.payload_bytes)
            progress(before, batch.record_count, min(read, of_size), of_size)
    return batch_digest((part.number, part.manifest_sha256) for part in parts), sum(
        part.payload_bytes for part in parts
    )


def _is_there(part: PackagePart, folder: Path) -> bool:
    target = folder / part.filename
    return part.state == PartState.DONE and target.exists() and target.stat().st_size == part.bytes


def _written(helper, target: Path, info: PackageInfo, batch: Batch, part: PackagePart, progress) -> Written:
    """What gives the result: of the process that was begun for a large batch, which goes on meanwhile, else of here."""
    records, others = packed_records(batch, part), {ACCOMPANYING: accompanying(batch, part)}
    if helper is not None:
        return apart.write_part(helper, target, info, records, others=others, progress=progress)
    made = write_part(target, info, records, others=others, progress=progress)
    return lambda: made


@contextmanager
def _kept() -> Iterator[Waiting]:
    """The part that another process is writing, if any: at the end, and before a pause, its result is waited for."""
    waiting: Waiting = []
    try:
        yield waiting
    except (Asked, Interrupted):
        _keep(waiting)
        raise
    _keep(waiting)


def _keep(waiting: Waiting) -> None:
    while waiting:
        part, written = waiting.pop()
        made = written()
        part.bytes, part.sha256, part.manifest_sha256 = made.bytes, made.sha256, made.manifest_sha256
        part.file_count, part.payload_bytes, part.state = made.file_count, made.payload_bytes, PartState.DONE
        _keep_part(part)


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
