"""Formats in the holding and what threatens them: by PRONOM id where a file was identified, by its kind else (16-21).

The table of risks is data/format_risks.tsv, each line with its ground and what would be right; a format that stands in
none of its lines is 未评估, never 低.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection

from archive.models import Component, Record

from .facts import SIZE

TABLE = Path(__file__).parent.parent / "data" / "format_risks.tsv"
RISKS = ("高", "未评估", "中", "低")  # in the order in which they have to be looked at
FORMATS = """
SELECT s.format_id, s.mime, count(*), count(DISTINCT r.id), sum(s.bytes)
FROM archive_record r JOIN archive_component c ON c.record_id = r.id AND c.superseded_at IS NULL
JOIN files_storedfile s ON s.id = c.stored_file_id
WHERE r.custodian_id = ANY(%s) AND r.state <> 'destroyed' GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Risk:
    name: str
    risk: str
    ground: str
    right: str


UNKNOWN = Risk("", "未评估", "不在格式风险表中", "确认格式，补入风险表")


@dataclass(frozen=True)
class Format:
    """One format of the holding. `format_id` is PRONOM's or a word of our own, "" where only the kind is known."""

    format_id: str
    mime: str
    files: int
    records: int
    bytes: int
    told: Risk

    @property
    def shown_id(self) -> str:
        return self.format_id if "fmt/" in self.format_id else "未识别到版本"


@cache
def _table() -> dict[str, Risk]:
    with TABLE.open(encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["format_id"]: Risk(row["name"], row["risk"], row["ground"], row["right"]) for row in rows}


def risk_of(format_id: str, mime: str) -> Risk:
    """By the id, else by the kind, else unknown."""
    return _table().get(format_id) or _table().get(mime) or UNKNOWN


def formats(archives: Iterable[int]) -> list[Format]:
    """Those that have to be looked at first, the most files first."""
    with connection.cursor() as cursor:
        cursor.execute(FORMATS, [list(archives)])
        found = [Format(*row[:4], int(row[4]), risk_of(row[0], row[1])) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (RISKS.index(one.told.risk), -one.files, one.mime, one.format_id))


def rows(archives: Iterable[int], format_id: str, mime: str, *, viewer, after: int) -> tuple[list[Component], int]:
    """One page of the files of a format; those of records that the visitor may not see are not there."""
    seen = Record.objects.allowing("view", viewer).filter(custodian__in=list(archives)).exclude(state="destroyed")
    found = Component.objects.filter(
        record__in=seen.values("pk"), stored_file__format_id=format_id, stored_file__mime=mime, pk__gt=after
    )
    listed = list(found.select_related("record__unit", "stored_file").order_by("pk")[: SIZE + 1])
    return listed[:SIZE], listed[SIZE - 1].pk if len(listed) > SIZE else 0
