"""Writes an image in another format to its output: `pdfa` as PDF/A-2b, one page a picture, or `tiff`, without loss.

python -m files.probing.converted FILE pdfa|tiff

A JPEG that is plainly one (grey or RGB, upright) goes into the page byte for byte; whatever else is decoded and packed
without loss. 16 bits a sample, CMYK and colour profiles of their own are refused: they would not be the same picture.
"""

import io
import sys
import warnings
import zlib

import pikepdf
from PIL import Image, ImageCms, ImageOps

from files.probing.image import FORMATS, MAX_FRAMES, MAX_PIXELS
from files.probing.limits import limit_resources

SECONDS = 120  # of processor time: a scan of a hundred pages
DPI = 200  # where the picture does not say
LEAST_DPI, MOST_DPI, MOST_POINTS = 50, 2400, 14_400
UPRIGHT = 1
ORIENTATION = 0x0112
REFUSED = b"another picture"  # written in the place of a file
SPACES = {"L": pikepdf.Name.DeviceGray, "RGB": pikepdf.Name.DeviceRGB, "1": pikepdf.Name.DeviceGray}
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


class AnotherPicture(Exception):
    """What would be written is not what was read."""


def frames(path):
    """(image, whether it may be copied as it is) of each page."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(path, formats=FORMATS) as image:
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        if count > MAX_FRAMES:
            raise MemoryError
        for number in range(count):
            if image.format == "TIFF":
                image.seek(number)
            is_upright = image.getexif().get(ORIENTATION, UPRIGHT) == UPRIGHT
            yield image, image.format == "JPEG" and is_upright and image.mode in ("L", "RGB")


def plain(image):
    """Upright, in one of SPACES; what is transparent stands on white, as a viewer shows it."""
    profile = image.info.get("icc_profile")
    if image.mode in ("CMYK", "LAB", "HSV", "I", "F") or image.mode.startswith("I;16") or is_foreign(profile):
        raise AnotherPicture(image.mode)
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image if image.mode in SPACES else image.convert("RGB")


def is_foreign(profile):
    """Whether the colours are not sRGB's; a grey profile changes no letter."""
    if not profile:
        return False
    told = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return "srgb" not in ImageCms.getProfileDescription(told).lower() and told.profile.xcolor_space.strip() != "GRAY"


def resolution(image):
    """Pixels an inch, across and down."""
    given = image.info.get("dpi") or (DPI, DPI)
    across, down = (float(one) if LEAST_DPI <= float(one) <= MOST_DPI else float(DPI) for one in given[:2])
    least = max(image.size) * 72 / MOST_POINTS  # a page of PDF is no larger
    return max(across, least), max(down, least)


def packed(pdf, image, path, is_as_it_is):
    """The picture as an object of `pdf`, with its size."""
    if is_as_it_is and not is_foreign(image.info.get("icc_profile")):
        with open(path, "rb") as source:
            data, size, mode = source.read(), image.size, image.mode
        return pikepdf.Stream(pdf, data, Filter=pikepdf.Name.DCTDecode, **described(size, mode)), size
    picture = plain(image)
    data = zlib.compress(picture.tobytes(), 6)
    stream = pikepdf.Stream(pdf, data, Filter=pikepdf.Name.FlateDecode, **described(picture.size, picture.mode))
    return stream, picture.size


def described(size, mode):
    return {
        "Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": size[0], "Height": size[1],
        "ColorSpace": SPACES[mode], "BitsPerComponent": 1 if mode == "1" else 8, "Interpolate": False,
    }  # fmt: skip


def into_pdfa(path):
    pdf = pikepdf.new()
    for image, is_as_it_is in frames(path):
        across, down = resolution(image)
        stream, size = packed(pdf, image, path, is_as_it_is)
        if size != image.size:
            across, down = down, across
        width, height = round(size[0] * 72 / across, 2), round(size[1] * 72 / down, 2)
        content = f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode()
        pdf.pages.append(pikepdf.Page(pikepdf.Dictionary(
            Type=pikepdf.Name.Page, MediaBox=[0, 0, width, height], Contents=pikepdf.Stream(pdf, content),
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=stream)),
        )))  # fmt: skip
    declare(pdf)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, min_version="1.7")
    return out.getvalue()


def declare(pdf):
    """PDF/A-2b: what the colours mean, and what it is."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pdf.Root.OutputIntents = pikepdf.Array([pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFA1, OutputConditionIdentifier="sRGB",
        DestOutputProfile=pdf.make_indirect(pikepdf.Stream(pdf, without_its_day(srgb), N=3)),
    )])  # fmt: skip
    pdf.Root.Metadata = pdf.make_indirect(
        pikepdf.Stream(pdf, XMP.encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    )


def without_its_day(profile):
    """The profile without the moment of its making: the same picture gives the same file, whenever it is asked for."""
    return profile[:24] + (b"\x07\xea\x00\x01\x00\x01" + b"\x00" * 6) + profile[36:84] + b"\x00" * 16 + profile[100:]


def into_tiff(path):
    """Deflated, with the samples as they were read."""
    image, _ = next(pages := frames(path))  # which holds the file open
    image.load()
    out = io.BytesIO()
    kept = {"icc_profile": image.info["icc_profile"]} if image.info.get("icc_profile") else {}
    image.save(out, "TIFF", compression="tiff_adobe_deflate", dpi=resolution(image), **kept)
    out.seek(0)
    with Image.open(out, formats=("TIFF",)) as again:
        if again.mode != image.mode or again.tobytes() != image.tobytes():
            raise AnotherPicture(image.mode)
    pages.close()
    return out.getvalue()


def main(arguments):
    path, target = arguments
    limit_resources(path, SECONDS)
    try:
        made = {"pdfa": into_pdfa, "tiff": into_tiff}[target](path)
    except AnotherPicture:
        made = REFUSED
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(sys.argv[1:])
