"""Periods that a program proposed and nobody has confirmed: told where they are read, and never a ground to destroy.

A born-digital paper is filed by its unit's schedule, by the fallback clause too where no keyword meets it; what an
import or an approval filed is confirmed when the archivist has checked it (practice 1; domain 4.6).
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from .models import Appraisal, AppraisalItem, Record
from .schedules.matching import NOT_MET, Asked, Considered
from .states import AppraisalState, Opinion, State

NAMED = 20
FALLBACK = "兜底条款"
PROPOSED = "期限由程序拟定，未核对"
UNCHECKED = "未核对"
HOW = "请本单位档案员先在归档工作台核对题名和保管期限，点“核对无误”"
BY_PROGRAM = Q(state=State.FILED, checked_at=None, retention_decided_by=None)


def is_unchecked(record: Record) -> bool:
    """Nobody has looked at it since it was filed or imported."""
    return record.state == State.FILED and record.checked_at is None


def only_fallback(rows: QuerySet, given) -> tuple[QuerySet, bool]:
    """`rows` cut to those that `tell_fallback` marks, where the address asks for it; and whether."""
    chosen = given.get("fallback") == "1"
    return (marked(rows) if chosen else rows), chosen


def marked(rows: QuerySet) -> QuerySet:
    """Of `rows` (records) those that nobody has looked at and whose period no clause of its own decides: each
    `is_by_fallback`. A clause without keywords and 文种 needs no reading; of the few others the title is read."""
    silent = Q(retention_rule=None) | Q(retention_rule__keywords=[], retention_rule__doc_types=[])
    found = rows.filter(BY_PROGRAM).filter(Q(retention_rule=None) | Q(retention_rule__is_default=True))
    asked = found.exclude(silent).order_by().select_related("retention_rule")
    asked = asked.only("title", "doc_type", "retention_decided_by", "retention_rule")
    met = [one.pk for one in asked.iterator(chunk_size=2000) if not is_by_fallback(one)]
    return found.exclude(pk__in=met)


def is_by_fallback(record: Record) -> bool:
    """Neither a person nor a clause that speaks of it gave its period: no clause did, or the one for all the rest."""
    if record.retention_decided_by_id is not None:
        return False
    asked = Asked(record.title, record.doc_type, "")  # the row was met: what met it, the title and the 文种 say
    return record.retention_rule is None or Considered(record.retention_rule, asked).is_fallback


def tell_fallback(records: Iterable[Any]) -> None:
    """The mark of each row of 未核, and the sentence (`retention_rule` is read: select it with the rows)."""
    for one in records:
        one.not_met = not_met(one) if is_unchecked(one) else ""
        one.alone = FALLBACK if is_unchecked(one) and is_by_fallback(one) else ""


def not_met(record: Record) -> str:
    """The sentence for a period that no clause of its own proposed; "" for any other."""
    if record.retention_rule is None or not is_by_fallback(record):
        return ""
    return f"{NOT_MET}，请核" if is_unchecked(record) else NOT_MET


def told(record: Record) -> str:
    """What stands beside the period on a list of appraisal; "" once somebody has checked it."""
    if not is_unchecked(record):
        return ""
    return UNCHECKED if record.retention_decided_by_id is not None else PROPOSED


def tell_items(items: Iterable[Any]) -> None:
    for one in items:
        one.record.unconfirmed = told(one.record)


def refused(items: Iterable[AppraisalItem]) -> list[str]:
    """Why these are not destroyed: each that nobody has checked, with its mark and what to do."""
    open_ones = [one.record for one in items if is_unchecked(one.record)]
    found = [f"“{one.archival_code}”{told(one)}，不能定为销毁；{HOW}。" for one in open_ones[:NAMED]]
    more = len(open_ones) - NAMED
    return found + ([f"还有 {more} 件未核对。"] if more > 0 else [])


def nothing_is_unchecked(appraisal: Appraisal, act) -> list[str]:
    """A step towards destruction waits until every item to be destroyed has been checked by somebody."""
    return unchecked_in(appraisal)


def unchecked_in(appraisal: Appraisal) -> list[str]:
    items = appraisal.items.filter(opinion=Opinion.DESTROY, record__checked_at=None)
    return refused(items.select_related("record").order_by("position"))


def waiting_in(appraisal: Appraisal) -> list[Record]:
    """Of a list on which opinions are still given: what nobody has checked, and so cannot be destroyed."""
    if appraisal.state not in (AppraisalState.DRAFTING, AppraisalState.JUDGING):
        return []
    rows = Record.objects.unguarded("items of a list that its reader may see")
    items = AppraisalItem.objects.filter(appraisal=appraisal, is_open=True)
    found = rows.filter(pk__in=items.values("record"), state=State.FILED, checked_at=None)
    return list(found.order_by("archival_code")[: NAMED + 2])
