"""Draws one page of a PDF or an image as JPEG to its output, never wider than it is asked for.

python -m files.probing.picture FILE pdf|image PAGE WIDTH
"""

import sys
import warnings

import pypdfium2
from PIL import Image, ImageOps

from files.probing.image import FORMATS, MAX_PIXELS
from files.probing.limits import limit_resources

TALLEST = 4  # times the width: a page that is a strip is drawn smaller
QUALITY = 80


def drawn_pdf(path, page, width):
    pdf = pypdfium2.PdfDocument(path)
    sheet = pdf[page - 1]
    across, down = sheet.get_size()
    scale = min(width / max(across, 1), width * TALLEST / max(down, 1))
    return sheet.render(scale=scale, may_draw_forms=False).to_pil()


def drawn_image(path, page, width):
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    image = Image.open(path, formats=FORMATS)
    if image.format == "TIFF":
        image.seek(page - 1)
    elif page != 1:
        raise EOFError
    if image.format in ("JPEG", "MPO"):
        image.draft("RGB", (width, width))
    image = ImageOps.exif_transpose(image)
    return flat(image, width)


def flat(image, width):
    """On white where it is transparent, 16 bits made 8, as wide as asked for at most."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image).convert("RGB")
    elif image.mode != "L":
        image = image.convert("L" if image.mode == "1" else "RGB")
    image.thumbnail((width, width * TALLEST), Image.Resampling.LANCZOS)
    return image


def main(arguments):
    path, kind, page, width = arguments
    limit_resources(path)
    drawn = {"pdf": drawn_pdf, "image": drawn_image}[kind](path, int(page), int(width))
    if drawn.mode not in ("RGB", "L"):
        drawn = drawn.convert("RGB")
    drawn.save(sys.stdout.buffer, "JPEG", quality=QUALITY)


if __name__ == "__main__":
    main(sys.argv[1:])
