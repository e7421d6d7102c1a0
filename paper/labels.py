"""What is stuck, stamped and laid beside paper: 归档章, labels, 盒脊 and 备考表 (DA/T 22—2015; domain 3.7, 3.9).

A stamp is 45 mm x 16 mm, six equal cells in red. On a document it stands on a copy for printing only: the bytes that
were signed are never touched.
"""

import io
from dataclasses import dataclass
from datetime import datetime

import pikepdf
import segno
from django.conf import settings

from .errors import LayoutRefused
from .fonts import marked, resolve
from .free_place import free_place
from .grid import half_cells
from .painter import Rendition, day_of, paint_pdf
from .sheets import count_pages

STAMP = (45.0, 16.0)  # mm
CELL_ROOM, LARGEST = 13.8, 10.5  # mm of a cell's text, points
STAMP_AT = (139.0, 10.0)  # mm from the upper left corner: ends with the type area, above every layout's first mark
COLUMNS, ROWS = 3, 11
PITCH, FIRST = (64.5, 24.0), (9.0, 17.0)  # mm from label to label; the first one's corner
PER_PAGE = COLUMNS * ROWS
QR_ROOM, LONG_CELL = 23.0, 1.8  # mm under a spine's cells; how much taller a cell of several lines is
SPINE_HEIGHT, SPINE_AT, SPINE_ROOM = 270.0, (12.0, 13.5), 186.0  # mm
HEAD = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set text(lang: "zh", region: "cn", fallback: false, font: data.fonts.body, size: 9pt, cjk-latin-spacing: none)
#let red = rgb("#ff0000")
#let stamp(cells) = table(columns: (15mm,) * 3, rows: (8mm,) * 2, inset: 0.4mm, stroke: 0.3mm + red,
  align: center + horizon, ..cells.map(cell => text(size: cell.size * 1pt, font: data.fonts.song, cell.text)))
#let code(svg, side) = image(bytes(svg), format: "svg", width: side * 1mm, height: side * 1mm)
"""
OVERLAY = (
    HEAD
    + """
#set page(width: data.page.at(0) * 1mm, height: data.page.at(1) * 1mm, margin: 0mm)
#place(top + left, dx: data.at.at(0) * 1mm, dy: data.at.at(1) * 1mm, stamp(data.cells))
"""
)
SHEET = (
    HEAD
    + """
#set page(width: 210mm, height: 297mm, margin: 0mm)
#for (number, page) in data.pages.enumerate() {
  if number > 0 { pagebreak() }
  for label in page {
    place(top + left, dx: label.x * 1mm, dy: label.y * 1mm, stamp(label.cells))
    place(top + left, dx: (label.x + 46.5) * 1mm, dy: label.y * 1mm, code(label.qr, 16))
    place(top + left, dx: label.x * 1mm, dy: (label.y + 16.8) * 1mm, box(width: 62mm, text(size: 7pt, label.code)))
  }
  [#hide[]]
}
"""
)
SPINES = (
    HEAD
    + """
#set page(width: 210mm, height: 297mm, margin: 0mm)
#let cell(one, tall) = box(width: 100%, height: tall, align(center + horizon,
  stack(dir: ttb, spacing: 2.4mm, 
    text(size: 7pt, font: data.fonts.hei, one.name.map(part => box(part)).join(linebreak())),
    ..one.lines.map(line => text(size: line.size * 1pt, font: data.fonts.title, box(line.text))))))
#for (number, page) in data.pages.enumerate() {
  if number > 0 { pagebreak() }
  for spine in page {
    place(top + left, dx: spine.x * 1mm, dy: 13.5mm, box(width: spine.width * 1mm, height: 270mm, stroke: 0.3mm,
      stack(dir: ttb, ..spine.cells.map(one => stack(dir: ttb, cell(one, one.tall * 1mm),
        line(length: 100%, stroke: 0.2mm))), v(4mm), align(center, code(spine.qr, 15)))))
  }
  [#hide[]]
}
"""
)
NOTES = (
    HEAD
    + """
#set page(width: 210mm, height: 297mm, margin: (x: 24mm, top: 26mm, bottom: 20mm))
#set text(size: 12pt)
#set par(leading: 0.7em)
#for (number, note) in data.notes.enumerate() {
  if number > 0 { pagebreak() }
  align(center, text(font: data.fonts.title, size: 20pt, "备考表"))
  v(3mm)
  text(size: 10.5pt, note.box)
  v(1mm)
  table(columns: (26mm, 1fr, 26mm, 1fr), rows: (178mm, 11mm, 11mm), stroke: 0.3mm, inset: 2.4mm,
    align: horizon + left, table.cell(colspan: 4, align: top + left,
      pad(2mm, [#text(font: data.fonts.hei, "盒内文件情况说明")
        #v(2mm)
        #for line in note.lines { par(first-line-indent: (amount: 2em, all: true), line) }])),
    ..note.signed.map(pair => (text(font: data.fonts.hei, pair.at(0)), pair.at(1))).flatten())
}
"""
)


@dataclass(frozen=True)
class Stamp:
    """归档章: 全宗号 年度 件号 over 机构（问题） 保管期限 页数; `link` is what the QR code beside a label opens."""

    cells: tuple[str, str, str, str, str, str]
    code: str
    link: str


@dataclass(frozen=True)
class Spine:
    """盒脊; `cells` are (caption, lines), `millimetres` the box's thickness."""

    millimetres: int
    cells: tuple[tuple[str, tuple[str, ...]], ...]
    link: str


@dataclass(frozen=True)
class BoxNote:
    """备考表 of a box: `box` says which, `signed` are (name, value), empty ones are written by hand."""

    box: str
    lines: tuple[str, ...]
    signed: tuple[tuple[str, str], ...]


def qr_svg(link: str) -> str:
    """The QR code of `link` (ISO/IEC 18004, level M) as SVG with its quiet zone of two modules."""
    made = io.BytesIO()
    segno.make(link, error="m", micro=False).save(made, kind="svg", border=2, xmldecl=False, svgns=True)
    return made.getvalue().decode()


def _data(title: str, moment: datetime, **more) -> tuple[dict, dict[str, str]]:
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    families = {role: list(names) for role, names in fonts.families.items()}
    return {"title": title, "day": day_of(moment), "fonts": families, **marked(more)}, fonts.used


def painted(template: str, title: str, moment: datetime, **more) -> Rendition:
    data, used = _data(title, moment, **more)
    pdf = paint_pdf(template, data, moment)
    return Rendition(pdf, count_pages(pdf), used)


def _fitted(text: str, room: float, largest: float) -> dict:
    """A text that stays on its line: smaller where the cell is narrow."""
    wide = half_cells(text) / 2 * 25.4 / 72  # mm at one point
    return {"text": text, "size": round(min(largest, room / wide) if wide else largest, 2)}


def _cells(stamp: Stamp) -> list[dict]:
    return [_fitted(cell, CELL_ROOM, LARGEST) for cell in stamp.cells]


def render_stamp_labels(stamps: list[Stamp], *, moment: datetime, skip: int = 0) -> Rendition:
    """Label sheets A4 of 3 x 11, the first `skip` places left free (labels that are used up)."""
    pages: list[list[dict]] = [[]]
    for place, stamp in enumerate(stamps, start=skip % PER_PAGE):
        at = place % PER_PAGE
        if place and at == 0:
            pages.append([])
        pages[-1].append(
            {
                "x": FIRST[0] + at % COLUMNS * PITCH[0], "y": FIRST[1] + at // COLUMNS * PITCH[1],
                "cells": _cells(stamp), "code": stamp.code, "qr": qr_svg(stamp.link),
            }
        )  # fmt: skip
    return painted(SHEET, "归档章", moment, pages=pages)


def stamped(pdf: bytes, stamp: Stamp, *, moment: datetime) -> bytes:
    """A copy of `pdf` for printing with the stamp on its first page; `pdf` itself is left as it is.

    LayoutRefused for a file that cannot be opened without a password, or at all.
    """
    try:
        return _stamped(pdf, stamp, moment)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise LayoutRefused("文件带有密码或已损坏，不能加盖归档章，请打印归档章标签贴在纸质件上。") from error


def size_of(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in mm."""
    left, low, right, high = (float(one) for one in page.mediabox)
    return round((right - left) * 25.4 / 72, 3), round((high - low) * 25.4 / 72, 3)


def lay_over(page: pikepdf.Page, over: bytes) -> None:
    """The first page of the PDF `over`, which is of the same size, upon `page`."""
    with pikepdf.open(io.BytesIO(over)) as opened:
        page.add_overlay(opened.pages[0], pikepdf.Rectangle(*(float(one) for one in page.mediabox)))


def _stamped(pdf: bytes, stamp: Stamp, moment: datetime) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if not opened.pages:
            raise pikepdf.PdfError("no page")
        first = opened.pages[0]
        size = size_of(first)
        at = list(free_place(pdf, STAMP, (min(STAMP_AT[0], size[0] - STAMP[0] - 5), STAMP_AT[1])))
        made = painted(OVERLAY, "归档章", moment, page=size, at=at, cells=_cells(stamp))
        lay_over(first, made.pdf)
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def render_spines(spines: list[Spine], *, moment: datetime) -> Rendition:
    """盒脊 side by side on A4, to be cut out: 2 mm narrower than the box, 270 mm high."""
    pages: list[list[dict]] = [[]]
    used = 0.0
    for spine in spines:
        width = spine.millimetres - 2.0
        if pages[-1] and used + width > SPINE_ROOM:
            pages.append([])
            used = 0.0
        pages[-1].append({"x": SPINE_AT[0] + used, "width": width, "qr": qr_svg(spine.link),
                          "cells": _spine_cells(spine, width)})  # fmt: skip
        used += width + 2
    return painted(SPINES, "盒脊", moment, pages=pages)


def _spine_cells(spine: Spine, width: float) -> list[dict]:
    """The captions' cells fill the label's height above its QR code; one of several lines is taller."""
    parts = [LONG_CELL if len(lines) > 1 else 1.0 for _, lines in spine.cells]
    tall = (SPINE_HEIGHT - QR_ROOM) / sum(parts)
    return [
        {
            "name": [name] if half_cells(name) / 2 * 7 * 25.4 / 72 <= width - 2 else [name[:2], name[2:]],
            "tall": round(part * tall, 2),
            "lines": [_fitted(line, width - 3, 15) for line in lines],
        }
        for (name, lines), part in zip(spine.cells, parts, strict=True)
    ]


def render_notes(notes: list[BoxNote], *, moment: datetime) -> Rendition:
    """备考表, a page a box."""
    told = [{"box": one.box, "lines": list(one.lines), "signed": [list(pair) for pair in one.signed]} for one in notes]
    return painted(NOTES, "备考表", moment, notes=told)
