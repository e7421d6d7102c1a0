"""The district's table as a workbook and as PDF/A on A4 landscape, with the same cells as the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from paper.ledger import Ledger, LedgerLine, render_ledger
from units.models import Unit
from units.workbooks import spooled

from .inputs import Asked
from .others import Others
from .rates import Figures, total
from .states import GRACE_DAYS, TIMELY_DAYS

COLUMNS = (
    "单位", "应归档", "已归档", "未归档", "归档率%", "冻结%", "及时率%", "不归档", "不归档占比%", "未到期", "未归档原因",
)  # fmt: skip
WIDTHS = (32, 14, 14, 14, 16, 14, 16, 14, 22, 14, 50)  # mm
OTHER_COLUMNS = (
    "单位",
    "首次检测",
    "一次通过",
    "一次通过率%",
    "满十年应移交",
    "尚未移交",
    "已逾期",
    "到期应审核开放",
    "已审核",
    "按时审核",
)
NOTES = (
    "归档率＝已归档÷应归档，全区为合计之比。应归档：基准日（办理完毕日与办结日中较早者）在期内，未决定不归档，"
    f"且截止日前已办结或基准日后已过 {GRACE_DAYS} 个工作日。及时：基准日后 {TIMELY_DAYS} 个工作日内归档。未到期和不归档不计入。"
)


@dataclass(frozen=True)
class Line:
    """One unit of the district's table (None: all of them), or a month of one unit's own sheet (`label`): its live
    figures, and the frozen ones if there are any."""

    unit: Unit | None
    figures: Figures
    frozen: Figures | None = None
    others: Others | None = None
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or (self.unit.short_name if self.unit else "全区合计")

    def cells(self) -> tuple[str | int | Decimal | None, ...]:
        f = self.figures
        causes = "，".join(f"{name} {count}" for name, count in f.causes_shown().items() if count)
        frozen = self.frozen.rate if self.frozen else None
        return (
            self.name, f.due, f.filed, f.missing, f.rate, frozen, f.timeliness, f.not_to_file, f.share_not_to_file,
            f.not_yet_due, causes,
        )  # fmt: skip

    def other_cells(self) -> tuple[str | int | Decimal | None, ...]:
        o = self.others or Others()
        return (
            self.name, o.inspected, o.accepted_at_first, o.acceptance, o.due_for_transfer, o.not_transferred, o.overdue,
            o.due_for_opening, o.opening_decided, o.opened_in_time if o.held_at_term else None,
        )  # fmt: skip


def summary(lines: Sequence[Line]) -> Line:
    """The district: sums, and the rate of the sums."""
    frozen = [line.frozen for line in lines if line.frozen]
    return Line(None, total(line.figures for line in lines), total(frozen) if frozen else None, _summed(lines))


def _summed(lines: Sequence[Line]) -> Others:
    names = Others.__dataclass_fields__
    return Others(**{name: sum(getattr(line.others, name) for line in lines if line.others) for name in names})


def workbook(asked: Asked, lines: Sequence[Line], folder):
    """An open temporary file with two sheets, at its beginning: written row by row, figures as numbers."""
    with spooled(folder) as (book, file):
        all_lines = [*lines, summary(lines)]
        _sheet(book, f"{asked.period}归档率", COLUMNS, (line.cells() for line in all_lines), asked)
        _sheet(book, "移交与开放", OTHER_COLUMNS, (line.other_cells() for line in all_lines), asked)
    return file


def unit_workbook(asked: Asked, unit: Unit, lines: Sequence[Line], folder):
    """The unit's own sheet, a line a month and the year's: an open temporary file, at its beginning."""
    with spooled(folder) as (book, file):
        cells = (line.cells() for line in lines)
        _sheet(book, f"{asked.period}归档率", ("月份", *COLUMNS[1:]), cells, asked, unit.name)
    return file


def _sheet(book, name: str, columns: Sequence[str], rows: Iterable[Sequence], asked: Asked, of: str = "长宁区") -> None:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 1)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, len(columns) - 1, 12)
    bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0"})
    sheet.write_string(0, 0, f"{of}{name}（截至 {asked.as_of}）", bold)
    for column, title in enumerate(columns):
        sheet.write_string(1, column, title, bold)
    for line, row in enumerate(rows, 2):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, column, value)
            elif value is not None:
                sheet.write_number(line, column, value, percent if isinstance(value, Decimal) else None)


def pdf(asked: Asked, lines: Sequence[Line]) -> bytes:
    """A4 landscape as PDF/A-2b; the last line is the district's."""
    range_ = f"截至 {asked.as_of}；归档率＝已归档÷应归档，全区为合计之比"
    return _printed(f"长宁区各单位归档情况（{asked.period}）", range_, COLUMNS, [*lines, summary(lines)])


def unit_pdf(asked: Asked, unit: Unit, lines: Sequence[Line]) -> bytes:
    """The unit's own sheet, as `unit_workbook`."""
    range_ = f"截至 {asked.as_of}；归档率＝已归档÷应归档"
    return _printed(f"{unit.name}归档情况（{asked.period}）", range_, ("月份", *COLUMNS[1:]), lines)


def _printed(heading: str, range_: str, columns: Sequence[str], lines: Sequence[Line]) -> bytes:
    rows = [["—" if value is None else str(value) for value in line.cells()] for line in lines]
    ledger = Ledger(
        heading=heading,
        range=range_,
        made=f"{timezone.localdate()} 制表",
        columns=tuple(zip(columns, WIDTHS, strict=True)),
        lines=tuple(LedgerLine(tuple(row)) for row in rows),
    )
    return render_ledger(ledger, moment=timezone.now()).pdf
