"""One file that is two: an archive, a page or a PDF inside something else. Two programs see two things in it."""

import re
import struct

from files.probing.programs import is_eicar

_END = b"PK\x05\x06"
_DIRECTORY = b"PK\x01\x02"
_TAIL = 65_557  # the end record with its longest comment
_MARKUP = re.compile(rb"<\s*(\?php|script[\s>]|html[\s>]|iframe[\s>]|svg[\s>]|%@)", re.IGNORECASE)
_PDF_WINDOW = 1024  # readers look for %PDF- this far
_AFTER_PDF = 1024  # bytes behind the last %%EOF that writers leave: blanks, a line
_IMAGES = ("jpg", "png", "tif", "jp2")


def look(path, head, answer, label, seen):
    """Tell into `seen` what the file at `path`, which begins with `head` and is a `label`, holds beside itself."""
    if is_eicar(head):
        seen.tell("eicar")
    if answer in ("zip", "text", "markup", "script", "executable", "archive", "unknown"):
        return
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        has_archive = _closes_archive(file, size, tail, exactly=answer == "ole")
    if has_archive:
        seen.tell("polyglot", label=label, other="压缩文件（ZIP）")
    if answer == "pdf":
        _pdf(head, tail, seen)
    elif b"%PDF-" in head[:_PDF_WINDOW]:
        seen.tell("polyglot", label=label, other="PDF")
    if answer in _IMAGES and _MARKUP.search(_behind(tail, answer)):
        seen.tell("polyglot", label=label, other="网页或脚本")


def _closes_archive(file, size, tail, *, exactly):
    """Whether `tail` (the file's end) closes a ZIP: an end record whose directory stands right before it.

    A compound file may hold an office document near its end: there only a record that ends with the file counts.
    """
    at = tail.rfind(_END)
    while at >= 0:
        if at + 22 <= len(tail):
            length, comment = struct.unpack_from("<I", tail, at + 12)[0], struct.unpack_from("<H", tail, at + 20)[0]
            begins = size - len(tail) + at - length
            file.seek(max(0, begins))
            is_directory = length > 0 and begins >= 0 and file.read(4) == _DIRECTORY
            if is_directory and (not exactly or at + 22 + comment == len(tail)):
                return True
        at = tail.rfind(_END, 0, at)
    return False


def _behind(tail, answer):
    """What stands behind the end mark of an image, as far as it has one."""
    mark = {"jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82", "jp2": b"\xff\xd9"}.get(answer)
    return tail[tail.find(mark) + len(mark) :] if mark and mark in tail else b""


def _pdf(head, tail, seen):
    before = head[: head.find(b"%PDF-")].strip(b"\xef\xbb\xbf \t\r\n\0")
    if _MARKUP.search(before) or before.startswith((b"MZ", b"#!", b"\x7fELF")):
        seen.tell("polyglot", label="PDF 文件", other="程序、网页或脚本")
    elif before:
        seen.tell("pdf-leading", size=len(before))
    end = tail.rfind(b"%%EOF")
    after = tail[end + 5 :].strip(b" \t\r\n\0") if end >= 0 else b""
    if _MARKUP.search(after):
        seen.tell("polyglot", label="PDF 文件", other="网页或脚本")
    elif len(after) > _AFTER_PDF:
        seen.tell("trailing-data", size=len(after))
