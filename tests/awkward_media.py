"""Awkward pictures, films and mixtures, made by code."""

import struct
import zlib

from PIL import Image

from tests import awkward
from tests.awkward import picture


def boxed(brand, *compatible, rest=b"\0" * 64):
    """An ISO media file of a brand, with a moov box."""
    names = brand.encode() + b"\0\0\0\0" + b"".join(one.encode() for one in compatible)
    return struct.pack(">I", len(names) + 8) + b"ftyp" + names + struct.pack(">I", 8 + len(rest)) + b"moov" + rest


def mov_old():
    """QuickTime before it had brands."""
    return struct.pack(">I", 8) + b"wide" + struct.pack(">I", 72) + b"mdat" + b"\0" * 64


def jp2():
    return picture("JPEG2000", size=(200, 200))


def jp2_open_ended():
    """The codestream's box says "to the end of the file" and its end is missing: no length contradicts."""
    raw = jp2()
    at = raw.index(b"jp2c") - 4
    return (raw[:at] + b"\0\0\0\0" + raw[at + 4 :])[:-200]


def png_bomb():
    """A header that claims 60,000 × 60,000 points."""
    raw = awkward.png()
    header = b"IHDR" + struct.pack(">2I5B", 60_000, 60_000, 8, 0, 0, 0, 0)
    return raw[:12] + header + struct.pack(">I", zlib.crc32(header)) + raw[33:]


def tiff_cut():
    return picture("TIFF", pages=3, size=(300, 300))[:-40_000]


def jpeg_half():
    """The second half of the picture is missing."""
    raw = picture("JPEG", size=(400, 400))
    return raw[: len(raw) // 2]


def jpeg_and_zip():
    return awkward.jpeg() + awkward.zip_plain()


def jpeg_with_script():
    return awkward.jpeg() + b"<?php system($_GET[0]); ?>"


def jpeg_with_pdf():
    raw = awkward.jpeg()
    comment = awkward.pdf_plain()[:500]
    return raw[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + raw[2:]


def mp3():
    """Two silent frames of 128 kbit/s at 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + b"\0" * 413) * 2


def exif_photo():
    """As phones write it: Exif 2.2, turned by its orientation."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9000] = b"0220"
    return picture("JPEG", size=(60, 20), mode="RGB", exif=exif)
