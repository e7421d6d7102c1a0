"""四性检测报告 of a batch, as each side's last run and its persons left it: Excel and JSON whole, PDF/A as a page to sign.

All three are made of the same lines (`summed`) and the same findings (`found`), which are read in slices: a batch may
hold more records than memory or a printed paper should.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import xlsxwriter
from django.conf import settings
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

import paper
from archive import inspection
from archive.models import InspectionResult, InspectionRun
from archive.packages.catalogue import write_line
from archive.plan import ITEMS, By, Item
from archive.reinspection import OF_A_PACKAGE
from archive.states import Stage, Verdict
from units.workflow import Refused

from . import manual_items
from .handover_papers import run_of
from .models import Batch
from .states import Side

AT_ONCE = 1000
PRINTED = 2000  # findings on paper; a workbook has all of them
OF_ALL = OF_A_PACKAGE | {"2-6"}  # looks at the package or the list as one thing, not at each record
COLUMNS = ("检测编号", "检测项目", "检测方式", "检测结果", "已检", "不合格", "提示", "未检", "不适用", "备注")
WIDE = (11, 44, 10, 10, 8, 8, 8, 8, 8, 60)
FOUND = ("档号", "检测编号", "检测项目", "检测结果", "检测对象", "说明")
FOUND_WIDE = (34, 11, 40, 10, 40, 80)
MEANS = {By.SOFTWARE: "软件检测", By.PERSON: "人工抽查", By.ENVIRONMENT: "环境检测"}


@dataclass(frozen=True)
class Summed:
    """One of the 45 items on the whole batch; the numbers are records, or packages where the item looks at these."""

    item: Item
    code: str
    verdict: Verdict
    checked: int = 0
    failed: int = 0
    warned: int = 0
    unchecked: int = 0
    without: int = 0
    told: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        numbers = (self.checked, self.failed, self.warned, self.unchecked, self.without)
        return (
            self.code, self.item.name, MEANS[self.item.by], self.verdict.label, *map(str, numbers), self.told,
        )  # fmt: skip


@dataclass(frozen=True)
class Inspected:
    """What the report is about: the batch, whose inspection of it, its run, and the 45 lines."""

    batch: Batch
    side: Side
    run: InspectionRun
    lines: list[Summed]

    @property
    def name(self) -> str:
        return f"四性检测-{self.batch.issued_no}-{self.side.label}"

    @property
    def heading(self) -> str:
        counts = [f"{one.label} {n} 项" for one in Verdict if (n := sum(x.verdict == one for x in self.lines))]
        return f"{self.batch.issued_no}　{self.batch.name}　{self.run.records} 件：{'，'.join(counts)}"

    @property
    def made(self) -> str:
        day = timezone.localtime(self.run.finished_at)
        return f"{self.side.label} {day:%Y年%-m月%-d日 %H:%M}检测，检测号 {self.run.pk}，{self.run.plan_version}"


def inspected(batch: Batch, side: Side) -> Inspected:
    """Refused where that side has not inspected it."""
    run = run_of(batch, side)
    if run is None:
        raise Refused(f"{side.label}还没有检测本批次，没有检测报告。")
    return Inspected(batch, side, run, summed(batch, side, run))


def summed(batch: Batch, side: Side, run: InspectionRun) -> list[Summed]:
    """All 45 items in the standard's order; those of other stages are not applicable to a transfer."""
    looked = manual_items.newest(batch, side)
    known = {one.item.serial: one for one in inspection.report(run, manual_items.verdicts(batch, side))}
    return [_summed(run, item, known.get(item.serial), looked.get(item.serial)) for item in ITEMS.values()]


def _summed(run: InspectionRun, item: Item, line, tick) -> Summed:
    if line is None:
        told = "移交与接收阶段没有这一项。"
        return Summed(item, item.serial, Verdict.NOT_APPLICABLE, without=run.records, told=told)
    if tick is not None:
        checked, failed = len(tick.sample), len(tick.failing)
        told = f"{tick.ticked_by.name} {timezone.localdate(tick.ticked_at)} 抽查{checked}件（共{tick.total}件）。{tick.note}"
        rest = max(tick.total - checked, 0)
        return Summed(item, line.code, line.verdict, checked, failed, unchecked=rest, told=told)
    if line.checked:
        rest = 0 if item.serial in OF_ALL else max(run.records - line.checked, 0)
        told = f"其余{rest}件没有这一项的检测对象，或文件不能读取。" if rest else ""
        return Summed(item, line.code, line.verdict, line.checked, line.failed, line.warned, told=told)
    if line.verdict == Verdict.NOT_APPLICABLE:
        return Summed(item, line.code, line.verdict, without=run.records, told="没有检测对象。")
    return Summed(item, line.code, line.verdict, unchecked=run.records)


def found(report: Inspected) -> Iterator[tuple[str, ...]]:
    """The cells of FOUND, every finding of the run, with the 档号 as packed; what is about the package has none."""
    packed = report.batch.items.filter(record=OuterRef("record")).values("archival_code")[:1]
    rows = (
        InspectionResult.objects.filter(run=report.run)
        .order_by("pk")
        .annotate(packed=Coalesce(Subquery(packed), Value("")))
    )
    rows = rows.values_list("packed", "record__archival_code", "item_code", "verdict", "target", "message")
    for code, now, item, verdict, target, message in rows.iterator(chunk_size=AT_ONCE):
        name = ITEMS[item.partition("-")[2]].name if item else ""
        yield code or now or "", item, name, Verdict(verdict).label, target, message


def as_json(report: Inspected) -> Iterator[str]:
    """One object, a piece for every finding."""
    head = {
        "batch": report.batch.issued_no, "uid": str(report.batch.uid), "stage": str(Stage.TRANSFER),
        "side": report.side.value, "run": report.run.pk, "plan": report.run.plan_version,
        "records": report.run.records,
        "items": [
            {
                "code": one.code, "property": one.item.group, "item": one.item.name, "kind": one.item.by.value,
                "verdict": one.verdict.value, "checked": one.checked, "failed": one.failed, "warned": one.warned,
                "unchecked": one.unchecked, "not_applicable": one.without, "told": one.told,
            }
            for one in report.lines
        ],
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False).removesuffix("}") + ', "findings": ['
    names = ("archival_code", "code", "item", "verdict", "target", "message")
    for number, cells in enumerate(found(report)):
        yield (", " if number else "") + json.dumps(dict(zip(names, cells, strict=True)), ensure_ascii=False)
    yield "]}"


def workbook(report: Inspected) -> IO[bytes]:
    """An open temporary file at its beginning; text cells only, so nothing in them is a formula."""
    file = tempfile.TemporaryFile(dir=settings.EGOV_TMP_DIR)
    options = {"constant_memory": True, "tmpdir": str(settings.EGOV_TMP_DIR)}
    with xlsxwriter.Workbook(file, options) as book:
        cells = (one.cells for one in report.lines)
        _sheet(book, "四性检测", WIDE, (f"{report.heading}　{report.made}",), COLUMNS, cells)
        _sheet(book, "检测发现", FOUND_WIDE, ("检测发现",), FOUND, found(report))
    file.seek(0)
    return file


def _sheet(book, name: str, widths, heading, columns, lines) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, cells in enumerate((heading, columns)):
        write_line(sheet, number, cells)
    for number, cells in enumerate(lines, start=2):
        write_line(sheet, number, cells)


def pdf(report: Inspected) -> bytes:
    """PDF/A, A4 landscape: the 45 items, then the findings, as many as are fit to be printed."""
    moment = report.run.finished_at or timezone.now()
    items = paper.Ledger(
        "文书类电子档案移交批次四性检测报告", report.heading, report.made,
        tuple(zip(COLUMNS, (20, 70, 22, 22, 16, 16, 16, 16, 16, 70), strict=True)),
        tuple(paper.LedgerLine(one.cells) for one in report.lines),
    )  # fmt: skip
    lines, left = [], 0
    for cells in found(report):
        if len(lines) < PRINTED:
            lines.append(paper.LedgerLine(cells))
        else:
            left += 1
    more = f"　另有 {left} 条见 Excel" if left else ""
    findings = paper.Ledger(
        "检测发现", f"{report.batch.issued_no}　{report.batch.name}　{len(lines) + left} 条{more}", report.made,
        tuple(zip(FOUND, (56, 20, 52, 18, 44, 83), strict=True)), tuple(lines), empty="没有检测发现",
    )  # fmt: skip
    return paper.render_books((items, findings), moment=moment).pdf
