"""The entries of a ZIP, both headers of each compared, and the whole file walked from byte 0 to its directory."""

import struct
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from files.text import decode_text

from .ends import BIG, Broken, find_directory
from .faults import Fault, Kind
from .policy import Policy

LOCAL, CENTRAL = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I")
STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIPTOR, STRONG, MASKED, UTF8 = 0x1, 0x8, 0x40, 0x2000, 0x800
LOCKED = ENCRYPTED | STRONG | MASKED
ZIP64, UNICODE_PATH = 0x0001, 0x7075
UNIX, FOLDER_BITS, FILE_BITS, LINK_BITS = 3, 0o04, 0o10, 0o12


@dataclass(eq=False)
class Entry:
    """One member. Sizes and offsets in bytes; `data_at` is where its packed data begin, -1 while that is not proved."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    header_at: int
    moment: tuple[int, int] = (0, 0)  # (date, time) as ZIP has them
    version: int = 0  # "version needed" of the local header
    data_at: int = -1

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")

    @property
    def is_locked(self) -> bool:
        return bool(self.flags & LOCKED)


class Structure:
    """Entries in the order of their data, and every fault in the order in which it was found."""

    def __init__(self, file: BinaryIO, policy: Policy) -> None:
        self.file, self.policy = file, policy
        self.entries: list[Entry] = []
        self.faults: list[Fault] = []
        self.directory_at = 0
        try:
            self._read()
        except Broken as broken:
            self.faults.append(broken.fault)
            self.entries = []

    def _note(self, kind: Kind, what: str, entry: Entry | None = None) -> None:
        self.faults.append(Fault(kind, what, entry))

    def _read(self) -> None:
        policy = self.policy
        found = find_directory(self.file, self.file.seek(0, 2), policy)
        self.directory_at = found.start
        too_many = policy.max_entries is not None and found.count > policy.max_entries
        if too_many or found.length > policy.max_directory_bytes:
            limit = f"（{found.count} 个，上限 {policy.max_entries} 个）" if too_many else ""
            raise Broken(Kind.LIMIT, f"条目过多{limit}")
        if found.start + found.length != found.end_at:
            raise Broken(Kind.DIRECTORY, "目录与目录结束标记之间有多余或缺失的内容")
        if found.comment_bytes and not policy.takes_comment:
            self._note(Kind.COMMENT, f"尾部有{found.comment_bytes}字节附注")
        self.file.seek(found.start)
        self._read_directory(self.file.read(found.length), found.count)
        self._check_names()
        self._check_sizes()
        self.entries.sort(key=lambda entry: entry.header_at)
        self._lay_out()

    # ----------------------------------------------------------- directory

    def _read_directory(self, raw: bytes, count: int) -> None:
        at = 0
        for _ in range(count):
            if at + CENTRAL.size > len(raw):
                raise Broken(Kind.DIRECTORY, "目录不完整")
            fields = CENTRAL.unpack_from(raw, at)
            name_n, extra_n, note_n, disk = fields[10:14]
            start = at + CENTRAL.size
            after = start + name_n + extra_n + note_n
            if fields[0] != b"PK\x01\x02" or after > len(raw) or disk:
                raise Broken(Kind.DIRECTORY, "目录不完整")
            self._take(fields, raw[start : start + name_n], raw[start + name_n : start + name_n + extra_n])
            at = after
        if at != len(raw):
            raise Broken(Kind.DIRECTORY, "目录中有未登记的内容")

    def _take(self, fields: tuple, raw_name: bytes, extra: bytes) -> None:
        _, made_by, _, flags, method, time, date, crc, packed, unpacked, *_, mode, header = fields
        entry = Entry("", raw_name, flags, method, crc, packed, unpacked, header, (date, time))
        self.entries.append(entry)
        if entry.is_locked:
            self._note(Kind.ENCRYPTED, "有加密的内容", entry)
        self._name(entry)
        try:
            entry.unpacked, entry.packed, entry.header_at = _true_sizes(extra, (unpacked, packed, header), raw_name)
        except Broken as broken:
            self._note(Kind.HEADER, broken.fault.what, entry)
        if method not in (STORED, DEFLATED):
            self._note(Kind.METHOD, f"“{entry.name}”使用了不常见的压缩方法", entry)
        form = mode >> 28
        if form == LINK_BITS or (made_by >> 8 == UNIX and form not in (0, FOLDER_BITS, FILE_BITS)):
            self._note(Kind.LINK, f"“{entry.name}”是指向别处的链接或设备", entry)

    def _name(self, entry: Entry) -> None:
        """UTF-8 when the flag says so, else ASCII, UTF-8 or the GBK that Chinese Windows writes."""
        try:
            is_marked = bool(entry.flags & UTF8)
            entry.name = entry.raw_name.decode() if is_marked else decode_text(entry.raw_name)[0]
        except ValueError:
            entry.name = entry.raw_name.decode("utf-8", "replace")
            self._note(Kind.UNKNOWN_NAME, "有条目的名称无法识别", entry)
            return
        if self.policy.names_legacy and not is_marked and not entry.name.isascii():
            self._note(Kind.LEGACY_NAME, "中文名未标明UTF-8编码", entry)

    def _check_names(self) -> None:
        seen: set[str] = set()
        for entry in self.entries:
            if not entry.name or self.policy.bad_name.search(entry.name):
                self._note(Kind.NAME, f"名称“{entry.name[:60]!r}”指向文件之外或含有非法字符", entry)
            folded = self.policy.folded(entry.name)
            if folded in seen:
                self._note(Kind.DUPLICATE, f"有两个同名条目“{entry.name[:60]}”，内容以谁为准无法确定", entry)
            seen.add(folded)
            if entry.is_folder and entry.unpacked:
                self._note(Kind.FOLDER, f"文件夹“{entry.name[:60]}”带有内容", entry)

    def _check_sizes(self) -> None:
        unpacked = sum(entry.unpacked for entry in self.entries)
        packed = sum(entry.packed for entry in self.entries)
        most = self.policy.max_unpacked_bytes
        if (most is not None and unpacked > most) or self.policy.is_bomb(unpacked, packed):
            times = unpacked // max(packed, 1)
            self._note(Kind.BOMB, f"解压后将达 {unpacked // 2**20} MB（{times} 倍），可能是压缩炸弹")
        for entry in self.entries:
            if entry.method == STORED and entry.packed != entry.unpacked and not entry.is_locked:
                self._note(Kind.SIZE, f"“{entry.name}”的大小前后不一", entry)

    # -------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        at = 0
        for entry in self.entries:
            if entry.header_at < at:
                self._note(Kind.OVERLAP, f"条目“{entry.name}”与其他条目重叠", entry)
            elif entry.header_at > at:
                self._note(Kind.GAP, f"条目“{entry.name}”之前有{entry.header_at - at}字节不属于任何文件的数据", entry)
            at = self._place(entry)
            if at > self.directory_at:
                self._note(Kind.CONTENT, f"“{entry.name}”的内容不完整", entry)
        if at < self.directory_at:
            self._note(Kind.GAP, f"条目与目录之间有{self.directory_at - at}字节不属于任何文件的数据")

    def _place(self, entry: Entry) -> int:
        """Where the entry ends, after comparing its local header with the directory."""
        self.file.seek(entry.header_at)
        raw = self.file.read(LOCAL.size)
        if len(raw) < LOCAL.size or raw[:4] != b"PK\x03\x04":
            self._note(Kind.HEADER, f"找不到“{entry.name}”的内容，文件头缺失或已改变", entry)
            return entry.header_at
        name_n, extra_n = LOCAL.unpack(raw)[9:]
        name, extra = self.file.read(name_n), self.file.read(extra_n)
        entry.data_at = entry.header_at + LOCAL.size + name_n + extra_n
        is_wide = self._compare(entry, LOCAL.unpack(raw), name, extra)
        end = entry.data_at + entry.packed
        if not entry.flags & DESCRIPTOR or end > self.directory_at:
            return end
        return end + self._descriptor_bytes(entry, end, is_wide=is_wide)

    def _compare(self, entry: Entry, fields: tuple, name: bytes, extra: bytes) -> bool:
        """Whether the local sizes are 64 bits wide; what differs is a fault."""
        _, entry.version, flags, method, time, date, crc, packed, unpacked, *_ = fields
        is_wide = BIG in (packed, unpacked)
        try:
            unpacked, packed = _true_sizes(extra, (unpacked, packed), name)
        except Broken as broken:
            self._note(Kind.HEADER, f"“{entry.name}”：{broken.fault.what}", entry)
            return is_wide
        # Only these bits change what is read; the others say how hard the writer tried, and writers differ in them.
        bits = 0xFFFF if self.policy.headers_exact else LOCKED | DESCRIPTOR
        same = (name, flags & bits, method) == (entry.raw_name, entry.flags & bits, entry.method)
        if self.policy.headers_exact:
            same = same and (date, time) == entry.moment
        # With a descriptor, the local header may leave the three at zero; what it does say must be true.
        allowed = {(entry.crc, entry.packed, entry.unpacked)}
        if entry.flags & DESCRIPTOR:
            allowed |= {(0, 0, 0), (0, entry.packed, entry.unpacked), (entry.crc, 0, 0)}
        if not same or (crc, packed, unpacked) not in allowed:
            self._note(Kind.HEADER, f"“{entry.name}”在目录和内容两处的记载不一致", entry)
        return is_wide

    def _descriptor_bytes(self, entry: Entry, at: int, *, is_wide: bool) -> int:
        """Length of the data descriptor at `at`, with or without its mark; it must repeat the directory's values."""
        body = struct.pack("<IQQ" if is_wide else "<III", entry.crc, entry.packed, entry.unpacked)
        self.file.seek(at)
        raw = self.file.read(4 + len(body))
        if raw == b"PK\x07\x08" + body:
            return len(raw)
        if not raw.startswith(body):
            self._note(Kind.HEADER, f"“{entry.name}”之后的校验记载与目录不一致", entry)
        return len(body)


def _extras(extra: bytes):
    """(id, data) of each extra field; refuses what does not fill the room exactly."""
    at = 0
    while at < len(extra):
        if at + 4 > len(extra):
            raise Broken(Kind.HEADER, "附加信息不完整")
        kind, length = struct.unpack_from("<2H", extra, at)
        if at + 4 + length > len(extra):
            raise Broken(Kind.HEADER, "附加信息不完整")
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _is_same_name(data: bytes, raw_name: bytes) -> bool:
    """Whether a Unicode path field (version, CRC of the name, UTF-8) only repeats the name, which may be GBK."""
    if data[5:] == raw_name:
        return True
    if data[:1] != b"\x01" or int.from_bytes(data[1:5], "little") != zlib.crc32(raw_name):
        return False
    try:
        return data[5:].decode() == decode_text(raw_name)[0]
    except ValueError:
        return False


def _true_sizes(extra: bytes, values: tuple, raw_name: bytes) -> tuple:
    """`values` (unpacked, packed[, offset]), the escaped ones taken from the ZIP64 field, which must fit exactly."""
    if not extra and BIG not in values:  # nearly every entry
        return values
    fields = list(_extras(extra))
    paths = [data for kind, data in fields if kind == UNICODE_PATH]
    if len(paths) > 1 or any(not _is_same_name(data, raw_name) for data in paths):
        raise Broken(Kind.HEADER, "同一条目有两个不同的名称")
    count = Counter(kind for kind, _ in fields)[ZIP64]
    wide = next((data for kind, data in fields if kind == ZIP64), b"")
    escaped = [value == BIG for value in values]
    if not count:
        if any(escaped):
            raise Broken(Kind.HEADER, "缺少 ZIP64 大小")
        return values
    # Writers that always add the field put both sizes in it although neither is escaped; then they must agree.
    numbers = struct.unpack(f"<{len(wide) // 8}Q", wide) if len(wide) % 8 == 0 else ()
    if count == 1 and not any(escaped) and numbers and numbers == tuple(values)[: len(numbers)]:
        return values
    if count > 1 or len(numbers) != sum(escaped) or not numbers:
        raise Broken(Kind.HEADER, "ZIP64 大小与目录不符")
    given = iter(numbers)
    return tuple(next(given) if is_escaped else value for value, is_escaped in zip(values, escaped, strict=True))
