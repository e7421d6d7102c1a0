"""Images, sound and film: whole or cut off, how many pages, which version.

Pillow decodes images in a process of its own. Sound and film are walked by their structure; no content is read whole.
"""

import struct

from files import probing

from .formats import KINDS

_TAIL_BYTES = 65_536  # cameras append their own blocks behind the end mark of a JPEG
_MAX_PARTS = 100_000
_JFIF = {b"\x01\x00": "fmt/42", b"\x01\x01": "fmt/43", b"\x01\x02": "fmt/44"}
_EXIF = {"0200": "x-fmt/398", "0210": "x-fmt/390", "0220": "x-fmt/391", "0221": "fmt/645", "0230": "fmt/1507"}
_PIL = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "TIFF": "tif", "JPEG2000": "jp2"}
_IEND = b"IEND\xaeB`\x82"
IMAGES = ("png", "jpg", "tif", "jp2")


def look(path, key, seen):
    """Fill `seen` (findings.Seen) from the file at `path`, which begins like KINDS[key]."""
    seen.is_kind(KINDS[key])
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        is_whole = _CHECKS.get(key, _anything)(file, size, seen)
    if key in IMAGES:
        is_whole = _decode(path, key, seen) and is_whole
    if not is_whole:
        seen.tell("truncated", label=KINDS[key].label)


def _decode(path, key, seen):
    """Whether every page decodes; what is too large to be decoded is told so, and not as damaged."""
    found = probing.ask("image", path)
    if found.get("fault") in ("too-large", "too-complex"):
        seen.tell("image-too-large", label=KINDS[key].label)
        return True
    if "fault" in found or _PIL.get(found["format"]) != key:
        return False
    if key == "tif":
        seen.pages = found["frames"]
    if key == "jpg":
        seen.format_id = _EXIF.get(found["exif"], seen.format_id)
    if found["decoded"] < found["frames"]:
        seen.tell("image-partly", pages=found["frames"], checked=found["decoded"])
    return True


def _anything(_file, _size, _seen):
    return True


def _png(file, size, seen):
    """The version by the chunks that it brought (PNG 1.1: sRGB, sPLT, iCCP; 1.2: iTXt); what stands behind IEND."""
    head = file.read(_TAIL_BYTES)
    before = head[: head.find(b"IDAT")]
    newer = "fmt/12" if any(name in before for name in (b"sRGB", b"sPLT", b"iCCP")) else "fmt/11"
    seen.format_id = "fmt/13" if b"iTXt" in before else newer
    file.seek(max(0, size - 2**20))
    tail = file.read()
    end = tail.rfind(_IEND)
    if end >= 0 and end + len(_IEND) < len(tail):
        seen.tell("trailing-data", size=len(tail) - end - len(_IEND))
    return end >= 0 or size > 2**20


def _jpg(file, size, seen):
    head = file.read(20)
    seen.format_id = _JFIF.get(head[11:13], "") if head[6:10] == b"JFIF" else ""
    file.seek(max(0, size - _TAIL_BYTES))
    return size > len(head) and b"\xff\xd9" in file.read()


def _boxes(file, size, wanted):
    """Whether the ISO boxes fill the file and `wanted` is among them."""
    at, found = 0, False
    for _ in range(_MAX_PARTS):
        if at == size:
            return found
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            return False
        length, kind = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:])[0]
        found = found or kind == wanted
        at = size if length == 0 else at + length
        if at > size or 0 < length < 8:
            return False
    return False


def _mp4(file, size, seen):
    if not _boxes(file, size, b"moov"):
        return False
    file.seek(0)
    seen.format_id = "fmt/199" if file.read(8)[4:] == b"ftyp" else ""
    return True


def _jp2(file, size, seen):
    """The last box may say "to the end of the file": then the codestream's end mark tells whether it is whole."""
    file.seek(20)
    seen.format_id = {b"jp2 ": "x-fmt/392", b"jpx ": "fmt/151"}.get(file.read(4), "")
    file.seek(max(0, size - 65_536))
    return _boxes(file, size, b"jp2c") and b"\xff\xd9" in file.read()


def _riff(file, size, _seen):
    return struct.unpack_from("<I", file.read(8).ljust(8, b"\0"), 4)[0] + 8 <= size


def _mp3(file, _size, seen):
    """Identified when a second frame stands where the first one ends (ISO/IEC 11172-3, 2.4.1.3)."""
    head = file.read(10)
    at = (
        10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        if head[:3] == b"ID3"
        else 0
    )
    file.seek(at)
    first = file.read(4)
    length = _frame_bytes(first)
    if length:
        file.seek(at + length)
        if _frame_bytes(file.read(4)):
            seen.format_id = "fmt/134"
    return True


_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_RATES = {3: (44100, 48000, 32000, 0), 2: (22050, 24000, 16000, 0), 0: (11025, 12000, 8000, 0)}


def _frame_bytes(header):
    """The length of the layer III frame that `header` begins, 0 when it begins none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version = header[1] >> 3 & 3
    rate = _RATES.get(version, (0, 0, 0, 0))[header[2] >> 2 & 3]
    kilobits = (_BITRATES if version == 3 else _BITRATES_2)[header[2] >> 4]
    return (144 if version == 3 else 72) * kilobits * 1000 // rate + (header[2] >> 1 & 1) if rate and kilobits else 0


def _mpg(file, _size, seen):
    """MPEG-1 and MPEG-2 program streams differ in the first bits behind the pack's start code."""
    head = file.read(5)
    if head[3:4] == b"\xba" and len(head) == 5:
        seen.format_id = "x-fmt/386" if head[4] & 0xC0 == 0x40 else "x-fmt/385" if head[4] & 0xF0 == 0x20 else ""
    return True


_CHECKS = {
    "png": _png, "jpg": _jpg, "mp4": _mp4, "jp2": _jp2, "wav": _riff, "avi": _riff, "mp3": _mp3, "mpg": _mpg,
}  # fmt: skip
