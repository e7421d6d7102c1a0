"""The years before the demo began: each unit's stock, brought in as a back-file from a catalogue and text files."""

import csv
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from archive.backfile import importing
from archive.models import Record
from archive.states import Retention
from documents.states import DocType
from units.models import Unit
from units.roles import PostKind

from . import texts
from .plan import District

YEARS = 6
OLD = (27, 27)  # years ago: formed more than 25 years before the demo, due for 开放审核
OLD_UNITS = "D07,D09"
WITHIN = "机关各科室、直属各单位"
COLUMNS = (
    "seq",
    "doc_number",
    "author",
    "title",
    "date",
    "retention",
    "year",
    "doc_type",
    "disclosure_attr",
    "page_count",
    "file",
)


@dataclass(frozen=True)
class Issued:
    """One document of a year that is over."""

    written: texts.Written
    unit: Unit
    day: date
    doc_number: str

    def fill(self, words: str) -> str:
        key = f"{self.written.key}:{self.day.year}"
        return texts.fill(words, key=key, unit_name=self.unit.name, birthday=self.day)


def stock(unit: Unit, district: District) -> list[Issued]:
    """What `unit` issued in the years before the demo, in order of number."""
    first = district.birthday.year - YEARS
    return [one for year in range(first, district.birthday.year) for one in _of_year(unit, year, district)]


def old_stock(unit: Unit, district: District) -> list[Issued]:
    """What `unit` issued so long ago that its opening is due."""
    return [one for ago in sorted(set(OLD)) for one in _of_year(unit, district.birthday.year - ago, district)]


def bring_in(unit: Unit, district: District, issued: list[Issued] | None = None) -> None:
    """Import the stock (or `issued`) as the unit's archivist does; nothing is done when all of it is there."""
    issued = stock(unit, district) if issued is None else issued
    numbers = [one.doc_number for one in issued]
    if not set(numbers) - set(_numbers_of(unit, numbers)):
        return
    with tempfile.TemporaryDirectory() as folder:
        catalogue = _write(Path(folder), issued, district)
        importing.run(catalogue, unit, by=district.people.holder(unit, PostKind.ARCHIVIST))


def _numbers_of(unit: Unit, numbers: list[str]):
    return (
        Record.objects.unguarded("the demo plays the whole district")
        .filter(unit=unit, document=None, doc_number__in=numbers)
        .values_list("doc_number", flat=True)
    )


def _of_year(unit: Unit, year: int, district: District) -> list[Issued]:
    found = sorted(
        ((_day(one, unit, year, district), one) for one in _written(unit, year, district)),
        key=lambda pair: (pair[0], pair[1].key),
    )
    issued, number = [], 0
    for day, written in found:
        number += 2 + texts.pick(f"{written.key}:{unit.code}:{year}:number", 9)
        issued.append(Issued(written, unit, day, f"{unit.document_prefix}〔{year}〕{number}号"))
    return issued


def _written(unit: Unit, year: int, district: District) -> list[texts.Written]:
    yearly = [one for one in texts.documents() if one.is_yearly and one.direction == "outgoing"]
    return [
        one
        for one in (*texts.years(), *yearly)
        if unit.code in district.codes(",".join(one.units)) and unit.code != one.to
        if texts.pick(f"{one.key}:{unit.code}:{year}:often", 10) < one.often
    ]


def _day(one: texts.Written, unit: Unit, year: int, district: District) -> date:
    """A working day in the months of the text; without months, in the weeks before the demo's own day of the year."""
    key = f"{one.key}:{unit.code}:{year}:day"
    if one.months:
        first, last = one.months
        day = date(year, first + texts.pick(f"{key}:month", last - first + 1), 4 + texts.pick(key, 24))
    else:
        born = district.birthday
        day = max(date(year, born.month, min(born.day, 28)) - timedelta(days=texts.pick(key, 40)), date(year, 1, 8))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _write(folder: Path, issued: list[Issued], district: District) -> Path:
    catalogue = folder / "catalogue.csv"
    with catalogue.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        for seq, one in enumerate(issued, start=1):
            name = f"{one.doc_number}.txt"
            (folder / name).write_text(page(one, district), encoding="utf-8")
            writer.writerow(_row(seq, one, name))
    return catalogue


def _row(seq: int, one: Issued, name: str) -> dict:
    body = one.fill(one.written.body)
    return {
        "seq": seq,
        "doc_number": one.doc_number,
        "author": one.unit.name,
        "title": one.fill(one.written.title),
        "date": f"{one.day:%Y%m%d}",
        "retention": Retention(one.written.keep or _retention(one.written)).label,
        "year": one.day.year,
        "doc_type": one.written.doc_type,
        "disclosure_attr": one.written.disclosure,
        "page_count": 1 + len(body) // 500,
        "file": name,
    }


def _retention(written: texts.Written) -> str:
    if written.doc_type in (DocType.LETTER, DocType.CIRCULAR):
        return Retention.TEN
    return Retention.PERMANENT if written.doc_type == DocType.REPORT else Retention.THIRTY


def page(one: Issued, district: District) -> str:
    """The document as plain text: title, number, recipients, paragraphs, issuer and day."""
    written = one.written
    recipients = WITHIN
    if written.to != "own":
        codes = [code for code in district.codes(written.to) if code != one.unit.code]
        recipients = "、".join(district.units[code].name for code in codes)
    paragraphs = [f"　　{line}" for line in one.fill(written.body).splitlines()]
    head = [one.fill(written.title), one.doc_number, *([f"{recipients}："] if recipients else [])]
    day = f"{one.day.year}年{one.day.month}月{one.day.day}日"
    return "\n".join([*head, *paragraphs, one.unit.name, day, ""])
