"""What a field of a record is as the text that 批量更正 fills in, compares, keeps and undoes; and back."""

from django.utils import timezone

from .backfile.cells import Cell, Kind
from .backfile.dates import read_date
from .models import Record, RecordText
from .pages import recounted

MOST_PAGES = 100_000
DATE, PAGES = "date", "page_count"


def present(row: Record, name: str) -> str:
    """The value as text; a date as far as it is known: 2026-11-03, 2026-11, 2026, "" when unknown."""
    return row.date_shown if name == DATE else str(getattr(row, name))


def put(row: Record, name: str, text: str) -> None:
    """Give the row the value that `text` (without fault) is."""
    if name == DATE:
        reading = _read(text)
        row.date, row.date_precision = reading.day, reading.precision
    elif name == PAGES:
        before, row.page_count = row.page_count, int(text)
        recounted(row, before)
    else:
        setattr(row, name, text)


def fault_of(name: str, text: str) -> str:
    """Why `text` is no value of the field, "" when it is."""
    if name == DATE and _read(text).fault:
        return f"{_read(text).fault.partition('；')[0]}；应写成 2026-11-03、2026-11 或 2026，不详请留空。"
    is_count = text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= MOST_PAGES
    if name == PAGES and not is_count:
        return f"页数应为 0 至 {MOST_PAGES:,} 的整数，如 12。"
    return ""


def settled(name: str, text: str) -> str:
    """`text` as `present` would give it once it was put: 2026年11月 is 2026-11."""
    if name not in (DATE, PAGES) or fault_of(name, text):
        return text
    row = Record()
    put(row, name, text)
    return present(row, name)


def _read(text: str):
    text = text.strip()
    return read_date(Cell(0, 0, Kind.TEXT, text) if text else None, today=timezone.localdate())


def resort(rows: list[Record]) -> None:
    """Search orders by the date: the texts follow their records; one statement a day."""
    by_day: dict = {}
    for row in rows:
        by_day.setdefault(row.date or timezone.localdate(row.filed_at), []).append(row.pk)
    for day, keys in by_day.items():
        RecordText.objects.unguarded("the search row follows its record").filter(pk__in=keys).update(sorted_on=day)
