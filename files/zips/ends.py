"""Where the directory of a ZIP is: its end record, and the ZIP64 one."""

import re
import struct
from typing import BinaryIO, NamedTuple

from .faults import Fault, Kind
from .policy import Policy

END = struct.Struct("<4s4H2IH")
END64, LOCATOR = struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")
BIG, BIG16 = 0xFFFFFFFF, 0xFFFF


class Broken(Exception):
    """Reading ends here: `fault` says why."""

    def __init__(self, kind: Kind, what: str) -> None:
        self.fault = Fault(kind, what)
        super().__init__(what)


class Directory(NamedTuple):
    """Start, length and entries of the central directory, where it must end, and what follows the end record."""

    start: int
    length: int
    count: int
    end_at: int
    comment_bytes: int


def find_directory(file: BinaryIO, size: int, policy: Policy) -> Directory:
    """Raises Broken."""
    window = min(size, END.size + BIG16)
    file.seek(size - window)
    tail = file.read(window)
    places = [match.start() for match in re.finditer(b"PK\x05\x06", tail) if window - match.start() >= END.size]
    ends = [(at, END.unpack_from(tail, at)) for at in places]
    ends = [(at, end) for at, end in ends if at + END.size + end[7] == window]
    if not ends:
        raise Broken(Kind.END, "找不到目录结束标记，或其后还有多余内容")
    if len(ends) > 1:
        raise Broken(Kind.END, "有多个目录结束标记")
    at, (_, disk, first_disk, here, count, length, start, comment) = ends[0]
    end_at = size - window + at
    found = Directory(start, length, count, end_at, comment)
    if sixty_four := _read_end64(file, end_at):
        wide = Directory(*sixty_four, comment)
        pairs = (
            (here, wide.count, BIG16), (count, wide.count, BIG16), (length, wide.length, BIG), (start, wide.start, BIG),
        )  # fmt: skip
        if any(small not in (big, escape) for small, big, escape in pairs):
            raise Broken(Kind.END, "两处目录结束标记不一致")
        found = wide
    elif disk or first_disk or here != count or count == BIG16 or BIG in (length, start):
        raise Broken(Kind.END, "目录结束标记的数值不合理")
    # an end mark in an entry's data belongs to that entry; one from the directory on belongs to nobody
    others = [size - window + place for place in places if place != at]
    if any(not policy.takes_inner_ends or place >= found.start for place in others):
        raise Broken(Kind.END, "有多个目录结束标记")
    return found


def _read_end64(file: BinaryIO, end_at: int) -> tuple[int, int, int, int] | None:
    """(start, length, entries, place) of the ZIP64 end record named by a locator before `end_at`; None without one."""
    if end_at < LOCATOR.size:
        return None
    file.seek(end_at - LOCATOR.size)
    mark, disk, at, disks = LOCATOR.unpack(file.read(LOCATOR.size))
    if mark != b"PK\x06\x07":
        return None
    if disk or disks != 1 or at + END64.size + LOCATOR.size != end_at:
        raise Broken(Kind.END, "ZIP64 定位标记指向别处")
    file.seek(at)
    mark, rest, _, _, disk, first, here, count, length, start = END64.unpack(file.read(END64.size))
    if mark != b"PK\x06\x06" or rest != END64.size - 12 or disk or first or here != count:
        raise Broken(Kind.END, "ZIP64 目录结束标记的数值不合理")
    return start, length, count, at
