"""Real documents, half of the catalogue spoiled: every spoiled row is refused or told with its cell, none is false."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from archive.backfile.headings import COLUMNS
from archive.backfile.importing import run
from archive.models import Record
from tests.archive.spoiling import READ, REFUSED, TOLD, Given, spoiled_catalogues
from tests.shared_data import shared_file

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
ROWS, SEED = int(os.environ.get("EGOV_SPOILED_ROWS", 320)), int(os.environ.get("EGOV_SPOILED_SEED", 1))


def filed_by_file() -> dict[str, Record]:
    """file name → the record that was made of it."""
    records = Record.objects.unguarded("a test looks").prefetch_related("components")
    return {component.filename: record for record in records for component in record.components.all()}


def as_given(record: Record, wanted: dict) -> dict:
    """What the record says, in the words of the catalogue, of every column that the row fills."""
    code = record.archival_code if wanted["archival_code"] == record.archival_code else record.legacy_code
    said = {
        "archival_code": code,
        "doc_number": record.doc_number_as_given, "author": record.author, "title": record.title,
        "date": record.date_text, "page_count": str(record.page_count), "remark": record.remark,
        "retention": record.retention_as_filed, "year": str(record.year),
    }  # fmt: skip
    return {name: text for name, text in said.items() if wanted[name] or name not in ("year", "page_count", "date")}


def violations(given: list[Given], findings: list, filed: dict[str, Record]) -> list[str]:
    """Sentences about rows that came out other than they must."""
    found, by_line = [], {}
    for one in findings:
        by_line.setdefault(one.line, []).append(one)
    for row in given:
        own = [one for line in row.lines for one in by_line.get(line, [])]
        record, expected = filed.get(row.source["file"]), row.fault.expected
        refusals = {one.field for one in own if one.is_refusal}
        where = f"第{row.lines}行 {row.kind or '未改'}"
        if record is not None and refusals:
            found.append(f"{where}: refused and filed")
        if expected == REFUSED and not (record is None and row.fault.column in refusals):
            found.append(f"{where}: must be refused in {row.fault.column}, was {refusals or 'filed'}")
        if expected == TOLD and not any(one.field == row.fault.column for one in own):
            found.append(f"{where}: must be told in {row.fault.column}")
        if expected == READ and record is None and refusals != {"file"}:
            found.append(f"{where}: must be filed, was {[one.message for one in own]}")
        if record is not None:
            found += _false(where, row, record, {one.field for one in own})
    return found


def _false(where: str, row: Given, record: Record, told: set[str]) -> list[str]:
    wanted = row.source | row.fault.wanted
    said = as_given(record, wanted)
    return [
        f"{where}: {name} is “{text}”, must be “{wanted[name]}”"
        for name, text in said.items()
        if text != wanted[name] and name not in told
    ]


def test_no_false_record_of_a_spoiled_catalogue(units, people, tmp_path):
    catalogues = spoiled_catalogues(shared_file("documents.jsonl.gz"), tmp_path, rows=ROWS, seed=SEED)
    wrong, kinds, counts = [], Counter(), Counter()
    for path, given in catalogues.items():
        outcome = run(path, units["D07"], by=people["D07:archivist"])
        wrong += [f"{path.name} {one}" for one in violations(given, outcome.findings, filed_by_file())]
        wrong += [f"{path.name} {one}" for one in _unplaced(outcome.findings)]
        kinds.update(row.kind for row in given if row.kind)
        counts.update(filed=outcome.filed, refused=outcome.refused)
    print(f"\n{ROWS} 行，{sum(kinds.values())} 行有错（{len(kinds)} 种）：{dict(counts)}，不符 {len(wrong)}")
    assert not wrong, "\n".join(wrong)
    assert sum(kinds.values()) >= ROWS // 2 - 3 and counts["filed"] + counts["refused"] >= ROWS


def _unplaced(findings: list) -> list[str]:
    """Refusals that do not name their cell."""
    return [
        f"{one.target}: {one.message}"
        for one in findings
        if one.is_refusal and one.field in COLUMNS and not re.match(r"第\d+行 [A-Z]+列（.+）$", one.target)
    ]


def test_the_same_seed_spoils_the_same(tmp_path):
    source = shared_file("documents.jsonl.gz")
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        catalogues = spoiled_catalogues(source, tmp_path / name, rows=60, seed=7)
        made.append([(row.kind, row.cells) for given in catalogues.values() for row in given])
    assert (
        made[0] == made[1]
        and Path(tmp_path / "one" / "c.csv").read_bytes() == (tmp_path / "two" / "c.csv").read_bytes()
    )
