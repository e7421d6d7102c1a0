"""A form of labels and values on A4: 鉴定报告, 销毁登记表 and their like, in black."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from .fonts import marked, resolve
from .painter import Rendition, day_of, paint_pdf
from .sheets import count_pages

FORM = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set page(width: 210mm, height: 297mm, margin: (x: 22mm, y: 22mm), footer: context align(center,
  text(size: 9pt, font: data.fonts.song)[#counter(page).display() / #counter(page).final().at(0)]))
#set text(lang: "zh", region: "cn", fallback: false, font: data.fonts.body, size: 12pt, cjk-latin-spacing: none)
#set par(leading: 0.7em)
#align(center, text(font: data.fonts.title, size: 20pt, data.title))
#v(5mm)
#if data.to != "" [#data.to #v(2mm)]
#table(columns: (34mm, 1fr, 26mm, 1fr), stroke: 0.3mm, inset: 3mm, align: horizon + left,
  ..data.cells.map(cell => (text(font: data.fonts.hei, size: 10.5pt, cell.label),
    if cell.wide { table.cell(colspan: 3, cell.value) } else { cell.value })).flatten())
#if data.ending.len() > 0 [
  #v(14mm)
  #align(right, block(breakable: false, width: 80mm, align(center, stack(spacing: 5mm, ..data.ending))))
]
"""


def render_form(
    title: str, cells: list[tuple[str, str, bool]], *, moment: datetime, to: str = "", ending: Sequence[str] = ()
) -> Rendition:
    """`cells` are (label, value, over the whole width); narrow ones come in pairs. Raises FontsMissing.

    A notice is addressed `to` somebody, and ends with whose it is: the body with the place of its seal, name and day.
    """
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    data = {
        "title": title,
        "day": day_of(moment),
        "fonts": {role: list(names) for role, names in fonts.families.items()},
        "to": to,
        "ending": list(ending),
        "cells": [{"label": label, "value": value, "wide": wide} for label, value, wide in cells],
    }
    pdf = paint_pdf(FORM, marked(data), moment)
    text = "\n".join([title, *filter(None, [to]), *(f"{label} {value}" for label, value, _ in cells), *ending])
    return Rendition(pdf, count_pages(pdf), fonts.used, text)
