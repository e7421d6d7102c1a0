"""Forms that belong to a record: 发文稿纸, 文件处理单, and a plain text on paper (domain 1.9)."""

import io
from dataclasses import dataclass
from datetime import date, datetime

import pikepdf
from django.conf import settings
from django.utils import timezone

from .fonts import marked, resolve
from .given import chinese_date
from .grid import COLUMNS, LINES, Run, break_lines, half_cells
from .painter import PAINT, Rendition, as_data, day_of, paint_pdf, plain
from .setter import Page

SHEET = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set page(width: 210mm, height: 297mm, margin: (x: 22mm, y: 20mm), footer: context align(center,
  text(size: 9pt, font: data.fonts.song)[#counter(page).display() / #counter(page).final().at(0)]))
#set text(lang: "zh", region: "cn", fallback: false, font: data.fonts.body, size: 12pt)
#set par(leading: 0.6em)
#align(center, text(font: data.fonts.title, size: 20pt, weight: 700, fill: rgb("#ff0000"), data.heading))
#v(4mm)
#let label(body) = text(font: data.fonts.hei, size: 10.5pt, body)
#table(columns: (24mm, 1fr, 24mm, 1fr), stroke: 0.3mm + rgb("#ff0000"), inset: 2.4mm, align: horizon + left,
  ..data.cells.map(cell => if cell.wide {
    (label(cell.label), table.cell(colspan: 3, cell.value))
  } else {
    (label(cell.label), cell.value)
  }).flatten())
#if data.opinions.len() > 0 {
  table(columns: (24mm, 1fr, 34mm), stroke: 0.3mm + rgb("#ff0000"), inset: 2.4mm, align: horizon + left,
    ..data.opinions.map(one => (label(one.label), one.text, [#one.name \\
      #text(size: 9pt, one.post) \\ #text(size: 9pt, one.at)])).flatten())
}
"""


@dataclass(frozen=True)
class SheetOpinion:
    label: str
    text: str
    name: str
    at: datetime
    post: str = ""


@dataclass(frozen=True)
class DraftSheet:
    """发文稿纸, or 签报单 of a report that is not issued; dates are local."""

    unit_name: str
    title: str
    is_report: bool = False
    doc_number: str = ""
    security_class: str = ""
    urgency: str = ""
    main_recipients: str = ""
    cc_recipients: str = ""
    attachments: str = ""
    department: str = ""
    drafter: str = ""
    phone: str = ""
    disclosure: str = ""
    copies: str = ""
    signatory: str = ""
    printing_date: date | None = None
    opinions: tuple[SheetOpinion, ...] = ()


@dataclass(frozen=True)
class HandlingSheet:
    """文件处理单 of a received document; moments are local."""

    unit_name: str
    title: str
    sender: str = ""
    sender_number: str = ""
    receipt_number: str = ""
    received_on: date | None = None
    security_class: str = ""
    urgency: str = ""
    copies: str = ""
    due_at: datetime | None = None
    result: str = ""
    handlers: str = ""  # 主办 and 协办
    completed_on: date | None = None
    opinions: tuple[SheetOpinion, ...] = ()


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if timezone.is_aware(moment) else f"{moment:%Y-%m-%d %H:%M}"


def _form(heading: str, cells: list[tuple[str, str, bool]], opinions, moment: datetime) -> Rendition:
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    data = {
        "title": heading,
        "heading": heading,
        "day": day_of(moment),
        "fonts": {role: list(names) for role, names in fonts.families.items()},
        "cells": [{"label": label, "value": value, "wide": wide} for label, value, wide in cells],
        "opinions": [
            {"label": one.label, "text": one.text, "name": one.name, "post": one.post, "at": _clock(one.at)}
            for one in opinions
        ],
    }
    text = "\n".join(
        [
            heading,
            *(f"{label} {value}" for label, value, _ in cells),
            *(f"{o.label} {o.text} {o.name} {o.post}" for o in opinions),
        ]
    )
    pdf = paint_pdf(SHEET, marked(data), moment)
    return Rendition(pdf, count_pages(pdf), fonts.used, text)


def count_pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def render_draft_sheet(sheet: DraftSheet, *, moment: datetime) -> Rendition:
    if sheet.is_report:
        return _form(f"{sheet.unit_name}签报单", _of_report(sheet), sheet.opinions, moment)
    cells = [
        ("发文字号", sheet.doc_number, False), ("密级", sheet.security_class, False),
        ("紧急程度", sheet.urgency or "平件", False), ("公开属性", sheet.disclosure, False),
        ("标题", sheet.title, True), ("主送", sheet.main_recipients, True), ("抄送", sheet.cc_recipients, True),
        ("附件", sheet.attachments, True), ("拟稿部门", sheet.department, False), ("拟稿人", sheet.drafter, False),
        ("联系方式", sheet.phone, False), ("印制份数", sheet.copies, False),
        ("签发人", sheet.signatory, False), ("印发日期", _day(sheet.printing_date), False),
    ]  # fmt: skip
    return _form(f"{sheet.unit_name}发文稿纸", cells, sheet.opinions, moment)


def _of_report(sheet: DraftSheet) -> list[tuple[str, str, bool]]:
    """A 签报 is not issued: it has no number, receivers or day of printing."""
    return [
        ("紧急程度", sheet.urgency or "平件", False), ("密级", sheet.security_class, False), ("标题", sheet.title, True),
        ("附件", sheet.attachments, True), ("拟稿部门", sheet.department, False), ("拟稿人", sheet.drafter, False),
        ("联系方式", sheet.phone, True),
    ]  # fmt: skip


def render_handling_sheet(sheet: HandlingSheet, *, moment: datetime) -> Rendition:
    cells = [
        ("来文单位", sheet.sender, False), ("来文字号", sheet.sender_number, False),
        ("收文编号", sheet.receipt_number, False), ("收文日期", _day(sheet.received_on), False),
        ("密级", sheet.security_class, False), ("紧急程度", sheet.urgency or "平件", False),
        ("标题", sheet.title, True), ("份数", sheet.copies, False),
        ("办理时限", _clock(sheet.due_at) if sheet.due_at else "", False),
        *([("承办", sheet.handlers, True)] if sheet.handlers else []),
        ("办理结果", sheet.result, True), ("办结日期", _day(sheet.completed_on), True),
    ]  # fmt: skip
    return _form(f"{sheet.unit_name}文件处理单", cells, sheet.opinions, moment)


def render_plain(title: str, text: str, *, moment: datetime) -> Rendition:
    """A text file as pages one can print, its lines as they are, the title in every page's head."""
    page = Page(1)
    pages, line = [page], 0.0
    for paragraph in [title, "", *text.split("\n")]:
        for piece in break_lines(marked(paragraph.rstrip("\r").replace("\t", "    "))) or [""]:
            if line >= LINES:
                page, line = Page(len(pages) + 1), 0.0
                pages.append(page)
            if piece:
                page.runs.append(Run(0, line, piece, "body", 16.0, min(half_cells(piece), COLUMNS)))
            line += 1
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    return Rendition(
        paint_pdf(PAINT, as_data(pages, fonts, title, moment), moment), len(pages), fonts.used, plain(pages)
    )
