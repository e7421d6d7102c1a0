"""Rows into records: the same filing, numbering and inspection as at completion; twice is once, killed is resumed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from files.examination import examine, safe_filename
from files.store import CHUNK, Landed, keep, land, path_of
from files.text import decode_text
from units import audit
from units.access import Seat, standing
from units.findings import Finding

from .. import inspection
from ..filing import insert, next_keys, provisional
from ..models import Component, Record, RetentionRule
from ..retention import best, default_class_code, fonds_of, rules_for
from ..states import Retention, Role, Stage
from .columns import Item, read_item
from .reading import BadCatalogue, rows

SLICE = 50  # rows of one transaction
WIDEST_TEXT = 8 * 1024 * 1024  # bytes of one text that are searched
DIRECTION = ""


@dataclass(frozen=True)
class Home:
    """Where the rows go: read once a run."""

    unit: object
    fonds: object
    class_code: str
    rules: list
    by: object
    seat: Seat | None


@dataclass
class Import:
    """The outcome: counts of rows and every finding, in the catalogue's order."""

    filed: int = 0
    refused: int = 0
    skipped: int = 0
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict:
        return {
            "filed": self.filed,
            "refused": self.refused,
            "skipped": self.skipped,
            "findings": [
                {"line": one.line, "column": one.field, "severity": one.severity, "message": one.message}
                for one in self.findings
            ],
        }


def run(catalogue: Path, unit, *, by, files: Path | None = None, dry_run: bool = False, progress=None) -> Import:
    """File every row of `catalogue` for `unit` in slices; `progress(rows done)` after each.

    Raises BadCatalogue when the catalogue as a whole cannot be read; then nothing was filed.
    """
    fonds = fonds_of(unit)
    if fonds is None:
        raise BadCatalogue(f"{unit}还没有全宗号，不能归档，请与区档案馆联系。")
    folder = (files or catalogue.parent).resolve()
    home = Home(unit, fonds, default_class_code(unit), rules_for(RetentionRule.Source.OWN, unit), by, _seat(by, unit))
    outcome, seen, done = Import(), {}, 0
    for batch in _sliced(rows(catalogue)):
        items = [read_item(line, cells) for line, cells in batch]
        for item in items:
            _repeated(item, seen)
        _slice(items, home, folder, dry_run, outcome)
        done += len(items)
        if progress is not None:
            progress(done)
    outcome.findings.sort(key=lambda one: one.line)
    return outcome


def _sliced(source) -> Iterator[list]:
    return audit.batched(source, SLICE)


def _repeated(item: Item, seen: dict[int, int]) -> None:
    """A code that stands twice in one catalogue is a fault of the catalogue, not a second run."""
    code = item.values["archival_code"]
    if not code:
        return
    first = seen.setdefault(hash(code), item.line)
    if first != item.line:
        item.refuse("archival_code", f"档号“{code}”与第 {first} 行重复。")


def _seat(by, unit) -> Seat | None:
    """The post that lets `by` arrange the unit's records; None for the system."""
    return next(iter(standing(by).through.get(("arrange_records", unit.pk), ())), None)


def _slice(items: list[Item], home: Home, folder: Path, dry_run: bool, outcome: Import) -> None:
    """Bytes first and without a lock, then one short transaction for the rows."""
    prepared = []
    for item in items:
        landed = [] if item.is_refused else _land(item, folder, dry_run)
        if item.is_refused:
            outcome.refused += 1
            outcome.findings += item.findings
        else:
            prepared.append((item, landed, item.identity([one.sha256 for one in landed])))
    if dry_run:
        known = _known(home.unit, [identity for _, _, identity in prepared])
        fresh = [one for one in prepared if one[2] not in known]
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:  # two imports of one unit take turns
                cursor.execute("SELECT pg_advisory_xact_lock(4702113, %s)", [home.unit.pk])
            known = _known(home.unit, [identity for _, _, identity in prepared])
            fresh = _first_of_each([one for one in prepared if one[2] not in known])
            _file(fresh, home)
    outcome.filed += len(fresh)
    outcome.skipped += len(prepared) - len(fresh)
    for item, _, _ in fresh:
        outcome.findings += item.findings


def _first_of_each(prepared):
    found = {}
    for one in prepared:
        found.setdefault(one[2], one)
    return list(found.values())


def _known(unit, identities: list[str]) -> set[str]:
    return set(
        Record.objects.unguarded("which of these identities the unit has filed already")
        .filter(unit=unit, source_identity__in=identities)
        .values_list("source_identity", flat=True)
    )


def _land(item: Item, folder: Path, dry_run: bool) -> list[Landed]:
    """The row's files, examined and put under their digests; every file that is refused is named."""
    landed = []
    for name in item.files:
        path = _inside(folder, name)
        if path is None or not path.is_file():
            item.refuse("file", f"找不到文件“{name[:100]}”，请核对文件名和文件夹。")
            continue
        try:
            one = _examined(path, dry_run)
        except OSError as error:
            item.refuse("file", f"文件“{name[:100]}”不能读取（{error.strerror}）。")
            continue
        for finding in one.examination.findings:
            (item.refuse if finding.is_refusal else item.warn)("file", f"“{path.name[:100]}”：{finding.message}")
        landed.append(one)
    return landed


def _inside(folder: Path, name: str) -> Path | None:
    """The file `name` below `folder`; None when the name leads out of it, by dots, links or an absolute path."""
    try:
        path = (folder / name).resolve()
        return path if path.is_relative_to(folder) else None
    except (OSError, ValueError, RuntimeError):
        return None


def _examined(path: Path, dry_run: bool) -> Landed:
    name = safe_filename(path.name)
    if dry_run:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Landed(digest, 0, path.stat().st_size, name, examine(path, name))
    with path.open("rb") as file:
        return land(iter(lambda: file.read(CHUNK), b""), name)


def _file(prepared, home: Home) -> None:
    if not prepared:
        return
    made, components = [], []
    for key, (item, landed, identity) in zip(next_keys(len(prepared)), prepared, strict=True):
        record = _record(item, home, identity)
        stored = [keep(one) for one in landed]
        record.pk, record.component_count = key, len(stored)
        record.page_count = item.values["page_count"] or sum(one.pages or 0 for one in stored)
        components.append(_components(record, landed, stored))
        made.append((record, "\n".join(_text(row) for row in stored)))
    Component.objects.bulk_create(one for several in components for one in several)
    run, sheet = inspection.open_run(Stage.FILING, by=home.by), inspection.Sheet(Stage.FILING)
    records = [record for record, _ in made]
    twins = inspection.twins_of(records)
    for record, own in zip(records, components, strict=True):
        inspection.examine(sheet, record, own, twins=twins)
    inspection.keep(run, sheet, records=len(made))
    insert(made, home.by)
    audit.record_many("import_record", "目录导入归档", records, by=home.by, seat=home.seat, after="filed")


def _components(record: Record, landed, stored) -> list[Component]:
    return [
        Component(
            record=record,
            role=Role.ORIGINAL if seq == 1 else Role.ATTACHMENT,
            seq=seq,
            filename=one.filename,
            stored_file=row,
            pages=row.pages,
        )
        for seq, (one, row) in enumerate(zip(landed, stored, strict=True), start=1)
    ]


def _record(item: Item, home: Home, identity: str) -> Record:
    values = item.values
    retention, basis, rule = values["retention"], "按目录所列", None
    if not retention:
        rule = best(home.rules, values["title"], values["doc_type"])
        retention, basis = (
            (rule.retention_code, f"{rule.code} {rule.description}")
            if rule and rule.retention_code
            else (Retention.THIRTY, "目录未列，暂定30年")
        )
        item.warn("retention", f"目录未列保管期限，已按“{Retention(retention).label}”归档。")
    if not values["author"]:
        item.warn("author", "责任者不详，已按不详归档。")
    year = values["year"]
    if year is None:
        year = timezone.localdate().year
        item.warn("year", f"年度不详，已按归档年度{year}年归档。")
    record = Record(
        unit=home.unit, custodian=home.unit, fonds=home.fonds, year=year, retention_code=retention,
        retention_as_filed=Retention(retention).label, retention_basis=basis[:200],
        class_code=values["class_code"] or home.class_code, title=values["title"], author=values["author"],
        doc_number=values["doc_number"], doc_number_as_given=values["doc_number"],
        date=values["date"], date_precision=values["date_precision"], doc_type=values["doc_type"], direction=DIRECTION,
        security_class=values["security_class"], disclosure_attr=values["disclosure_attr"],
        legacy_code=values["archival_code"],
        remark=values["remark"], source_identity=identity, filed_at=timezone.now(), filed_by=home.by,
        retention_rule=rule if rule and rule.retention_code else None,
    )  # fmt: skip
    return provisional(record)


def _text(stored) -> str:
    """What full-text search finds in a text file; other formats are found by their catalogue."""
    if stored.mime != "text/plain":
        return ""
    with open(path_of(stored), "rb") as source:
        raw = source.read(WIDEST_TEXT)
    try:
        return decode_text(raw)[0]
    except ValueError:
        return ""
