"""What a record's page says of the end of its period; the calendar itself is archive/due.py."""

from datetime import date, timedelta

from . import due
from .models import Prolongation
from .states import OLD_PERIODS, Retention


def prolonged(record) -> Prolongation | None:
    """The longest prolongation that an appraisal gave the record (for ever before any day)."""
    rows = list(record.prolongations.select_related("item__appraisal"))
    return max(rows, key=lambda one: one.until or date.max, default=None)


def laid_down(record) -> date | None:
    """The first day after the period of filing; None for 永久, and for 长期 and 短期 of 1987: appraisal ends them."""
    if record.retention_as_filed in OLD_PERIODS:
        return None
    return due.due_from(record.year, record.retention_code)


def due_from(record) -> date | None:
    """The first day on the due list, a prolongation counted; None when no calendar says so."""
    first = laid_down(record)
    longer = prolonged(record) if first else None
    if first is None or longer is None:
        return first
    return max(first, longer.until + timedelta(days=1)) if longer.until else None


def ends_on(record) -> date | None:
    """The last day of the period; None when it has no end that can be computed."""
    day = due_from(record)
    return day - timedelta(days=1) if day else None


def shown(record) -> str:
    """保管至 2022-12-31（2023-01-01 起列入到期鉴定）; what has no computed end says why, and so does what was prolonged."""
    if longer := prolonged(record):
        return _prolonged(longer)
    if record.retention_as_filed in OLD_PERIODS and record.retention_code != Retention.PERMANENT:
        return (
            f"原期限“{record.retention_as_filed}”，不按日历到期，由鉴定确定（列在“到期档案”的“原长期、短期，须鉴定”）"
        )
    first = laid_down(record)
    return f"保管至 {first - timedelta(days=1)}，{first} 起列入到期鉴定" if first else "永久保管"


def _prolonged(row: Prolongation) -> str:
    if row.until is None:
        return f"改为永久保管（{row.item.appraisal}）"
    return f"延长至 {row.until}（{row.item.appraisal}），{row.until + timedelta(days=1)} 起再列入到期鉴定"
