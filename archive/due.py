"""When a period of keeping has run out: it ends with a year (Order 8; domain 4.6), never after days.

年度 2012 kept for 10年 ends with 2022-12-31 and is due for appraisal from 2023-01-01. The old 长期 and 短期 name no
number of years: whether they have run out is decided by appraisal alone (domain 4.5), so they have no day.

When a record is due for opening stands here too: 25 years after the end of the year in which it was formed, or after
the last day of its postponement (domain 10.1).
"""

import re
from datetime import date

from django.conf import settings
from django.db.models import Q

from .states import Access, Retention

WITHOUT_DAY = frozenset({"永久", "长期", "短期", Retention.PERMANENT.value})
OLD_WORDS = ("长期", "短期")
YEARS = re.compile(r"\A(?:D|定期)?([1-9][0-9]?)年?\Z")
# the year in which counting begins, against the item's 年度: from its end, or from its beginning
FIRST_YEAR = {"next_year": 1, "same_year": 0}
OPENING_AGE = 25  # whole years after the year of formation (Archives Law 2020 art. 27)


def years_of(period: str) -> int | None:
    """How many years `period` (a code or a word) keeps; None for one without an end of its own. ValueError: unknown."""
    if period in WITHOUT_DAY:
        return None
    if found := YEARS.match(period):
        return int(found[1])
    raise ValueError(f"不是保管期限：“{period}”。")


def due_from(year: int, period: str) -> date | None:
    """The first day on which an item of 年度 `year` is due for appraisal; None when no calendar says so."""
    length = years_of(period)
    if length is None:
        return None
    return date(year + length + FIRST_YEAR[settings.EGOV_RETENTION_START], 1, 1)


def due_by(day: date) -> Q:
    """Records whose period as laid down at filing has run out on `day`; what was prolonged is not looked at here."""
    found = Q(pk__in=[])
    for code in Retention.values:
        length = years_of(code)
        if length is not None:
            found |= Q(retention_code=code, year__lte=day.year - length - FIRST_YEAR[settings.EGOV_RETENTION_START])
    return found & ~Q(retention_as_filed__in=OLD_WORDS)


def filed_in_old_words() -> Q:
    """Records of 长期 and 短期 that nobody has made 永久 since: an appraisal decides whether they have run out."""
    return Q(retention_as_filed__in=OLD_WORDS) & ~Q(retention_code=Retention.PERMANENT)


def opens_from(year: int) -> date:
    """The first day on which an item formed in `year` is due for opening."""
    return date(year + OPENING_AGE + 1, 1, 1)


def opening_due_by(day: date) -> Q:
    """Records whose 25 years have run out on `day`; what was decided on them is not looked at here."""
    return Q(year__lte=day.year - OPENING_AGE - 1)


def postponement_over(day: date) -> Q:
    """Postponed records that are due again: the last day is over, or an imported mark names none."""
    return Q(access_status=Access.POSTPONED) & (Q(postponed_until=None) | Q(postponed_until__lt=day))
