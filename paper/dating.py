"""The moment at which a PDF was made, written into the painter's own bytes.

A library that reads and writes the whole file takes a quarter of the time in which the page is set; here two objects
of a known form change, and the places of what stands behind them. What is not of that form is refused: it would be
another version of the painter, not a document.
"""

import re
from base64 import b64encode
from datetime import datetime
from hashlib import sha256

from django.utils import timezone

TRAILER = re.compile(
    rb"trailer\n<</Size (\d+)/Root (\d+) 0 R/Info (\d+) 0 R/ID\[\(([\w+/=]{24})\)\(\4\)\]>>\n"
    rb"startxref\n(\d+)\n%%EOF\n?\Z"
)
METADATA = re.compile(rb"/Metadata (\d+) 0 R")
INFO_DATES = re.compile(rb"/ModDate\(D:\d{14}Z\)/CreationDate\(D:\d{14}Z\)>>\nendobj\n\Z")
STREAM = re.compile(rb"<</Length (\d+)/Type/Metadata/Subtype/XML>>\nstream\n")
XMP_DATE = re.compile(rb"(<(?:xmp:ModifyDate|xmp:CreateDate|stEvt:when)>)[^<]+(</)")
NO_OBJECT = b"0000000000 65535 f\r\n"  # the first line of the table of places (ISO 32000-1, 7.5.4)
ENTRY = len(NO_OBJECT)
TAIL = 200  # bytes, more than a trailer has


def dated(pdf: bytes, moment: datetime) -> bytes:
    """`pdf` made at `moment` as the clock stands here, in both its descriptions (ISO 32000-1, 7.9.4; XMP).

    The painter writes midnight UTC: between 0 and 8 o'clock that is another day than people's.
    """
    local = timezone.localtime(moment)
    offset = f"{local:%z}"
    info = f"D:{local:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'".encode()
    xmp = f"{local:%Y-%m-%dT%H:%M:%S}{offset[:3]}:{offset[3:]}".encode()
    trailer = _found(TRAILER.search(pdf, len(pdf) - TAIL))
    size, root, described, table = (int(trailer[group]) for group in (1, 2, 3, 5))
    begins, ends = _places(pdf, table, size)
    metadata = int(_found(METADATA.search(pdf, begins[root], ends[begins[root]]))[1])
    edits = [
        _info_edit(pdf, begins[described], ends[begins[described]], info),
        *_metadata_edits(pdf, begins[metadata], ends[begins[metadata]], xmp),
    ]
    return _written(pdf, sorted(edits), begins, table, trailer)


def _found(match: re.Match | None) -> re.Match:
    if match is None:
        raise ValueError("The painter writes its PDF in another form than the one that paper/dating.py knows.")
    return match


def _places(pdf: bytes, table: int, size: int) -> tuple[list[int], dict[int, int]]:
    """(where each object begins, by its number; where it ends, by where it begins)."""
    head = b"xref\n0 %d\n" % size
    first = table + len(head)
    if pdf[table:first] != head:
        _found(None)
    begins = [int(pdf[at : at + 10]) for at in range(first, first + size * ENTRY, ENTRY)]
    inside = sorted(begins[1:])
    return begins, dict(zip(inside, [*inside[1:], table], strict=True))


def _info_edit(pdf: bytes, begin: int, end: int, day: bytes) -> tuple[int, int, bytes]:
    dates = _found(INFO_DATES.search(pdf, begin, end))
    return dates.start(), end, b"/ModDate(%b)/CreationDate(%b)>>\nendobj\n" % (day, day)


def _metadata_edits(pdf: bytes, begin: int, end: int, day: bytes) -> list[tuple[int, int, bytes]]:
    """The stream's new length, and the stream."""
    head = _found(STREAM.search(pdf, begin, end))
    last = head.end() + int(head[1])
    stream = XMP_DATE.sub(rb"\g<1>" + day + rb"\g<2>", pdf[head.end() : last])
    return [(*head.span(1), b"%d" % len(stream)), (head.end(), last, stream)]


def _written(
    pdf: bytes, edits: list[tuple[int, int, bytes]], begins: list[int], table: int, trailer: re.Match
) -> bytes:
    """`pdf` with the edits, a table of where its objects have come to stand, and an identifier of what it holds now."""
    parts, at = [], 0
    for begin, end, new in edits:
        parts += [pdf[at:begin], new]
        at = end
    body = b"".join([*parts, pdf[at:table]])
    moved = [(begin, len(new) - (end - begin)) for begin, end, new in edits]
    lines = [b"%010d 00000 n\r\n" % (place + sum(by for edge, by in moved if edge < place)) for place in begins[1:]]
    head = b"xref\n0 %d\n%b" % (len(begins), NO_OBJECT)
    identity = b64encode(sha256(body).digest()[:16])  # as long as the painter's own, of which the first stays
    last = trailer[0].replace(b")(" + trailer[4], b")(" + identity)
    last = last.replace(b"startxref\n%d" % table, b"startxref\n%d" % len(body))
    return b"".join([body, head, *lines, last])
