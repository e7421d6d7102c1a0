"""The bytes of a ZIP's entries, block by block, proved against size and checksum while they pass."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from .faults import Fault, Kind, ZipFaultError
from .policy import Policy
from .structure import DEFLATED, STORED, Entry, Structure

BLOCK = 65_536


class Archive:
    """A ZIP that is open: its `entries` and `faults`; only one block of unpacked data is in memory at a time."""

    def __init__(self, source: Path | BinaryIO, policy: Policy) -> None:
        self.source = source
        self._owned = source.open("rb") if isinstance(source, Path) else None
        self.file, self.policy = self._owned or source, policy
        try:
            found = Structure(self.file, policy)
        except BaseException:
            self.__exit__()
            raise
        self.entries: tuple[Entry, ...] = tuple(found.entries)
        self.faults: tuple[Fault, ...] = tuple(found.faults)
        self.directory_at = found.directory_at

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        if self._owned is not None:
            self._owned.close()

    def blocks(self, entry: Entry, size: int = BLOCK) -> Iterator[bytes]:
        """The unpacked bytes of `entry`; raises ZipFaultError for more than announced, less, or a wrong checksum."""
        return proved_blocks(self.file, entry, self.policy, size)

    def blocks_apart(self, entry: Entry, size: int = BLOCK) -> Iterator[bytes]:
        """As `blocks`, through a handle of their own where the source is a path: for several threads at once."""
        if not isinstance(self.source, Path):
            yield from self.blocks(entry, size)
            return
        with self.source.open("rb") as own:
            yield from proved_blocks(own, entry, self.policy, size)

    def verify(self, entries: Iterable[Entry] | None = None) -> None:
        """Unpack everything once without keeping it. Raises ZipFaultError where content and directory disagree."""
        for entry in self.entries if entries is None else entries:
            for _ in self.blocks(entry):
                pass


def _refuse(kind: Kind, what: str, entry: Entry) -> ZipFaultError:
    return ZipFaultError("zip-structure", f"文件内部结构异常：{what}。", Fault(kind, what, entry))


def proved_blocks(file: BinaryIO, entry: Entry, policy: Policy, size: int = BLOCK) -> Iterator[bytes]:
    if entry.is_locked:
        raise _refuse(Kind.ENCRYPTED, "有加密的内容", entry)
    if entry.data_at < 0:
        raise _refuse(Kind.HEADER, f"找不到“{entry.name}”的内容", entry)
    if entry.method not in (STORED, DEFLATED):
        raise _refuse(Kind.METHOD, f"“{entry.name}”使用了不常见的压缩方法", entry)
    if policy.ratio_of_each and policy.is_bomb(entry.unpacked, entry.packed):
        raise _refuse(Kind.BOMB, f"“{entry.name}”解压后为原来的{policy.max_ratio}倍以上，可能是压缩炸弹", entry)
    crc, total = 0, 0
    for block in _inflated(file, entry, size) if entry.method == DEFLATED else _stored(file, entry, size):
        crc, total = zlib.crc32(block, crc), total + len(block)
        if total > entry.unpacked:
            break
        yield block
    if total != entry.unpacked:
        told = f"应为{entry.unpacked}字节，实际{'更长' if total > entry.unpacked else f'为{total}字节'}"
        raise _refuse(Kind.CONTENT, f"“{entry.name}”的内容与校验值不符：{told}", entry)
    if crc != entry.crc:
        told = f"登记的CRC-32为{entry.crc:08x}，实际为{crc:08x}"
        raise _refuse(Kind.CONTENT, f"“{entry.name}”的内容与校验值不符，内容已改变：{told}", entry)


def _stored(file: BinaryIO, entry: Entry, size: int) -> Iterator[bytes]:
    done = 0
    while done < entry.packed:
        file.seek(entry.data_at + done)  # other entries may have been read between two blocks
        block = file.read(min(size, entry.packed - done))
        if not block:
            return
        done += len(block)
        yield block


def _inflated(file: BinaryIO, entry: Entry, size: int) -> Iterator[bytes]:
    """Blocks of at most `size` bytes; the packed data must end exactly where the directory says."""
    packed, inflate, left = _stored(file, entry, size), zlib.decompressobj(-15), entry.packed
    while not inflate.eof:
        raw = inflate.unconsumed_tail
        if not raw and left:
            raw = next(packed, b"")
            left = left - len(raw) if raw else 0
        try:
            block = inflate.decompress(raw, size)
        except zlib.error:
            raise _refuse(Kind.CONTENT, f"“{entry.name}”的压缩数据已损坏，不能解压", entry) from None
        if not raw and not block:
            raise _refuse(Kind.CONTENT, f"“{entry.name}”的内容不完整", entry)
        if block:
            yield block
    if left or inflate.unused_data:
        raise _refuse(Kind.CONTENT, f"“{entry.name}”的内容之后有多余数据", entry)
