"""鉴定报告, 销毁清册 and the 电子档案销毁登记表 (GB/T 18894—2016, table A.4), from the rows that stay for ever."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.utils import timezone

import paper

from .. import pages, periods
from ..code_runs import class_of, runs_of
from ..due import kept_years
from ..models import Appraisal, AppraisalItem, Record
from ..packages.catalogue import gigabytes
from ..states import AppraisalState, Opinion
from . import erasing, witnessing
from .carriers import FILES, PAPER, Carriers, carriers_of
from .conditions import supervising
from .supervisors import witnesses_of

MOST_RUNS = 40  # codes and runs of codes that the form names
TOLD_IN_GB = 10_000_000  # bytes; fewer are told as bytes alone
BLANK = "____________"
BY_HAND = f"{BLANK}　　年　月　日"
COLUMNS = (
    "序号",
    "档号",
    "题名",
    "责任者",
    "文号",
    "日期",
    "应保管期限",
    "已保管期限",
    "页数",
    "鉴定意见",
    "理由",
    "意见人",
)
WIDTHS = (12, 46, 58, 30, 34, 18, 14, 14, 11, 24, 36, 20)
KINDS = {"report": "档案鉴定报告", "list": "档案销毁清册", "register": "电子档案销毁登记表"}


def items_of(appraisal: Appraisal, *, only_destroyed: bool = False):
    rows = appraisal.items.select_related("record", "given_by").order_by("position")
    return rows.filter(opinion=Opinion.DESTROY) if only_destroyed else rows


def kept_for(year: int, day: date) -> str:
    """已保管期限, by `day` (domain 4.6)."""
    return f"{kept_years(year, day)}年"


def rows_of(items: Iterable[AppraisalItem], ended: date) -> Iterable[tuple[str, ...]]:
    """The cells of COLUMNS, on paper and in the workbook; `ended`: the day up to which the items were kept."""
    for number, item in enumerate(items, start=1):
        record = item.record
        opinion = item.get_opinion_display() if item.opinion else "未定"
        yield (
            str(number), record.archival_code, record.title, record.author, record.doc_number, record.date_text,
            periods.named(record), kept_for(record.year, ended), pages.listed(record),
            f"{opinion}（{item.get_prolonged_display()}）" if item.prolonged else opinion, item.ground,
            item.given_by.name if item.given_by else "",
        )  # fmt: skip


def ended_on(appraisal: Appraisal) -> date:
    """Its end, else today."""
    return timezone.localdate(appraisal.finished_at) if appraisal.finished_at else timezone.localdate()


def ledger_of(appraisal: Appraisal) -> paper.Ledger:
    """销毁清册: what is to be destroyed, with the approval on every page."""
    approved = (
        f"{appraisal.approved_by.name}于{timezone.localtime(appraisal.approved_at):%Y-%m-%d}批准"
        if appraisal.approved_at
        else "未批准"
    )
    items = items_of(appraisal, only_destroyed=True)
    return paper.Ledger(
        f"{appraisal.unit.name}档案销毁清册", f"{appraisal} · {approved}", f"{timezone.localdate():%Y年%-m月%-d日}编制",
        tuple(zip(COLUMNS, WIDTHS, strict=True)),
        tuple(paper.LedgerLine(cells) for cells in rows_of(items, ended_on(appraisal))),
        empty="没有需要销毁的档案", foot=tuple(foot_of(appraisal)),
    )  # fmt: skip


def sheet_of(appraisal: Appraisal) -> Iterable[tuple[str, ...]]:
    """The workbook's lines: every item with its opinion, then who approved, watches and signs."""
    yield from rows_of(items_of(appraisal), ended_on(appraisal))
    yield ()
    for label, value in foot_of(appraisal):
        yield "", label, value


def foot_of(appraisal: Appraisal) -> list[tuple[str, str]]:
    """(label, value) under the 销毁清册: approval, 监销 and signatures, as given; blank lines for the hand before."""
    arranged = dict(witnessing.cells(appraisal))
    del arranged["监销人"]
    carried = _span(appraisal) or BY_HAND
    operator = _signed(appraisal.operator, appraisal.finished_at)
    return [
        ("单位负责人批准", _signed(appraisal.approved_by, appraisal.approved_at) or BY_HAND),
        ("区档案局备案", _signed(appraisal.noted_by, appraisal.noted_at) or BY_HAND),
        *((label, value or BLANK) for label, value in arranged.items()), ("销毁时间", carried),
        *(("监销人（签字）", told) for told in _witnessed(appraisal)), ("销毁操作者（签字）", operator or BY_HAND),
    ]  # fmt: skip


def _witnessed(appraisal: Appraisal) -> list[str]:
    """Two lines: who signed and when, who is named and has not, or nobody yet."""
    signed = {one.person_id: one for one in supervising(appraisal)}
    lines = []
    for person in witnesses_of(appraisal):
        one = signed.get(person.pk)
        lines.append(f"{person.name} {timezone.localtime(one.signed_at):%Y-%m-%d %H:%M} 已签" if one else
                     f"{person.name} {BY_HAND}")  # fmt: skip
    return lines or [BY_HAND, BY_HAND]


def kinds_of(appraisal: Appraisal, found: Carriers | None = None) -> dict[str, str]:
    """Papers of this appraisal and their titles: paper alone is no 电子档案."""
    alone = (found or carriers_of(appraisal)).are_paper_alone
    return KINDS | {"register": "档案销毁登记表"} if alone else KINDS


def report_cells(appraisal: Appraisal) -> list[tuple[str, str, bool]]:
    """(label, value, over the whole width) of the 鉴定报告."""
    members = appraisal.group.select_related("person")
    is_judged = appraisal.state != AppraisalState.DRAFTING
    group = "；".join(
        f"{one.person.name}（{one.get_part_display()}{'，' + one.said() if is_judged else ''}）" for one in members
    )
    items = list(appraisal.items.values_list("opinion", flat=True))
    return [
        ("鉴定单位", appraisal.unit.name, False), ("鉴定编号", appraisal.number, False),
        ("到期截止", f"{appraisal.due_on:%Y-%m-%d}", False), ("鉴定件数", str(len(items)), False),
        ("销毁", f"{items.count(Opinion.DESTROY)} 件", False), ("延长保管", f"{items.count(Opinion.PROLONG)} 件", False),
        ("鉴定小组", group, True), ("鉴定报告", appraisal.report, True), ("延长保管的档案", _kept_on(appraisal) or "无", True),
        ("单位负责人", _signed(appraisal.approved_by, appraisal.approved_at), True),
        ("区档案局备案", _signed(appraisal.noted_by, appraisal.noted_at), True),
    ]  # fmt: skip


def register_cells(appraisal: Appraisal) -> list[tuple[str, str, bool]]:
    """All fields of table A.4 (domain 19.4). Who carried it out has filled it in; 审核人 signs on the paper, by hand."""
    found = carriers_of(appraisal)
    gone = (item.record for item in items_of(appraisal, only_destroyed=True))
    size = f"，合 {gigabytes(found.bytes)} GB" if found.bytes >= TOLD_IN_GB else ""
    files = erasing.told(appraisal)
    scope = (
        f"{range_of(gone, appraisal)}。共 {found.shown()}{size}{f'；{files}' if files else ''}" if found.items else "无"
    )
    mandate = f"{_signed(appraisal.approved_by, appraisal.approved_at)}批准销毁清册（{appraisal}）"
    persons = "、".join(one.person.name for one in supervising(appraisal))
    what = "被销毁档案情况" if found.are_paper_alone else "被销毁电子档案情况"
    asked = (*(() if found.are_paper_alone else FILES), *((PAPER,) if found.with_paper else ()))
    return [
        ("单位名称", appraisal.unit.name, True), ("销毁授权", mandate if appraisal.approved_at else "", True),
        (what, scope, True), *((label, getattr(appraisal, name), True) for name, label in asked),
        ("销毁起止时间", _span(appraisal), True), ("监销地点", appraisal.place, False), ("监销人", persons, False),
        ("操作者", appraisal.operator.name if appraisal.operator else "", False), 
        ("填表人", _signed(appraisal.operator, appraisal.finished_at), False),
        ("审核人", "", False), ("单位（签章）", "", False),
    ]  # fmt: skip


def range_of(records: Iterable[Record], appraisal: Appraisal, *, most: int = MOST_RUNS) -> str:
    """范围: the codes of each 年度, period and class, those that follow one another as a run; nothing between two runs,
    and no year between two years, is gone. More runs than `most` are left to the 销毁清册, with their number per class.
    """
    rows = list(records)
    if len(runs := runs_of(rows)) <= most:
        return "；".join(runs)
    classes = [list(one) for _, one in groupby(sorted(rows, key=class_of), key=class_of)]
    return f"{'；'.join(_counted(one) for one in classes)}（逐件见{appraisal}档案销毁清册）"


def _counted(rows: list[Record]) -> str:
    first = rows[0]
    named = (f"{first.year}年度", first.get_retention_code_display(), first.class_code, f"{len(rows)} 件")
    return " ".join(filter(None, named))


def _kept_on(appraisal: Appraisal) -> str:
    """Each item that is kept on, a line: its code and title, the period that it had and the one it gets, and why."""
    items = items_of(appraisal).filter(opinion=Opinion.PROLONG)
    return "\n".join(
        f"{item.record.archival_code} {item.record.title}：原{periods.named(item.record)}，"
        f"{item.get_prolonged_display()}（{item.ground}）"
        for item in items
    )


def _signed(person, moment) -> str:
    return f"{person.name} {timezone.localtime(moment):%Y-%m-%d}" if person and moment else ""


def _span(appraisal: Appraisal) -> str:
    if not appraisal.started_at:
        return ""
    begun, ended = (timezone.localtime(one) for one in (appraisal.started_at, appraisal.finished_at))
    return f"{begun:%Y-%m-%d %H:%M} 至 {ended:%Y-%m-%d %H:%M}"


def pdf_of(appraisal: Appraisal, kind: str) -> bytes:
    """`kind` is a key of KINDS."""
    now = timezone.now()
    if kind == "list":
        return paper.render_ledger(ledger_of(appraisal), moment=now).pdf
    cells = report_cells(appraisal) if kind == "report" else register_cells(appraisal)
    return paper.render_form(kinds_of(appraisal)[kind], cells, moment=now).pdf
