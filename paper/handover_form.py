"""《电子档案移交接收登记表》 on paper (DA/T 93—2022, table C.1): one A4 page as PDF/A, both sides beside one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pypdfium2
from django.conf import settings

from .fonts import marked, resolve
from .painter import Rendition, day_of, paint_pdf
from .sheets import count_pages
from .signing import NotSealed, Spot

TITLE = "电子档案移交接收登记表"
SEALED = "单位（印章）"  # words of the row in whose cells the seals stand
MM = 25.4 / 72
MIDDLES = (93.25, 157.75)  # mm from the left: middles of both sides' columns
FOOT = 3.5  # mm that the seals stand above the middle of their row, for the words at its foot
FORM = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set text(lang: "zh", region: "cn", fallback: false, font: data.fonts.body, size: 11pt)
#set page(width: 210mm, height: 297mm, margin: (left: 25mm, right: 20mm, top: 20mm, bottom: 18mm),
  footer: context align(center, text(size: 9pt, font: data.fonts.song)[
    第 #counter(page).display() 页，共 #counter(page).final().at(0) 页]))
#set par(leading: 0.55em)
#let head(body) = table.cell(align: center + horizon, text(font: data.fonts.hei, size: 10.5pt, body))
#align(center, text(font: data.fonts.title, size: 20pt, data.title))
#v(1mm)
#grid(columns: (1fr, auto), text(size: 10pt, data.state), text(size: 10pt)[编号：#data.number])
#table(columns: (36mm, 1fr, 30mm, 1fr), stroke: 0.2mm, inset: 2.2mm, align: horizon + left,
  ..data.wide.map(row => (head(row.at(0)), table.cell(colspan: 3, row.at(1)))).flatten(),
  ..data.pairs.map(row => (head(row.at(0)), row.at(1), head(row.at(2)), row.at(3))).flatten(),
)
#v(-4.66mm)
#table(columns: (36mm, 1fr, 1fr), stroke: 0.2mm, inset: 2.2mm, align: horizon + left,
  head("单位名称"), ..data.sides.map(side => [#text(font: data.fonts.hei, side.role)　#side.name]),
  ..data.checks.enumerate().map(((place, name)) =>
    (head(name), ..data.sides.map(side => side.checks.at(place)))).flatten(),
  ..data.signers.enumerate().map(((place, name)) => (head(name), ..data.sides.map(side => {
    let one = side.signed.at(place)
    table.cell(inset: (x: 2.2mm, y: 3.2mm))[#one.at(0) #h(1fr) #one.at(1)]
  }))).flatten(),
  head("单位（印章）"), ..data.sides.map(side => table.cell(align: center + bottom, inset: (x: 4mm, y: 2.4mm))[
    #v(46mm)#text(size: 9pt, data.seal)]),
)
#text(size: 9pt)[#data.note]
"""


@dataclass(frozen=True)
class FormSide:
    """One side's column: four verdicts in the order of CHECKS, then (name, day) of 填表人 and 审核人, "" while open."""

    role: str
    name: str
    checks: tuple[str, str, str, str]
    filled: tuple[str, str] = ("", "")
    checked: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class HandoverForm:
    """`rows` over the whole width and `pairs` of two, both (label, value); `state` says whether it counts already,
    `seal` stands at the foot of both seals' places."""

    number: str
    state: str
    seal: str
    rows: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str, str, str], ...]
    sides: tuple[FormSide, FormSide]
    note: str = ""


CHECKS = ("真实性检测", "完整性检测", "可用性检测", "安全性检测")
SIGNERS = ("填表人（签名）", "审核人（签名）")


def seal_spots(pdf: bytes, diameters: Sequence[float]) -> list[Spot]:
    """Where the seals of both sides go on a form made here, the sending side's first; diameters in mm."""
    with pypdfium2.PdfDocument(pdf) as opened:
        for number, page in enumerate(opened, start=1):
            text = page.get_textpage()
            found = text.search(SEALED).get_next()
            if found is not None:
                _, low, _, high = text.get_charbox(found[0])
                middle = (page.get_height() - (low + high) / 2) * MM
                return [
                    Spot(f"Seal{side}", number, place, middle - FOOT, size)
                    for side, (place, size) in enumerate(zip(MIDDLES, diameters, strict=True), start=1)
                ]
    raise NotSealed("登记表上没有印章的位置，不能用印。")


def render_handover_form(form: HandoverForm, *, moment: datetime) -> Rendition:
    """Raises FontsMissing on a server without fonts; the same form and moment give the same bytes."""
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    data = {
        "title": TITLE,
        "number": form.number,
        "state": form.state,
        "seal": form.seal,
        "day": day_of(moment),
        "fonts": {role: list(names) for role, names in fonts.families.items()},
        "wide": [list(row) for row in form.rows],
        "pairs": [list(row) for row in form.pairs],
        "checks": list(CHECKS),
        "signers": list(SIGNERS),
        "note": form.note,
        "sides": [
            {"role": one.role, "name": one.name, "checks": list(one.checks), "signed": [one.filled, one.checked]}
            for one in form.sides
        ],
    }
    pdf = paint_pdf(FORM, marked(data), moment)
    words = [TITLE, form.number, *(" ".join(row) for row in (*form.rows, *form.pairs)), form.note]
    return Rendition(pdf, count_pages(pdf), fonts.used, "\n".join(words))
