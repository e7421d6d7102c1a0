"""A register on paper: A4 landscape as PDF/A, the head of columns on every page, no line split between two."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pikepdf
from django.conf import settings

from .fonts import marked, resolve
from .grid import half_cells
from .painter import Rendition, day_of, paint_pdf
from .sheets import count_pages
from .widths import fitted

SIZE = 8.5  # pt
HALF = SIZE / 2 * 25.4 / 72  # mm of half a character
INSET = 0.9  # mm beside a cell's text
LINE = SIZE * 1.45 * 25.4 / 72  # mm from one line to the next
ROOM = 140  # mm of a page, under a head of one line, that one line of the register may take; a longer one is split
WIDTH = 273  # mm between the margins
LEDGER = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set text(lang: "zh", region: "cn", fallback: false, font: data.fonts.body, size: 8.5pt, cjk-latin-spacing: none)
#let range = text(size: 9pt, data.range)
#let made = text(size: 9pt, data.made)
#let head(range_width) = block(width: 273mm, {
  align(center, text(font: data.fonts.title, size: 16pt, data.heading))
  v(-1mm)
  grid(columns: (range_width, 1fr), column-gutter: 6mm, align: (left, right), range, made)
})
#show: body => context {
  // a side keeps what it needs; where both need more than the line has, the longer one is wrapped, or each has its half
  let room = 273mm - 6mm
  let range_width = calc.min(measure(range).width, calc.max(room - measure(made).width, room / 2))
  let top = calc.max(25mm, measure(head(range_width)).height + 12mm)
  set page(width: 297mm, height: 210mm, margin: (x: 12mm, top: top, bottom: 14mm),
    header: head(range_width), header-ascent: 2mm,
    footer: context align(center, text(size: 9pt, font: data.fonts.song)[
      第 #counter(page).display() 页，共 #counter(page).final().at(0) 页]))
  body
}
#set par(leading: 0.45em)
#show regex("第?[0-9]+[号期]"): it => box(it)
#if data.cover.len() > 0 {
  page(header: none, footer: none, align(center + horizon, {
    text(font: data.fonts.title, size: 32pt, tracking: 6pt, data.cover_heading)
    v(16mm)
    table(columns: (44mm, 130mm), stroke: 0.3mm, inset: 4mm, align: (right + horizon, left + horizon),
      ..data.cover.map(pair => (
        text(font: data.fonts.hei, size: 15pt, pair.at(0)), text(size: 15pt, pair.at(1)))).flatten())
  }))
  counter(page).update(1)
}
#context {
  let most = data.room * 1mm - (page.margin.top - 25mm)
  show regex(if data.whole { "[0-9A-Za-z]+([-·./][0-9A-Za-z\\p{Han}]+)+" } else { "\\x00" }): it => box(it)
  table(columns: data.widths.map(width => width * 1mm), stroke: 0.2mm, inset: (x: 0.9mm, y: 1.3mm), align: left + top,
    table.header(..data.columns.map(name => text(font: data.fonts.hei, name))),
    ..if data.lines.len() == 0 {
      (table.cell(colspan: data.columns.len(), align: center, text(size: 12pt, data.empty)),)
    } else { () },
    ..data.lines.map(line => line.cells.enumerate().map(((place, cell)) => table.cell(breakable: line.tall * 1mm > most,
      if line.struck and place < line.cells.len() - 1 { strike(cell) } else { cell }))).flatten())
}
#if data.foot.len() > 0 {
  block(breakable: false, above: 5mm, table(columns: (38mm, 1fr, 38mm, 1fr), stroke: 0.2mm, inset: (x: 1.5mm, y: 2.4mm),
    align: left + horizon, ..data.foot.map(pair => (text(font: data.fonts.hei, pair.at(0)), pair.at(1))).flatten()))
}
"""


@dataclass(frozen=True)
class LedgerLine:
    cells: tuple[str, ...]
    is_struck: bool = False  # all but its last cell, which says why


@dataclass(frozen=True)
class Ledger:
    """`columns` are (name, mm); `made` says when and by whom; `cover` is a title page's (name, value).

    `foot`: (name, value) under the last line, two pairs a row, kept together: approvals and signatures.
    """

    heading: str
    range: str
    made: str
    columns: tuple[tuple[str, int], ...]
    lines: tuple[LedgerLine, ...]
    empty: str = "本期无登记"
    cover: tuple[tuple[str, str], ...] = ()
    cover_heading: str = ""
    foot: tuple[tuple[str, str], ...] = ()


def _height(line: LedgerLine, widths: list[float]) -> float:
    """About how many mm of a page it takes in one piece."""
    rows = [
        half_cells(cell) * HALF / max(width - 2 * INSET, 2 * HALF)
        for cell, width in zip(line.cells, widths, strict=True)
    ]
    return (max(rows) * 1.15 + 1) * LINE


def render_books(books: Sequence[Ledger], *, moment: datetime) -> Rendition:
    """Several registers in one file, each with its own cover and its own numbers of pages, as they are bound apart."""
    made = [render_ledger(one, moment=moment) for one in books]
    if len(made) == 1:
        return made[0]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made[0].pdf)) as whole:
        for one in made[1:]:
            with pikepdf.open(io.BytesIO(one.pdf)) as opened:
                whole.pages.extend(opened.pages)
        for page in whole.pages[made[0].pages :]:
            if "/StructParents" in page.obj:  # a number in the tree of the file that it came from
                del page.obj["/StructParents"]
        whole.save(out)
    fonts = {role: name for one in made for role, name in one.fonts.items()}
    return Rendition(out.getvalue(), sum(one.pages for one in made), fonts, "\n".join(one.text for one in made))


def render_ledger(ledger: Ledger, *, moment: datetime) -> Rendition:
    """Raises FontsMissing on a server without fonts."""
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    share = WIDTH / sum(width for _, width in ledger.columns)
    meant = [width * share for _, width in ledger.columns]
    widths, are_whole = fitted(meant, (line.cells for line in ledger.lines), HALF, INSET)
    data = {
        "title": ledger.heading,
        "heading": ledger.heading,
        "range": ledger.range,
        "made": ledger.made,
        "empty": ledger.empty,
        "cover": [list(pair) for pair in ledger.cover],
        "cover_heading": ledger.cover_heading or ledger.heading,
        "day": day_of(moment),
        "fonts": {role: list(names) for role, names in fonts.families.items()},
        "columns": [name for name, _ in ledger.columns],
        "widths": [round(width, 2) for width in widths],
        "whole": are_whole,
        "room": ROOM,
        "foot": [list(pair) for pair in ledger.foot],
        "lines": [
            {"cells": list(line.cells), "struck": line.is_struck, "tall": round(_height(line, widths), 2)}
            for line in ledger.lines
        ],
    }
    pdf = paint_pdf(LEDGER, marked(data), moment)
    text = "\n".join([ledger.heading, *("\t".join(line.cells) for line in ledger.lines)])
    return Rendition(pdf, count_pages(pdf), fonts.used, text)
