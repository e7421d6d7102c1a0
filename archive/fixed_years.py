"""定号: in a year whose numbers are fixed no code changes; what is filed into it later is 补充归档 (practice 1, 2.2)."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from .models import Record, YearFixed

COMPLETED_LATE = "年度定号后办结归档"  # 补充归档理由 of what filed itself into a fixed year


def is_fixed(fonds_id: int, year: int) -> bool:
    return YearFixed.objects.filter(fonds_id=fonds_id, year=year, reopened_at=None).exists()


def fixed_among(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those (fonds key, year) whose numbers are fixed; one query."""
    wanted = Q(pk__in=[])
    for fonds_id, year in set(pairs):
        wanted |= Q(fonds_id=fonds_id, year=year)
    return set(YearFixed.objects.filter(wanted, reopened_at=None).values_list("fonds_id", "year"))


def bars_new_code(record: Record) -> str:
    """Why `record` cannot get another code now, "" when it can."""
    if not is_fixed(record.fonds_id, record.year):
        return ""
    return f"{record.year}年度已整理完毕并定号，“{record}”的档号不能变动；确需变动的，请先报单位领导批准重新编号。"


def mark_late(records: Iterable[Record]) -> None:
    """Records about to be filed into a fixed year say so; a reason that somebody gave stays."""
    rows = list(records)
    fixed = fixed_among((one.fonds_id, one.year) for one in rows)
    for row in rows:
        if (row.fonds_id, row.year) in fixed and not row.late_reason:
            row.late_reason, row.late_found_on = COMPLETED_LATE, timezone.localdate()
