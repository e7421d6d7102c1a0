"""One record inspected now, apart from any batch: every item of the stage with its verdict, and nothing is written.

The files are read and their digests taken afresh. What belongs to a package (its structure, its papers, its count) has
no object here and is told so: it is no pass.
"""

import hashlib
from dataclasses import dataclass, field

from files.store import path_of
from units.findings import REFUSE, Finding

from . import inspection
from .models import Component, Record
from .plan import WITHOUT_OBJECT, By, Item, code_of, items_of
from .states import Stage, Verdict

OF_A_PACKAGE = frozenset({"1-12", "1-13", "1-14", "2-1", "2-2", "2-10", "3-1", "3-8", "4-3"})
BLOCK = 1 << 20


@dataclass(frozen=True)
class Judged:
    """One item of the stage: its code, its verdict on this record, and what was found."""

    item: Item
    code: str
    verdict: Verdict
    findings: list[Finding] = field(default_factory=list)


def inspect_record(record: Record, stage: Stage) -> list[Judged]:
    """Every item of `stage` in the standard's order (DA/T 70—2018, table A.1)."""
    components = list(record.components.select_related("stored_file").order_by("seq"))
    sheet = inspection.Sheet(stage)
    inspection.examine(sheet, record, components, twins=inspection.twins_of([record]))
    if components:
        sheet.note("1-1", [found for one in components if (found := _unlike(one))], record)
    return [_judged(item, stage, sheet) for item in items_of(stage)]


def _unlike(component: Component) -> Finding | None:
    """1-1: the bytes are those whose digest was kept; None when they are."""
    try:
        with path_of(component.stored_file).open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
    except OSError:
        return Finding("1-1", REFUSE, component.filename, "文件不能读取，固化信息无法验证。")
    if digest == component.stored_file.sha256:
        return None
    return Finding("1-1", REFUSE, component.filename, "数字摘要与登记不符，固化信息无效。")


def _judged(item: Item, stage: Stage, sheet: inspection.Sheet) -> Judged:
    code = code_of(stage, item.serial)
    found = [one for _, one in sheet.found if one.code == item.serial]
    if item.serial in sheet.tally:
        _, failed, warned = sheet.tally[item.serial]
        return Judged(item, code, Verdict.FAIL if failed else Verdict.WARN if warned else Verdict.PASS, found)
    if item.serial in WITHOUT_OBJECT[stage] or item.serial in OF_A_PACKAGE:
        return Judged(item, code, Verdict.NOT_APPLICABLE)
    return Judged(item, code, Verdict.MANUAL_PENDING if item.by == By.PERSON else Verdict.NOT_RUN)
