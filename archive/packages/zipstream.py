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


class StoredZip:
    """Writes entries whose size and CRC are known beforehand to `out`; `sha256` and `bytes` cover all that was written.

    The central directory waits in a temporary file beside the target, so that memory does not grow with the entries.
    `limit` is where ZIP64 begins (4 GiB - 1; tests set it lower).
    """

    def __init__(self, out: BinaryIO, moment: datetime, folder: Path, limit: int = 0xFFFFFFFF) -> None:
        self._out, self._limit = out, limit
        self._date, self._time = dos_moment(moment)
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
        shown = 0xFFFFFFFF if big else size
        common = (_UTF8, 0, self._time, self._date, crc32, shown, shown, len(encoded))
        self._write(_LOCAL.pack(b"PK\3\4", 45 if big else 20, *common, len(extra)) + encoded + extra)
        for block in blocks:
            self._write(block)
        self._remember(encoded, common, size, offset)
        self.entries += 1

    def _remember(self, encoded: bytes, common: tuple, size: int, offset: int) -> None:
        extra = struct.pack("<2Q", size, size) if size >= self._limit else b""
        far = offset >= self._limit
        if far:
            extra += struct.pack("<Q", offset)
        if extra:
            extra = struct.pack("<2H", 1, len(extra)) + extra
        version = 45 if extra else 20
        tail = (len(extra), 0, 0, 0, _REGULAR_0644, 0xFFFFFFFF if far else offset)
        self._central.write(_CENTRAL.pack(b"PK\1\2", _MADE_ON_UNIX | version, version, *common, *tail))
        self._central.write(encoded + extra)

    def close(self) -> None:
        """Writes the central directory. The archive is complete only then."""
        start, size = self.bytes, self._central.tell()
        self._central.seek(0)
        while block := self._central.read(BLOCK_BYTES):
            self._write(block)
        self._central.close()
        if self.entries >= min(0xFFFF, self._limit) or max(start, size) >= self._limit:
            end64 = self.bytes
            version = (_MADE_ON_UNIX | 45, 45)
            numbers = (self.entries, self.entries, size, start)
            self._write(_END64.pack(b"PK\6\6", _END64.size - 12, *version, 0, 0, *numbers))
            self._write(_LOCATOR64.pack(b"PK\6\7", 0, end64, 1))
        entries = min(self.entries, 0xFFFF)
        numbers = (min(size, 0xFFFFFFFF), start if start < self._limit else 0xFFFFFFFF)
        self._write(_END.pack(b"PK\5\6", 0, 0, entries, entries, *numbers, 0))

    def _write(self, block: bytes) -> None:
        self._out.write(block)
        self._sha256.update(block)
        self.bytes += len(block)
