"""接收登记簿 of the archive and 移交登记簿 of a unit: a line a batch that changed hands (practice 1, "accession register").

The same lines stand on the page, on paper, in the workbook and in the command's answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, Max, Min, Q, When
from django.utils import timezone

from archive.packages.catalogue import gigabytes
from archive.states import Retention
from units.audit import batched
from units.models import Unit
from units.workbooks import on_a4, spooled
from units.workflow import Refused

from . import other_sources
from .disks import second_beside_holdings
from .models import Batch, BatchItem, Copy, Receipt
from .querysets import SENT_BACK
from .states import HELD, CopyState, DepositKind, ItemVerdict, Place, ReceiptKind, last_due_year

ORDER = ("-accepted_at", "-pk")
AT_ONCE = 200
MOST = 5_000  # lines on paper or in one workbook: more than the whole district hands over in ten years
COLUMNS = (
    ("received_on", "接收日期", 20), ("batch_no", "批次号", 28), ("unit", "移交单位", 24), ("archive", "接收单位", 20),
    ("fonds", "全宗号", 14), ("years", "年度", 16), ("category", "门类", 12), ("retention", "保管期限", 16),
    ("count", "件数", 12), ("gigabytes", "数据量GB", 18), ("codes", "起止档号", 40), ("source", "来源", 18),
    ("accepted_by", "经办人", 16), ("stored_on", "入库日期", 20), ("place", "存放位置", 40),
    ("register_no", "登记表号", 30), ("remark", "备注", 26),
)  # fmt: skip
NUMERIC = frozenset({"count", "gigabytes"})


@dataclass(frozen=True)
class Side:
    """Whose register it is; `field` is the side of the batch on which the unit stands, `right` who may open it."""

    key: str
    name: str
    field: str
    right: str

    @property
    def columns(self) -> tuple[tuple[str, str, int], ...]:
        """Without the column that says the same in every line."""
        return tuple(column for column in COLUMNS if column[0] != self.field)


SIDES = {
    "accession": Side("accession", "接收登记簿", "archive", "view_batches"),
    "transfer": Side("transfer", "移交登记簿", "unit", "view_batches"),
}


def batches_of(side: Side, units: Iterable[Unit], rows=None, *, year: int | None = None, sender: Unit | None = None):
    """Batches of which at least one item was taken over, the latest first; `year` is that of the 接收日期."""
    if rows is None:
        rows = Batch.objects.unguarded("the register of units that the caller may see")
    rows = rows.filter(**{f"{side.field}__in": units}, accepted_at__isnull=False, state__in=HELD)
    if year:
        first, after = (timezone.make_aware(datetime(one, 1, 1)) for one in (year, year + 1))
        rows = rows.filter(accepted_at__gte=first, accepted_at__lt=after)
    if sender is not None:
        rows = rows.filter(unit=sender)
    return rows.select_related("unit", "archive", "fonds", "created_by").order_by(*ORDER)


PACKED_PERIOD = Case(When(~Q(retention_code=""), then="retention_code"), default="record__retention_code")


def lines(side: Side, batches: Sequence[Batch]) -> list[dict]:
    """One dict a batch, by the names of COLUMNS; three queries, however many. Its 经办人 is the side's own."""
    keys = [one.pk for one in batches]
    taken = Q(verdict=ItemVerdict.ACCEPTED)
    rows = BatchItem.objects.filter(batch__in=keys).values("batch").annotate(
        count=Count("pk", filter=taken), returned=Count("pk", filter=SENT_BACK),
        first_year=Min("record__year", filter=taken), last_year=Max("record__year", filter=taken),
        first_code=Min("record__archival_code", filter=taken), last_code=Max("record__archival_code", filter=taken),
        periods=ArrayAgg(PACKED_PERIOD, distinct=True, filter=taken, default=[]),
        categories=ArrayAgg("record__category_code", distinct=True, filter=taken, default=[]),
    )  # fmt: skip
    items = {row["batch"]: row for row in rows}
    copies, signed = _copies(keys), _signed(keys)
    told = [_line(one, items[one.pk], copies.get(one.pk, []), signed.get(one.pk)) for one in batches]
    if side.field == "unit":
        told = [line | {"accepted_by": one.created_by.name} for one, line in zip(batches, told, strict=True)]
    return told


def _copies(keys: list[int]) -> dict[int, list]:
    found: dict[int, list] = {}
    rows = Copy.objects.filter(part__batch__in=keys, place__in=(Place.HOLDINGS, Place.SECOND))
    for copy in rows.exclude(state=CopyState.RETURNED).select_related("part").order_by("place", "part"):
        found.setdefault(copy.part.batch_id, []).append(copy)
    return found


def _signed(keys: list[int]) -> dict[int, Receipt]:
    """The 登记表 by which each was taken over, and who did."""
    rows = Receipt.objects.filter(batch__in=keys, kind=ReceiptKind.CUSTODY).order_by("pk").select_related("made_by")
    return {row.batch_id: row for row in rows}


def _line(batch: Batch, items: dict, copies: list, signed: Receipt | None) -> dict:
    years = {items["first_year"], items["last_year"]} - {None}
    codes = dict.fromkeys(code for code in (items["first_code"], items["last_code"]) if code)
    return {
        "received_on": _day(batch.accepted_at), "batch_no": batch.batch_no, "unit": batch.unit.name,
        "archive": batch.archive.name, "fonds": batch.fonds.code,
        "years": "—".join(str(year) for year in sorted(years)),
        "category": "、".join({"WS": "文书"}.get(code, code) for code in items["categories"]),
        "retention": "、".join(one.label for one in Retention if one in items["periods"]),
        "count": items["count"], "gigabytes": gigabytes(batch.payload_bytes, 6), "codes": " 至 ".join(codes),
        "source": f"移交（{_kinds(batch, years)}）", "accepted_by": signed.made_by.name if signed else "",
        "stored_on": _day(batch.stored_at),  # no reading since moves it
        "place": _place(copies), "register_no": batch.issued_no if signed else "",
        "remark": _remark(batch, items["returned"]),
    }  # fmt: skip


def _remark(batch: Batch, returned: int) -> str:
    """What went home, and what was taken over unchecked or before 定号, without the places (practice 1)."""
    found = [f"退回 {returned} 件"] if returned else []
    found += [line["short"] for line in batch.unready]
    return "；".join(found)


def _kinds(batch: Batch, years: set[int]) -> str:
    """By the years of its pieces on the day when it was accepted: due, before its time, or some of each."""
    last_due = last_due_year(timezone.localdate(batch.accepted_at))
    found = [DepositKind.STATUTORY] if min(years, default=last_due) <= last_due else []
    found += [DepositKind.EARLY] if max(years, default=last_due) > last_due else []
    return "、".join(one.label for one in found)


def _day(moment) -> date | None:
    return timezone.localdate(moment) if moment else None


def _place(copies: list) -> str:
    """In which places it lies and whether it was read there: a copy that nobody has read is not called kept."""
    found: dict[str, dict[str, None]] = {}
    beside = {Place.SECOND: "与馆藏同一磁盘"} if second_beside_holdings() else {}
    for copy in copies:
        name = "，".join(filter(None, (Place(copy.place).label, beside.get(copy.place))))
        found.setdefault(name, {})[CopyState(copy.state).label] = None
    return "；".join(f"{place}（{'、'.join(states)}）" for place, states in found.items())


def all_lines(side: Side, rows) -> Iterator[dict]:
    """Every line of the choice, read in slices. Refused above MOST."""
    keys = list(rows.values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        raise Refused(f"所选范围超过 {MOST:,} 行，请按年度或移交单位分次导出。")
    for wanted in batched(keys, AT_ONCE):
        rows = Batch.objects.unguarded("keys of the choice").select_related("unit", "archive", "fonds", "created_by")
        found = rows.in_bulk(wanted)
        yield from lines(side, [found[key] for key in wanted])


def whole_lines(side: Side, units, rows, *, year: int | None = None, sender: Unit | None = None) -> list[dict]:
    """The register as it is filed: batches, and on the archive's side what came in another way; the latest first."""
    found = [*all_lines(side, rows), *other_lines(side, units, year=year, sender=sender)]
    return sorted(found, key=lambda line: line["received_on"], reverse=True)


def other_lines(side: Side, units, *, year: int | None = None, sender: Unit | None = None) -> list[dict]:
    """What came to the archive otherwise than by a batch: of no sending unit, and in no unit's own register."""
    return other_sources.lines(units, year=year) if side.field == "archive" and sender is None else []


def text_of(value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value if value is not None else "")


def as_workbook(side: Side, heading: str, rows: Iterable[dict], folder):
    """An open temporary file with the workbook, at its beginning: A4 landscape, days as days, texts as texts."""
    with spooled(folder) as (book, file):
        _fill(book, side, heading, rows)
    return file


def _fill(book: xlsxwriter.Workbook, side: Side, heading: str, rows: Iterable[dict]) -> None:
    sheet = book.add_worksheet(side.name)
    on_a4(sheet, head=2)
    shape = {"border": 1, "text_wrap": True, "valign": "top"}
    bold, day, plain = (
        book.add_format({**shape, **more}) for more in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {})
    )
    sheet.write_string(0, 0, heading, book.add_format({"bold": True}))
    for place, (_, label, width) in enumerate(side.columns):
        sheet.set_column(place, place, width * 0.6)
        sheet.write_string(1, place, label, bold)
    for row, line in enumerate(rows, start=2):
        for place, (name, _, _) in enumerate(side.columns):
            value = line[name]
            if isinstance(value, date):
                sheet.write_datetime(row, place, value, day)
            elif name in NUMERIC and value != "":  # a size that nobody typed is unknown, not nought
                sheet.write_number(row, place, float(value), plain)
            else:
                sheet.write_string(row, place, text_of(value), plain)
