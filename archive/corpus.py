"""The rule corpus of the inspection: for each automatic item and stage a valid and an invalid sample, with findings.

The samples are data (archive/inspection/corpus/); a record of them is never written to the database. Its files are put
into the file store as landed bytes that no row names, which the sweep takes away after a day.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from documents.models import Document
from files.models import StoredFile
from files.store import Landed, land_bytes, path_of
from units.models import Unit, User

from . import inspection
from .models import Component, Fonds, Record, RetentionRule
from .packages.contents import PackageInfo, PackedFile, PackedRecord
from .packages.metadata import metadata_xml
from .packages.names import stored_names
from .packages.verifier import verify
from .packages.writer import write_part
from .reinspection import Looked, judge
from .states import Precision, Stage

FOLDER = Path(__file__).parent / "inspection" / "corpus"
MADE_AT = datetime.fromisoformat("2020-05-04T13:21:09+08:00")


@dataclass(frozen=True)
class Sample:
    """One sample in one stage; `expected` are "item severity", all that may be found and nothing else."""

    item: str
    stage: Stage
    kind: str
    is_valid: bool
    change: Any
    expected: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.stage}-{self.item} {'合格' if self.is_valid else '不合格'}样本"


@dataclass(frozen=True)
class Result:
    """What a sample gave; `is_checked` that its own item was really looked at."""

    sample: Sample
    found: tuple[str, ...]
    is_checked: bool

    @property
    def is_as_expected(self) -> bool:
        return self.found == self.sample.expected and self.is_checked


def manifest() -> dict:
    return json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))


def samples() -> Iterator[Sample]:
    """Every sample of every stage that its item belongs to."""
    for row in manifest()["samples"]:
        change = {True: row.get("valid"), False: row.get("invalid")}
        if row["kind"] == "package":
            change = {True: [], False: row["spoil"]}
        for stage in row["stages"]:
            for is_valid in (True, False):
                if change[is_valid] is not None:
                    expected = row.get("valid_expected", []) if is_valid else _expected(row, stage)
                    yield Sample(row["item"], Stage(stage), row["kind"], is_valid, change[is_valid], tuple(expected))


def _expected(row: dict, stage: str) -> list[str]:
    """What an invalid sample gives; another item may see the same fault in one stage only."""
    return row.get("expected_in", {}).get(stage, row["expected"])


def run(folder: Path) -> Iterator[Result]:
    """All samples; packages are made and spoiled below `folder`."""
    for number, sample in enumerate(samples()):
        if sample.kind == "package":
            yield _package(sample, folder / f"{number:03d}")
        else:
            yield _record(sample)


# ----------------------------------------------------------------- records


def _record(sample: Sample) -> Result:
    given = manifest()["base"] | sample.change
    record, components = _made(given)
    content = metadata_xml(_packed(record, components), stored_names([one.filename for one in components]))
    if spoil := given.get("metadata"):
        content = _spoiled(content.decode(), *spoil).encode()
    twins = frozenset({(record.unit_id, record.doc_number, record.title)}) if given.get("twin") else frozenset()
    scan = given.get("scan", "")
    judged = judge(Looked(record, components, content, twins, scan=lambda path: scan), sample.stage)
    found = sorted(f"{one.item.serial} {finding.severity}" for one in judged for finding in one.findings)
    own = next(one for one in judged if one.item.serial == sample.item)
    return Result(sample, tuple(found), own.verdict in ("pass", "fail", "warn"))


def _spoiled(text: str, old: str, new: str, end: str) -> str:
    """`old` replaced by `new` once; with `end`, what follows up to the end of that line is put out with it."""
    if old not in text:
        raise LookupError(f"{old} does not occur in the sample's metadata.")
    before, _, after = text.partition(old)
    line, _, rest = after.partition("\n")
    return f"{before}{new}{line}{end}\n{rest}"


def _made(given: dict) -> tuple[Record, list[Component]]:
    """An unsaved record with its files landed, as `given` says."""
    unit = Unit(pk=1, code="D07", name="区信息委", short_name="信息委")
    by = User(pk=1, name=given["filed_by"]) if given["filed_by"] else None
    rule = RetentionRule(pk=1, description="样本条款", **given["rule"]) if given.get("rule") else None
    plain = {
        name: given[name]
        for name in (
            "title", "author", "doc_number", "year", "retention_code", "class_code", "item_no", "archival_code",
            "page_count", "component_count", "category_code", "security_class",
        )
    }  # fmt: skip
    record = Record(
        pk=1, unit=unit, custodian=unit, fonds=Fonds(pk=1, code="Z407", name="区信息委全宗"),
        date=date.fromisoformat(given["date"]), date_precision=Precision.DAY, filed_at=timezone.now(),
        retention_rule=rule, disclosure_attr=given.get("disclosure_attr", ""), document=_document(given), **plain,
    )  # fmt: skip
    if by is not None:
        record.filed_by = by
    return record, [_component(record, place, one) for place, one in enumerate(given["components"], start=1)]


def _document(given: dict) -> Document | None:
    if "document" not in given:
        return None
    said = {name: parse_datetime(value) if name.endswith("_at") else value for name, value in given["document"].items()}
    return Document(pk=1, **said)


def _component(record: Record, place: int, given: dict) -> Component:
    landed = land_bytes((FOLDER / "files" / given["file"]).read_bytes(), given["file"])
    return Component(
        record=record, role=given["role"], seq=given.get("seq", place), filename=given["file"],
        stored_file=_stored(landed, given), made_with=given.get("made_with", {}),
    )  # fmt: skip


def _stored(landed: Landed, given: dict) -> StoredFile:
    """The row that `keep` would write, with what the sample says it records wrongly."""
    found = landed.examination
    stored = StoredFile(
        sha256=landed.sha256, crc32=landed.crc32, bytes=given.get("bytes_recorded", landed.bytes),
        mime=given.get("mime_recorded", found.mime), format_id=found.format_id,
        findings=[{"code": one.code, "severity": one.severity, "message": one.message} for one in found.findings],
    )  # fmt: skip
    if given.get("sha256_recorded") == "flip":
        stored = _under_another_digest(stored)
    return stored


def _under_another_digest(stored: StoredFile) -> StoredFile:
    """The same bytes lie where another digest says they are: what a changed file looks like."""
    content = path_of(stored).read_bytes()
    stored.sha256 = hashlib.sha256(content + b" ").hexdigest()
    place = path_of(stored)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        place.write_bytes(content)
    return stored


def _packed(record: Record, components: list[Component]) -> PackedRecord:
    """What packing.py would make of it, as far as the sample has it."""
    return PackedRecord(
        record_uid=str(record.uid), fonds_code=record.fonds.code, fonds_name=record.fonds.name,
        unit_name=record.unit.name, archives_name="区档案馆", archival_code=record.archival_code,
        category_code=record.category_code, year=record.year, retention=record.get_retention_code_display(),
        class_code=record.class_code, class_name="办公室", item_no=record.item_no, title=record.title,
        author=record.author, doc_number=record.doc_number, date=record.date_text, date_precision="日",
        files=tuple(_file(one) for one in components),
    )  # fmt: skip


def _file(one: Component) -> PackedFile:
    stored = one.stored_file
    return PackedFile(
        one.filename, one.get_role_display(), one.seq, path_of(stored), stored.bytes, stored.sha256, stored.crc32,
        stored.mime,
    )  # fmt: skip


# ----------------------------------------------------------------- packages


def _package(sample: Sample, folder: Path) -> Result:
    bag = _bag(folder)
    for act, *given in sample.change:
        ACTS[act](bag, *given)
    read = verify(bag)
    sheet = inspection.Sheet(sample.stage)
    sheet.take_package(read.findings, read.checked)
    found = sorted(f"{one.code} {one.severity}" for _, one in sheet.found)
    return Result(sample, tuple(found), sample.item in sheet.tally)


def _bag(folder: Path) -> Path:
    """Two records as a bag, unpacked."""
    folder.mkdir(parents=True)
    record, components = _made(manifest()["base"])
    first = _packed(record, components)
    second = replace(first, record_uid=f"{first.record_uid[:-1]}{'0' if first.record_uid[-1] != '0' else '1'}")
    info = PackageInfo(
        batch_uid="b8f4a1de-0000-4000-8000-000000000001", batch_no="Z407-2016-01", part=1, parts=1, unit_code="D07",
        unit_name="区信息委", fonds_code="Z407", archives_name="区档案馆", made_at=MADE_AT, made_by="文书", record_count=2,
    )  # fmt: skip
    write_part(folder / "part.zip", info, [first, second])
    with zipfile.ZipFile(folder / "part.zip") as archive:
        archive.extractall(folder / "bag")
    return next((folder / "bag").iterdir())


def _remove(bag: Path, path: str) -> None:
    """The file and its lines in the manifests."""
    (bag / path).unlink()
    for listing in bag.glob("*manifest-sha256.txt"):
        lines = listing.read_text(encoding="utf-8").splitlines(keepends=True)
        listing.write_text("".join(line for line in lines if line.split(None, 1)[1].strip() != path), encoding="utf-8")


def _write(bag: Path, path: str, text: str) -> None:
    (bag / path).write_text(text, encoding="utf-8")


def _flip(bag: Path, path: str) -> None:
    content = (bag / path).read_bytes()
    (bag / path).write_bytes(bytes([content[0] ^ 1]) + content[1:])


def _info(bag: Path, label: str, value: str) -> None:
    """Another value in bag-info.txt."""
    lines = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    changed = [f"{label}: {value}" if line.lower().startswith(f"{label.lower()}:") else line for line in lines]
    (bag / "bag-info.txt").write_text("\n".join(changed) + "\n", encoding="utf-8")


def _relist(bag: Path) -> None:
    """The bag is made consistent again: Payload-Oxum as it is unless it was the fault, and the digests of tag files."""
    files = [path for path in (bag / "data").rglob("*") if path.is_file()]
    if "Payload-Oxum: 1.1" not in (bag / "bag-info.txt").read_text(encoding="utf-8"):
        _info(bag, "Payload-Oxum", f"{sum(path.stat().st_size for path in files)}.{len(files)}")
    listing = bag / "tagmanifest-sha256.txt"
    names = [line.split(None, 1)[1] for line in listing.read_text(encoding="utf-8").splitlines()]
    told = [f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    listing.write_text("".join(told), encoding="utf-8")


ACTS = {"remove": _remove, "write": _write, "flip": _flip, "info": _info, "relist": _relist}
