"""What the filing desk holds of D07: a record sent back, a correction of many, a year whose numbers are fixed."""

from django.utils import timezone

from archive import bulk_amend
from archive.bulk_amend import FILL, Amendment
from archive.mending import send_back
from archive.models import BulkCorrection, FondsCreator, Record, YearFixed
from tests.made import brought_to, take

# GET routes of the desk as tests/worlds.py visits them: (who, which objects, query)
OF_THE_DESK = {
    "archive:desk": ("D07:archivist", "", "?tab=imported"),
    "archive:bulk_done": ("D07:archivist", "bulk", ""),
    "archive:enter": ("D07:archivist", "", ""),
    "archive:years": ("D07:archivist", "", ""),
    "archive:year": ("D07:archivist", "a_year", ""),
    "archive:fixed_year": ("D07:archivist", "fixed", ""),
    "archive:filing_registers": ("D07:archivist", "", ""),
    "archive:filing_register": ("D07:clerk", "month", ""),
    "archive:filing_register_pdf": ("D07:clerk", "month", ""),
    "archive:filing_register_workbook": ("D07:clerk", "month", ""),
    "archive:correct": ("D07:archivist", "record", ""),
    "archive:history": ("D07:archivist", "record", ""),
    "archive:send_back": ("D07:archivist", "record", ""),
    "archive:answer_mend": ("D07:officer", "mended", ""),
}


def desked_each(people, records: list[Record], count: int) -> dict:
    """`count` of everything; what was done to many is undone, so that it can be done again."""
    found: dict = {}
    for _ in range(count):
        found = desked(people, records)
        bulk_amend.undo(BulkCorrection.objects.get(**found["bulk"]), by=people["D07:archivist"])
    return found


def desked(people, records: list[Record]) -> dict:
    """Arguments of the permission matrix; `records` get a remark in one act. The year stands for one long gone."""
    by, today = people["D07:archivist"], timezone.localdate()
    document = take(
        brought_to("dispatch", people, title="关于退回补正事项的通知"),
        "complete",
        people["D07:clerk"],
        retention_code="D10",
    )
    mended = Record.objects.unguarded("a test looks").select_related("unit", "document").get(document=document)
    send_back(mended, by=by, reason="有误", version=mended.version)
    given = Amendment("remark", FILL, "复印件")
    rows = Record.objects.unguarded("a test looks").filter(pk__in=[one.pk for one in records]).select_related("unit")
    digest = bulk_amend.preview(rows.order_by("pk"), given).digest
    done = bulk_amend.apply([one.pk for one in rows], given, unit=mended.unit, by=by, reason="统一", digest=digest)
    fonds = FondsCreator.objects.get(unit=mended.unit, ends_on=None).fonds
    fixed, _ = YearFixed.objects.get_or_create(
        unit=mended.unit, fonds=fonds, year=1999, defaults={"items": 0, "fixed_by": by}
    )
    return {
        "mended": {"uid": mended.uid},
        "bulk": {"uid": done.uid},
        "fixed": {"uid": fixed.uid},
        "a_year": {"year": today.year},
        "month": {"year": today.year, "month": today.month},
    }
