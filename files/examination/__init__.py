"""The examination of files that come in: attachments, scans, back-files. Pure functions, no database.

Gives the byte-level part of the four-property inspection (DA/T 70—2018: 1-6, 2-7, 3-3, 3-4, 3-8) and what a safe
site needs: no active content, no hostile structure. Whatever the bytes are, the answer is an Examination with
sentences; time and memory do not grow with what a file claims about itself.
"""

import logging
from pathlib import Path

from . import media, ole, packages, pdf, plain, polyglots, virus
from .findings import REFUSE, TOOL_VERSION, WARN, Examination, Finding, Seen
from .foreign import foreign_of
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


def examine(path: Path, filename: str, *, made_here: bool = False) -> Examination:
    """Examine the file at `path`, which its sender calls `filename`, by the policy. Never raises for any content.

    Bounded: files are read in blocks, ZIP members up to 512 MB in all; documents and images are opened in processes of
    20 s and 1.5 GB, their text in one of 120 s. Raises OSError only when the file itself cannot be read from disk.
    What this program `made_here` from words that its forms have judged is no hostile file: its structure is looked at
    in this process, and its words are not read out again.
    """
    size, extension, seen = path.stat().st_size, extension_of(filename), Seen(safe_filename(filename))
    if size:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        try:
            _look(path, head, extension, seen, made_here)
        except (Exception, RecursionError) as error:
            logger.warning("The examination of a file ended with %s", type(error).__name__)
            seen.tell("unreadable")
        _check_extension(extension, seen)
        virus.look(path, seen)
    else:
        seen.tell("empty")
    return Examination(
        format_id=seen.format_id,
        mime=seen.kind.mime if seen.kind else _UNKNOWN_MIME,
        extension=extension,
        bytes=size,
        pages=seen.pages,
        text_encoding=seen.text_encoding,
        findings=tuple(seen.findings),
        scanned_with=seen.scanned_with,
        words=seen.words,
    )


def _look(path, head, extension, seen, made_here):
    """Hand the file to the part that knows its kind."""
    foreign = foreign_of(head)
    if foreign is not None:
        seen.tell("foreign-format", label=foreign.label, advice=foreign.advice)
        return
    answer = sniff(head)
    if answer == "pdf":
        pdf.look(path, seen, made_here=made_here)
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
        _tell_why_not(answer, extension, seen)
    polyglots.look(path, head, answer, seen.kind.label if seen.kind else "", seen)


def _tell_why_not(answer, extension, seen):
    """What no part takes."""
    if answer == EXECUTABLE:
        seen.tell("executable")
    elif answer in (MARKUP, SCRIPT):
        seen.tell("active-content")
    elif answer == ARCHIVE:
        seen.tell("compressed")
    elif extension in ALLOWED_EXTENSIONS and answer in (TEXT, UNKNOWN):
        seen.tell("wrong-content", extension=extension)
    else:
        seen.tell("unknown")


def _check_extension(extension, seen):
    """The name must say what the content is; the archive and every reader after us trusts it."""
    if seen.kind is None or extension in seen.kind.extensions:
        return
    code = "wrong-extension" if extension else "no-extension"
    seen.tell(code, extension=extension, label=seen.kind.label, right=seen.kind.extensions[0])
