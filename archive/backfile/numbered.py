"""The same number, author and year is the same document, whatever its title: found, told, never filed twice in silence.

A number counts that names its maker (长信〔2003〕12号): 12号 alone may be of another series. An attachment listed on its
own bears the number of its paper; and what the paper gave two codes are two items. Those are filed and told.
"""

from collections.abc import Callable, Iterable

from units.doc_numbers import as_number

from ..filed_twice import still_here
from ..models import Record
from .columns import Item
from .rerun import Row

Key = tuple[str, str, int]
PART = "附件"


def key_of(item: Item) -> Key | None:
    values = item.values
    number = as_number(values["doc_number"])
    if not number or number.startswith("〔") or not values["author"] or values["year"] is None:
        return None
    return number, values["author"], values["year"]


def in_sheet(row: Row, seen: dict[Key, tuple[int, str, str]]) -> None:
    """A row that another row of the catalogue has named already: kept out, unless two codes say that they are two."""
    key, item = key_of(row.item), row.item
    if key is None or item.is_refused:
        return
    title, code = item.values["title"], _own_number(item)
    line, other, its_code = seen.setdefault(key, (item.line, title, code))
    if line == item.line or row.is_twin:
        return
    differing = "题名也相同" if other == title else f"题名不同（“{other}”）"
    told = f"第 {item.line} 行与第 {line} 行的文号、责任者、年度都相同，{differing}"
    if (code and its_code) or (other != title and _is_part(title, other)):
        item.warn("title", f"{told}，请核对是否重复。")
    else:
        item.refuse("title", f"{told}，是同一件文件；请只留一行，文号写错的请更正，确为两件的请填写各自的档号。")


def find_by_number(unit, rows: Iterable[Row], attach: Callable[[list[tuple[Row, Record]]], None]) -> None:
    """Attaches to rows not known yet the record of the unit with their number, author and year; one query."""
    wanted = {key: row for row in rows if row.known is None and (key := key_of(row.item)) is not None}
    if not wanted:
        return
    numbers = {one[0] for one in wanted} | {row.item.values["doc_number"] for row in wanted.values()}
    rows_of_unit = Record.objects.unguarded("a row of the same document is told, not filed twice").filter(unit=unit)
    records = rows_of_unit.filter(doc_number__in=numbers, year__in={one[2] for one in wanted})
    found: list[tuple[Row, Record]] = []
    for record in still_here(records).select_related("joined_to").order_by("-pk"):
        row = wanted.get((as_number(record.doc_number), record.author, record.year))
        if row is None:
            continue
        if record.joined_to is not None or _is_two(row, record):
            item = record.joined_to or record  # a 来文 lies in its 复文, and takes no files of its own
            told = f"与已归档的一件（档号{item.archival_code}，“{record.title}”）文号、责任者、年度都相同，请核对是否重复。"
            row.item.warn("title", told)
        else:
            found.append((row, record))
    attach(found)


def _is_two(row: Row, record: Record) -> bool:
    """Each bears a code that the paper gave it, or one of them is an attachment."""
    has_codes = bool(_own_number(row.item)) and record.source_identity.startswith("code:")
    return has_codes or _is_part(row.item.values["title"], record.title)


def _own_number(item: Item) -> str:
    """What the paper itself numbers the piece by: its code, or its 件号 with what that runs within."""
    values = item.values
    if values["archival_code"] or values["item_no"] is None:
        return values["archival_code"]
    return f"{values['year']} {values['retention']} {values['class_code']} {values['item_no']}"


def _is_part(*titles: str) -> bool:
    return any(one.startswith(PART) for one in titles)
