"""When a period ends, and from which day a record stands on the due list.

Periods end with a year: 年度 2012, 10年 ends on 2012+10-12-31 and is due from 2023-01-01, 30年 from 2043-01-01 (Order 8;
practice 1). The start is a setting. 永久 never ends. 长期 and 短期 of the 1987 rule end by appraisal alone, never by
the 30 or 10 years that they are shown as (domain 4.5).
"""

from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone

from .states import OLD_PERIODS, Retention, State

YEARS = {Retention.THIRTY: 30, Retention.TEN: 10}
CLASS_YEAR, FILING_YEAR = "class_year", "filing_year"  # EGOV_RETENTION_START: the year after which the period runs


def _begins_after(record) -> int:
    by_filing = settings.EGOV_RETENTION_START == FILING_YEAR
    return timezone.localdate(record.filed_at).year if by_filing else record.year


def ends_on(record) -> date | None:
    """The last day of the period; None when it has no end that can be computed."""
    years = YEARS.get(record.retention_code)
    if years is None or record.retention_as_filed in OLD_PERIODS:
        return None
    return date(_begins_after(record) + years, 12, 31)


def due_from(record) -> date | None:
    """The first day on the due list, 1 January after the period's end."""
    end = ends_on(record)
    return date(end.year + 1, 1, 1) if end else None


def shown(record) -> str:
    """保管至 2022-12-31（2023-01-01 起列入到期鉴定）; what has no computed end says why."""
    if record.retention_as_filed in OLD_PERIODS and record.retention_code != Retention.PERMANENT:
        return f"原期限“{record.retention_as_filed}”，到期由鉴定确定"
    end, due = ends_on(record), due_from(record)
    return f"保管至 {end}，{due} 起列入到期鉴定" if end else "永久保管"


def due(rows: QuerySet, today: date) -> QuerySet:
    """Of `rows` (Record), those whose period has ended on `today`: filed or accessioned, and not destroyed."""
    if settings.EGOV_RETENTION_START == FILING_YEAR:
        rows, year = rows.annotate(begins_after=ExtractYear("filed_at")), "begins_after"
    else:
        year = "year"
    ended = Q()
    for code, years in YEARS.items():
        ended |= Q(**{"retention_code": code, f"{year}__lt": today.year - years})
    kept = rows.exclude(state=State.DESTROYED).exclude(retention_as_filed__in=OLD_PERIODS)
    return kept.filter(ended)
