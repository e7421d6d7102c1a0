"""Pages of the inspection, for the worlds of pages: who visits them, and the objects that they are of."""

from django.utils import timezone

CHECKED = {
    "archive:inspection": ("D07:archivist", "record", ""),
    "archive:inspection_report": ("D07:archivist", "record_report", ""),
    "archive:readers": ("D07:archivist", "record", ""),
    "archive:package": ("D07:archivist", "record", ""),
    "archive:description": ("D07:archivist", "record", ""),
    "archive:own_checks": ("D07:archivist", "", ""),
    "archive:checks": ("D07:archivist", "home", ""),
    "archive:sample": ("D07:archivist", "sample_month", ""),
    "transfer:sample": ("D07:archivist", "making", ""),
}


def checked(record) -> dict:
    """The record's report, its unit, and the month in which it was filed."""
    day = timezone.localdate(record.filed_at)
    return {
        "record_report": {"uid": record.uid, "kind": "json"},
        "home": {"uid": record.unit.uid},
        "sample_month": {"uid": record.unit.uid, "stage": "GD", "year": day.year, "month": day.month},
    }
