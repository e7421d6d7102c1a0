"""Painters of laid-out pages: PDF/A-2b by Typst for the record, SVG for the screen. Neither breaks a line itself."""

import io
import json
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

import pikepdf
import typst
from django.conf import settings
from django.utils import timezone

from .errors import LayoutRefused, MissingGlyph
from .fonts import FontSet, resolve
from .grid import CELL, COLUMNS, LEFT, PITCH, TOP, Run, half_cells
from .page import Page

POINT = 25.4 / 72  # mm
PIECE = re.compile(
    r"[\x21-\x7e]+|[ ]+|[，。、；：？！）》〉」』】〕”’…—（《〈「『【〔“‘·～％]|[^\x20-\x7e，。、；：？！）》〉」』】〕”’…—（《〈「『【〔“‘·～％]+"
)
OPENING = set("（《〈「『【〔“‘")
COLOURS = {"black": "#111111", "red": "#c8161d"}
XMP_DATE = re.compile(rb"(<(?:xmp:ModifyDate|xmp:CreateDate|stEvt:when)>)[^<]+(</)")
LOCK = threading.Lock()  # one compiler per process; it keeps the source between calls
PAINT = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set page(width: 210mm, height: 297mm, margin: 0mm)
#set text(lang: "zh", region: "cn", fallback: false, cjk-latin-spacing: none)
#set text(top-edge: 0.88em, bottom-edge: "descender")
#set par(leading: 0pt, spacing: 0pt)
#for (number, page) in data.pages.enumerate() {
  if number > 0 { pagebreak() }
  for rule in page.rules {
    place(top + left, dx: rule.x * 1mm, dy: rule.y * 1mm,
      line(length: rule.length * 1mm, angle: rule.angle * 1deg, stroke: rule.thickness * 1mm + rgb(rule.colour)))
  }
  for run in page.runs {
    place(top + left, dx: run.x * 1mm, dy: run.y * 1mm, box(width: 400mm,
      text(font: data.fonts.at(run.font), size: run.size * 1pt, tracking: run.tracking * 1pt, fill: rgb(run.colour),
        run.text)))
  }
  [#hide[]]
}
"""


@dataclass(frozen=True)
class Rendition:
    """A finished PDF/A-2b: its bytes, number of pages, the fonts used (role → name and digest), and its plain text."""

    pdf: bytes
    pages: int
    fonts: dict[str, str] = field(default_factory=dict)
    text: str = ""


def pieces(run, painted: bool = True) -> list[tuple[float, str]]:
    """(offset in half cells, text): narrow and full-width parts apart, every mark alone; no font shifts the grid."""
    at, found = 0.0, []
    for match in PIECE.finditer(run.text):
        if not match.group().isspace():
            # Typst drops the empty left half of an opening mark that stands alone
            found.append((at + (run.size / 16.0 if painted and match.group() in OPENING else 0), match.group()))
        at += half_cells(match.group()) * run.size / 16.0
    return found


def page_number(number: int) -> Run:
    """— 1 — outside the type area, right on odd pages and left on even ones, one character in (7.5)."""
    text = f"— {number} —"
    width = half_cells(text) * 14 / 16
    return Run(COLUMNS - 2 - width if number % 2 else 2, 22.25, text, "song", 14.0, width)


def as_data(pages: list[Page], fonts: FontSet, title: str, moment: datetime) -> dict:
    made = []
    for page in pages:
        runs = [*page.runs, page_number(page.number)] if page.number else page.runs
        made.append(
            {
                "rules": [
                    {
                        "x": round(LEFT + rule.x * CELL / 2, 4),
                        "y": TOP + rule.line * PITCH,
                        "length": round(rule.length, 4),
                        "angle": 90 if rule.height else 0,
                        "thickness": rule.thickness,
                        "colour": COLOURS[rule.colour],
                    }
                    for rule in page.rules
                ],
                "runs": [
                    {
                        "x": round(LEFT + (run.x + offset) * CELL / 2, 4),
                        "y": round(TOP + run.line * PITCH, 4),
                        "text": text,
                        "font": run.font,
                        "size": run.size,
                        "tracking": round((CELL / POINT - 16.0) * run.size / 16.0, 4) if ord(text[0]) > 0x7E else 0,
                        "colour": COLOURS[run.colour],
                    }
                    for run in runs
                    for offset, text in pieces(run)
                ],
            }
        )
    return {
        "title": title,
        "day": day_of(moment),
        "pages": made,
        "fonts": {role: list(names) for role, names in fonts.families.items()},
    }


def day_of(moment: datetime) -> list[int]:
    """Year, month and day on which `moment` falls here."""
    day = timezone.localdate(moment)
    return [day.year, day.month, day.day]


def paint_pdf(source: str, data: dict, moment: datetime) -> bytes:
    """Compile under PDF/A-2b with the clock held at `moment`: the same input gives the same bytes."""
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    try:
        with LOCK:
            pdf = fonts.compiler.compile(
                input=source.encode(),
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=["a-2b"],
                timestamp=int(moment.timestamp()),
            )
    except typst.TypstError as error:
        raise _explained(error) from error
    return dated(pdf, moment)


def dated(pdf: bytes, moment: datetime) -> bytes:
    """`pdf` made at `moment` as the clock stands here, in both its descriptions (ISO 32000-1, 7.9.4; XMP).

    The painter writes midnight UTC: between 0 and 8 o'clock that is another day than people's.
    """
    local = timezone.localtime(moment)
    offset = f"{local:%z}"
    info = f"D:{local:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
    xmp = f"{local:%Y-%m-%dT%H:%M:%S}{offset[:3]}:{offset[3:]}".encode()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.docinfo["/CreationDate"] = opened.docinfo["/ModDate"] = pikepdf.String(info)
        described = opened.Root.Metadata
        described.write(XMP_DATE.sub(rb"\g<1>" + xmp + rb"\g<2>", described.read_bytes()))
        made = io.BytesIO()
        opened.save(made, deterministic_id=True, fix_metadata_version=False)
    return made.getvalue()


def _explained(error: typst.TypstError) -> LayoutRefused:
    shown = re.search(r'the text `?"(.+?)"`? could not be displayed', error.message)
    if shown:
        return MissingGlyph(shown.group(1))
    return LayoutRefused(f"版式文件未能生成：{error.message[:200]}")


def paint_svg(pages: list[Page]) -> list[str]:
    """One SVG a page for the screen; presentation attributes only, so that the policy header needs no exception."""
    return [_svg(page) for page in pages]


def _svg(page: Page) -> str:
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" class="paper-page" role="img" '
             f'aria-label="第{page.number}页"><rect width="210" height="297" fill="#ffffff"/>']  # fmt: skip
    for rule in page.rules:
        x, y = LEFT + rule.x * CELL / 2, TOP + rule.line * PITCH
        x2, y2 = (x, y + rule.length) if rule.height else (x + rule.length, y)
        parts.append(
            f'<line x1="{x:.2f}" x2="{x2:.2f}" y1="{y:.2f}" y2="{y2:.2f}" '
            f'stroke="{COLOURS[rule.colour]}" stroke-width="{rule.thickness}"/>'
        )
    for run in [*page.runs, page_number(page.number)]:
        size = run.size * POINT
        y = TOP + run.line * PITCH + 0.88 * size
        for offset, text in pieces(run, painted=False):
            x = LEFT + (run.x + offset) * CELL / 2
            length = half_cells(text) * CELL / 2 * run.size / 16.0
            parts.append(
                f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" fill="{COLOURS[run.colour]}" '
                f'class="face-{run.font}" '
                f'textLength="{length:.2f}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
            )
    return "".join([*parts, "</svg>"])


def plain(pages: list[Page]) -> str:
    return "\n".join(run.text for page in pages for run in page.runs)
