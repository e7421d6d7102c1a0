"""What a current document is on a day (domain 1.10 MG-06; 党政机关公文处理工作条例 art. 33).

Twin of the SQL function `document_validity` (documents/sql/validity.sql), which the portal's view reads. Every date is
the first day of what it says: in force from, expired from, abolished from, amended from.
"""

from datetime import date
from typing import Any

from .states import Validity

DATES = ("effective_from", "expires_on", "abolished_on", "amended_on")


def dates_of(current: Any) -> dict[str, date | None]:
    """The four dates of a current document, of the unit's row or the portal's."""
    return {name: getattr(current, name) for name in DATES}


def to_come(
    day: date,
    *,
    effective_from: date | None = None,
    expires_on: date | None = None,
    abolished_on: date | None = None,
    amended_on: date | None = None,
) -> str:
    """What is announced for later than `day`, the strongest first, as it stands beside today's word; "" for nothing."""
    ahead = ((abolished_on, "废止"), (expires_on, "失效"), (effective_from, "施行"), (amended_on, "按修改后的执行"))
    return next((f"将自 {when} 起{what}" for when, what in ahead if when is not None and when > day), "")


def validity_on(
    day: date,
    *,
    effective_from: date | None = None,
    expires_on: date | None = None,
    abolished_on: date | None = None,
    amended_on: date | None = None,
) -> Validity:
    """The strongest that holds: abolished before expired, both before not yet in force and amended."""
    if abolished_on is not None and abolished_on <= day:
        return Validity.ABOLISHED
    if expires_on is not None and expires_on <= day:
        return Validity.EXPIRED
    if effective_from is not None and effective_from > day:
        return Validity.NOT_YET
    if amended_on is not None and amended_on <= day:
        return Validity.AMENDED
    return Validity.IN_FORCE
