"""Positions read from a PDF's own objects by pdfium: characters with origin, size and ink; rules; mm from top left."""

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as raw
from PIL import ImageChops

POINT = 25.4 / 72
HEIGHT = 297.0
ASCENT = 0.88  # of a character's cell stands above the base line (hhea of the faces used)


@dataclass(frozen=True)
class Char:
    char: str
    left: float
    base: float
    size: float  # pt
    red: bool
    ink: tuple[float, float, float, float]  # left, top, right, bottom
    face: str

    @property
    def top(self) -> float:
        return self.base - ASCENT * self.size * POINT


@dataclass(frozen=True)
class Line:
    left: float
    right: float
    top: float  # edges of the stroke
    bottom: float
    red: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Sheet:
    """One page: `chars` in the order of the content, `lines` across."""

    def __init__(self, page) -> None:
        self.page = page
        self.chars, self.lines, self.circles = _chars(page), [], []
        for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,)):
            self._path(item)
        self.text = "".join(one.char for one in self.chars)

    def _path(self, item) -> None:
        colours = [ctypes.c_uint() for _ in range(4)]
        raw.FPDFPageObj_GetStrokeColor(item, *colours)
        width = ctypes.c_float()
        raw.FPDFPageObj_GetStrokeWidth(item, width)
        red = (colours[0].value, colours[1].value, colours[2].value)
        assert red in ((255, 0, 0), (0, 0, 0)), red
        points = _points(item)
        ys, xs = [y for _, y in points], [x for x, _ in points]
        if len(points) == 2 and abs(ys[0] - ys[1]) < 0.01:
            half = width.value * POINT / 2
            self.lines.append(Line(min(xs), max(xs), ys[0] - half, ys[0] + half, red == (255, 0, 0)))
        elif len(points) > 4:
            wide = max(xs) - min(xs) + width.value * POINT
            self.circles.append(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, wide))

    def red_ink(self, top: float, bottom: float) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what is drawn red between two heights, from pixels of 0.05 mm."""
        dots = 20 * POINT
        crop = (0, (HEIGHT - bottom) / POINT, 0, top / POINT)
        picture = self.page.render(scale=dots, crop=crop).to_pil().convert("RGB")
        red, green, _ = picture.split()
        left, upper, right, lower = ImageChops.subtract(red, green).point(lambda value: 255 * (value > 128)).getbbox()
        return left / 20, top + upper / 20, right / 20, top + lower / 20

    def find(self, words: str, after: int = 0) -> list[Char] | None:
        at = self.text.find("".join(words.split()), after)
        return self.chars[at : at + len("".join(words.split()))] if at >= 0 else None


def _points(item) -> list[tuple[float, float]]:
    matrix = item.get_matrix()
    found = []
    for number in range(raw.FPDFPath_CountSegments(item)):
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(item, number), x, y)
        px, py = matrix.on_point(x.value, y.value)
        found.append((px * POINT, HEIGHT - py * POINT))
    return found


def _chars(page) -> list[Char]:
    text, found = page.get_textpage(), []
    for number in range(text.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text, number))
        if char.isspace() or char == "\x00" or raw.FPDFText_IsGenerated(text, number) == 1:
            continue
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, number, x, y)
        colours = [ctypes.c_uint() for _ in range(4)]
        raw.FPDFText_GetFillColor(text, number, *colours)
        left, bottom, right, top = text.get_charbox(number)
        box = (left * POINT, HEIGHT - top * POINT, right * POINT, HEIGHT - bottom * POINT)
        name = ctypes.create_string_buffer(80)
        raw.FPDFText_GetFontInfo(text, number, name, 80, ctypes.c_int())
        found.append(
            Char(
                char, x.value * POINT, HEIGHT - y.value * POINT, raw.FPDFText_GetFontSize(text, number),
                colours[0].value == 255, box, name.value.decode(),
            )
        )  # fmt: skip
    return found


def sheets(pdf: bytes) -> list[Sheet]:
    document = pypdfium2.PdfDocument(pdf)
    return [Sheet(page) for page in document]
