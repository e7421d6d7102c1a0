"""A row whose record is there already: equal and skipped, differing and listed, or correcting its record."""

from typing import Protocol

from files.zips import ZipFaultError
from units.findings import WARN, Finding
from units.workflow import Refused

from ..correction import NewFiles, correct
from .landing import digests_of, land_files, unreadable
from .making import Home
from .rerun import Difference, Row, clash_of, differences, files_differ
from .texts import pieces_of

REASON = "目录更正"
KNOWN = "known"  # the code of the remark that a row is there already
HOW_TO_CORRECT = "需要更正的，请在导入时选“按目录更正”。"


class Counts(Protocol):
    skipped: int
    differing: int
    corrected: int


def settle_again(row: Row, home: Home, counts: Counts, *, may_correct: bool) -> None:
    """Judge one row that was filed before; what becomes of it is counted and said on the row."""
    known = row.known
    if row.absent and row.file_names != known.file_names:
        for told in row.absent:
            row.item.refuse("file", told)
        return
    try:
        digests = [] if row.absent else digests_of(row)
    except (OSError, ZipFaultError) as error:
        row.item.refuse("file", unreadable(row.sources[0], error))
        return
    found, has_other_files = differences(row), files_differ(row, digests)
    if not found and not has_other_files:
        counts.skipped += 1
        told = f"已有，档号{known.record.archival_code}，未重复归档。"
        row.item.findings[:] = [Finding(KNOWN, WARN, f"第{row.item.line}行", told, "", row.item.line)]
    elif may_correct:
        _correct(row, found, home, counts, has_other_files=has_other_files)
    else:
        counts.differing += 1
        for one in found:
            row.item.warn(one.column, f"{one.told}。{HOW_TO_CORRECT}")
        if has_other_files:
            row.item.warn("file", f"电子文件与已归档的不同（档号{known.record.archival_code}）。{HOW_TO_CORRECT}")


def _correct(row: Row, found: list[Difference], home: Home, counts: Counts, *, has_other_files: bool) -> None:
    """One record, one act with its event; what cannot be done is said on the row."""
    if has_other_files and not row.landed:
        land_files(row, dry_run=False)
    changes, item_no = _changes(row, found)
    if row.item.is_refused:
        return
    before = row.known.record
    files = NewFiles(tuple(row.landed), lambda _: "".join(pieces_of(row.landed)())) if has_other_files else None
    try:
        done = correct(
            before, changes=changes, reason=REASON, by=home.by, version=before.version, item_no=item_no, files=files
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            row.item.refuse("", reason)
        return
    counts.corrected += 1
    for one in found:
        row.item.warn(one.column, f"{one.told}，已按目录更正。")
    if has_other_files:
        row.item.warn("file", "电子文件与已归档的不同，已更换，原文件作为旧版本保留。")
    if done.archival_code != before.archival_code:
        row.item.warn("archival_code", f"档号随之改为“{done.archival_code}”，原档号“{before.archival_code}”作废。")


def _changes(row: Row, found: list[Difference]) -> tuple[dict[str, object], int | None]:
    """Field of the record → its new value, and the number of a code that the row gives it."""
    changes = {one.field: one.value for one in found}
    if "date" in changes:
        changes["date"], changes["date_precision"] = changes["date"]
    if "archival_code" not in changes:
        return changes, None
    del changes["archival_code"]
    if row.code is None:
        return changes | {"legacy_code": row.item.values["archival_code"]}, None
    if clash := clash_of(row.code, row.known.record):
        row.item.refuse("archival_code", f"档号“{clash.code}”已经编给另一件（或者已作废），不能更正为它。")
    parts = {"year": row.code.year, "retention_code": row.code.retention, "class_code": row.code.class_code}
    return changes | parts, row.code.item_no
