"""A bag inside one ZIP, read in place and distrusted: every entry's local header is compared with the directory."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from . import findings as f
from .findings import Unreadable
from .names import out_of_scope
from .sources import BLOCK_BYTES, Source
from .zipstream import common_fields, directory_entry, end_records

LARGEST_DIRECTORY_BYTES = 256 << 20  # a part has some 20,000 entries: 3 MB
LARGEST_RATIO = 200  # deflate reaches 1,032; documents 3 to 20
_LOCAL = struct.Struct("<4s5H3L2H")
_UTF8, _ENCRYPTED, _DESCRIPTOR = 0x800, 0x41, 0x8
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, OverflowError, struct.error)


class ZipSource(Source):
    """The entries of the one bag in the ZIP, without its top folder. What lies beside or between them is a problem."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = Path(path)
        self._file = self.path.open("rb")
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._versions: dict[int, int] = {}  # "version needed" of the local headers, by their offset
        self.start_dir = 0
        infos = self._directory()
        names = [self._name(info) for info in infos]
        self.prefix = _bag_prefix(names)
        self._offsets = self._prove_layout(infos)
        for info, name in sorted(zip(infos, names, strict=True), key=lambda pair: pair[0].header_offset):
            self._take(info, name)

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _directory(self) -> list[zipfile.ZipInfo]:
        whole = "应重新传送或重新封装。"
        if self._directory_bytes() > LARGEST_DIRECTORY_BYTES:
            self.problem(f.STRUCTURE, self.path.name, "ZIP目录过大，不予读取。")
            return []
        try:
            archive = zipfile.ZipFile(self._file)
        except _BROKEN as error:
            self.problem(f.WHOLE, self.path.name, f"ZIP不完整或已损坏（{error}），{whole}")
            return []
        self.start_dir = archive.start_dir
        if archive.comment:
            self.problem(f.EXTRA, self.path.name, f"ZIP尾部有{len(archive.comment)}字节附注，不在清单内。")
        return archive.infolist()

    def _directory_bytes(self) -> int:
        """The directory's size as the end record states it, before anything is read into memory on its word."""
        end = self._file.seek(0, 2)
        self._file.seek(max(0, end - 65_557 - 20))
        tail = self._file.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) < at + 22:
            return 0
        size = struct.unpack_from("<L", tail, at + 12)[0]
        if size == 0xFFFFFFFF and at >= 20 and tail[at - 20 : at - 16] == b"PK\6\7":
            self._file.seek(min(end, struct.unpack_from("<Q", tail, at - 12)[0]))
            record = self._file.read(56)
            size = struct.unpack_from("<Q", record, 40)[0] if len(record) == 56 else size
        return size

    def _name(self, info: zipfile.ZipInfo) -> str:
        """The entry's name; one without the UTF-8 mark is read as UTF-8 or GB18030, and the oddity noted."""
        name = info.orig_filename
        if info.flag_bits & _UTF8 or name.isascii():
            return name
        for encoding in ("utf-8", "gb18030"):
            try:
                decoded = name.encode("cp437").decode(encoding)
            except UnicodeError:
                continue
            self.problem(f.STRUCTURE, decoded, "ZIP内中文名未标明UTF-8编码，应以UTF-8封装。", f.WARNING)
            return decoded
        return name

    def _take(self, info: zipfile.ZipInfo, name: str) -> None:
        path = name.removeprefix(self.prefix)
        reason = self._refusal(info, name)
        if reason:
            self.problem(*reason)
        elif name.endswith("/"):
            return
        elif path in self.entries:
            self.problem(f.EXTRA, path, "ZIP内有两个同名文件，应只有一个。")
        else:
            self.entries[path] = info.file_size
            self._infos[path] = info

    def _refusal(self, info: zipfile.ZipInfo, name: str) -> tuple[str, str, str] | None:
        if out_of_scope(name) or "\\" in name or any(part in ("", ".") for part in name.rstrip("/").split("/")):
            return f.STRUCTURE, name, "文件名越出信息包或不合规，应为包内相对路径。"
        if not name.startswith(self.prefix):
            return f.EXTRA, name, "信息包文件夹以外的多余文件，应删除。"
        if info.create_system == 3 and info.external_attr >> 28 not in (0, 4, 8):
            return f.EXTRA, name, "不是普通文件（符号链接或设备），信息包内只应有普通文件。"
        if name.endswith("/") and info.file_size:
            return f.EXTRA, name, "文件夹条目带有内容，不合规。"
        return None

    def _prove_layout(self, infos: list[zipfile.ZipInfo]) -> dict[int, int]:
        """Where each entry's data begin (by header offset). Overlaps and unaccounted bytes are problems."""
        offsets: dict[int, int] = {}
        expected = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            start = self._local(info)
            if start is None:
                expected = max(expected, info.header_offset)
                continue
            offsets[info.header_offset] = start
            gap = info.header_offset - expected
            name = info.orig_filename.removeprefix(self.prefix)
            if gap < 0:
                self.problem(f.STRUCTURE, name, "ZIP条目互相重叠，不予接收。")
            elif gap > 0:
                self.problem(f.EXTRA, name, f"ZIP内此文件之前有{gap}字节不属于任何文件的数据。")
            expected = start + info.compress_size + self._descriptor_bytes(info, start)
        return offsets

    def _local(self, info: zipfile.ZipInfo) -> int | None:
        if info.header_offset < 0:
            self.problem(f.FIXITY, info.orig_filename.removeprefix(self.prefix), "ZIP目录中该文件的位置不合规。")
            return None
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL.size)
        path = info.orig_filename.removeprefix(self.prefix)
        if len(header) < _LOCAL.size or header[:4] != b"PK\3\4":
            self.problem(f.FIXITY, path, "ZIP内该文件的文件头缺失或已改变。")
            return None
        _, self._versions[info.header_offset], flags, method, time, date, crc, packed, size, name_bytes, extra_bytes = (
            _LOCAL.unpack(header)
        )
        name = self._file.read(name_bytes)
        same = flags == info.flag_bits and method == info.compress_type and name == _raw_name(info)
        if same and not flags & _DESCRIPTOR:
            same = (
                crc == info.CRC and packed in (info.compress_size, 0xFFFFFFFF) and size in (info.file_size, 0xFFFFFFFF)
            )
        if not same or (date, time) != _moment(info):
            self.problem(f.FIXITY, path, "ZIP内该文件的文件头与目录不一致，信息包已改变。")
        return info.header_offset + _LOCAL.size + name_bytes + extra_bytes

    def _descriptor_bytes(self, info: zipfile.ZipInfo, start: int) -> int:
        if not info.flag_bits & _DESCRIPTOR:
            return 0
        self._file.seek(start + info.compress_size)
        head = self._file.read(24)
        marked = 4 if head[:4] == b"PK\7\x08" else 0
        wide = struct.pack("<2Q", info.compress_size, info.file_size)
        return marked + 4 + (16 if head[marked + 4 : marked + 20] == wide else 8)

    def blocks(self, path: str) -> Iterator[bytes]:
        info = self._infos[path]
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(f.COMPRESSED, "文件已加密，移交前应解密。")
        start = self._offsets.get(info.header_offset)
        if start is None:
            raise Unreadable(f.FIXITY, "ZIP内找不到该文件的数据。")
        if info.compress_type == zipfile.ZIP_STORED:
            yield from self._proved(info, self._stored(start, info.compress_size))
        elif info.compress_type == zipfile.ZIP_DEFLATED:
            if info.file_size > LARGEST_RATIO * info.compress_size + BLOCK_BYTES:
                raise Unreadable(f.COMPRESSED, f"解压后为原来的{LARGEST_RATIO}倍以上，疑为压缩炸弹，不予解压。")
            yield from self._proved(info, self._inflated(start, info))
        else:
            raise Unreadable(f.COMPRESSED, "压缩方式不公开或不支持，信息包应以存储方式（不压缩）封装。")

    def _stored(self, start: int, size: int) -> Iterator[bytes]:
        done = 0
        while done < size:
            self._file.seek(start + done)  # other entries may have been read between two blocks
            block = self._file.read(min(BLOCK_BYTES, size - done))
            if not block:
                return
            done += len(block)
            yield block

    def _inflated(self, start: int, info: zipfile.ZipInfo) -> Iterator[bytes]:
        inflater, left = zlib.decompressobj(-15), info.file_size + 1
        try:
            for packed in self._stored(start, info.compress_size):
                while packed and left > 0 and (block := inflater.decompress(packed, min(left, BLOCK_BYTES))):
                    left -= len(block)
                    packed = inflater.unconsumed_tail
                    yield block
        except zlib.error as error:
            raise Unreadable(f.FIXITY, f"压缩数据已损坏（{error}）。") from None

    def _proved(self, info: zipfile.ZipInfo, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks; after the last one Unreadable when ZIP's own size or CRC does not agree with them."""
        crc = size = 0
        for block in blocks:
            crc, size = zlib.crc32(block, crc), size + len(block)
            yield block
        if size != info.file_size:
            raise Unreadable(f.FIXITY, f"内容不完整：应为{info.file_size}字节，实际为{size}字节。")
        if crc != info.CRC:
            raise Unreadable(f.FIXITY, f"内容已改变：ZIP记载的CRC-32为{info.CRC:08x}，实际为{crc:08x}。")

    def deviations(self) -> Iterator[tuple[str, str]]:
        """(path, sentence) where the container is not, bit for bit, what `zipstream` writes for these entries.

        Only for packages of ours: others may be packed in any lawful way.
        """
        self._file.seek(self.start_dir)
        size, count = 0, 0
        for info in sorted(self._infos.values(), key=lambda info: info.header_offset):
            name = info.orig_filename.encode("utf-8", "replace")
            common = common_fields(_moment(info), info.CRC, info.file_size, name)
            expected = directory_entry(name, common, info.file_size, info.header_offset)
            version = 45 if info.file_size >= 0xFFFFFFFF else 20
            if self._file.read(len(expected)) != expected or self._versions.get(info.header_offset) != version:
                yield info.orig_filename.removeprefix(self.prefix), "ZIP中该文件的条目已改变，与封装时不同。"
                return  # what follows cannot be told apart any more
            size, count = size + len(expected), count + 1
        expected = end_records(count, size, self.start_dir)
        if self._file.read(len(expected) + 1) != expected:
            yield self.path.name, "ZIP尾部记录已改变，与封装时不同。"

    def compressed(self) -> Iterator[str]:
        """Entries that are not simply stored."""
        return (path for path, info in self._infos.items() if info.compress_type != zipfile.ZIP_STORED)


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437", "replace")


def _moment(info: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = info.date_time
    return (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2


def _bag_prefix(names: list[str]) -> str:
    """The folder of the bag inside the ZIP, with its slash; "" when the bag lies at the top."""
    if any(name == "bagit.txt" or name.startswith("data/") for name in names):
        return ""
    tops = dict.fromkeys(name.split("/", 1)[0] for name in names if "/" in name)
    with_mark = [top for top in tops if f"{top}/bagit.txt" in names]
    candidates = with_mark or [top for top in tops if any(n.startswith(f"{top}/data/") for n in names)]
    return f"{candidates[0]}/" if candidates else ""
