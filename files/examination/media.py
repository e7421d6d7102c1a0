"""Images, sound and film: whole or cut off, how many pages. Walks the structure by seeking, reads no content whole."""

import struct
import zlib

from .formats import KINDS

_CUT = "{label}不完整（传输中断或已损坏）。请核对原文件后重新提交。"
_TAIL_BYTES = 65_536  # cameras append their own blocks behind the end mark of a JPEG
_MAX_PARTS = 100_000
_JFIF = {b"\x01\x00": "fmt/42", b"\x01\x01": "fmt/43", b"\x01\x02": "fmt/44"}


def look(path, key, seen):
    """Fill `seen` (findings.Seen) from the file at `path`, which begins like KINDS[key]."""
    seen.is_kind(KINDS[key])
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        is_whole = _CHECKS.get(key, _anything)(file, size, seen)
    if not is_whole:
        seen.refuse("truncated", _CUT.format(label=KINDS[key].label))


def _anything(_file, _size, _seen):
    """MP3 and MPEG streams have no structure that must be whole."""
    return True


def _png(file, size, seen):
    """Chunks up to IEND, each with its CRC (ISO/IEC 15948)."""
    file.seek(8)
    for _ in range(_MAX_PARTS):
        header = file.read(8)
        if len(header) < 8:
            return False
        length, kind = struct.unpack(">I4s", header)
        if file.tell() + length + 4 > size:
            return False
        crc, left = zlib.crc32(kind), length
        while left:
            block = file.read(min(left, 65_536))
            crc, left = zlib.crc32(block, crc), left - len(block)
        if struct.unpack(">I", file.read(4))[0] != crc:
            return False
        if kind == b"IEND":
            if file.tell() < size:
                seen.warn("trailing-data", "图像末尾之后还有其他数据；建议重新另存。")
            return True
    return False


def _jpg(file, size, seen):
    head = file.read(20)
    seen.format_id = _JFIF.get(head[11:13], "fmt/43") if head[6:10] == b"JFIF" else "fmt/41"
    file.seek(max(0, size - _TAIL_BYTES))
    return size > len(head) and b"\xff\xd9" in file.read()


def _tif(file, size, seen):
    """The chain of directories (TIFF 6.0): one each page."""
    order = "<" if file.read(4)[:2] == b"II" else ">"
    at, pages, passed = struct.unpack(order + "I", file.read(4).ljust(4, b"\0"))[0], 0, set()
    while at:
        if at in passed or at + 2 > size or pages > _MAX_PARTS:
            return False
        passed.add(at)
        file.seek(at)
        count = struct.unpack(order + "H", file.read(2))[0]
        if not count or at + 2 + count * 12 + 4 > size:
            return False
        entries = file.read(count * 12)
        at = struct.unpack(order + "I", file.read(4))[0]
        if not _strips_inside(file, order, entries, size):
            return False
        pages += 1
    seen.pages = pages or None
    return pages > 0


def _strips_inside(file, order, entries, size):
    """Whether every strip or tile of a page lies inside the file (tags 273/279 and 324/325)."""
    values = {}
    for at in range(0, len(entries), 12):
        tag, kind, count = struct.unpack_from(order + "2HI", entries, at)
        if tag not in (273, 279, 324, 325) or kind not in (3, 4):
            continue
        width = 2 if kind == 3 else 4
        if count * width > size:
            return False
        raw = entries[at + 8 : at + 12]
        if count * width > 4:
            file.seek(struct.unpack(order + "I", raw)[0])
            raw = file.read(count * width)
        if len(raw) < count * width:
            return False
        values[tag] = struct.unpack(f"{order}{count}{'HI'[kind - 3]}", raw[: count * width])
    starts = values.get(273) or values.get(324) or ()
    lengths = values.get(279) or values.get(325) or ()
    return bool(starts) and all(start + length <= size for start, length in zip(starts, lengths, strict=False))


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


def _mp4(file, size, _seen):
    return _boxes(file, size, b"moov")


def _jp2(file, size, _seen):
    return _boxes(file, size, b"jp2c")


def _riff(file, size, _seen):
    return struct.unpack_from("<I", file.read(8).ljust(8, b"\0"), 4)[0] + 8 <= size


_CHECKS = {"png": _png, "jpg": _jpg, "tif": _tif, "mp4": _mp4, "jp2": _jp2, "wav": _riff, "avi": _riff}
