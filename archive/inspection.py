"""Four-property inspection (四性检测) of records: checks return what did not pass, all of it.

Item codes are those of DA/T 70-2018 as domain 8.2 lists them; the stage's prefix is put in front.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from files.examination import TOOL_VERSION
from files.store import path_of

from .models import InspectionResult, InspectionRun, Record
from .states import Precision, Retention, Stage, Verdict

PLAN = "2026-1"
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z]{2}·\d{4}-(Y|D30|D10)(-[A-Z0-9]{1,3})?-\d{4,}$")
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Flaw:
    """One check that did not pass: item (e.g. "1-5"), verdict, what, the sentence, and the field to mend."""

    item: str
    verdict: str
    target: str
    message: str
    field: str = ""


CHECKS_PER_RECORD = 9


def flaws(record: Record, components: list, *, check_bytes: bool = True) -> list[Flaw]:
    """Every flaw of a record and its components (rows with `stored_file` loaded)."""
    found = [*_required(record), *_plausible(record), *_code(record)]
    if not components:
        found.append(Flaw("2-7", Verdict.FAIL, record.title, "没有任何电子文件，内容数据不完整。", "components"))
    for component in components:
        found += _file(component, check_bytes)
    if record.component_count != len(components):
        found.append(
            Flaw(
                "2-11", Verdict.FAIL, record.title, f"登记 {record.component_count} 个文件，实有 {len(components)} 个。"
            )
        )
    return found


def _required(record) -> list[Flaw]:
    """2-4: mandatory elements are not empty (domain 3.8)."""
    found = []
    if not record.title.strip():
        found.append(Flaw("2-4", Verdict.FAIL, "题名", "题名为空，请填写题名。", "title"))
    if not record.author.strip():
        found.append(Flaw("2-4", Verdict.WARN, "责任者", "责任者不详，已按不详归档，可在查明后补著录。", "author"))
    if record.date is None:
        found.append(Flaw("2-4", Verdict.WARN, "日期", "日期不详，已按不详归档，年度按归档年度确定。", "date"))
    return found


def _plausible(record) -> list[Flaw]:
    """1-5: dates in their order, the class year fits the date."""
    found = []
    today = timezone.localdate()
    if record.date is not None and record.date_precision != Precision.UNKNOWN:
        if record.date > today:
            found.append(Flaw("1-5", Verdict.FAIL, "日期", f"日期{record.date}晚于今天，请核对。", "date"))
        elif record.date.year < FIRST_YEAR:
            found.append(Flaw("1-5", Verdict.WARN, "日期", f"日期{record.date}早于{FIRST_YEAR}年，请核对。", "date"))
        if record.date.year > record.year:
            found.append(
                Flaw("1-5", Verdict.WARN, "年度", f"年度{record.year}早于文件日期{record.date}，请核对。", "year")
            )
    if record.year > today.year:
        found.append(Flaw("1-5", Verdict.FAIL, "年度", f"年度{record.year}晚于今年，请核对。", "year"))
    return found


def _code(record) -> list[Flaw]:
    """1-7: the code fits the pattern and its parts."""
    if not CODE.match(record.archival_code):
        return [
            Flaw("1-7", Verdict.FAIL, "档号", f"档号{record.archival_code}不符合DA/T 22—2015的构成。", "archival_code")
        ]
    if record.retention_code not in Retention.values:
        return [Flaw("1-4", Verdict.FAIL, "保管期限", "保管期限不在值域内。", "retention_code")]
    return []


def _file(component, check_bytes: bool) -> list[Flaw]:
    """1-10, 1-11, 3-3, 3-4: the file is there, as long as recorded, and of a kind that can be kept."""
    stored = component.stored_file
    found = [
        Flaw("3-3" if one["severity"] == "warn" else "3-4", Verdict.WARN, component.filename, one["message"])
        for one in stored.findings
    ]
    if not check_bytes:
        return found
    path = path_of(stored)
    if not path.exists():
        found.append(Flaw("1-11", Verdict.FAIL, component.filename, "元数据所指的文件不存在。"))
    elif path.stat().st_size != stored.bytes:
        found.append(Flaw("1-10", Verdict.FAIL, component.filename, "文件大小与登记不符。"))
    return found


def open_run(stage: Stage, *, by, subject_uid=None) -> InspectionRun:
    return InspectionRun.objects.create(
        stage=stage, subject_uid=subject_uid, plan_version=PLAN, tool_version=TOOL_VERSION, operator=by
    )


def keep(run: InspectionRun, found: Iterable[tuple[Record | None, Flaw]], *, records: int) -> InspectionRun:
    """Write the results of a run in one insert and close it."""
    rows = [
        InspectionResult(
            run=run,
            record=record,
            item_code=f"{run.stage}-{flaw.item}",
            verdict=flaw.verdict,
            target=flaw.target[:255],
            message=flaw.message[:500],
            field=flaw.field,
        )
        for record, flaw in found
    ]
    InspectionResult.objects.bulk_create(rows, batch_size=1000)
    run.records, run.checks = records, records * CHECKS_PER_RECORD
    run.verdict = Verdict.FAIL if any(row.verdict == Verdict.FAIL for row in rows) else Verdict.PASS
    run.finished_at = timezone.now()
    run.save()
    return run
