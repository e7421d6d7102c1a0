"""Forms that belong to a record: 发文稿纸, 文件处理单, and a plain text on paper (domain 1.9)."""

import io
import re
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
#let signature(one) = text(size: one.size * 1pt, one.name.map(line => box(line)).join(linebreak()))
#let label(body) = text(font: data.fonts.hei, size: 10.5pt, body)
#table(columns: (24mm, 1fr, 24mm, 1fr), stroke: 0.3mm + rgb("#ff0000"), inset: 2.4mm, align: horizon + left,
  ..data.cells.map(cell => if cell.wide {
    (label(cell.label), table.cell(colspan: 3, cell.value))
  } else if cell.lines.len() > 0 {
    (label(cell.label), signature((name: cell.lines, size: cell.size)))
  } else {
    (label(cell.label), cell.value)
  }).flatten())
#table(columns: (24mm, 1fr, 44mm), stroke: 0.3mm + rgb("#ff0000"), inset: 2.4mm, align: horizon + left,
  ..data.boxes.map(box => {
    if box.opinions.len() == 0 { (label(box.label), table.cell(colspan: 2, v(9mm))) } else {
      (table.cell(rowspan: box.opinions.len(), label(box.label)),
        ..box.opinions.map(one => (one.text, [#signature(one) \\
          #text(size: 9pt, one.post) \\ #text(size: 9pt, one.at)])).flatten())
    }
  }).flatten())
"""
SIGNATURE, CELL = 110.0, 150.0  # points, the width of a name in the cell of a signature and in one of the upper part
LARGEST, SMALLEST = 12.0, 8.0  # points of a name
NAMES = ("签发人", "拟稿人")
SEAMS = re.compile(r"(?=（)|(?<=·)")


@dataclass(frozen=True)
class SheetOpinion:
    """`section` is the box of the form in which it stands, else one under its own label."""

    label: str
    text: str
    name: str
    at: datetime
    post: str = ""
    section: str = ""


@dataclass(frozen=True)
class Box:
    """One box of the form with what was written in it; empty it is printed all the same."""

    label: str
    opinions: tuple[SheetOpinion, ...] = ()


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
    boxes: tuple[str, ...] = ()  # in the order of the form, printed also when empty
    together: str = ""  # 联合发文: every issuing body, the hosting one first
    correction: str = ""  # 更正件: what it replaces, and why


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
    boxes: tuple[str, ...] = ()  # as those of DraftSheet


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if timezone.is_aware(moment) else f"{moment:%Y-%m-%d %H:%M}"


def boxes(opinions: tuple[SheetOpinion, ...], always: tuple[str, ...]) -> list[Box]:
    """Opinions under their boxes in the order given; those boxes that are empty in their places among them."""
    found: dict[str, list[SheetOpinion]] = {}
    for one in opinions:
        found.setdefault(one.section or one.label, []).append(one)
    rows, waiting = [], list(always)
    for name, given in found.items():
        while name in waiting and waiting[0] != name:
            rows.append(Box(waiting.pop(0)))
        if name in waiting:
            waiting.remove(name)
        rows.append(Box(name, tuple(given)))
    return rows + [Box(name) for name in waiting]


def name_lines(name: str, width: float = SIGNATURE) -> tuple[list[str], float]:
    """(lines, points) of a name in the cell of the signature: never broken but at a seam, and there when it is long.

    A seam is before a bracket, 甲（代乙） or 甲（纸质签批，乙补录）, and behind the dot of a transcribed name.
    """
    lines, room = [""], width / SMALLEST
    for part in SEAMS.split(name):
        if lines[-1] and len(name) > room and len(lines[-1] + part) > room:
            lines.append("")
        lines[-1] += part
    longest = max(1, *(len(line) for line in lines))
    return lines, min(LARGEST, width / longest)


def _form(heading: str, cells: list[tuple[str, str, bool]], rows: list[Box], moment: datetime) -> Rendition:
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    data = {
        "title": heading,
        "heading": heading,
        "day": day_of(moment),
        "fonts": {role: list(names) for role, names in fonts.families.items()},
        "cells": [_cell(*one) for one in cells],
        "boxes": [{"label": row.label, "opinions": [_signed(one) for one in row.opinions]} for row in rows],
    }
    text = "\n".join(
        [
            heading,
            *(f"{label} {value}" for label, value, _ in cells),
            *(f"{row.label} {o.text} {o.name} {o.post}" for row in rows for o in row.opinions),
        ]
    )
    pdf = paint_pdf(SHEET, marked(data), moment)
    return Rendition(pdf, count_pages(pdf), fonts.used, text)


def _cell(label: str, value: str, wide: bool) -> dict:
    lines, size = name_lines(marked(value), CELL) if label in NAMES and value else ([], LARGEST)
    return {"label": label, "value": value, "wide": wide, "lines": lines, "size": size}


def _signed(one: SheetOpinion) -> dict:
    lines, size = name_lines(marked(one.name))
    return {"text": one.text, "name": lines, "size": size, "post": one.post, "at": _clock(one.at)}


def count_pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def heading_of(sheet: DraftSheet | HandlingSheet) -> str:
    if isinstance(sheet, HandlingSheet):
        return f"{sheet.unit_name}文件处理单"
    return f"{sheet.unit_name}{'签报单' if sheet.is_report else '发文稿纸'}"


def cells_of(sheet: DraftSheet | HandlingSheet) -> list[tuple[str, str, bool]]:
    """(label, value, over the whole width) in the order of the form; paper and screen show the same."""
    if isinstance(sheet, HandlingSheet):
        return _of_received(sheet)
    return _of_report(sheet) if sheet.is_report else _of_draft(sheet)


def render_draft_sheet(sheet: DraftSheet, *, moment: datetime) -> Rendition:
    return _form(heading_of(sheet), cells_of(sheet), boxes(sheet.opinions, sheet.boxes), moment)


def _of_draft(sheet: DraftSheet) -> list[tuple[str, str, bool]]:
    return [
        ("发文字号", sheet.doc_number, False), ("密级", sheet.security_class, False),
        ("紧急程度", sheet.urgency or "平件", False), ("公开属性", sheet.disclosure, False),
        ("标题", sheet.title, True), *([("更正", sheet.correction, True)] if sheet.correction else []),
        ("主送", sheet.main_recipients, True), ("抄送", sheet.cc_recipients, True),
        *([("联合发文", sheet.together, True)] if sheet.together else []),
        ("附件", sheet.attachments, True), ("拟稿部门", sheet.department, False), ("拟稿人", sheet.drafter, False),
        ("联系方式", sheet.phone, False), ("印制份数", sheet.copies, False),
        ("签发人", sheet.signatory, False), ("印发日期", _day(sheet.printing_date), False),
    ]  # fmt: skip


def _of_report(sheet: DraftSheet) -> list[tuple[str, str, bool]]:
    """A 签报 is not issued: it has no number, receivers or day of printing."""
    return [
        ("紧急程度", sheet.urgency or "平件", False), ("密级", sheet.security_class, False), ("标题", sheet.title, True),
        ("附件", sheet.attachments, True), ("拟稿部门", sheet.department, False), ("拟稿人", sheet.drafter, False),
        ("联系方式", sheet.phone, True),
    ]  # fmt: skip


def render_handling_sheet(sheet: HandlingSheet, *, moment: datetime) -> Rendition:
    return _form(heading_of(sheet), cells_of(sheet), boxes(sheet.opinions, sheet.boxes), moment)


def _of_received(sheet: HandlingSheet) -> list[tuple[str, str, bool]]:
    return [
        ("来文单位", sheet.sender, False), ("来文字号", sheet.sender_number, False),
        ("收文编号", sheet.receipt_number, False), ("收文日期", _day(sheet.received_on), False),
        ("密级", sheet.security_class, False), ("紧急程度", sheet.urgency or "平件", False),
        ("标题", sheet.title, True), ("份数", sheet.copies, False),
        ("办理时限", _clock(sheet.due_at) if sheet.due_at else "", False),
        *([("承办", sheet.handlers, True)] if sheet.handlers else []),
        ("办理结果", sheet.result, True), ("办结日期", _day(sheet.completed_on), True),
    ]  # fmt: skip


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
