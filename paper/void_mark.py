"""A copy of a page that counts no more, marked across: what is printed later is not taken for the paper in force."""

import io
from datetime import datetime

import pikepdf

from .labels import HEAD, lay_over, painted, size_of

MARK = (
    HEAD
    + """
#set page(width: data.page.at(0) * 1mm, height: data.page.at(1) * 1mm, margin: 0mm)
#place(center + horizon, rotate(-35deg, text(size: 64pt, fill: rgb("#d0021b66"), data.words)))
"""
)


def void_copy(pdf: bytes, words: str, *, moment: datetime) -> bytes:
    """`pdf` with `words` (作废) across each page: to read and print; seals are checked on the original."""
    marks: dict[tuple[float, float], bytes] = {}  # by the size of the page: most papers have one
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            size = size_of(page)
            if size not in marks:
                marks[size] = painted(MARK, words, moment, page=size, words=words).pdf
            lay_over(page, marks[size])
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()
