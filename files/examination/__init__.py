"""The examination of files that come in: attachments, scans, back-files. Pure functions, no database.

Gives the byte-level part of the four-property inspection (DA/T 70—2018: 1-6, 2-7, 3-3, 3-4, 3-8) and what a safe
site needs: no active content, no hostile structure. Whatever the bytes are, the answer is an Examination with
sentences; time and memory do not grow with what a file claims about itself.
"""

import logging
from pathlib import Path

from . import media, ole, packages, pdf, plain
from .findings import REFUSE, TOOL_VERSION, WARN, Examination, Finding, Seen
from .formats import (
    ALLOWED_EXTENSIONS,
    ARCHIVE,
    EXECUTABLE,
    HEAD_BYTES,
    KINDS,
    MARKUP,
    OLE,
    SCRIPT,
    TEXT,
    UNKNOWN,
    ZIP,
    guess_name,
    sniff,
)
from .names import extension_of, safe_filename
from .pdf import pdf_pages
from .secrecy import first_page, secret_marks

__all__ = [
    "ALLOWED_EXTENSIONS", "REFUSE", "TOOL_VERSION", "WARN", "Examination", "Finding",
    "examine", "extension_of", "first_page", "pdf_pages", "safe_filename", "secret_marks",
]  # fmt: skip

logger = logging.getLogger(__name__)

_UNKNOWN_MIME = "application/octet-stream"
_ALLOWED = "可接收 PDF、OFD、Word、Excel、PowerPoint、WPS、RTF、TXT、CSV、XML、图像和音视频文件"


def examine(path: Path, filename: str) -> Examination:
    """Examine the file at `path`, which its sender calls `filename`. Never raises for any content.

    Bounded: files are read in blocks, ZIP members up to 512 MB in all, PDF in a process of 20 s and 1.5 GB.
    Raises OSError only when the file itself cannot be read from disk.
    """
    size, extension, seen = path.stat().st_size, extension_of(filename), Seen(safe_filename(filename))
    if size:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        try:
            _look(path, head, extension, seen)
        except (Exception, RecursionError) as error:
            logger.warning("The examination of a file ended with %s", type(error).__name__)
            seen.refuse("unreadable", "文件内容无法读取，可能已损坏。请核对原文件，或重新导出后再提交。")
        _check_extension(extension, seen)
    else:
        seen.refuse("empty", "文件是空的（0 字节）。请核对原文件后重新提交。")
    return Examination(
        format_id=seen.format_id,
        mime=seen.kind.mime if seen.kind else _UNKNOWN_MIME,
        extension=extension,
        bytes=size,
        pages=seen.pages,
        text_encoding=seen.text_encoding,
        findings=tuple(dict.fromkeys(seen.findings)),
    )


def _look(path, head, extension, seen):
    """Hand the file to the part that knows its kind."""
    answer = sniff(head)
    if answer == "pdf":
        pdf.look(path, seen)
    elif answer == ZIP:
        packages.look(path, extension, seen)
    elif answer == OLE:
        ole.look(path, seen)
    elif answer == "rtf":
        plain.look_at_rtf(path, seen)
    elif answer in KINDS:
        media.look(path, answer, seen)
    elif answer == TEXT and extension in (".txt", ".csv", ".xml"):
        plain.look(path, extension, seen)
    else:
        seen.refuse(*_why_not(answer, head, extension))


def _why_not(answer, head, extension):
    """(code, sentence) for what no part takes."""
    if answer == EXECUTABLE:
        return "executable", "内容是可执行程序，不能接收。"
    if answer in (MARKUP, SCRIPT):
        return "active-content", plain.MARKUP
    if answer == ARCHIVE:
        return "compressed", packages.COMPRESSED
    if extension in ALLOWED_EXTENSIONS and answer in (TEXT, UNKNOWN):
        guess = guess_name(head)
        is_like = f"（像是 {guess} 文件）" if guess and guess != extension else ""
        wrong = f"扩展名是 {extension}，内容却不是这种文件{is_like}，或文件开头已损坏。"
        return "wrong-extension", wrong + "请核对原文件后重新提交。"
    return "unknown", f"不能接收这种文件。{_ALLOWED}。"


def _check_extension(extension, seen):
    """The name must say what the content is; the archive and every reader after us trusts it."""
    if seen.kind is None or extension in seen.kind.extensions:
        return
    right = seen.kind.extensions[0]
    said = f"扩展名是 {extension}" if extension else "文件名没有扩展名"
    seen.refuse("wrong-extension", f"{said}，内容却是{seen.kind.label}。请将扩展名改为 {right} 后重新提交。")
