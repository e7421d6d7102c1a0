"""鉴定报告, 销毁清册 and the 电子档案销毁登记表 (GB/T 18894—2016, table A.4), from the rows that stay for ever."""

from collections.abc import Iterable

from django.db.models import Sum
from django.utils import timezone

import paper

from ..models import Appraisal, AppraisalItem, Component
from ..packages.catalogue import gigabytes
from ..states import AppraisalState, Opinion
from .conditions import supervising

COLUMNS = ("序号", "档号", "题名", "责任者", "文号", "日期", "保管期限", "页数", "鉴定意见", "理由", "意见人")
WIDTHS = (12, 46, 64, 30, 34, 18, 16, 11, 24, 36, 20)
KINDS = {"report": "档案鉴定报告", "list": "档案销毁清册", "register": "电子档案销毁登记表"}


def items_of(appraisal: Appraisal, *, only_destroyed: bool = False):
    rows = appraisal.items.select_related("record", "given_by").order_by("position")
    return rows.filter(opinion=Opinion.DESTROY) if only_destroyed else rows


def rows_of(items: Iterable[AppraisalItem]) -> Iterable[tuple[str, ...]]:
    """The cells of COLUMNS, on paper and in the workbook."""
    for number, item in enumerate(items, start=1):
        record = item.record
        opinion = item.get_opinion_display() if item.opinion else "未定"
        yield (
            str(number), record.archival_code, record.title, record.author, record.doc_number, record.date_text,
            record.get_retention_code_display(), str(record.page_count or ""),
            f"{opinion}（{item.get_prolonged_display()}）" if item.prolonged else opinion, item.ground,
            item.given_by.name if item.given_by else "",
        )  # fmt: skip


def ledger_of(appraisal: Appraisal) -> paper.Ledger:
    """销毁清册: what is to be destroyed, with the approval on every page."""
    approved = (
        f"{appraisal.approved_by.name}于{timezone.localtime(appraisal.approved_at):%Y-%m-%d}批准"
        if appraisal.approved_at
        else "未批准"
    )
    return paper.Ledger(
        f"{appraisal.unit.name}档案销毁清册", f"{appraisal} · {approved}", f"{timezone.localdate():%Y年%-m月%-d日}编制",
        tuple(zip(COLUMNS, WIDTHS, strict=True)),
        tuple(paper.LedgerLine(cells) for cells in rows_of(items_of(appraisal, only_destroyed=True))),
        empty="没有需要销毁的档案",
    )  # fmt: skip


def size_of(appraisal: Appraisal) -> tuple[int, int]:
    """(items, bytes of their files) that are to be, or were, destroyed."""
    items = appraisal.items.filter(opinion=Opinion.DESTROY)
    rows = Component.versions.filter(record__in=items.values("record"))
    return items.count(), rows.aggregate(size=Sum("stored_file__bytes"))["size"] or 0


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
        ("鉴定小组", group, True), ("鉴定报告", appraisal.report, True),
        ("单位负责人", _signed(appraisal.approved_by, appraisal.approved_at), True),
        ("区档案局备案", _signed(appraisal.noted_by, appraisal.noted_at), True),
    ]  # fmt: skip


def register_cells(appraisal: Appraisal) -> list[tuple[str, str, bool]]:
    """All fields of table A.4 (domain 19.4); what nobody has signed stays empty for the hand."""
    count, size = size_of(appraisal)
    codes = [item.record.archival_code for item in items_of(appraisal, only_destroyed=True)]
    scope = f"{codes[0]} 至 {codes[-1]}，共 {count} 件，{gigabytes(size, 6)} GB（{size:,} 字节）" if codes else "无"
    mandate = f"{_signed(appraisal.approved_by, appraisal.approved_at)}批准销毁清册（{appraisal}）"
    persons = "、".join(one.person.name for one in supervising(appraisal))
    return [
        ("单位名称", appraisal.unit.name, True), ("销毁授权", mandate if appraisal.approved_at else "", True),
        ("被销毁电子档案情况", scope, True), ("在线存储内容销毁说明", appraisal.online_note, True),
        ("异地容灾备份内容销毁说明", appraisal.offsite_note, True), ("离线存储介质销毁说明", appraisal.offline_note, True),
        ("销毁起止时间", _span(appraisal), True), ("监销地点", appraisal.place, False), ("监销人", persons, False),
        ("操作者", appraisal.operator.name if appraisal.operator else "", False), ("填表人", "", False),
        ("审核人", "", False), ("单位（签章）", "", False),
    ]  # fmt: skip


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
    return paper.render_form(KINDS[kind], cells, moment=now).pdf
