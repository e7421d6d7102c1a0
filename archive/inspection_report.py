"""The report on one inspected record, for people (PDF/A, Excel) and machines (JSON), from one list of rows.

Columns as the trade's reports have them: 检测编号, 检测项目, 检测对象, 检测依据和方法, 检测结果, 备注.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from django.utils import timezone

from paper.ledger import Ledger, LedgerLine, render_ledger

from .models import Record
from .packages.catalogue import write_line
from .plan import VERSION
from .reinspection import Judged
from .states import Stage, Verdict

COLUMNS = ("检测编号", "检测项目", "检测对象", "检测依据和方法", "检测结果", "备注")
PRINTED = (20, 62, 30, 66, 20, 75)  # mm
WIDE = (12, 40, 20, 50, 10, 70)
METHODS = Path(__file__).parent / "data" / "dat70_methods.tsv"


def _methods() -> dict[str, tuple[str, str]]:
    with METHODS.open(encoding="utf-8", newline="") as source:
        return {row["serial"]: (row["object"], row["method"]) for row in csv.DictReader(source, delimiter="\t")}


METHOD_OF = _methods()


def rows(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    """The cells of COLUMNS, a row an item."""
    return [
        (one.code, one.item.name, *METHOD_OF[one.item.serial], Verdict(one.verdict).label, one.words) for one in judged
    ]


def summary(judged: Sequence[Judged]) -> str:
    """E.g. 合格 22，提示 1，未检 3，不适用 8，待人工 2."""
    counts = Counter(one.verdict for one in judged)
    return "，".join(f"{verdict.label} {counts[verdict]}" for verdict in Verdict if counts[verdict])


def as_data(record: Record, stage: Stage, judged: Sequence[Judged]) -> dict:
    """For machines; the same as `manage.py inspect_record --json` prints."""
    return {
        "uid": str(record.uid), "archival_code": record.archival_code, "stage": str(stage), "plan": VERSION,
        "items": [
            {
                "code": one.code, "property": one.item.group, "item": one.item.name, "kind": one.item.by.value,
                "verdict": one.verdict.value, "told": one.told,
                "findings": [
                    {"severity": found.severity, "target": found.target, "field": found.field, "message": found.message}
                    for found in one.findings
                ],
            }
            for one in judged
        ],
    }  # fmt: skip


def _heading(record: Record, stage: Stage, judged: Sequence[Judged]) -> str:
    return f"{record.archival_code}　{record.title}　{stage.label}检测（{VERSION}）：{summary(judged)}"


def workbook(record: Record, stage: Stage, judged: Sequence[Judged]) -> bytes:
    """Text cells only, so nothing in them is a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("四性检测")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.freeze_panes(2, 0)
        for column, width in enumerate(WIDE):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, _heading(record, stage, judged))
        write_line(sheet, 1, COLUMNS)
        for line, cells in enumerate(rows(judged), start=2):
            write_line(sheet, line, cells)
    return out.getvalue()


def pdf(record: Record, stage: Stage, judged: Sequence[Judged], *, moment: datetime) -> bytes:
    """PDF/A, A4 landscape."""
    ledger = Ledger(
        f"文书类电子档案四性检测报告（{stage.label}）",
        f"{record.archival_code}　{record.title[:60]}　{summary(judged)}",
        f"{timezone.localtime(moment):%Y年%-m月%-d日 %H:%M}检测",
        tuple(zip(COLUMNS, PRINTED, strict=True)),
        tuple(LedgerLine(cells) for cells in rows(judged)),
    )
    return render_ledger(ledger, moment=moment).pdf
