"""Decodes every page of one image within limits and prints what it saw as JSON.

python -m files.probing.image FILE
"""

import sys
import time
import warnings

from PIL import Image

from files.probing.limits import answer

MAX_PIXELS = 250_000_000  # of one page: A0 at 300 dpi has 140 million
MAX_FRAMES = 20_000
DECODE_SECONDS = 12  # a scan of hundreds of pages is decoded as far as that goes
FORMATS = ("PNG", "JPEG", "TIFF", "JPEG2000")  # an MPO (two pictures of one shot) opens as JPEG
EXIF_IFD, EXIF_VERSION = 0x8769, 0x9000


def exif_version(image):
    """ "0220" …, "" without one."""
    try:
        version = image.getexif().get_ifd(EXIF_IFD).get(EXIF_VERSION, b"")
    except Exception:  # broken metadata do not make the picture unreadable
        return ""
    return version.decode("ascii", "replace") if isinstance(version, bytes) else str(version)


def probe(path):
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(path, formats=FORMATS) as image:
        seen = {
            "format": image.format,
            "width": image.width,
            "height": image.height,
            "exif": exif_version(image),
            "chunks": sorted(name for name in image.info if isinstance(name, str))[:50],
        }
        is_paged = image.format == "TIFF"
        frames = getattr(image, "n_frames", 1) if is_paged else 1  # further pictures of an MPO are previews
        seen["frames"], seen["decoded"] = frames, 0
        if frames > MAX_FRAMES:
            return seen | {"fault": "too-large"}
        begun = time.monotonic()
        for number in range(frames):
            if is_paged:
                image.seek(number)
            image.load()
            seen["decoded"] = number + 1
            if time.monotonic() - begun > DECODE_SECONDS:
                break
        return seen


if __name__ == "__main__":
    answer(sys.argv[1], probe, (Image.DecompressionBombError, Image.DecompressionBombWarning))
