"""载体标签: the number of an offline medium, and what its box bears beside it (DA/T 93—2022; domain 9.14)."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from .fonts import marked, resolve
from .painter import Rendition, day_of, paint_pdf
from .sheets import count_pages

LABELS = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set text(lang: "zh", region: "cn", fallback: false, font: data.fonts.body, size: 10pt, cjk-latin-spacing: none)
#set page(width: 210mm, height: 297mm, margin: (x: 24mm, y: 20mm))
#let number = text(font: data.fonts.hei, size: 14pt, data.number)
#text(size: 9pt)[贴在载体上]
#box(width: 90mm, stroke: 0.3mm, inset: 4mm, align(center, number))
#v(6mm)
#text(size: 9pt)[贴在装具上]
#box(width: 120mm, stroke: 0.3mm, inset: 4mm)[
  #align(center, number)
  #v(1mm)
  #table(columns: (28mm, 1fr), stroke: 0.2mm, inset: 2mm,
    ..data.rows.map(row => (text(font: data.fonts.hei, row.at(0)), row.at(1))).flatten())
]
"""


@dataclass(frozen=True)
class MediumLabel:
    """`number` as 全宗号-门类-起止年度-载体顺序号; `rows` are (label, value) of the box's label."""

    number: str
    rows: tuple[tuple[str, str], ...]


def render_medium_label(label: MediumLabel, *, moment: datetime) -> Rendition:
    """Both labels on one A4 page as PDF/A, to be cut out. Raises FontsMissing."""
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    data = {
        "title": f"载体标签 {label.number}", "day": day_of(moment), "number": label.number,
        "fonts": {role: list(names) for role, names in fonts.families.items()},
        "rows": [list(row) for row in label.rows],
    }  # fmt: skip
    pdf = paint_pdf(LABELS, marked(data), moment)
    words = [label.number, *(" ".join(row) for row in label.rows)]
    return Rendition(pdf, count_pages(pdf), fonts.used, "\n".join(words))
