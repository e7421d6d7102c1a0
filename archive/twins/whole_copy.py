"""带章打印: the whole item on paper, every page of every file that prints, 归档章 on the first (DA/T 22—2015, 5.6).

The files themselves are left as they are. What does not print here (OFD, 文字处理 files, images) is named on a last sheet
that counts for nothing: the number on the stamp is that of the pages printed.
"""

import io
from dataclasses import replace

import pikepdf
from django.utils import timezone

import paper
from files.store import path_of

from .. import filing
from ..models import Component, Record
from ..states import Role
from .papers import Link, stamp_of

PDF, TEXT = "application/pdf", "text/plain"
FIRST = (Role.ORIGINAL, Role.COPY, Role.CONVERTED)  # 正本在前，定稿在后 (DA/T 22)
NOTHING = "没有可以加盖归档章的版式文件，请打印归档章标签贴在纸质件上。"
TORN = "文件带有密码或已损坏，不能加盖归档章，请打印归档章标签贴在纸质件上。"


def stamped_copy(record: Record, link: Link) -> bytes:
    """LayoutRefused when no file prints or one cannot be opened; Refused for a text too long to be set here."""
    rows = [
        one
        for one in record.components.select_related("stored_file", "record", "derived_from__stored_file")
        if not _is_again(one)
    ]
    rows.sort(key=place_of)
    printable = [one for one in rows if one.stored_file.mime in (PDF, TEXT)]
    if not printable:
        raise paper.LayoutRefused(NOTHING)
    data, count = _bound([_pages_of(one) for one in printable])
    stamp = stamp_of(record, link)
    made = paper.stamped(data, replace(stamp, cells=(*stamp.cells[:5], str(count))), moment=timezone.now())
    left = [one.filename for one in rows if one not in printable]
    return _bound([made, _told(record, left)])[0] if left else made


def place_of(component: Component) -> tuple[int, bool, int]:
    """正本 before 定稿, and the whole 复文 before the 来文 that is one item with it (domain 3.3)."""
    return component.came_with_id or 0, component.role not in FIRST, component.seq


def _is_again(component: Component) -> bool:
    """A conversion of a file that prints itself is not printed a second time."""
    origin = component.derived_from
    return origin is not None and origin.superseded_at is None and origin.stored_file.mime in (PDF, TEXT)


def _pages_of(component: Component) -> bytes:
    if component.stored_file.mime == PDF:
        return path_of(component.stored_file).read_bytes()
    return filing.text_pdf(component).pdf


def _bound(parts: list[bytes]) -> tuple[bytes, int]:
    """One file of all the pages in their order, and how many they are."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(parts[0])) as whole:  # the first keeps what hangs on its document: its seals
            for part in parts[1:]:
                with pikepdf.open(io.BytesIO(part)) as opened:
                    whole.pages.extend(opened.pages)
            count = len(whole.pages)
            whole.save(out)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise paper.LayoutRefused(TORN) from error
    return out.getvalue(), count


def _told(record: Record, names: list[str]) -> bytes:
    text = "\n".join(("以下文件不能在此打印，请另行打印后附在本件之后（本页不归档，不计页数）：", *names))
    return paper.render_plain(record.title, text, moment=timezone.now()).pdf
