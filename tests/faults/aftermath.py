"""What is left of a demo after a night of faults: figures and `violations` as JSON (run with EGOV_DATA_DIR set)."""

import hashlib
import io
import json
import os
import re
from collections import defaultdict
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")
django.setup()

from django.conf import settings
from django.core.management import call_command

from archive.models import OpeningRound, Record
from changning_egov.demo import plan, years
from documents.models import CurrentDocument, Document, NumberEntry
from documents.states import State
from files.models import StoredFile
from files.store import path_of
from transfer.models import Batch
from units.models import AuditEvent, Counter, Job

FOLDERS = ("FILES", "HOLDINGS", "PUBLIC", "PACKAGES", "TMP")


def audit() -> list[str]:
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except SystemExit:
        return out.getvalue().splitlines()[:5]
    return []


def completeness() -> list[str]:
    """Every planned text is there once, every year's stock is there once, no job is left."""
    district, found = plan.District(), []
    everything = [*plan.planned(district, first=True), *plan.planned(district, first=False)]
    missing = [one.key for one in everything if plan.find(one, district) is None]
    if missing:
        found.append(f"Texts of the demo that are missing: {missing[:5]} ({len(missing)})")
    own = Document.objects.unguarded("a test looks").filter(issued=None).count()
    if own != len(everything) - len(missing):
        found.append(f"{len(everything)} texts are planned, {own} documents are there")
    stock = sum(len(years.stock(unit, district)) for unit in district.units.values())
    stock += sum(len(years.old_stock(district.units[code], district)) for code in district.codes(years.OLD_UNITS))
    imported = Record.objects.unguarded("a test looks").filter(document=None).count()
    if imported != stock:
        found.append(f"{stock} records of earlier years are planned, {imported} are there")
    left = Job.objects.exclude(state=Job.State.DONE).values_list("kind", "state", "cause")
    return found + [f"Job left: {one}" for one in left[:5]]


def filing() -> list[str]:
    """A completed document has one record, or a reason not to have one; no other document has any."""
    completed = Document.objects.unguarded("a test looks").filter(state=State.COMPLETED)
    unfiled = completed.filter(record=None, not_to_file="").count()
    early = (
        Record.objects.unguarded("a test looks")
        .filter(document__isnull=False)
        .exclude(document__state=State.COMPLETED)
        .count()
    )
    return [f"Completed and not filed: {unfiled}"] * bool(unfiled) + [f"Filed and not completed: {early}"] * bool(early)


def series() -> list[str]:
    """Numbers and codes against their counters: from 1 to the last, each once."""
    given = defaultdict(list)
    book = NumberEntry.objects.unguarded("a test looks")
    for prefix, year, number in book.values_list("prefix", "year", "seq"):
        given[f"document:{prefix}:{year}"].append(number)
    parts = ("fonds__code", "category_code", "year", "retention_code", "class_code", "item_no")
    for *key, number in Record.objects.unguarded("a test looks").values_list(*parts):
        given[":".join(("item", *map(str, key)))].append(number)
    for code, number in (
        Document.objects.unguarded("a test looks")
        .exclude(receipt_number="")
        .values_list("unit__code", "receipt_number")
    ):
        year, _, seq = number.split("-")
        given[f"receipt:{code}:{year}"].append(int(seq))
    for number in Batch.objects.unguarded("a test looks").values_list("batch_no", flat=True):
        fonds, year, seq = number.rsplit("-", 2)
        given[f"batch:{fonds}:{year}"].append(int(seq))
    for number in CurrentDocument.objects.unguarded("a test looks").values_list("index_no", flat=True):
        code, year, seq = number.rsplit("-", 2)
        given[f"index:{code}:{year}"].append(int(seq))
    for code, number, release in OpeningRound.objects.values_list("unit__code", "number", "release_no"):
        year, seq = number.split("-")
        given[f"opening:{code}:{year}"].append(int(seq))
        if release:
            year, seq = re.findall(r"\d+", release)
            given[f"opening-release:{code}:{year}"].append(int(seq))
    last = dict(Counter.objects.values_list("series", "last"))
    return [
        f"Series {name}: counter {last.get(name)}, numbers {sorted(given[name])[:10]}"
        for name in sorted({*last, *given})
        if sorted(given[name]) != list(range(1, last.get(name, 0) + 1))
    ]


def bytes_on_disk() -> list[str]:
    found = []
    for row in StoredFile.objects.iterator():
        path = path_of(row)
        if not path.exists():
            found.append(f"Missing: {row.sha256}")
        elif (len(data := path.read_bytes()), hashlib.sha256(data).hexdigest()) != (row.bytes, row.sha256):
            found.append(f"Damaged: {row.sha256}")
    return found


def temporary_files() -> dict[str, int]:
    """Half-written files by folder: a sweep's business, reported here."""
    found = {}
    for name in FOLDERS:
        folder: Path = getattr(settings, f"EGOV_{name}_DIR")
        half = [path for path in folder.rglob("*") if path.is_file() and is_half(path, name)]
        if half:
            found[name.lower()] = len(half)
    return found


def is_half(path: Path, folder: str) -> bool:
    return folder == "TMP" or path.suffix in (".part", ".partial") or path.name.startswith(".part-")


def main() -> None:
    checks = (audit, completeness, filing, series, bytes_on_disk)
    summary = {
        "documents": Document.objects.unguarded("a test looks").count(),
        "records": Record.objects.unguarded("a test looks").count(),
        "batches": Batch.objects.unguarded("a test looks").count(),
        "events": AuditEvent.objects.count(),
        "files": StoredFile.objects.count(),
        "temporary_files_left": temporary_files(),
        "violations": [finding for check in checks for finding in check()],
    }
    print(json.dumps(summary, ensure_ascii=False))


if __name__ == "__main__":
    main()
