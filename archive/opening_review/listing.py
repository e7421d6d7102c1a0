"""到期审核清单: what the archive holds, by how it stands with opening. A counter is the count of its list."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from documents.states import Direction
from units.matching import holds
from units.paging import CountOf, counting

from ..due import opening_due_by, postponement_over
from ..models import OpeningItem, Record
from ..states import Access, RoundState, State

# 收文 are copies: only the issuing unit's record of a document is opened
HELD = Q(state=State.ACCESSIONED) & ~Q(direction=Direction.INCOMING)
UNDECIDED = (Access.PENDING, Access.CONTROLLED)  # 控制 is an old mark, no decision under the Law of 2020


def under_review() -> Exists:
    return Exists(OpeningItem.objects.filter(record=OuterRef("pk"), is_open=True))


def is_due(day: date) -> Q:
    """Waits for a decision on `day`: never decided and 25 years old, or postponed until a day that is over."""
    return HELD & (Q(access_status__in=UNDECIDED) & opening_due_by(day) | postponement_over(day))


@dataclass(frozen=True)
class Queue:
    """One list; `rows` cuts records of the archive's custody on a day."""

    key: str
    label: str
    empty: str
    hint: str
    rows: Callable[[QuerySet, date], QuerySet]
    chooses: bool = True  # records go from here into a round


QUEUES = (
    Queue(
        "due", "到期待审", "没有到期待审核的档案", "自形成年度终了满二十五年的馆藏档案列在这里。",
        lambda rows, day: rows.filter(
            HELD & Q(access_status__in=UNDECIDED) & opening_due_by(day) & ~under_review()
        ),
    ),
    Queue(
        "again", "延期届满", "没有延期届满的档案", "延期开放的最后一天过后，重新列入审核。",
        lambda rows, day: rows.filter(HELD & postponement_over(day) & ~under_review()),
    ),
    Queue(
        "early", "未到期", "没有未到期的档案", "不满二十五年的馆藏档案，可以选出来提前开放。",
        lambda rows, day: rows.filter(
            HELD & Q(access_status__in=UNDECIDED) & ~opening_due_by(day) & ~under_review()
        ),
    ),
    Queue(
        "reviewing", "审核中", "没有审核中的档案", "编入开放审核批次的档案列在这里。",
        lambda rows, day: rows.filter(HELD & under_review()), chooses=False,
    ),
    Queue(
        "postponed", "延期中", "没有延期开放的档案", "延期届满后自动转入“延期届满”。",
        lambda rows, day: rows.filter(
            HELD & Q(access_status=Access.POSTPONED) & ~postponement_over(day) & ~under_review()
        ),
    ),
    Queue(
        "open", "已开放", "没有开放的档案", "公布开放目录后列在这里。",
        lambda rows, day: rows.filter(state=State.ACCESSIONED, access_status=Access.OPEN), chooses=False,
    ),
)  # fmt: skip
BY_KEY = {one.key: one for one in QUEUES}


def counters(rows: QuerySet, day: date) -> dict[str, int]:
    """Key → how many, up to one more than a list counts; one statement."""
    return counting({one.key: CountOf(one.rows(rows, day)) for one in QUEUES}).ask()


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed to."""

    q: str = ""
    unit: str = ""
    year: int | None = None


def narrowed(rows: QuerySet, by: Narrowing) -> QuerySet:
    if by.q:
        rows = rows.filter(holds("text__words__head_n", by.q))
    if by.unit:
        rows = rows.filter(unit__code=by.unit)
    return rows.filter(year=by.year) if by.year is not None else rows


def by_unit_and_year(rows: QuerySet) -> tuple[list[tuple[str, str, int]], list[tuple[int, int]]]:
    """((code, name, count) a unit, (year, count) a year), of the rows of one list."""
    groups = rows.order_by().values_list("unit__code", "unit__short_name", "year").annotate(n=Count("pk"))
    units: Counter = Counter()
    years: Counter = Counter()
    for code, name, year, count in groups:
        units[code, name] += count
        years[year] += count
    return [(code, name, n) for (code, name), n in sorted(units.items())], sorted(years.items())


def reviewed(record: Record) -> list[OpeningItem]:
    """What published rounds decided of one record, the newest first."""
    rows = OpeningItem.objects.filter(record=record, round__state=RoundState.PUBLISHED, left_because="")
    return list(rows.select_related("round").order_by("-pk"))
