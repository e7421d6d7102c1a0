"""印模: a seal's picture as pure ink, the 样章 of the practice district, and how either is put on a page.

A seal is kept as one bit a point: ink or none. Painted through a stencil it is exactly the one red of the page, the
words under it stay to be read (压, not 盖住), and no transparency is needed, which PDF/A-1 forbids.
"""

import base64
import functools
import io
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

import pypdfium2
from django.conf import settings
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from units.workflow import Refused

from .fonts import resolve
from .given import SEAL_DIAMETER, STAMP_WIDTH, Seal
from .grid import POINT, Run, across, down
from .painter import PAINT, as_data, paint_pdf
from .setter import Page, SealPlace

SIDE = 1000  # points of a kept seal: 560 to 850 an inch at 45 to 30 mm
SCREEN_SIDE = 420
SMALLEST, LARGEST = 300, 6000  # points of an upload's side
FORMATS = ("PNG", "JPEG", "TIFF")
DIAMETERS = (30.0, SEAL_DIAMETER)  # mm; 国发〔1999〕25号
DARK = 150  # of 255: what is as dark in green and blue is ink
MIDDLE = 120.0  # mm; where the 样章 is drawn on its own page
FLATTEST = 0.15  # height of a 签名章 by its width; a name of four characters has 0.25


class NoImprint(Refused):
    """The picture is no 印模, and why."""


@dataclass(frozen=True)
class Ink:
    """A seal ready to be painted: `data` is one bit a point, compressed, 0 is ink; `diameter` in mm."""

    data: bytes
    width: int
    height: int
    diameter: float


def imprint_of(data: bytes) -> bytes:
    """A PNG of SIDE × SIDE points, 0 ink and 1 none, cut to the seal's edge. Raises NoImprint with every fault.

    `data` is a picture on paper white or transparent, with a red, upright, round seal and nothing beside it.
    """
    ink, faults = _ink_in(data)
    wide, high = ink.size
    if abs(wide - high) > 0.06 * max(wide, high):
        faults.insert(0, f"印模应为正圆：现为宽 {wide} 点、高 {high} 点，请裁去印章以外的内容。")
    if min(wide, high) < SMALLEST:
        faults.insert(0, f"印模太小：印文只有 {wide}×{high} 点，直径应不少于 {SMALLEST} 点。")
    if faults:
        raise NoImprint(*faults)
    return _kept(ink)


def signature_of(data: bytes) -> bytes:
    """As `imprint_of`, of a 签名章: red, written in one line, at most half as high as wide; the middle of the square."""
    ink, faults = _ink_in(data)
    wide, high = ink.size
    if not FLATTEST * wide <= high <= wide / 2:
        faults.insert(0, f"签名章应为横排一行、高不过宽的一半：现为宽 {wide} 点、高 {high} 点，请裁去签名以外的内容。")
    if wide < SMALLEST:
        faults.insert(0, f"签名章太小：只有 {wide}×{high} 点，宽应不少于 {SMALLEST} 点。")
    if faults:
        raise NoImprint(*faults)
    return _kept(ink)


def _ink_in(data: bytes) -> tuple[Image.Image, list[str]]:
    """The ink of an upload (255 is ink) cut to its edge, and what is wrong with its colours."""
    red, green, blue = _opened(data).split()
    ink = ImageChops.lighter(green, blue).point(lambda value: 255 if value < DARK else 0)
    box = ink.getbbox()
    if box is None:
        raise NoImprint("图中没有找到红色印文，请上传清晰的印模扫描件或图形文件。")
    covered = ink.histogram()[255]
    faults = []
    if covered > 0.6 * (box[2] - box[0]) * (box[3] - box[1]):
        faults.append("印模底色应为白色或透明，现在几乎全为深色。")
    if _lack_red(red, ink) > 0.2 * covered:
        faults.append("印模应为红色，请上传红色印文。")
    return ink.crop(box), faults


def _opened(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as found:
            if max(found.size) > LARGEST:
                raise NoImprint(f"印模图片过大：{found.size[0]}×{found.size[1]} 点，边长应不超过 {LARGEST} 点。")
            picture = ImageOps.exif_transpose(found).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoImprint("印模文件不能读取：应是 PNG、JPEG 或 TIFF 图片。") from error
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def _lack_red(red: Image.Image, ink: Image.Image) -> int:
    """Points of ink that are dark in red too: black or blue."""
    dark = red.point(lambda value: 255 if value < DARK else 0)
    return ImageChops.multiply(dark, ink).histogram()[255]


def _kept(ink: Image.Image) -> bytes:
    """`ink` (255 is ink) as the kept PNG."""
    side = max(ink.size)
    square = Image.new("L", (side, side), 0)
    square.paste(ink, ((side - ink.width) // 2, (side - ink.height) // 2))
    scaled = square.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    scaled.point(lambda value: 0 if value >= 128 else 255).convert("1", dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


@functools.lru_cache(64)
def specimen(name: str, diameter: float) -> bytes:
    """样章 for practice: the name, the word 样章, never an emblem. A PNG as `imprint_of` gives. Raises FontsMissing."""
    return _drawn(Page(0, seals=[SealPlace(MIDDLE, MIDDLE, Seal(name, diameter))]), name, diameter)


def signature_specimen(name: str) -> bytes:
    """样章 of a 签名章: the name in 楷体 over the word 样章, within the middle half of the square. Raises FontsMissing."""
    high = min(STAMP_WIDTH / 3.6, 0.94 * STAMP_WIDTH / max(len(name), 1))  # mm of a character
    rows = ((name, "kai", MIDDLE - STAMP_WIDTH / 4 + 0.3, high), ("样章", "hei", MIDDLE + 2.6, 4.6))
    sheet = Page(0)
    for words, font, top, side in rows:
        left = MIDDLE - side * len(words) / 2
        sheet.runs.append(Run(across(left), down(top), words, font, side / POINT, colour="red"))
    return _drawn(sheet, name, STAMP_WIDTH)


def _drawn(sheet: Page, name: str, diameter: float) -> bytes:
    """The square of `diameter` mm round MIDDLE of a painted page, as a kept PNG; what is red is ink."""
    fonts, moment = resolve(str(settings.EGOV_FONTS_DIR)), datetime(2026, 1, 1, tzinfo=UTC)
    pdf = pypdfium2.PdfDocument(paint_pdf(PAINT, as_data([sheet], fonts, name, moment), moment))
    try:
        page = pdf[0]
        width, height = page.get_size()
        point = width / 210
        left, top = (MIDDLE - diameter / 2) * point, (MIDDLE - diameter / 2) * point
        side = diameter * point
        drawn = page.render(
            scale=SIDE / side, crop=(left, height - top - side, width - left - side, top), draw_annots=False
        )
        picture = drawn.to_pil().convert("RGB")
        page.close()
    finally:
        pdf.close()
    return _kept(picture.getchannel("G").point(lambda value: 255 - value))


@functools.lru_cache(128)
def ink_of(imprint: bytes, diameter: float) -> Ink:
    """The stencil of a kept PNG."""
    with Image.open(io.BytesIO(imprint), formats=("PNG",)) as found:
        bits = found.convert("1")
    return Ink(zlib.compress(bits.tobytes(), 9), bits.width, bits.height, diameter)


@functools.lru_cache(128)
def shown(name: str, imprint: bytes, diameter: float) -> Seal:
    """The seal for the layout's painters: red on nothing, small enough for a screen."""
    with Image.open(io.BytesIO(imprint), formats=("PNG",)) as found:
        small = found.convert("L").resize((SCREEN_SIDE, SCREEN_SIDE), Image.Resampling.BOX)
    levels = Image.new("P", small.size)
    levels.putdata([(255 - value) // 17 for value in small.get_flattened_data()])
    levels.putpalette([255, 0, 0] * 16)
    out = io.BytesIO()
    levels.save(out, "PNG", bits=4, transparency=bytes(17 * level for level in range(16)), optimize=True)
    picture = base64.b64encode(out.getvalue()).decode()
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<image width="100" height="100" href="data:image/png;base64,{picture}"/></svg>'
    )
    return Seal(name, diameter, svg)
