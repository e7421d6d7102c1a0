"""欠纸质件: what must have paper and has none yet, and the act that says the paper is there.

Permanent and long-term items are made into paper and filed together (Order 6 of 2003, art. 7; domain 3.10), unless the
unit's 单套制 was approved (2018, art. 7; E-07). 短期 and 10年 owe none.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Count, Exists, OuterRef, Q, When

from units.models import Unit
from units.workflow import Refused

from ..effective import of_period
from ..models import Record, SingleSet, SuppliedPaper
from ..states import Carrier, Retention, State
from .changing import change, locked

OWING = (Retention.PERMANENT, Retention.THIRTY)
COVERING = SingleSet.objects.filter(unit=OuterRef("unit"), from_year__lte=OuterRef("year")).filter(
    Q(ended_on=None) | Q(ended_on__gt=OuterRef("filed_at__date"))
)  # an approval that holds for the item: it began with its year, and had not ended when it was filed
NOT_SINGLE_SET = ~Exists(COVERING)
SUPPLIED = Exists(SuppliedPaper.objects.filter(record=OuterRef("pk"), withdrawn_at=None))  # archive/twins/supplying.py
OWN = Q(paper_exists=True) | Q(carrier_mode=Carrier.PAPER)  # the unit's, or received with the record
HANDED_OVER = (State.IN_TRANSFER, State.ACCESSIONED)
MOST_PAGES = 20_000
ORDER = ("is_elsewhere", "archival_code", "pk")


def unpapered(rows):
    """Of `rows` (records) those that lack the paper they owe, wherever they are."""
    return rows.filter(NOT_SINGLE_SET, ~SUPPLIED, of_period(*OWING), paper_exists=False)


def owed(rows):
    """Of `rows` (records) those that lack the paper they owe and are still the unit's to complete."""
    return unpapered(rows).filter(state=State.FILED)


def own_first(rows):
    """What can be registered here stands before what the archive has: both by 档号 (cut by ORDER)."""
    return rows.annotate(is_elsewhere=Case(When(state=State.FILED, then=0), default=1))


def years_of(rows) -> list[tuple[int, int]]:
    """(年度, how many of `rows`), the newest first."""
    return list(rows.order_by().values_list("year").annotate(n=Count("pk")).order_by("-year"))


def owed_anywhere(rows, unit: Unit):
    """Of `rows` (records) what the unit owes paper of: still its own, or handed over as files while it was owed; then
    the paper follows (archive/twins/supplying.py)."""
    return unpapered(rows.filter(unit=unit, state__in=(State.FILED, *HANDED_OVER)))


def on_paper(rows):
    """Of `rows` those that exist on paper, wherever it is."""
    return rows.filter(OWN | Q(SUPPLIED))


def with_paper(rows):
    """Of `rows` those whose paper is in the unit's hands."""
    return rows.filter(OWN, state=State.FILED)


def owes_paper(record: Record) -> bool:
    """Does this one owe paper? A single item; lists ask `owed`."""
    return (
        record.period_code in OWING
        and not record.paper_exists
        and Record.objects.unguarded("a fact of this record").filter(NOT_SINGLE_SET, ~SUPPLIED, pk=record.pk).exists()
    )


def pages_told(pages: int | None, rows: list[Record]) -> str:
    """Why `pages` cannot be those of the paper of `rows`; "" when they can."""
    if pages is None or (len(rows) == 1 and 0 < pages <= MOST_PAGES):
        return ""
    return f"纸质页数只能逐件填写，为 1 至 {MOST_PAGES:,} 页。"


@transaction.atomic
def register_paper(uids: Iterable[UUID], *, by, pages: int | None = None) -> int:
    """The paper of these items is there, printed and compared; `pages` where one item's paper has other pages.

    Whether the electronic part is there decides the carrier: 仅电子 becomes 纸质和电子. Returns how many.
    """
    rows = locked(uids, by, act="登记纸质件")
    if not rows:
        raise Refused("请先勾选已有纸质件的文件。")
    if have := [row for row in rows if row.paper_exists]:
        raise Refused(*(f"“{row}”已登记纸质件，无须再登。" for row in have[:20]))
    if wrong := pages_told(pages, rows):
        raise Refused(wrong)
    by_pages: dict[int, list[Record]] = {}
    for row in rows:
        by_pages.setdefault(pages or row.page_count, []).append(row)
    for count, group in by_pages.items():
        fields = {"paper_exists": True, "paper_pages": count, "carrier_mode": Carrier.DUAL}
        change(group, fields, "register_paper", "登记纸质件", by=by, pages=count)
    return len(rows)
