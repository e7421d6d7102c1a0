"""What a record's page says of the end of its period; the calendar itself is archive/due.py."""

from datetime import date, timedelta

from . import due
from .states import OLD_PERIODS, Retention


def due_from(record) -> date | None:
    """The first day on the due list; None for 永久, and for 长期 and 短期 of 1987, which end by appraisal alone."""
    if record.retention_as_filed in OLD_PERIODS:
        return None
    return due.due_from(record.year, record.retention_code)


def ends_on(record) -> date | None:
    """The last day of the period; None when it has no end that can be computed."""
    day = due_from(record)
    return day - timedelta(days=1) if day else None


def shown(record) -> str:
    """保管至 2022-12-31（2023-01-01 起列入到期鉴定）; what has no computed end says why."""
    if record.retention_as_filed in OLD_PERIODS and record.retention_code != Retention.PERMANENT:
        return f"原期限“{record.retention_as_filed}”，到期由鉴定确定"
    end, first = ends_on(record), due_from(record)
    return f"保管至 {end}，{first} 起列入到期鉴定" if end else "永久保管"
