"""Looks into one compound file (OLE2) and prints what it saw as JSON: streams, version, encryption, packages inside.

python -m files.probing.compound FILE
"""

import json
import struct
import sys

import olefile

from files.probing.limits import limit_resources
from files.probing.programs import is_program, is_program_by_bytes

ENTRIES = 20_000
KINDS = {"worddocument": "doc", "workbook": "xls", "book": "xls", "powerpoint document": "ppt"}
# PRONOM by [MS-XLS] 2.4.21 BOF: version and year of the writer
_WORKBOOKS = {(0x0600, 1996): "fmt/61", (0x0600, 1997): "fmt/62", (0x0500, 1994): "fmt/59"}
_XLS_FILEPASS = 0x002F  # [MS-XLS] 2.4.117
_DOC_ENCRYPTED = 0x0100  # [MS-DOC] 2.5.2 FibBase.fEncrypted, in the word at offset 10
_WORD_97 = 0x00C1  # [MS-DOC] 2.5.1 FibBase.nFib
_PACKAGE = "\x01ole10native"
_XLS_SHEET, _XLS_END = 0x0085, 0x000A  # BoundSheet8 (2.4.28: type 1 is a sheet of Excel 4 macros), EOF
_HEAD = 65_536
_GLOBALS = 4 * 2**20  # of a workbook's stream
NONSENSE = (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error)  # as olefile meets it


def probe(path):
    with olefile.OleFileIO(path) as file:
        entries = file.listdir(streams=True, storages=True)[:ENTRIES]
        names = {part.casefold() for entry in entries for part in entry}
        kind = next((KINDS[name] for name in KINDS if name in names), "")
        seen = {"names": sorted(names), "kind": kind, "encrypted": bool({"encryptedpackage", "encryptioninfo"} & names)}
        if kind and not seen["encrypted"]:
            seen |= READ[kind](file, names)
        return seen | embedded(file, entries)


def _word(file, _names):
    start = file.openstream("WordDocument").read(32)
    version, flags = struct.unpack_from("<H", start, 2)[0], struct.unpack_from("<H", start, 10)[0]
    return {"encrypted": bool(flags & _DOC_ENCRYPTED), "format_id": "fmt/40" if version >= _WORD_97 else ""}


def _excel(file, names):
    start = file.openstream("Workbook" if "workbook" in names else "Book").read(_GLOBALS)
    length, version = struct.unpack_from("<2H", start, 2)
    year = struct.unpack_from("<H", start, 10)[0] if length >= 8 else 0
    records = list(records_of(start))
    return {
        "encrypted": any(kind == _XLS_FILEPASS for kind, _ in records),
        "format_id": _WORKBOOKS.get((version, year), ""),
        "macro_sheets": any(kind == _XLS_SHEET and content[5:6] == b"\x01" for kind, content in records),
    }


def _powerpoint(_file, names):
    return {"encrypted": "encryptedsummary" in names, "format_id": "fmt/126"}


READ = {"doc": _word, "xls": _excel, "ppt": _powerpoint}


def records_of(start):
    """(type, content) of the BIFF records up to the end of the globals."""
    at = 0
    while at + 4 <= len(start):
        kind, length = struct.unpack_from("<2H", start, at)
        yield kind, start[at + 4 : at + 4 + length]
        if kind == _XLS_END:
            return
        at += 4 + length


def embedded(file, entries):
    """Packages (any file, [MS-OLEDS] 2.3.6) and other objects inside."""
    names, programs, objects = [], [], 0
    for entry in entries:
        last = entry[-1].casefold()
        if last == _PACKAGE:
            name, head = package_name(file.openstream(entry).read(_HEAD))
            (programs if is_program(name, head) else names).append(name or "无名")
        elif last.startswith("mbd") or (len(entry) > 1 and entry[-2].casefold() == "objectpool"):
            objects += 1
    return {"files": names[:10], "programs": programs[:10], "objects": max(objects, len(names) + len(programs))}


def package_name(raw):
    """(file name, first bytes) of an OLE package: length, a mark, label, path, two marks, temporary path, the bytes."""
    label, _, rest = raw[6:].partition(b"\0")
    path, _, rest = rest.partition(b"\0")
    name = (path or label).replace(b"/", b"\\").rpartition(b"\\")[2].decode("gb18030", "replace")[:80]
    _, _, rest = rest[8:].partition(b"\0")
    return name, rest[4:516]


def package_in(raw):
    """(name, first bytes) of the package in the compound file `raw`, ("", b"") of none: word/embeddings/*.bin."""
    if is_program_by_bytes(raw[:512]):
        return "", raw[:512]
    try:
        with olefile.OleFileIO(raw) as file:
            for entry in file.listdir()[:ENTRIES]:
                if entry[-1].casefold() == _PACKAGE:
                    return package_name(file.openstream(entry).read(_HEAD))
    except NONSENSE:
        return "", b""
    return "", b""


def main(arguments):
    try:
        limit_resources(arguments[0])
        seen = probe(arguments[0])
    except (MemoryError, *NONSENSE) as error:
        seen = {"fault": "damaged", "error": type(error).__name__}
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1:])
