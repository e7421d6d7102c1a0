"""撤并机构: a body ends, its fonds is closed and stays as it is; what is left of it goes to the successor or the archive.

Order 6 of 2003 (domain 5.2), GB/T 13967: the records of a body that ended are not mixed with those of its successor.
The successor's people sit in its posts (units/successors.py): they fix its unfinished years, mend and transfer what is
left, under the old 全宗号. A change of name alone is no such act: the fonds goes on (《机关档案管理规定》).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from documents.models import Document
from units import audit
from units.access import forget_standing, may
from units.models import Appointment, Post, Unit, UnitSuccession
from units.roles import ADMINISTRATORS
from units.texts import too_long
from units.workflow import Refused, patiently

from . import passed_on
from .models import Fonds, FondsCreator, Record, YearFixed
from .states import State

LONGEST_BASIS = 200
LEFT = (State.FILED, State.IN_TRANSFER)  # still with the unit
GONE_ON = (State.ACCESSIONED,)


@dataclass(frozen=True)
class Left:
    """What a body leaves: numbers only; `open_years` are those whose numbers are not fixed."""

    documents: int
    moving: int
    waiting: int
    accessioned: int
    open_years: tuple[int, ...]

    @property
    def told(self) -> str:
        years = "、".join(str(year) for year in self.open_years)
        parts = (
            f"未办结公文 {self.documents} 件" if self.documents else "",
            f"未定号年度 {years}" if years else "",
            f"未移交档案 {self.waiting} 件" if self.waiting else "",
            f"已进馆 {self.accessioned} 件" if self.accessioned else "",
        )
        return "，".join(part for part in parts if part) or "没有档案"


def left_of(unit: Unit) -> Left:
    rows = Record.objects.unguarded("numbers of one unit; the page asks its own rule").filter(unit=unit).order_by()
    counted = rows.aggregate(
        moving=Count("pk", filter=Q(state=State.IN_TRANSFER)), waiting=Count("pk", filter=Q(state__in=LEFT)),
        accessioned=Count("pk", filter=Q(state__in=GONE_ON)),
    )  # fmt: skip
    fixed = YearFixed.objects.filter(unit=unit, reopened_at=None).values("year")
    years = rows.filter(state__in=LEFT).exclude(year__in=fixed).values_list("year", flat=True).distinct()
    documents = Document.objects.unguarded("a number of one unit").filter(unit=unit).open().count()
    return Left(documents, **counted, open_years=tuple(sorted(years)))


def later_than(unit: Unit, on: date) -> str:
    """What of `unit` is dated after the day on which it is said to have ended; "" when nothing is."""
    counted = []
    records = Record.objects.unguarded("numbers of one unit; the page asks its own rule").filter(unit=unit)
    documents = Document.objects.unguarded("numbers of one unit; the page asks its own rule").filter(unit=unit)
    for name, rows, day in (("档案", records, "date"), ("公文", documents, "document_date")):
        found = rows.order_by().filter(**{f"{day}__gt": on}).aggregate(many=Count("pk"), last=Max(day))
        if found["many"]:
            counted.append(f"{name} {found['many']} 件（最晚 {found['last']}）")
    return f"撤并日期之后仍有{unit}的{'、'.join(counted)}" if counted else ""


def bars(unit: Unit, successor: Unit | None, left: Left) -> list[str]:
    """Everything that has to be done before `unit`, which leaves `left`, can end."""
    if unit.valid_to is not None:
        return [f"{unit}已定于 {unit.valid_to} 停用。"]
    held = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), post__unit=unit)
    people = held.filter(dismissed_at=None).count()
    is_seat = Post.objects.filter(unit=unit, kind__in=ADMINISTRATORS).exists()
    found = [
        f"{unit}是三员所在或保管档案的单位，不能撤并。" if is_seat or unit.is_archive else "",
        f"{unit}还有 {people} 个岗位有人，请安全保密管理员先免去，未办事项交回岗位。" if people else "",
        f"{unit}还有 {left.documents} 件公文没有办结，请先办结、退文或者作废。" if left.documents else "",
        f"{unit}有 {left.moving} 件档案正在移交，请先办完或者撤销移交批次。" if left.moving else "",
    ]
    if successor is None and left.waiting:
        found.append(f"没有承接单位的，须先把 {left.waiting} 件档案移交区档案馆。")
    if successor is not None and (successor.pk == unit.pk or successor.valid_to is not None or successor.is_archive):
        found.append("承接单位应为另一个在用的立档单位。")
    return [one for one in found if one]


def refusals(unit: Unit, *, by, on: date, basis: str, successor: Unit | None) -> list[str]:
    """Everything that stands against the act; what `later_than` says is for whoever acts to confirm."""
    begun = FondsCreator.objects.filter(unit=unit, ends_on=None, starts_on__gte=on).first()
    inherited = UnitSuccession.objects.filter(successor=unit, happened_on__gt=on).select_related("predecessor").first()
    reasons = [
        "" if may(by, "manage", unit) else "只有系统管理员可以登记撤并。",
        "" if on <= timezone.localdate() else "撤并日期不能晚于今天，请在撤并之日登记。",
        f"撤并日期不能早于启用日期 {unit.valid_from}。" if unit.valid_from and on <= unit.valid_from else "",
        f"{unit}自 {begun.starts_on} 起才是全宗的立档单位，撤并日期应在其后。" if begun else "",
        f"{unit}于 {inherited.happened_on} 承接{inherited.predecessor}，撤并日期应在其后。" if inherited else "",
        "" if basis.strip() else "请填写依据。",
        too_long(basis, LONGEST_BASIS, "依据"),
        *bars(unit, successor, left_of(unit)),
    ]
    return [one for one in reasons if one]


def end_unit(unit: Unit, *, by, on: date, basis: str, successor: Unit | None = None, despite: str = "") -> Unit:
    """`unit` is no more from `on`; refused with every reason. Nothing of its records is changed.

    despite  what `later_than` said of that day, as it was shown and confirmed: nothing undoes the act
    """
    with patiently(), transaction.atomic():
        keys = [unit.pk] if successor is None else [unit.pk, successor.pk]
        rows = Unit.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(keys)
        row = rows[unit.pk]
        heir = None if successor is None else rows[successor.pk]
        found = refusals(row, by=by, on=on, basis=basis, successor=heir)
        later = later_than(row, on)
        if later and later != despite:
            found.append(f"{later}，请核对撤并日期，确属无误的须确认。")
        if found:
            raise Refused(*found)
        last = on - timedelta(days=1)
        row.valid_to, row._history_user = last, by
        row.save()
        if heir is not None:
            passed = UnitSuccession.objects.create(predecessor=row, successor=heir, happened_on=on, basis=basis.strip())
            passed_on.tell(passed, left_of(row).told)
        FondsCreator.objects.filter(unit=row, ends_on=None).update(ends_on=last)
        audit.record(
            "end_unit", "撤并机构", row, by=by, through="manage", opinion=basis.strip(), happened_on=str(on),
            successor=heir.code if heir else "", later=later,
        )  # fmt: skip
    forget_standing(by)
    return row


@dataclass(frozen=True)
class Way:
    """One 全宗 with its creators over time, and what of it lies where."""

    fonds: Fonds
    creators: tuple[FondsCreator, ...]
    waiting: int
    accessioned: int

    @property
    def of_ended(self) -> list[tuple[Unit, UnitSuccession | None]]:
        return [(one.unit, next(iter(one.unit.successions.all()), None)) for one in self.creators if one.unit.has_ended]


def ways(fonds) -> list[Way]:
    """For the page: `fonds` (a QuerySet that the rule let through) with counts, in four statements for any number."""
    rows = list(fonds.order_by("code"))
    creators: dict[int, list[FondsCreator]] = {}
    found = FondsCreator.objects.filter(fonds__in=rows).select_related("unit")
    for one in found.prefetch_related("unit__successions__successor").order_by("starts_on", "pk"):
        creators.setdefault(one.fonds_id, []).append(one)
    records = Record.objects.unguarded("numbers of fonds whose page the visitor may see").filter(fonds__in=rows)
    counts = {
        key: (waiting, gone)
        for key, waiting, gone in records.order_by()
        .values_list("fonds")
        .annotate(waiting=Count("pk", filter=Q(state__in=LEFT)), gone=Count("pk", filter=Q(state__in=GONE_ON)))
    }
    return [Way(one, tuple(creators.get(one.pk, ())), *counts.get(one.pk, (0, 0))) for one in rows]
