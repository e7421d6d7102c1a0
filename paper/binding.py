"""Attachments that are finished A4 PDFs, bound between text and imprint as they are (GB/T 9704—2012, 7.3.7).

Only what keeps the page PDF/A is bound: everything else travels beside, as a file. Judged by structure, as far as that
goes (ISO 19005-2): faces embedded, no encryption, layers or CMYK, nothing on a page but the page itself.
"""

import functools
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2

from .setter import Page

WIDTH, HEIGHT, TOLERANCE = 210.0, 297.0, 1.5  # mm
MOST_PAGES, MOST_NESTED = 40, 40
POINTS = 72 / 25.4
LOOK = 1.0  # points of a trial picture to a point of the page
PALE = 250  # of 255
# mm from the paper's upper left corner: where 附件n stands, and the page number on odd and on even pages
LABEL, NUMBERS = (26.0, 35.0, 60.0, 44.5), ((150.0, 266.0, 184.0, 274.0), (26.0, 266.0, 62.0, 274.0))
FRAME = (28.0, 50.0, 184.0, 262.0)  # where a page stands, made smaller, that has something of its own in those places
CMYK = ("/DeviceCMYK", "/DeviceN", "/Separation")
SETS_CMYK = re.compile(rb"(?:[-+.\d]+\s+){4}[kK]\b")  # also of a word in a text: then it travels beside
ENCRYPTED, UNREADABLE = "设有密码或权限", "文件读不出来"


@dataclass(frozen=True)
class Bound:
    """Page `index` of the PDF at `path` (with this digest) on a page of ours; `is_whole`: at its own size."""

    path: str
    index: int
    is_whole: bool = True

    @property
    def matrix(self) -> tuple[float, float, float]:
        """Scale, and where the lower left corner comes to stand, in points."""
        if self.is_whole:
            return 1.0, 0.0, 0.0
        left, top, right, low = FRAME
        scale = min((right - left) / WIDTH, (low - top) / HEIGHT)
        x = left + ((right - left) - WIDTH * scale) / 2
        return scale, x * POINTS, (HEIGHT - low + ((low - top) - HEIGHT * scale) / 2) * POINTS


def bindable(path: str, sha256: str) -> tuple[Bound, ...]:
    """The pages to bind of the file that has this digest; () when it travels beside. Never raises for a bad file."""
    return _judged(path, sha256)[0]


def why_not_bound(path: str, sha256: str) -> str:
    """In words for whoever added the file; "" when it is bound."""
    return _judged(path, sha256)[1]


def _judged(path: str, sha256: str) -> tuple[tuple[Bound, ...], str]:
    try:
        return _bindable(path, sha256)
    except OSError:  # the file is gone; it may come back, so nothing is remembered
        return (), UNREADABLE


@functools.lru_cache(256)
def _bindable(path: str, sha256: str) -> tuple[tuple[Bound, ...], str]:
    try:
        with pikepdf.open(path) as opened:
            if reason := _why_not(opened):
                return (), reason
            count = len(opened.pages)
        whole = _leaves_room(path, count)
    except pikepdf.PasswordError:
        return (), ENCRYPTED
    except (pikepdf.PdfError, pypdfium2.PdfiumError, ValueError, KeyError, TypeError, RecursionError):
        return (), UNREADABLE
    return tuple(Bound(path, index, whole) for index in range(count)), ""


def _why_not(pdf: pikepdf.Pdf) -> str:
    root = pdf.Root
    if pdf.is_encrypted:
        return ENCRYPTED
    if not 1 <= len(pdf.pages) <= MOST_PAGES:
        return f"有 {len(pdf.pages)} 页，最多排入 {MOST_PAGES} 页"
    if "/OCProperties" in root or "/AcroForm" in root:
        return "含图层或可填写的表单"
    if not all(_is_upright_a4(page) for page in pdf.pages):
        return "页面不是竖排的 A4"
    if not all(_is_plain(page) for page in pdf.pages):
        return "页面上有批注、图章，或用了印刷四色"
    parts = [part for obj in pdf.objects for part in _parts(obj)]
    if any(_is_drawn(one) for one in parts):
        return "字体被画成了图形（浏览器“打印成 PDF”常会这样）"
    if not all(_has_its_face(one) for one in parts):
        return "字体没有嵌入"
    return "" if all(_is_allowed(one) for one in parts) else "用了印刷四色或长期保存不允许的图形"


def _is_upright_a4(page: pikepdf.Page) -> bool:
    box = [float(value) for value in page.trimbox]
    wide, high = (box[2] - box[0]) / POINTS, (box[3] - box[1]) / POINTS
    return abs(wide - WIDTH) <= TOLERANCE and abs(high - HEIGHT) <= TOLERANCE and not page.get("/Rotate", 0)


def _is_plain(page: pikepdf.Page) -> bool:
    """Nothing is laid over it but links (which a bound page has not), and no CMYK of its own."""
    plain = all(one.get("/Subtype") == "/Link" for one in page.get("/Annots", []))
    contents = page.get("/Contents", pikepdf.Array())
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    return plain and not any(SETS_CMYK.search(one.read_bytes()) for one in streams)


def _parts(obj, depth: int = 0) -> Iterator[pikepdf.Object]:
    """The object and what is written inside it; what it only refers to comes by itself."""
    yield obj
    if depth > MOST_NESTED:
        raise ValueError("nested too deep")
    inner = obj.values() if isinstance(obj, pikepdf.Dictionary | pikepdf.Stream) else obj
    if isinstance(obj, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
        for one in inner:
            if isinstance(one, pikepdf.Object) and not one.is_indirect:
                yield from _parts(one, depth + 1)


def _is_drawn(obj) -> bool:
    """A Type 3 font that describes a face it does not bring: what we bind, our own check of PDF/A would refuse."""
    return isinstance(obj, pikepdf.Dictionary) and obj.get("/Subtype") == "/Type3" and "/FontDescriptor" in obj


def _has_its_face(obj) -> bool:
    """A font brings its letters along; of the fourteen that are never embedded none does."""
    if not isinstance(obj, pikepdf.Dictionary):
        return True
    if obj.get("/Type") == "/FontDescriptor":
        return any(f"/FontFile{n}" in obj for n in ("", "2", "3"))
    return obj.get("/Type") != "/Font" or obj.get("/Subtype") not in ("/Type1", "/TrueType") or "/FontDescriptor" in obj


def _is_allowed(obj) -> bool:
    if isinstance(obj, pikepdf.Array):
        return not (len(obj) and str(obj[0]) in CMYK)
    if not isinstance(obj, pikepdf.Dictionary | pikepdf.Stream):
        return True
    if isinstance(obj, pikepdf.Stream):
        filters = obj.get("/Filter", [])
        names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
        kind = obj.get("/Subtype")
        if (kind == "/Form" or "/PatternType" in obj) and SETS_CMYK.search(obj.read_bytes()):
            return False
        postscript = kind == "/PS" or "/Alternates" in obj or "/OPI" in obj
        return not postscript and "/LZWDecode" not in names and str(obj.get("/ColorSpace", "")) not in CMYK
    return "/TR" not in obj


def _leaves_room(path: str, count: int) -> bool:
    """Label and page number find white paper on every page: it is bound at its own size."""
    pdf = pypdfium2.PdfDocument(path)
    try:
        for index in range(count):
            page = pdf[index]
            drawn = page.render(scale=LOOK, grayscale=True).to_pil()
            page.close()
            places = [*NUMBERS, *([LABEL] if index == 0 else [])]
            for box in places:
                part = drawn.crop(tuple(round(mm * POINTS * LOOK) for mm in box))
                if part.getextrema()[0] < PALE:
                    return False
        return True
    finally:
        pdf.close()


def bind(pdf: bytes, pages: Iterable[Page]) -> bytes:
    """`pdf`, laid out with empty pages for them, with the bound ones on it; the same input gives the same bytes."""
    wanted = [(number, page.bound) for number, page in enumerate(pages) if page.bound is not None]
    if not wanted:
        return pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sources = {path: pikepdf.open(Path(path)) for path in dict.fromkeys(one.path for _, one in wanted)}
        try:
            for number, one in wanted:
                _lay(opened, opened.pages[number], sources[one.path].pages[one.index], one)
            made = io.BytesIO()
            opened.save(made, deterministic_id=True, fix_metadata_version=False)
        finally:
            for source in sources.values():
                source.close()
    return made.getvalue()


def _lay(pdf: pikepdf.Pdf, page: pikepdf.Page, source: pikepdf.Page, one: Bound) -> None:
    form = pdf.copy_foreign(source.as_form_xobject())
    box = [float(value) for value in source.trimbox]
    name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name("/Bound"))
    scale, x, y = one.matrix
    drawn = f"q {scale:.5f} 0 0 {scale:.5f} {x - box[0] * scale:.3f} {y - box[1] * scale:.3f} cm {name} Do Q\n"
    page.contents_add(drawn.encode(), prepend=True)
