"""A row that is to be filed: its record and components as they will be, inspected before anything is written."""

from dataclasses import dataclass

from django.utils import timezone

from files.models import StoredFile
from files.store import Landed, keep_many
from units.access import Seat

from .. import inspection
from ..codes import numbered
from ..filing import provisional
from ..models import Component, Record
from ..schedules.versions import text_of
from ..states import BY_CODE, BY_LIST, Carrier, Retention, Role, Stage
from .codes import Code, Numbering
from .columns import COLUMNS, Item
from .rerun import Row
from .unlisted import rule_by_words

COLUMN_OF = {"retention_code": "retention", "components": "file", "component_count": "file"}
TOLD_FROM_INSPECTION = frozenset({"1-5", "1-8"})  # the other remarks, the import has made itself
DIRECTION = ""


@dataclass(frozen=True)
class Home:
    """Where the rows go: read once a run. `reserved` is series → the highest number that the catalogue bears, `classes`
    code → name of the unit's 机构（问题）."""

    unit: object
    fonds: object
    class_code: str
    rules: list
    by: object
    seat: Seat | None
    numbering: Numbering
    reserved: dict[str, int]
    classes: dict[str, str]


@dataclass
class Made:
    row: Row
    record: Record
    components: list[Component]
    sheet: inspection.Sheet


def make(rows: list[Row], home: Home, *, check_bytes: bool) -> list[Made]:
    """The rows as records without number; what fails a check of the filing stage is refused and not among them."""
    made = []
    for row in rows:
        record = _record(row.item, row.code, home, row.identity)
        components = _components(record, row.landed)
        _count(record, row.item, components)
        made.append(Made(row, record, components, inspection.Sheet(Stage.FILING)))
    twins = inspection.twins_of(one.record for one in made)
    for one in made:
        found = inspection.examine(one.sheet, one.record, one.components, twins=twins, check_bytes=check_bytes)
        for finding in found:
            column = COLUMN_OF.get(finding.field, finding.field)
            column = column if column in COLUMNS else ""
            if finding.is_refusal:
                one.row.item.refuse(column, finding.message)
            elif finding.code in TOLD_FROM_INSPECTION:
                one.row.item.warn(column, finding.message)
    return [one for one in made if not one.row.item.is_refused]


def keep_files(made: list[Made]) -> None:
    """The rows of the files, inside the filing transaction."""
    kept = keep_many(landed for one in made for landed in one.row.landed)
    for one in made:
        for component, landed in zip(one.components, one.row.landed, strict=True):
            component.stored_file = kept[landed.sha256]
            component.record = one.record


def _components(record: Record, landed: list[Landed]) -> list[Component]:
    return [
        Component(
            record=record,
            role=Role.ORIGINAL if seq == 1 else Role.ATTACHMENT,
            seq=seq,
            filename=one.filename,
            stored_file=_unsaved(one),
            pages=one.examination.pages,
        )
        for seq, one in enumerate(landed, start=1)
    ]


def _unsaved(one: Landed) -> StoredFile:
    findings = [
        {"code": finding.code, "severity": finding.severity, "message": finding.message}
        for finding in one.examination.findings
    ]
    return StoredFile(sha256=one.sha256, bytes=one.bytes, mime=one.examination.mime, findings=findings)


def _count(record: Record, item: Item, components: list[Component]) -> None:
    record.component_count = len(components)
    pages, own = item.values["page_count"], [one.pages for one in components]
    record.page_count = pages or sum(one or 0 for one in own)
    if pages and own and None not in own and pages != sum(own):
        item.warn(
            "page_count", f"所列页数 {pages} 与电子文件的页数 {sum(own)} 不同，已按所列著录，请核对。", "other-pages"
        )
    if not components:
        record.carrier_mode, record.paper_exists, record.paper_pages = Carrier.PAPER, True, pages
        item.warn("file", "没有列电子文件，已按仅有纸质件归档。")


def _record(item: Item, code: Code | None, home: Home, identity: str) -> Record:
    values = item.values
    retention, basis, rule = _retention(item, code, home)
    if not values["author"]:
        item.warn("author", "责任者不详，已按不详归档。")
    year = values["year"]
    if year is None:
        year = timezone.localdate().year
        item.warn("year", f"年度不详，已按归档年度{year}年归档。")
    record = Record(
        unit=home.unit, custodian=home.unit, fonds=home.fonds, year=year, retention_code=retention,
        retention_as_filed=values["retention_as_filed"] or Retention(retention).label, retention_basis=basis[:200],
        class_code=code.class_code if code else values["class_code"] or home.class_code,
        title=values["title"], author=values["author"],
        doc_number=numbered(values["doc_number"]), doc_number_as_given=values["doc_number"],
        date=values["date"], date_precision=values["date_precision"], doc_type=values["doc_type"], direction=DIRECTION,
        security_class=values["security_class"], disclosure_attr=values["disclosure_attr"],
        legacy_code="" if code and not code.is_composed else values["archival_code"],
        remark=values["remark"], source_identity=identity, filed_at=timezone.now(), filed_by=home.by,
        retention_rule=rule, filed_rule=rule, filed_rule_text=text_of(rule) if rule else "",
        retention_decided_by=None if rule else home.by,
    )  # fmt: skip
    return provisional(record)


def _retention(item: Item, code: Code | None, home: Home):
    """(period, why, rule): of the code, of the column, else of the clause whose keywords the title meets, and told."""
    retention = item.values["retention"]
    if code is not None and not code.is_composed:
        return retention, BY_CODE, None
    if retention:
        return retention, BY_LIST, None
    rule = rule_by_words(item, home.rules)
    if rule is None:  # refused; the record is looked into for its other faults, and goes no further
        return Retention.PERMANENT, "", None
    return rule.retention_code, f"{rule.code} {rule.description}", rule
