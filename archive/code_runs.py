"""Many 档号 in few words: those of a class that follow one another without a gap are a run."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from .states import Retention


def class_of(record: Any) -> tuple:
    """Fonds, 年度, 保管期限 and 机构（问题）, in their order."""
    return record.fonds_id, record.year, Retention.values.index(record.retention_code), record.class_code


def place_of(record: Any) -> tuple:
    return *class_of(record), record.item_no


def runs_of(records: Iterable) -> list[str]:
    """甲 至 乙, or a code that stands alone; nothing between two runs, and no year between two years, is among them."""
    rows = sorted(records, key=place_of)
    runs = [[row.archival_code for _, row in run] for _, run in groupby(enumerate(rows), key=_run)]
    return [" 至 ".join(dict.fromkeys((run[0], run[-1]))) for run in runs]


def _run(one: tuple[int, Any]) -> tuple:
    """The same for numbers of a class that follow one another."""
    place, record = one
    return *class_of(record), record.item_no - place
