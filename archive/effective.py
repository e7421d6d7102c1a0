"""现保管期限: the period of filing, or the longer one that an approved 鉴定 gave; one rule for all that asks.

The 档号 keeps the period of filing (design section 12): a prolongation renumbers nothing. “再保管10年” is a day, no period:
the record keeps its own and is due again after that day (archive/periods.py).
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from .models import Prolongation, Record
from .querysets import period_given
from .states import Retention

RANK = tuple(Retention.values)  # 永久, 30年, 10年: the longest first
GIVEN = "SELECT ep.record_id FROM archive_prolongation ep JOIN archive_appraisalitem ei ON ei.id = ep.item_id"
# the period now of the row r of archive_record; the few prolongations are read once, not for each row
PERIOD_SQL = f"""
CASE WHEN r.retention_code = 'Y' OR r.id IN ({GIVEN} WHERE ei.prolonged = 'Y') THEN 'Y'
     WHEN r.retention_code = 'D30' OR r.id IN ({GIVEN} WHERE ei.prolonged = 'D30') THEN 'D30'
     ELSE r.retention_code END
"""


def _given(periods: tuple[str, ...]) -> Q:
    rows = Prolongation.objects.filter(item__prolonged__in=periods)
    return Q(pk__in=rows.values("record")) if periods else Q(pk__in=[])


def of_period(*codes: str) -> Q:
    """Records that are kept for one of `codes` (Retention) now."""
    found = Q(pk__in=[])
    for place, code in enumerate(RANK):
        if code in codes:
            longer = RANK[:place]
            own = Q(retention_code=code) | _given((code,))
            found |= own & ~(Q(retention_code__in=longer) | _given(longer)) if longer else own
    return found


def with_period(rows: QuerySet) -> QuerySet:
    """`rows` of records as `Record.period_now` reads them in a list, without a query for each."""
    return rows.annotate(kept_as=period_given())


def periods_of(rows: QuerySet) -> set[str]:
    """The periods now of `rows`."""
    pairs = with_period(rows.order_by()).values_list("retention_code", "kept_as").distinct()
    return {min((code, given or code), key=RANK.index) for code, given in pairs}


def tell(records: Iterable[Record]) -> None:
    """The same for rows that were read already; one query."""
    rows = list(records)
    given = Prolongation.objects.filter(record__in=[one.pk for one in rows], item__prolonged__in=RANK)
    found: dict[int, str] = {}
    for key, period in given.values_list("record", "item__prolonged"):
        found[key] = min(period, found.get(key, period), key=RANK.index)
    for one in rows:
        one.kept_as = found.get(one.pk)


def is_changed(record: Record) -> bool:
    return record.period_code != record.retention_code


def shown(record: Record) -> str:
    """10年, or 永久（原 10年，经2026-1号到期档案鉴定）."""
    if not is_changed(record):
        return record.period_now
    row = record.prolongations.filter(item__prolonged=record.period_code).select_related("item__appraisal").last()
    through = f"，经{row.item.appraisal}" if row is not None else ""
    return f"{record.period_now}（原 {record.get_retention_code_display()}{through}）"
