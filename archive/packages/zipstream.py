"""A stored (uncompressed) ZIP written front to back: no seeking, no data descriptors, flat memory, fixed dates."""

import hashlib
import struct
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

BLOCK_BYTES = 1 << 20
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_UTF8 = 0x800
_REGULAR_0644 = 0o100644 << 16
_MADE_ON_UNIX = 3 << 8


def dos_moment(moment: datetime) -> tuple[int, int]:
    """(date, time) as ZIP stores them, of the local wall clock that `moment` carries; before 1980 is 1980."""
    if moment.year < 1980:
        moment = datetime(1980, 1, 1)
    return (
        (moment.year - 1980) << 9 | moment.month << 5 | moment.day,
        moment.hour << 11 | moment.minute << 5 | moment.second // 2,
    )


def directory_entry(name: bytes, common: tuple, size: int, offset: int, limit: int = 0xFFFFFFFF) -> bytes:
    """One entry of the central directory; `common` are the fields that it shares with the local header."""
    extra = struct.pack("<2Q", size, size) if size >= limit else b""
    far = offset >= limit
    if far:
        extra += struct.pack("<Q", offset)
    if extra:
        extra = struct.pack("<2H", 1, len(extra)) + extra
    version = 45 if extra else 20
    tail = (len(extra), 0, 0, 0, _REGULAR_0644, 0xFFFFFFFF if far else offset)
    return _CENTRAL.pack(b"PK\1\2", _MADE_ON_UNIX | version, version, *common, *tail) + name + extra


def end_records(entries: int, size: int, start: int, limit: int = 0xFFFFFFFF) -> bytes:
    """What follows a central directory of `size` bytes that begins at `start`."""
    end64 = b""
    if entries >= min(0xFFFF, limit) or max(start, size) >= limit:
        version = (_MADE_ON_UNIX | 45, 45)
        end64 = _END64.pack(b"PK\6\6", _END64.size - 12, *version, 0, 0, entries, entries, size, start)
        end64 += _LOCATOR64.pack(b"PK\6\7", 0, start + size, 1)
    shown = min(entries, 0xFFFF)
    numbers = (min(size, 0xFFFFFFFF), start if start < limit else 0xFFFFFFFF)
    return end64 + _END.pack(b"PK\5\6", 0, 0, shown, shown, *numbers, 0)


def common_fields(moment: tuple[int, int], crc32: int, size: int, name: bytes, limit: int = 0xFFFFFFFF) -> tuple:
    """Flags to name length, as both headers of an entry have them; `moment` is (date, time) of ZIP."""
    shown = 0xFFFFFFFF if size >= limit else size
    return (_UTF8, 0, moment[1], moment[0], crc32, shown, shown, len(name))


class StoredZip:
    """Writes entries whose size and CRC are known beforehand to `out`; `sha256` and `bytes` cover all that was written.

    The central directory waits in a temporary file beside the target, so that memory does not grow with the entries.
    `limit` is where ZIP64 begins (4 GiB - 1; tests set it lower).
    """

    def __init__(self, out: BinaryIO, moment: datetime, folder: Path, limit: int = 0xFFFFFFFF) -> None:
        self._out, self._limit = out, limit
        self._moment = dos_moment(moment)
        self._central = tempfile.SpooledTemporaryFile(BLOCK_BYTES, dir=folder)
        self._sha256 = hashlib.sha256()
        self.bytes = self.entries = 0

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def add(self, name: str, size: int, crc32: int, blocks: Iterable[bytes]) -> None:
        """Writes one entry. The caller has proved `size` and `crc32`, or throws the archive away."""
        encoded, offset = name.encode(), self.bytes
        big = size >= self._limit
        extra = struct.pack("<2H2Q", 1, 16, size, size) if big else b""
        common = common_fields(self._moment, crc32, size, encoded, self._limit)
        self._write(_LOCAL.pack(b"PK\3\4", 45 if big else 20, *common, len(extra)) + encoded + extra)
        for block in blocks:
            self._write(block)
        self._central.write(directory_entry(encoded, common, size, offset, self._limit))
        self.entries += 1

    def close(self) -> None:
        """Writes the central directory. The archive is complete only then."""
        start, size = self.bytes, self._central.tell()
        self._central.seek(0)
        while block := self._central.read(BLOCK_BYTES):
            self._write(block)
        self._central.close()
        self._write(end_records(self.entries, size, start, self._limit))

    def _write(self, block: bytes) -> None:
        self._out.write(block)
        self._sha256.update(block)
        self.bytes += len(block)
