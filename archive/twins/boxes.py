"""装盒: items into boxes by thickness, class by class; a box never holds two years, periods or classes (domain 3.9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db import transaction
from django.db.models import Case, Count, Exists, Max, Min, OuterRef, Q, Sum, Value, When
from django.utils import timezone

from units import audit
from units.access import may
from units.counters import take
from units.models import Unit
from units.texts import full_stop
from units.workflow import Refused, Stale

from .. import pages
from ..disposed import destroyed_told
from ..models import Box, BoxItem, PaperLoan, Record
from ..states import Retention, Spine, State
from ..unboxing import write_note
from .changing import change
from .owing import with_paper

SHEET_MM = Decimal("0.1")  # of 70 to 80 g paper
FILLED = Decimal("0.9")  # of the spine: a box that is full to the lid is not closed without creases
IN_ORDER = Case(*(When(retention_code=code, then=Value(place)) for place, code in enumerate(Retention.values)))
OUT = PaperLoan.objects.filter(record=OuterRef("items__record"), returned_on=None)
LIES = ~Q(items__record__state=State.DESTROYED)  # of a box: what was destroyed has left it, its line tells of it
EDITED = frozenset({"shelf", "note", "arranged_by", "arranged_on", "checked_by", "checked_on"})


@dataclass(frozen=True)
class Packing:
    """How items are packed: `sheet_mm` of one sheet, `sides` of it that bear text, `widest` the thickest box in use."""

    sheet_mm: Decimal = SHEET_MM
    sides: int = 1
    widest: int = Spine.FORTY

    def thickness(self, record: Record) -> Decimal:
        sheets = -(-(pages.number(record) or 1) // self.sides)
        return (sheets * self.sheet_mm).quantize(Decimal("0.01"))


@dataclass
class Filling:
    """A box being filled; `box` is None for a new one."""

    box: Box | None
    room: Decimal
    used: Decimal = Decimal(0)
    items: list[tuple[Record, Decimal]] = field(default_factory=list)

    def takes(self, thickness: Decimal) -> bool:
        return self.used + thickness <= self.room or (self.box is None and not self.items)

    def put(self, record: Record, thickness: Decimal) -> None:
        self.items.append((record, thickness))
        self.used += thickness

    def spine(self) -> int:
        """The thinnest box that closes over what is in it; an item thicker than any has the thickest to itself."""
        fitting = [size for size in Spine.values if self.used <= size * FILLED]
        return min(fitting) if fitting else max(Spine.values)


def waiting(unit: Unit, year: int):
    """Items of the year with paper that lie in no box yet."""
    rows = Record.objects.unguarded("counted for whoever may arrange the unit's records")
    return with_paper(rows.filter(unit=unit, custodian=unit, year=year, boxed__box=None))


def waiting_years(unit: Unit) -> list[tuple[int, int]]:
    """(年度, how many items with paper lie in no box yet), the newest first."""
    rows = Record.objects.unguarded("counted for whoever may arrange the unit's records")
    rows = with_paper(rows.filter(unit=unit, custodian=unit, boxed__box=None)).order_by()
    return list(rows.values_list("year").annotate(n=Count("pk")).order_by("-year"))


@transaction.atomic
def pack(unit: Unit, year: int, *, by, packing: Packing) -> list[Box]:
    """Put what waits into boxes, behind what lies there already; returns the boxes that took something.

    Refused when nothing waits. Numbers run through unit, year and period (Box).
    """
    if (
        not 1 <= packing.sides <= 2
        or not Decimal("0.05") <= packing.sheet_mm <= 1
        or packing.widest not in Spine.values
    ):
        raise Refused("每张纸厚应为 0.05 至 1 毫米，盒脊厚度应为 20、30、40 或 50 毫米。")
    rows = list(
        waiting(unit, year)
        .filter(pk__in=Record.objects.allowing("arrange", by).values("pk"), state=State.FILED)
        .select_for_update(of=("self",))
        .select_related("unit", "fonds")
        .order_by("retention_code", "class_code", "item_no", "pk")
    )
    if not rows:
        raise Refused(f"{year}年度没有待装盒的纸质件：请先登记纸质件，已装盒的不再装。")
    made: list[Box] = []
    for (retention, klass), group in groupby(rows, key=lambda one: (one.retention_code, one.class_code)):
        for filling in _filled(list(group), unit, year, retention, klass, packing):
            made.append(_kept(filling, unit, year, by))
    return made


def _filled(rows: list[Record], unit: Unit, year: int, retention: str, klass: str, packing: Packing) -> list[Filling]:
    fillings = [_open(unit, year, retention, klass, packing)]
    for row in rows:
        thickness = packing.thickness(row)
        if not fillings[-1].takes(thickness):
            fillings.append(Filling(None, packing.widest * FILLED))
        fillings[-1].put(row, thickness)
    return [one for one in fillings if one.items]


def _open(unit: Unit, year: int, retention: str, klass: str, packing: Packing) -> Filling:
    """The class's last box, as full as it is; a new one where there is none."""
    last = (
        Box.objects.select_for_update()
        .filter(unit=unit, year=year, retention_code=retention, class_code=klass)
        .order_by("-number")
        .first()
    )
    if last is None:
        return Filling(None, packing.widest * FILLED)
    used = last.items.exclude(record__state=State.DESTROYED).aggregate(used=Sum("thickness_mm"))["used"] or Decimal(0)
    return Filling(last, last.spine_mm * FILLED, used)


def _kept(filling: Filling, unit: Unit, year: int, by) -> Box:
    records = [record for record, _ in filling.items]
    box = filling.box
    if box is None:
        first = records[0]
        number = take(f"box:{unit.code}:{year}:{first.retention_code}")
        box = Box.objects.create(
            unit=unit, fonds=first.fonds, year=year, retention_code=first.retention_code, class_code=first.class_code,
            number=number, spine_mm=filling.spine(),
        )  # fmt: skip
    BoxItem.objects.bulk_create(
        [BoxItem(record=record, box=box, thickness_mm=mm) for record, mm in filling.items],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=["box", "thickness_mm"],
    )
    change(records, {"box": str(box.number)}, "box", "装盒", by=by, box=box.number)
    audit.record("fill_box", "装盒", box, by=by, through="arrange", items=len(records))
    return box


@transaction.atomic
def take_out(record: Record, *, by, reason: str) -> None:
    """An item leaves its box; the reason stands in the box's 备考表 (moved, lent for good, wrongly boxed)."""
    if not reason.strip():
        raise Refused("请填写取出的理由。")
    if gone := destroyed_told(record):
        raise Refused(f"“{record}”{gone}，已不在盒中，备考表自动记载。")
    row = (
        BoxItem.objects.filter(record=record, box__isnull=False)
        .select_for_update(of=("self",))
        .select_related("box")
        .first()
    )
    if row is None or not may(by, "arrange", record) or record.state != State.FILED:
        raise Refused(f"“{record}”不在盒中，或者不归您整理。")
    box, told = row.box, full_stop(f"件号 {record.item_no:04d} 取出：{reason.strip()}")
    row.box = None
    row.save(update_fields=["box"])
    fresh = Record.objects.unguarded("the act has asked").select_related("unit").select_for_update(of=("self",))
    change([fresh.get(pk=record.pk)], {"box": ""}, "unbox", "取出盒外", by=by, reason=reason, box=box.number)
    write_note(box, told)
    audit.record("note_box", "记备考表", box, by=by, through="arrange", opinion=reason)


@transaction.atomic
def edit(box: Box, *, changes: Mapping[str, object], version: int, by) -> Box:
    """Shelf and 备考表 of a box (names of EDITED)."""
    if unknown := set(changes) - EDITED:
        raise LookupError(f"Not to be edited: {', '.join(sorted(unknown))}.")
    row = Box.objects.select_for_update().get(pk=box.pk)
    if not may(by, "arrange", row):
        raise Refused("您没有整理本单位档案盒的权限。")
    if row.version != version:
        raise Stale(f"“{row}”已被他人修改，请核对后再保存。")
    _dates_in_order(changes)
    before = {name: str(getattr(row, name) or "") for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    told = {
        name: [before[name], str(value or "")] for name, value in changes.items() if before[name] != str(value or "")
    }
    audit.record("edit_box", "填写备考表", row, by=by, through="arrange", changes=told)
    return row


def _dates_in_order(changes: Mapping[str, object]) -> None:
    arranged, checked = changes.get("arranged_on"), changes.get("checked_on")
    named, today = (("整理日期", arranged), ("检查日期", checked)), timezone.localdate()
    if late := [f"{label}不能晚于今天。" for label, day in named if isinstance(day, date) and day > today]:
        raise Refused(*late)
    if isinstance(arranged, date) and isinstance(checked, date) and checked < arranged:
        raise Refused("检查日期不能早于整理日期。")


def told_same_person(box: Box) -> str:
    """整理 and 检查 are two persons' work (DA/T 22—2015 备考表: 整理人, 检查人); one name in both is told, not refused."""
    if not box.arranged_by or box.arranged_by != box.checked_by:
        return ""
    return f"整理人和检查人都是{box.arranged_by}，检查应由另一人进行，请核对。"


def boxes_of(unit: Unit, year: int):
    """The boxes of a unit's year with what lies in them: items, pages, first and last 件号, and how many are lent;
    `lowest_no` and `highest_no` count what was destroyed as well: the 备考表 tells of it."""
    return with_contents(Box.objects.filter(unit=unit, year=year))


def with_contents(rows):
    return (
        rows.select_related("unit", "fonds")
        .annotate(
            n_items=Count("items", filter=LIES),
            n_lent=Count("items", filter=LIES & Exists(OUT)),
            n_pages=Sum(pages.counted("items__record__"), filter=LIES),
            first_no=Min("items__record__item_no", filter=LIES),
            last_no=Max("items__record__item_no", filter=LIES),
            lowest_no=Min("items__record__item_no"),
            highest_no=Max("items__record__item_no"),
        )
        .order_by(IN_ORDER, "number")
    )
