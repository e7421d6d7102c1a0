"""The compound files of old Office and WPS (OLE2): whose, encrypted, with macros. Reads a few sectors only."""

import struct

from .formats import KINDS

_OLD = "是旧版二进制格式，不宜长期保存；建议另附 PDF/A 或 OFD 版式文件。"
_ENCRYPTED = "文档设有密码或已加密。请取消密码后再提交。"
_MACROS = "文档含有宏（可执行代码），不能接收。请另存为不带宏的格式（.docx、.xlsx）或导出为 PDF/A 后再提交。"
_DAMAGED = "旧版 Office 或 WPS 文档已损坏，读不出来。请核对原文件，或另存后再提交。"
_UNKNOWN = "文件内容不是 Word、Excel、PowerPoint 或 WPS 文档，不能接收。"
_MAX_DIRECTORY_SECTORS = 4096
_FREE = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
_FIRST_DIFAT = 109  # sectors of the allocation table that the header itself lists
_STREAM = 2
_XLS_FILEPASS = 0x002F  # [MS-XLS] 2.4.117
_DOC_ENCRYPTED = 0x0100  # [MS-DOC] 2.5.2 FibBase.fEncrypted, in the word at offset 10


class DamagedError(Exception):
    """The compound file contradicts itself."""


class _Compound:
    """Random access to the directory; `names` maps lower-case name → (type, first sector, bytes)."""

    def __init__(self, file):
        self.file = file
        header = file.read(512)
        if len(header) < 512:
            raise DamagedError
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in (9, 12):
            raise DamagedError
        self.sector_bytes = 1 << shift
        self.first_directory, _, self.cutoff, _, _, self.next_difat, _ = struct.unpack_from("<7I", header, 48)
        self.table = list(struct.unpack_from(f"<{_FIRST_DIFAT}I", header, 76))
        self.names = dict(self._directory())

    def sector(self, number):
        self.file.seek((number + 1) * self.sector_bytes)
        data = self.file.read(self.sector_bytes)
        if number >= _FREE or not data:
            raise DamagedError
        return data.ljust(self.sector_bytes, b"\0")

    def following(self, number):
        """The sector after `number` in its chain."""
        per_sector = self.sector_bytes // 4
        index = number // per_sector
        while index >= len(self.table):
            if self.next_difat >= _FREE or len(self.table) > 2**20:
                raise DamagedError
            *more, self.next_difat = struct.unpack(f"<{per_sector}I", self.sector(self.next_difat))
            self.table += more
        return struct.unpack_from("<I", self.sector(self.table[index]), number % per_sector * 4)[0]

    def _directory(self):
        sector, passed = self.first_directory, 0
        while sector < _FREE:
            passed += 1
            if passed > _MAX_DIRECTORY_SECTORS:
                raise DamagedError
            data = self.sector(sector)
            for at in range(0, self.sector_bytes, 128):
                length, kind = struct.unpack_from("<HB", data, at + 64)
                if kind and 2 <= length <= 64:
                    name = data[at : at + length - 2].decode("utf-16-le", "replace")
                    yield name.casefold(), (kind, *struct.unpack_from("<2I", data, at + 116))
            sector = self.following(sector)

    def start_of(self, name):
        """The first sector of a stream that is not in the small-stream area; b"" otherwise."""
        kind, sector, length = self.names.get(name, (0, _FREE, 0))
        return self.sector(sector) if kind == _STREAM and length >= self.cutoff and sector < _FREE else b""


def look(path, seen):
    """Fill `seen` (findings.Seen) from the compound file at `path`."""
    try:
        with path.open("rb") as file:
            compound = _Compound(file)
            _judge(compound, seen)
    except (DamagedError, struct.error):
        seen.refuse("ole-damaged", _DAMAGED)


def _judge(compound, seen):
    names = compound.names
    if "encryptedpackage" in names or "encryptioninfo" in names:
        seen.refuse("encrypted", _ENCRYPTED)
        return
    streams = {"worddocument": "doc", "workbook": "xls", "book": "xls", "powerpoint document": "ppt"}
    kind = next((streams[name] for name in streams if name in names), None)
    if kind is None:
        seen.refuse("unknown", _UNKNOWN)
        return
    seen.is_kind(KINDS[kind])
    if _is_encrypted(compound, kind):
        seen.refuse("encrypted", _ENCRYPTED)
    if {"macros", "_vba_project_cur", "_vba_project", "vba"} & set(names):
        seen.refuse("macros", _MACROS)
    seen.warn("old-format", KINDS[kind].label + _OLD)


def _is_encrypted(compound, kind):
    if kind == "doc":
        start = compound.start_of("worddocument")
        return len(start) > 12 and bool(struct.unpack_from("<H", start, 10)[0] & _DOC_ENCRYPTED)
    if kind == "xls":
        return _XLS_FILEPASS in _record_types(compound.start_of("workbook") or compound.start_of("book"))
    return "encryptedsummary" in compound.names


def _record_types(start):
    """The types of the BIFF records in the first sector; the password record stands right behind the first."""
    at, types = 0, set()
    while at + 4 <= len(start):
        kind, length = struct.unpack_from("<2H", start, at)
        types.add(kind)
        at += 4 + length
    return types
