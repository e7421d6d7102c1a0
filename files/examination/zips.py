"""Reading a ZIP so strictly that no two readers can see different contents in it.

Office files and OFD are ZIPs. The structure is accepted only when every byte is accounted for: local headers, data and
descriptors follow one another without gap or overlap, then the central directory, then its end, and nothing else; both
headers of an entry say the same. (Faults of this kind let a virus scanner and an office program read different files.)
Bounded: entries, directory size, unpacked size and ratio; only one block of unpacked data is in memory at a time.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from files.text import decode_text

MAX_ENTRIES = 20_000
MAX_DIRECTORY_BYTES = 16 * 2**20
MAX_UNPACKED_BYTES = 512 * 2**20
MAX_RATIO = 200  # office XML packs up to about 100 : 1, a bomb up to 1032 : 1
RATIO_FREE_BYTES = 4 * 2**20  # below this size the ratio does no harm
_BLOCK = 65_536

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_END64, _LOCATOR = struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _STRONG, _MASKED, _UTF8 = 0x1, 0x8, 0x40, 0x2000, 0x800
_BIG, _BIG16 = 0xFFFFFFFF, 0xFFFF
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_SYMLINK = 0o120000
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|(^|/)\.\.?(/|$)|//")


class ZipFaultError(Exception):
    """The ZIP is refused; `code` and `sentence` become a finding."""

    def __init__(self, code, sentence):
        super().__init__(code)
        self.code, self.sentence = code, sentence


def _broken(what):
    return ZipFaultError("zip-structure", f"文件内部结构异常：{what}。请用 Office、WPS 或版式软件重新另存后再提交。")


@dataclass(frozen=True)
class Entry:
    """One member. Sizes and offsets in bytes; `data_at` is where its packed data begin in the file."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    header_at: int
    data_at: int = 0

    @property
    def is_folder(self):
        return self.name.endswith("/")


def read_structure(path: Path) -> tuple[Entry, ...]:
    """All entries of the ZIP at `path` in the order of their data. Raises ZipFaultError at the first fault."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        start, length, count, end_at = _find_directory(file, size)
        if count > MAX_ENTRIES or length > MAX_DIRECTORY_BYTES:
            raise ZipFaultError("zip-limit", f"文件内部条目过多（{count} 个，上限 {MAX_ENTRIES} 个），请拆分后再提交。")
        if start + length != end_at:
            raise _broken("目录与目录结束标记之间有多余或缺失的内容")
        file.seek(start)
        entries = _read_directory(file.read(length), count)
        _check_names(entries)
        _check_sizes(entries)
        return _lay_out(file, sorted(entries, key=lambda entry: entry.header_at), start)


def _find_directory(file, size):
    """(start, length, entries) of the central directory and where it must end, from the end record(s)."""
    window = min(size, _END.size + _BIG16)
    file.seek(size - window)
    tail = file.read(window)
    places = [match.start() for match in re.finditer(b"PK\x05\x06", tail) if window - match.start() >= _END.size]
    ends = [(at, _END.unpack_from(tail, at)) for at in places]
    ends = [(at, end) for at, end in ends if at + _END.size + end[7] == window]
    if not ends:
        raise _broken("找不到目录结束标记，或其后还有多余内容")
    if len(places) > 1:
        raise _broken("有多个目录结束标记")
    at, (_, disk, first_disk, here, count, length, start, _) = ends[0]
    end_at = size - window + at
    sixty_four = _read_end64(file, end_at)
    if sixty_four:
        count64, length64, start64, end64_at = sixty_four
        pairs = ((here, count64, _BIG16), (count, count64, _BIG16), (length, length64, _BIG), (start, start64, _BIG))
        if any(small not in (big, escape) for small, big, escape in pairs):
            raise _broken("两处目录结束标记不一致")
        return start64, length64, count64, end64_at
    if disk or first_disk or here != count or count == _BIG16 or _BIG in (length, start):
        raise _broken("目录结束标记的数值不合理")
    return start, length, count, end_at


def _read_end64(file, end_at):
    """(entries, length, start, place) of the ZIP64 end record named by a locator before `end_at`; None without one."""
    if end_at < _LOCATOR.size:
        return None
    file.seek(end_at - _LOCATOR.size)
    mark, disk, at, disks = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if mark != b"PK\x06\x07":
        return None
    if disk or disks != 1 or at + _END64.size + _LOCATOR.size != end_at:
        raise _broken("ZIP64 定位标记指向别处")
    file.seek(at)
    mark, rest, _, _, disk, first, here, count, length, start = _END64.unpack(file.read(_END64.size))
    if mark != b"PK\x06\x06" or rest != _END64.size - 12 or disk or first or here != count:
        raise _broken("ZIP64 目录结束标记的数值不合理")
    return count, length, start, at


def _read_directory(raw, count):
    entries, at = [], 0
    for _ in range(count):
        if at + _CENTRAL.size > len(raw):
            raise _broken("目录不完整")
        fields = _CENTRAL.unpack_from(raw, at)
        mark, _, _, flags, method, _, _, crc, packed, unpacked, name_n, extra_n, note_n, disk, _, mode, header = fields
        after = at + _CENTRAL.size + name_n + extra_n + note_n
        if mark != b"PK\x01\x02" or after > len(raw) or disk:
            raise _broken("目录不完整")
        raw_name = raw[at + _CENTRAL.size :][:name_n]
        extra = raw[at + _CENTRAL.size + name_n :][:extra_n]
        if flags & (_ENCRYPTED | _STRONG | _MASKED):
            raise ZipFaultError("encrypted", "文件内部有加密的内容。请取消加密（密码）后再提交。")
        name = _decoded(raw_name, flags)
        unpacked, packed, header = _true_sizes(extra, (unpacked, packed, header), raw_name)
        if method not in (_STORED, _DEFLATED):
            raise _broken(f"“{name}”使用了不常见的压缩方法")
        if (mode >> 16) & 0o170000 == _SYMLINK:
            raise _broken(f"“{name}”是指向别处的链接")
        entries.append(Entry(name, raw_name, flags, method, crc, packed, unpacked, header))
        at = after
    if at != len(raw):
        raise _broken("目录中有未登记的内容")
    return entries


def _decoded(raw_name, flags):
    """The name: UTF-8 when the flag says so, else ASCII, UTF-8 or the GBK that Chinese Windows writes."""
    try:
        return raw_name.decode() if flags & _UTF8 else decode_text(raw_name)[0]
    except ValueError:
        raise _broken("有条目的名称无法识别") from None


def _extras(extra):
    """(id, data) of each extra field; refuses what does not fill the room exactly."""
    at = 0
    while at < len(extra):
        if at + 4 > len(extra):
            raise _broken("附加信息不完整")
        kind, length = struct.unpack_from("<2H", extra, at)
        if at + 4 + length > len(extra):
            raise _broken("附加信息不完整")
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _true_sizes(extra, values, raw_name):
    """`values` (unpacked, packed[, offset]), the escaped ones taken from the ZIP64 field, which must fit exactly."""
    fields = list(_extras(extra))
    paths = [data for kind, data in fields if kind == _UNICODE_PATH]
    if len(paths) > 1 or any(data[5:] != raw_name for data in paths):
        raise _broken("同一条目有两个不同的名称")
    wide = [data for kind, data in fields if kind == _ZIP64]
    escaped = [value == _BIG for value in values]
    if not wide:
        if any(escaped):
            raise _broken("缺少 ZIP64 大小")
        return values
    # Writers that always add the field put both sizes in it although neither is escaped; then they must agree.
    numbers = struct.unpack(f"<{len(wide[0]) // 8}Q", wide[0]) if len(wide[0]) % 8 == 0 else ()
    if len(wide) == 1 and not any(escaped) and numbers and numbers == tuple(values)[: len(numbers)]:
        return values
    if len(wide) > 1 or len(numbers) != sum(escaped) or not numbers:
        raise _broken("ZIP64 大小与目录不符")
    given = iter(numbers)
    return tuple(next(given) if is_escaped else value for value, is_escaped in zip(values, escaped, strict=True))


def _check_names(entries):
    seen = set()
    for entry in entries:
        if not entry.name or _BAD_NAME.search(entry.name):
            raise ZipFaultError(
                "zip-path", f"文件内部的条目名称“{entry.name[:60]!r}”指向文件之外或含有非法字符，不能接收。"
            )
        folded = entry.name.casefold().rstrip("/")
        if folded in seen:
            raise ZipFaultError(
                "zip-duplicate", f"文件内部有两个同名条目“{entry.name[:60]}”，内容以谁为准无法确定，不能接收。"
            )
        seen.add(folded)


def _check_sizes(entries):
    unpacked = sum(entry.unpacked for entry in entries)
    packed = sum(entry.packed for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > RATIO_FREE_BYTES and unpacked > MAX_RATIO * max(packed, 1)):
        raise ZipFaultError(
            "zip-bomb",
            f"文件解压后将达 {unpacked // 2**20} MB（{unpacked // max(packed, 1)} 倍），可能是压缩炸弹，不能接收。",
        )
    for entry in entries:
        if entry.method == _STORED and entry.packed != entry.unpacked:
            raise _broken(f"“{entry.name}”的大小前后不一")


def _lay_out(file, entries, directory_at):
    """The entries with `data_at`, after walking the whole file from byte 0 to the central directory."""
    placed, at = [], 0
    for entry in entries:
        if entry.header_at < at:
            raise ZipFaultError("zip-overlap", f"文件内部的条目“{entry.name}”与其他条目重叠，不能接收。")
        if entry.header_at > at:
            raise _broken("条目之间有未登记的内容")
        data_at, is_wide = _read_local(file, entry)
        at = data_at + entry.packed
        if at > directory_at:
            raise _broken(f"“{entry.name}”的内容不完整")
        if entry.flags & _DESCRIPTOR:
            at += _descriptor_bytes(file, at, entry, is_wide=is_wide)
        placed.append(Entry(**{**entry.__dict__, "data_at": data_at}))
    if at != directory_at:
        raise _broken("条目与目录之间有未登记的内容")
    return tuple(placed)


def _read_local(file, entry):
    """(where the data begin, whether sizes are 64 bits wide) after comparing the local header with the directory."""
    file.seek(entry.header_at)
    raw = file.read(_LOCAL.size)
    if len(raw) < _LOCAL.size or raw[:4] != b"PK\x03\x04":
        raise _broken(f"找不到“{entry.name}”的内容")
    _, _, flags, method, _, _, crc, packed, unpacked, name_n, extra_n = _LOCAL.unpack(raw)
    name, extra = file.read(name_n), file.read(extra_n)
    is_wide = _BIG in (packed, unpacked)
    unpacked, packed = _true_sizes(extra, (unpacked, packed), name)
    # Only these bits change what is read; the others say how hard the writer tried, and writers differ in them.
    bits = _ENCRYPTED | _STRONG | _MASKED | _DESCRIPTOR
    same = (name, flags & bits, method) == (entry.raw_name, entry.flags & bits, entry.method)
    known = (crc, packed, unpacked)
    # With a descriptor, the local header may leave the three at zero; what it does say must be true.
    allowed = {(entry.crc, entry.packed, entry.unpacked)}
    if entry.flags & _DESCRIPTOR:
        allowed |= {(0, 0, 0), (0, entry.packed, entry.unpacked), (entry.crc, 0, 0)}
    if not same or known not in allowed:
        raise _broken(f"“{entry.name}”在目录和内容两处的记载不一")
    return entry.header_at + _LOCAL.size + name_n + extra_n, is_wide


def _descriptor_bytes(file, at, entry, *, is_wide):
    """Length of the data descriptor at `at`, with or without its mark; it must repeat the directory's values."""
    body = struct.pack("<IQQ" if is_wide else "<III", entry.crc, entry.packed, entry.unpacked)
    file.seek(at)
    raw = file.read(4 + len(body))
    if raw == b"PK\x07\x08" + body:
        return len(raw)
    if raw.startswith(body):
        return len(body)
    raise _broken(f"“{entry.name}”之后的校验记载与目录不一")


def unpacked_blocks(file, entry):
    """The unpacked bytes of `entry` block by block; refuses more than announced, less, or a wrong checksum."""
    file.seek(entry.data_at)
    blocks = _inflated(file, entry) if entry.method == _DEFLATED else _stored(file, entry)
    crc, total = 0, 0
    for block in blocks:
        crc, total = zlib.crc32(block, crc), total + len(block)
        if total > entry.unpacked:
            break
        yield block
    if total != entry.unpacked or crc != entry.crc:
        raise _broken(f"“{entry.name}”的内容与校验值不符")


def _stored(file, entry):
    left = entry.packed
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        left -= len(block)
        yield block


def _inflated(file, entry):
    """Blocks of at most _BLOCK bytes; the packed data must end exactly where the directory says."""
    left, inflate = entry.packed, zlib.decompressobj(-15)
    while not inflate.eof:
        raw = inflate.unconsumed_tail
        if not raw and left:
            raw = file.read(min(_BLOCK, left))
            left -= len(raw)
        try:
            block = inflate.decompress(raw, _BLOCK)
        except zlib.error:
            raise _broken(f"“{entry.name}”不能解压") from None
        if not raw and not block:
            raise _broken(f"“{entry.name}”的内容不完整")
        if block:
            yield block
    if left or inflate.unused_data:
        raise _broken(f"“{entry.name}”的内容之后有多余数据")


def verify_contents(path: Path, entries) -> None:
    """Unpack everything once without keeping it. Raises ZipFaultError where content and directory disagree."""
    with path.open("rb") as file:
        for entry in entries:
            for _ in unpacked_blocks(file, entry):
                pass


def read_member(path: Path, entry: Entry, limit_bytes: int = 8 * 2**20) -> bytes:
    """The content of one entry, refused above `limit_bytes`."""
    if entry.unpacked > limit_bytes:
        raise ZipFaultError(
            "zip-limit", f"文件内部的“{entry.name}”过大（{entry.unpacked // 2**20} MB），请精简后再提交。"
        )
    with path.open("rb") as file:
        return b"".join(unpacked_blocks(file, entry))
