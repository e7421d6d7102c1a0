"""Painters of laid-out pages: PDF/A-2b by Typst for the record, SVG for the screen. Neither breaks a line itself."""

import base64
import json
import math
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from html import escape
from itertools import groupby
from operator import itemgetter

import typst
from django.conf import settings
from django.utils import timezone

from .dating import dated
from .errors import FontsMissing, LayoutRefused, MissingGlyph
from .fonts import WEIGHTS, FontSet, ink, natural_width, resolve
from .grid import ASCENT, CELL, LEFT, PITCH, POINT, RIGHT, TOP, Run, across, down, half_cells, step_of
from .setter import Page, SealPlace, width_of
from .turned import ACROSS, ANGLE, DOWN, all_pages

PIECE = re.compile(
    r"[\x21-\x7e]+|[ ]+|[，。、；：？！）》〉」』】〕”’…—（《〈「『【〔“‘·～％]|[^\x20-\x7e，。、；：？！）》〉」』】〕”’…—（《〈「『【〔“‘·～％]+"
)
OPENING = set("（《〈「『【〔“‘")
COLOURS = {"black": "#000000", "red": "#ff0000"}  # the only two (practice 1): black alone, one red for all that is red
NUMBER_TOP = 269.0  # mm; 7 mm under the type area
LOCK = threading.Lock()  # one compiler per process; it keeps the source between calls
PAINT = """
#let data = json(bytes(sys.inputs.data))
#let ink = (black: luma(0), red: rgb("#ff0000"))
#set document(title: data.title, date: datetime(year: data.day.at(0), month: data.day.at(1), day: data.day.at(2)))
#set page(width: 210mm, height: 297mm, margin: 0mm)
#set text(lang: "zh", region: "cn", fallback: false, cjk-latin-spacing: none)
#set text(top-edge: 0.88em, bottom-edge: "descender")
#set par(leading: 0pt, spacing: 0pt)
#let drawn(page) = box(width: 400mm, height: 400mm, {
  for rule in page.rules {
    place(top + left, dx: rule.x * 1mm, dy: rule.y * 1mm,
      line(length: rule.length * 1mm, angle: rule.angle * 1deg, stroke: rule.thickness * 1mm + ink.at(rule.colour)))
  }
  for (font, weight, size, stretch, tracking, colour, runs) in page.groups {
    set text(font: data.fonts.at(font), weight: weight, size: size * 1pt, tracking: tracking * 1pt,
      fill: ink.at(colour))
    if stretch == 1 {
      for (x, y, words) in runs { place(dx: x * 1mm, dy: y * 1mm, words) }
    } else {
      for (x, y, words) in runs {
        place(dx: x * 1mm, dy: y * 1mm, scale(x: stretch * 100%, origin: top + left, box(width: 400mm, words)))
      }
    }
  }
})
#for (number, page) in data.pages.enumerate() {
  if number > 0 { pagebreak() }
  place(top + left, drawn(page))
  if "turned" in page {
    place(top + left, dx: page.turned.across * 1mm, dy: page.turned.down * 1mm,
      rotate(page.turned.angle * 1deg, origin: top + left, drawn(page.turned)))
  }
  for seal in page.seals {
    place(top + left, dx: (seal.x - seal.radius) * 1mm, dy: (seal.y - seal.radius) * 1mm,
      if seal.svg != "" { image(bytes(seal.svg), format: "svg", width: seal.radius * 2mm, height: seal.radius * 2mm) }
      else { pad(0.5mm, circle(radius: (seal.radius - 0.5) * 1mm, stroke: 1mm + ink.red)) })
    for sign in seal.signs {
      place(top + left, dx: sign.x * 1mm, dy: sign.y * 1mm, rotate(sign.angle * 1deg, origin: center + horizon,
        box(width: sign.side * 1mm, height: sign.side * 1mm, align(center + horizon, text(font: data.fonts.hei,
          size: sign.side * 1mm, fill: ink.red, top-edge: 0.88em, bottom-edge: -0.12em, sign.text)))))
    }
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


def pieces(run: Run, painted: bool = True) -> list[tuple[float, str]]:
    """(offset in mm, text): narrow and full-width parts apart, every mark alone; no font shifts the grid."""
    at, found, step = 0.0, [], run.step
    for match in PIECE.finditer(run.text):
        piece = match.group()
        if not piece.isspace():
            # Typst drops the empty left half of an opening mark that stands alone
            found.append((at + (step / 2 if painted and piece in OPENING else 0), piece))
        at += half_cells(piece) * step / 2
    return found


def page_number(number: int) -> Run:
    """— 1 — outside the type area, right on odd pages and left on even ones, one character in (7.5).

    The upper edge of the dash, not of the figure, is 7 mm below the type area.
    """
    text, size = f"— {number} —", 14.0
    step = step_of(size)
    x = RIGHT - step - width_of(text, size) if number % 2 else LEFT + step
    y = NUMBER_TOP + (ink("—", "song")[0] - ASCENT) * size * POINT
    return Run(across(x), down(y), text, "song", size)


def all_runs(page: Page) -> list[Run]:
    return [*page.runs, page_number(page.number)] if page.number and page.numbered else page.runs


def as_data(pages: list[Page], fonts: FontSet, title: str, moment: datetime) -> dict:
    made = [_drawn(page) | {"seals": [_seal(one) for one in page.seals if one.shown]} for page in pages]
    return {
        "title": title,
        "day": day_of(moment),
        "pages": made,
        "fonts": {role: list(names) for role, names in fonts.families.items()},
    }


def _drawn(page: Page) -> dict:
    """Rules and words of a page, and what is turned on it."""
    found: dict = {
        "rules": [
            {
                "x": round(LEFT + rule.x * CELL / 2, 4),
                "y": round(TOP + rule.line * PITCH, 4),
                "length": round(rule.length, 4),
                "angle": 90 if rule.height else 0,
                "thickness": rule.thickness,
                "colour": rule.colour,
            }
            for rule in page.rules
        ],
        "groups": _groups(page),
    }
    if page.turned is not None:
        found["turned"] = _drawn(page.turned) | {"across": ACROSS, "down": DOWN, "angle": ANGLE}
    return found


def _groups(page: Page) -> list[tuple]:
    """All pieces in the order in which they are read; neighbours of one style stand together, it is set once."""
    found = (one for run in all_runs(page) for one in _placed(run))
    return [(*style, [place for _, place in group]) for style, group in groupby(found, key=itemgetter(0))]


def _placed(run: Run) -> Iterator[tuple[tuple, tuple[float, float, str]]]:
    """(style, (mm from the left edge, mm from the upper, text)) of each piece."""
    left, top = run.left, round(run.top, 4)
    full = _of_full_width(run.font, run.size, run.stretch, run.step, run.colour)
    for offset, text in pieces(run):
        yield full if text[0] > "~" else _of_narrow(run, text), (round(left + offset, 4), top, text)


def _of_narrow(run: Run, text: str) -> tuple:
    """(font, weight, size, stretch, tracking, colour) of a narrow piece.

    The tracking makes it as wide as the grid has it; glyphs that are too wide are narrowed.
    """
    stretch = run.stretch
    natural = natural_width(text, run.font) * run.size * POINT * stretch
    wanted = half_cells(text) * run.step / 2
    tracking = (wanted - natural) / len(text) / POINT / stretch if natural <= wanted * 1.02 else 0.0
    stretch = stretch if natural <= wanted * 1.02 else stretch * wanted / natural
    return _rounded(run.font, run.size, stretch, tracking, run.colour)


@lru_cache(256)  # nearly all pieces of a page have one of a few styles
def _of_full_width(font: str, size: float, stretch: float, step: float, colour: str) -> tuple:
    return _rounded(font, size, stretch, step / stretch / POINT - size, colour)


def _rounded(font: str, size: float, stretch: float, tracking: float, colour: str) -> tuple:
    return font, WEIGHTS.get(font, 400), round(size, 4), round(stretch, 4), round(tracking, 4), colour


def _seal(one: SealPlace) -> dict:
    radius = one.seal.diameter / 2
    signs = [] if one.seal.svg else seal_signs(one)
    return {"x": one.x, "y": one.y, "radius": radius, "svg": one.seal.svg, "signs": signs}


def seal_signs(one: SealPlace) -> list[dict]:
    """The body's name round the upper edge and 样章 in the middle; never an emblem (practice 1)."""
    radius = one.seal.diameter / 2
    name = one.seal.name
    side = min(5.5, 3.6 * radius / max(len(name), 1))
    found = []
    for place, char in enumerate(name):
        turn = (place - (len(name) - 1) / 2) * min(28.0, 250.0 / max(len(name), 1))
        way = math.radians(turn)
        far = radius - 2.2 - side / 2
        x, y = one.x + far * math.sin(way), one.y - far * math.cos(way)
        found.append({"x": x - side / 2, "y": y - side / 2, "side": side, "angle": turn, "text": char})
    for place, char in enumerate("样章"):
        found.append({"x": one.x - 7 + place * 7, "y": one.y - 12, "side": 7, "angle": 0, "text": char})
    return found


def day_of(moment: datetime) -> list[int]:
    """Year, month and day on which `moment` falls here."""
    day = timezone.localdate(moment)
    return [day.year, day.month, day.day]


def paint_pdf(source: str, data: dict, moment: datetime, standard: str = "a-2b") -> bytes:
    """Compile under PDF/A with the clock held at `moment`: the same input gives the same bytes."""
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    try:
        with LOCK:
            pdf = fonts.compiler.compile(
                input=source.encode(),
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=[standard],
                timestamp=int(moment.timestamp()),
            )
    except typst.TypstError as error:
        raise _explained(error) from error
    return dated(pdf, moment)


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
    parts += _svg_rules(page)
    if page.bound is not None:
        parts.append(
            f'<text x="105" y="150" font-size="6" fill="#55524c" text-anchor="middle">此处装订附件原文第 '
            f"{page.bound.index + 1} 页</text>"
        )
    parts += [part for run in all_runs(page) for part in _svg_run(run)]
    if page.turned is not None:
        parts.append(f'<g transform="translate({ACROSS:.2f} {DOWN:.2f}) rotate({ANGLE})">')
        parts += [*_svg_rules(page.turned), *(part for run in page.turned.runs for part in _svg_run(run)), "</g>"]
    return "".join([*parts, *(part for one in page.seals if one.shown for part in _svg_seal(one)), "</svg>"])


def _svg_rules(page: Page) -> Iterator[str]:
    for rule in page.rules:
        x, y = LEFT + rule.x * CELL / 2, TOP + rule.line * PITCH
        x2, y2 = (x, y + rule.length) if rule.height else (x + rule.length, y)
        yield (
            f'<line x1="{x:.2f}" x2="{x2:.2f}" y1="{y:.2f}" y2="{y2:.2f}" '
            f'stroke="{COLOURS[rule.colour]}" stroke-width="{rule.thickness}"/>'
        )


def _svg_run(run: Run) -> Iterator[str]:
    size = run.size * POINT
    y = run.top + ASCENT * size
    is_spread = run.step > size * run.stretch * 1.01  # a name as wide as the longer ones: its characters apart
    for offset, text in pieces(run, painted=False):
        step = run.step / 2
        parts = [(offset + half_cells(text[:n]) * step, char) for n, char in enumerate(text)] if is_spread else None
        for at, words in parts or [(offset, text)]:
            length = half_cells(words) * (size * run.stretch / 2 if is_spread else step)
            way = "spacing" if words.isascii() and _leaves_room(run, words, length) else "spacingAndGlyphs"
            yield (
                f'<text x="{run.left + at:.2f}" y="{y:.2f}" font-size="{size:.2f}" fill="{COLOURS[run.colour]}" '
                f'class="face-{run.font}" textLength="{length:.2f}" lengthAdjust="{way}">{escape(words)}</text>'
            )


def _leaves_room(run: Run, text: str, length: float) -> bool:
    """Figures and letters that are narrower than their cells stand apart and are not drawn wider."""
    try:
        return natural_width(text, run.font) * run.size * POINT * run.stretch <= length * 1.02
    except FontsMissing:
        return False


def _svg_seal(one: SealPlace) -> Iterator[str]:
    red, radius = COLOURS["red"], one.seal.diameter / 2
    if one.seal.svg:
        data = base64.b64encode(one.seal.svg.encode()).decode()
        yield (
            f'<image x="{one.x - radius:.2f}" y="{one.y - radius:.2f}" width="{2 * radius}" height="{2 * radius}" '
            f'href="data:image/svg+xml;base64,{data}"/>'
        )
        return
    yield (
        f'<circle cx="{one.x:.2f}" cy="{one.y:.2f}" r="{radius - 0.5}" fill="none" stroke="{red}" stroke-width="1"/>'
    )
    for sign in seal_signs(one):
        x, y = sign["x"] + sign["side"] / 2, sign["y"] + sign["side"] / 2
        yield (
            f'<text transform="translate({x:.2f} {y:.2f}) rotate({sign["angle"]:.1f})" y="{0.38 * sign["side"]:.2f}" '
            f'text-anchor="middle" font-size="{sign["side"]:.2f}" fill="{red}" class="face-hei">'
            f"{escape(sign['text'])}</text>"
        )


def plain(pages: list[Page]) -> str:
    return "\n".join(run.text for page in all_pages(pages) for run in page.runs)
