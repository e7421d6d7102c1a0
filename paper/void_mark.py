"""A copy of a page that counts no more, marked across: what is printed later is not taken for the paper in force."""

import io
from datetime import datetime

import pikepdf

from .labels import HEAD, painted

POINT = 25.4 / 72  # mm
MARK = (
    HEAD
    + """
#set page(width: data.page.at(0) * 1mm, height: data.page.at(1) * 1mm, margin: 0mm)
#place(center + horizon, rotate(-35deg, text(size: 64pt, fill: rgb("#d0021b66"), data.words)))
"""
)


def void_copy(pdf: bytes, words: str, *, moment: datetime) -> bytes:
    """`pdf` with `words` (作废) across each page: to read and print; seals are checked on the original."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            left, low, right, high = (float(one) for one in page.mediabox)
            size = [round((right - left) * POINT, 3), round((high - low) * POINT, 3)]
            with pikepdf.open(io.BytesIO(painted(MARK, words, moment, page=size, words=words).pdf)) as over:
                page.add_overlay(over.pages[0], pikepdf.Rectangle(left, low, right, high))
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()
