"""A table of figures on A4 landscape as PDF/A-2b: heading, the day it speaks of, the rows, what it was counted with."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from .fonts import resolve
from .painter import Rendition, day_of, paint_pdf
from .sheets import count_pages

SHEET = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.heading, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set page(width: 297mm, height: 210mm, margin: (x: 18mm, y: 16mm), footer: context align(center,
  text(size: 9pt, font: data.fonts.song)[#counter(page).display() / #counter(page).final().at(0)]))
#set text(lang: "zh", region: "cn", fallback: false, font: data.fonts.body, size: 10.5pt)
#align(center, text(font: data.fonts.title, size: 18pt, data.heading))
#v(1mm)
#grid(columns: (1fr, 1fr), align(left, data.left), align(right, data.right))
#v(1mm)
#table(columns: data.widths.map(width => width * 1fr), stroke: 0.25mm, inset: 1.6mm,
  align: (column, row) => horizon + if row == 0 { center } else if column == 0 { left } else { right },
  table.header(..data.columns.map(name => text(font: data.fonts.hei, size: 10pt, name))),
  ..data.rows.flatten())
#v(1mm)
#text(size: 9pt, data.notes)
"""


def render_figures(
    heading: str, columns: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], *, left: str,
    right: str, notes: str, moment: datetime,
) -> Rendition:  # fmt: skip
    """`widths` are shares of the line; every row has as many cells as there are columns. The heading row repeats."""
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    data = {
        "heading": heading, "left": left, "right": right, "notes": notes, "day": day_of(moment),
        "fonts": {role: list(names) for role, names in fonts.families.items()},
        "columns": list(columns), "widths": list(widths), "rows": [list(row) for row in rows],
    }  # fmt: skip
    pdf = paint_pdf(SHEET, data, moment)
    text = "\n".join([heading, left, right, *("\t".join(row) for row in (columns, *rows)), notes])
    return Rendition(pdf, count_pages(pdf), fonts.used, text)
