"""What the archive's own books hold: media with checks, accessions of other sources; their rows of the matrix."""

from django.db import transaction
from django.utils import timezone

from archive.models import Component
from transfer.models import (
    Accession,
    ConversionMigration,
    ConvertedItem,
    MediumCheck,
    MediumContent,
    PackagePart,
    StorageMedium,
)
from units import audit
from units.counters import take
from units.models import Unit

ARCHIVE_READS, RECEIVER_READS, RECEIVER_ACTS = "4444444444222444s", "4444444444244444s", "4444444444u44444s"
CONVERSION_READS = "4444444444222444s"
BOOKS = {
    "transfer:holdings": ("get", "", ARCHIVE_READS),
    "transfer:holding": ("get", "holding", ARCHIVE_READS),
    "transfer:holding_pdf": ("get", "holding", ARCHIVE_READS),
    "transfer:holding_workbook": ("get", "holding", ARCHIVE_READS),
    "transfer:holding_rows": ("get", "", ARCHIVE_READS),
    "transfer:holding_files": ("get", "", ARCHIVE_READS),
    "transfer:register_medium": ("get", "", RECEIVER_READS),
    "transfer:medium": ("get", "medium", ARCHIVE_READS),
    "transfer:medium_label": ("get", "medium", ARCHIVE_READS),
    "transfer:medium_digests": ("get", "medium", ARCHIVE_READS),
    "transfer:check_medium": ("post", "medium", RECEIVER_ACTS),
    "transfer:retire_medium": ("post", "medium", RECEIVER_ACTS),
    "transfer:draft_conversion": ("get", "", RECEIVER_READS),
    "transfer:draft_migration": ("get", "", RECEIVER_READS),
    "transfer:conversion": ("get", "conversion", CONVERSION_READS),
    "transfer:amend_conversion": ("get", "conversion", RECEIVER_READS),
    "transfer:act_conversion": ("post", "conversion_act", "4444444444344444s"),
    "transfer:conversion_pdf": ("get", "conversion", CONVERSION_READS),
    "transfer:conversion_workbook": ("get", "conversion", CONVERSION_READS),
    "transfer:other_accessions": ("get", "", ARCHIVE_READS),
    "transfer:void_accession": ("post", "accession", RECEIVER_ACTS),
}
BOOKS_VISITS = {
    route: ("D30:accessioner", objects, "?mime=text/plain&format=x-fmt/111" if route.endswith("files") else "")
    for route, (method, objects, _) in BOOKS.items()
    if method == "get"
}


def books(people, count: int = 1) -> dict:
    """`count` media, each with as many contents and checks, and as many accessions; arguments of the routes."""
    archive, by, today = Unit.objects.get(code="D30"), people["D30:accessioner"], timezone.localdate()
    parts = list(PackagePart.objects.order_by("pk")[:count])
    for number in range(count):
        serial = StorageMedium.objects.unguarded("a test counts").count() + 1
        medium = StorageMedium.objects.create(
            archive=archive, number=f"Z407-WS-2016-YP{serial}", kind="disk", role="sealed", capacity_bytes=10**12,
            place="库房", written_on=today, entered_by=by,
        )  # fmt: skip
        MediumContent.objects.bulk_create(
            MediumContent(medium=medium, part=part, sha256=part.sha256 or "0" * 64, bytes=part.bytes) for part in parts
        )
        MediumCheck.objects.bulk_create(
            MediumCheck(
                medium=medium, checked_on=today, checked_by=by, looked_at=1, medium_result="完好", data_result="一致"
            )
            for _ in range(count)
        )
        accession = Accession.objects.create(
            archive=archive, source="collected", received_on=today,
            number=f"ZJ{today.year}-{900 + serial + number:04d}",
            giver="某单位", title="征集资料", count=1, entered_by=by,
        )  # fmt: skip
    conversion = converted(archive, by, count)
    return {
        "conversion": {"uid": conversion.uid},
        "conversion_act": {"uid": conversion.uid, "step": "propose"},
    } | {"medium": {"uid": medium.uid}, "accession": {"uid": accession.uid}, "holding": {"table": "overview"}}


def converted(archive, by, count: int) -> ConversionMigration:
    """As many undertakings, the last with as many files."""
    year = timezone.localdate().year
    for _ in range(count):
        row = ConversionMigration(
            archive=archive, kind="convert", method="pdfa", mandate="计划", department="技术科",
            source="JPEG", target="PDF/A-2b", need="须有版式件", risk="失真", plan="逐个转换",
        )  # fmt: skip
        row._history_user = by
        with transaction.atomic():
            row.number = f"{year}-{take(f'conversion:{archive.code}:{year}'):03d}"
            row.save()
            audit.record("draft_conversion", "拟订格式转换", row, by=by)
    ConvertedItem.objects.bulk_create(
        ConvertedItem(conversion=row, source=one, source_sha256=one.stored_file.sha256, source_bytes=1)
        for one in Component.objects.select_related("stored_file").order_by("pk")[:count]
    )
    return row
