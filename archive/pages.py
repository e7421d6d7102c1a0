"""页数 of an item, by one rule wherever it is listed: catalogue, 归档章, box and 备考表 (domain 3.7–3.10).

What lies in the box is counted as it lies there: the pages of the paper where there is paper, else those of the files.
The page of the record tells both where they differ; metadata keep both apart (packages/scheme.py).
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, NullIf

from units.texts import some_of

from .states import Carrier

NAMED = 3  # files in a sentence


class Counted(Protocol):
    """A record, as far as its pages go."""

    page_count: int

    @property
    def pages_on_paper(self) -> int | None: ...


def number(record: Counted) -> int:
    return record.pages_on_paper or record.page_count


def listed(record: Counted) -> str:
    """The number that stands in a list and on paper; "" where nobody has counted: an item of 0 pages does not exist."""
    return str(number(record) or "")


def counted(prefix: str = "") -> Func:
    """The same in a statement, as a number, of what the unit has; `prefix` leads to the record (items__record__)."""
    return Coalesce(NullIf(F(f"{prefix}paper_pages"), Value(0)), F(f"{prefix}page_count"))


def told(record: Any) -> str:
    """On the record's own page: 3, or 纸质件 3 页，电子文件 1 页."""
    paper, files = record.pages_on_paper, record.page_count
    if record.carrier_mode == Carrier.PAPER or not paper or paper == files:
        return listed(record)
    return f"纸质件 {paper} 页，电子文件 {files} 页" if files else f"纸质件 {paper} 页"


def doubts(record: Any, files: Iterable[tuple[str, int | None]]) -> list[str]:
    """Why the count is to be looked at before the record is called right: of its files, (name, pages) each, some have
    other pages than it says, or some could not be counted and nobody has counted them since."""
    files = list(files)
    unread, known = [name for name, pages in files if pages is None], sum(pages or 0 for _, pages in files)
    if unread and record.page_count <= known:
        named = some_of([f"“{name}”" for name in unread], NAMED, "个文件")
        return [f"{named}不能自动计页，未计入页数（现为 {record.page_count} 页），请数过后更正。"]
    if files and not unread and record.page_count != known:
        return [f"著录的页数是 {record.page_count}，电子文件共 {known} 页，请核对，不对的请更正。"]
    return []


def recounted(record: Any, before: int) -> None:
    """`page_count` was corrected, it was `before`: the count of the paper follows where it was the same count."""
    if record.carrier_mode == Carrier.PAPER or (record.paper_pages and record.paper_pages == before):
        record.paper_pages = record.page_count or None
