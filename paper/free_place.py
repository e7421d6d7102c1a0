"""Where a stamp has room on a page: the first free place from the top, at the right, in the middle, at the left.

DA/T 22—2015, 5.6: 归档章 stands on free space at the upper end of the first page; it never covers the text.
"""

import pypdfium2 as pdfium
from PIL import Image, ImageStat

PT = 72 / 25.4  # points of a millimetre; the page is looked at with one pixel a point
BLANK, BESIDE = 235, 1.5  # lightest grey that counts as ink; mm that stay free around
STEP, EDGE = 4.0, 10.0  # mm


def free_place(pdf: bytes, size: tuple[float, float], first: tuple[float, float]) -> tuple[float, float]:
    """Upper left corner in mm from that of the first page for a stamp of `size` mm; `first` is where it is looked for
    first. Without free space the place with the least ink."""
    with pdfium.PdfDocument(pdf) as opened:
        page = opened[0]
        if page.get_rotation():
            return first
        image = page.render(scale=1, may_draw_forms=False).to_pil().convert("L")
    width, height = image.width / PT, image.height / PT
    places = list(_places(width, height, size, first))
    free = next((one for one in places if _region(image, one, size).getextrema()[0] >= BLANK), None)
    if free is not None:
        return free
    return max(places, key=lambda one: ImageStat.Stat(_region(image, one, size)).mean[0], default=first)


def _places(width: float, height: float, size: tuple[float, float], first: tuple[float, float]):
    columns = [min(first[0], width - size[0] - 5), (width - size[0]) / 2, EDGE]
    down = first[1]
    while down + size[1] + EDGE <= height:
        yield from ((max(left, 0.0), down) for left in columns)
        down += STEP


def _region(image: Image.Image, at: tuple[float, float], size: tuple[float, float]) -> Image.Image:
    left, top = (max(0, int((one - BESIDE) * PT)) for one in at)
    right, low = (int((one + long + BESIDE) * PT) + 1 for one, long in zip(at, size, strict=True))
    return image.crop((left, top, min(right, image.width), min(low, image.height)))
