"""电子档案格式转换与迁移登记表 (GB/T 18894—2016, table A.3) with its list of files, as printed and as a workbook."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

import paper
from archive.packages.catalogue import gigabytes
from units.workbooks import on_a4, spooled

from ..models import ConversionMigration
from ..states import ConversionState

TITLE = "电子档案格式转换与迁移登记表"
COLUMNS = (
    ("序号", 12), ("档号", 44), ("源文件", 38), ("源文件 SHA-256", 60), ("结果", 30), ("转换件", 38), ("转换件 SHA-256", 60),
)  # fmt: skip
GROUP = 16  # digits of a digest between two blanks: a line of print breaks there alone
STAGES = (
    "确认需求", "评估风险", "制定方案", "审批", "测试", "实施", "评估", "报告", "新备份",
)  # fmt: skip
S = ConversionState
STEPS = {  # state → the stage that is at hand
    S.DRAFT: 2, S.PROPOSED: 3, S.APPROVED: 4, S.TRYING: 4, S.TRIED: 5, S.RUNNING: 5, S.RAN: 6, S.EVALUATED: 7,
    S.REPORTED: 7, S.REVIEWED: 8, S.CLOSED: 9,
}  # fmt: skip


def form_pdf(row: ConversionMigration) -> bytes:
    return paper.render_form(TITLE, cells_of(row), moment=timezone.now()).pdf


def cells_of(row: ConversionMigration) -> list[tuple[str, str, bool]]:
    """All fields of table A.3 (domain 19.3); what nobody has done yet stays empty."""
    return [
        ("单位名称", row.archive.name, False), ("登记号", row.number, False), ("管理授权", mandate_of(row), True),
        ("责任部门", row.department, False), ("管理类型", row.get_kind_display(), False),
        ("源格式或系统描述", row.source, True), ("目标格式或系统描述", row.target, True),
        ("完成情况", told(row), True), ("操作起止时间", _span(row), True),
        ("操作者", row.operator.name if row.operator else "", True),
        ("填表人", _signed(row.filled_by, row.filled_at), False),
        ("审核人", _signed(row.reviewed_by, row.reviewed_at), False),
        ("单位（签章）", "　　　　　　　　　　年　　月　　日", True),
    ]  # fmt: skip


def mandate_of(row: ConversionMigration) -> str:
    if not row.approved_by:
        return row.mandate
    return f"{row.mandate}；{_signed(row.approved_by, row.approved_at)}批准"


def told(row: ConversionMigration) -> str:
    """Content and number before and after; figures that were typed say so."""
    if row.before_count is None:
        return ""
    by_hand = "" if row.is_conversion else "（数字为手工登记）"
    return (
        f"操作前 {row.before_count:,} 个，{gigabytes(row.before_bytes or 0, 6)} GB；"
        f"操作后 {row.after_count:,} 个，{gigabytes(row.after_bytes or 0, 6)} GB{by_hand}。{row.result}"
    )


def _span(row: ConversionMigration) -> str:
    if not row.started_at:
        return ""
    begun = f"{timezone.localtime(row.started_at):%Y-%m-%d %H:%M}"
    if not row.finished_at:
        return f"{begun} 起"
    return f"{begun} 至 {timezone.localtime(row.finished_at):%Y-%m-%d %H:%M}"


def _signed(person, moment) -> str:
    return f"{person.name} {timezone.localtime(moment):%Y-%m-%d}" if person and moment else ""


def stages_of(row: ConversionMigration) -> list[dict]:
    """The eight steps and the new backup: what is there of each, and by whom."""
    reached = STEPS.get(row.state, -1)  # of one that was dropped nothing is at hand
    told_of = (
        row.need, row.risk, row.plan, _said(row.approval, row.approved_by, row.approved_at),
        _said(row.trial, row.tried_by, row.tried_at), "　".join(filter(None, (told(row), _span(row)))),
        _said(row.evaluation, row.evaluated_by, row.evaluated_at),
        "　".join(filter(None, (_said(row.report, row.filled_by, row.filled_at), _audited(row)))),
        _said(row.backup, row.backed_up_by, row.backed_up_at),
    )  # fmt: skip
    return [
        {"label": label, "told": text, "state": "done" if place < reached else "now" if place == reached else "open"}
        for place, (label, text) in enumerate(zip(STAGES, told_of, strict=True))
    ]


def _said(words: str, person, moment) -> str:
    return "　".join(filter(None, (words, _signed(person, moment))))


def _audited(row: ConversionMigration) -> str:
    signed = _signed(row.reviewed_by, row.reviewed_at)
    return f"审核：{signed}" if signed else ""


def lines_of(row: ConversionMigration) -> Iterator[tuple[str, ...]]:
    """The cells of COLUMNS."""
    items = row.items.select_related("source__record", "made").order_by("pk")
    for number, item in enumerate(items.iterator(chunk_size=1000), start=1):
        yield (
            str(number), item.source.record.archival_code, item.source.filename, item.source_sha256,
            f"{item.get_state_display()}{'：' + item.cause if item.cause else ''}",
            item.made.filename if item.made else "", item.made_sha256,
        )  # fmt: skip


def _breakable(cell: str) -> str:
    if len(cell) != 64 or not cell.isalnum():
        return cell
    return " ".join(cell[place : place + GROUP] for place in range(0, len(cell), GROUP))


def list_pdf(row: ConversionMigration, by: str) -> bytes:
    now = timezone.now()
    return paper.render_ledger(
        paper.Ledger(
            f"{TITLE}附件：文件清单", f"{row.archive.name} · {row.number} · {row.source} → {row.target}",
            f"{timezone.localtime(now):%Y-%m-%d %H:%M} {by} 打印", COLUMNS,
            tuple(paper.LedgerLine(tuple(map(_breakable, cells))) for cells in lines_of(row)), empty="没有文件清单，迁移的范围见登记表",
        ),
        moment=now,
    ).pdf  # fmt: skip


def workbook(row: ConversionMigration, folder):
    """Two sheets: the form, and the files with their digests; an open temporary file at its beginning."""
    with spooled(folder) as (book, file):
        bold = book.add_format({"bold": True})
        form = book.add_worksheet("登记表")
        form.set_column(0, 0, 20)
        form.set_column(1, 1, 80)
        form.write_string(0, 0, TITLE, bold)
        _fill(form, 1, ((label, value) for label, value, _ in cells_of(row)))
        files = book.add_worksheet("文件清单")
        on_a4(files, head=1)
        for place, (label, width) in enumerate(COLUMNS):
            files.set_column(place, place, width * 0.6)
            files.write_string(0, place, label, bold)
        _fill(files, 1, lines_of(row))
    return file


def _fill(sheet, first: int, lines: Iterable[tuple[str, ...]]) -> None:
    for row, cells in enumerate(lines, start=first):
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text[:32_767])
