"""批量更正: one field of many records filled or replaced, shown before it is done, all or nothing, and undone.

The undoing leaves out, by name, what has left in a batch (移交批次) since or was changed again.
"""

import hashlib
import json
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from units import audit
from units.counters import take
from units.tasks import retitle_many
from units.texts import too_long
from units.workflow import Refused, Stale, patiently

from . import inspection
from .bulk_values import DATE, PAGES, fault_of, present, put, resort, settled
from .code_schemes import patterns_of
from .disposed import listed_among, listed_told
from .filing import assignment_of, code_of, series_of
from .fixed_years import CODED, fixed_among, way_of
from .models import BulkChange, BulkCorrection, CodeAssignment, Component, InspectionResult, Record
from .states import Retention, Stage, State, UseScope
from .unboxing import leave_wrong_boxes
from .words import rewrite_head

MOST = 5_000
TEXTS = {  # characters
    "title": 500, "author": 200, "doc_number": 100, "main_recipients": 2000, "cc_recipients": 2000,
    "subject_words": 200, "remark": 200,
}  # fmt: skip
CHOICES = {"retention_code": Retention, "use_scope": UseScope}
FIELDS = (*TEXTS, DATE, PAGES, *CHOICES, "class_code")
IN_CODE = frozenset({"retention_code", "class_code"})
IN_WORDS = frozenset({"title", "author", "doc_number"})
OF_PERIOD = ("retention_basis", "retention_rule", "retention_decided_by")
OF_CODE = ("item_no", "archival_code", "former_codes")
BESIDE = {  # what changes with a field
    "doc_number": ("doc_number_as_given",),
    "date": ("date_precision",),
    "page_count": ("paper_pages",),
    "retention_code": (*OF_PERIOD, *OF_CODE),
    "class_code": OF_CODE,
}
FILL, REPLACE = "fill", "replace"


@dataclass(frozen=True)
class Amendment:
    """`field` gets `value` on every record (FILL), or `find` in it becomes `value` (REPLACE, texts only)."""

    field: str
    how: str
    value: str
    find: str = ""

    def of(self, present: str) -> str:
        return present.replace(self.find, self.value) if self.how == REPLACE else settled(self.field, self.value)

    @property
    def label(self) -> str:
        return str(Record._meta.get_field(self.field).verbose_name)

    @property
    def changes_codes(self) -> bool:
        return self.field in IN_CODE

    def shown(self, value: str) -> str:
        return str(CHOICES[self.field](value).label) if self.field in CHOICES else value or "（空）"

    @property
    def wording(self) -> str:
        if self.how == REPLACE:
            return f"{self.label}中的“{self.find}”改为“{self.value}”"[:300]
        return f"{self.label}一律填为“{self.shown(self.value)}”"[:300]

    def faults(self) -> list[str]:
        """Why it cannot be done to anything."""
        if self.field not in FIELDS or self.how not in (FILL, REPLACE):
            return ["请选择要更正的项目和改法。"]
        found = []
        if self.how == REPLACE and self.field not in TEXTS:
            found.append(f"{self.label}只能统一填写，不能替换文字。")
        elif fault := fault_of(self.field, self.value):
            found.append(fault)
        if self.how == REPLACE and not self.find:
            found.append("请填写要查找的文字。")
        if self.field in CHOICES and self.value not in CHOICES[self.field].values:
            found.append(f"请从列表中选择{self.label}。")
        if self.how == FILL and self.field == "title" and not self.value.strip():
            found.append("题名不能为空。")
        return found


@dataclass(frozen=True)
class Line:
    """What one record has and would get; `fault` a sentence when it cannot."""

    record: Record
    before: str
    after: str
    fault: str = ""


@dataclass(frozen=True)
class Preview:
    lines: list[Line]
    untouched: int

    @property
    def faults(self) -> list[Line]:
        return [line for line in self.lines if line.fault]

    @property
    def digest(self) -> str:
        """What the person saw: done is exactly this, or nothing."""
        told = [[line.record.pk, line.record.version, line.before, line.after] for line in self.lines]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def preview(rows: Iterable[Record], amendment: Amendment) -> Preview:
    """Every record that would change, in the order of `rows`; what is that already is only counted."""
    rows = list(rows)
    fixed = fixed_among((one.fonds_id, one.year) for one in rows) if amendment.field in IN_CODE else set()
    listed, lines = listed_among(one.pk for one in rows), []
    for row in rows:
        before = present(row, amendment.field)
        after = amendment.of(before)
        if before != after:
            lines.append(Line(row, before, after, _fault(row, amendment, after, fixed, listed)))
    return Preview(lines, len(rows) - len(lines))


def _fault(row: Record, amendment: Amendment, after: str, fixed: set, listed: dict[int, str]) -> str:
    if row.state != State.FILED:
        return f"{row.get_state_display()}，本单位不能更正。"
    if row.pk in listed:
        return listed_told(listed[row.pk], "更正")
    if (row.fonds_id, row.year) in fixed:
        return f"{row.year}年度已定号，{CODED}不能直接改；{way_of(row.year)}"
    if amendment.field == "title" and not after.strip():
        return "题名会成为空白。"
    return too_long(after, TEXTS.get(amendment.field, 500), amendment.label)


def apply(keys: list[int], amendment: Amendment, *, unit, by, reason: str, digest: str) -> BulkCorrection:
    """Do what `digest` was shown of, in one act. Raises Refused with every reason, Stale when a record has changed."""
    reason = reason.strip()
    wrong = [*amendment.faults(), "" if reason else "批量更正须填写理由。", too_long(reason, 150)]
    if len(keys) > MOST:
        wrong.append(f"一次最多更正 {MOST:,} 件，现选 {len(keys):,} 件，请分批。")
    if found := [one for one in wrong if one]:
        raise Refused(*found)
    with patiently(), transaction.atomic():
        rows = _locked(keys, unit, by)
        shown = preview(rows, amendment)
        if shown.faults:
            raise Refused(*(f"“{line.record}”：{line.fault}" for line in shown.faults[:20]))
        if not shown.lines:
            raise Refused("所选文件都已是这样，没有要更正的。")
        if shown.digest != digest:
            raise Stale("预览之后有文件被改动，什么都没有更正；请核对新的预览。")
        done = BulkCorrection.objects.create(
            unit=unit, field=amendment.field, wording=amendment.wording, reason=reason, count=len(shown.lines),
            made_by=by,
        )  # fmt: skip
        _write(done, [(line.record, line.after) for line in shown.lines], by, reason)
    return done


def _locked(keys: list[int], unit, by) -> list[Record]:
    allowed = Record.objects.allowing("arrange", by).filter(pk__in=keys, unit=unit)
    known = set(allowed.values_list("pk", flat=True))
    if len(known) != len(set(keys)):
        raise Refused(f"所选文件中有 {len(set(keys)) - len(known)} 件不在您整理的范围内，什么都没有更正。")
    rows = Record.objects.unguarded("the rule was asked above").select_for_update(of=("self",)).filter(pk__in=keys)
    return list(rows.select_related("unit", "fonds").order_by("pk"))


def _write(done: BulkCorrection, pairs: list[tuple[Record, str]], by, reason: str) -> None:
    """The values, codes, inspection, words, history and events of one act on many."""
    name, was = done.field, {row.pk: _as_it_is(row, done.field) for row, _ in pairs}
    before = {row.pk: copy(row) for row, _ in pairs}
    for row, value in pairs:
        put(row, name, value)
        row.version += 1
        if name == "doc_number":
            row.doc_number_as_given = value
        if name == "retention_code":
            row.retention_basis, row.retention_rule = f"{by.name}批量更正：{reason}"[:200], None
            row.retention_decided_by = by
    rows = [row for row, _ in pairs]
    if name in IN_CODE:
        _number_anew(rows, reason)
    _after(rows, name, by, done.reason, before)
    BulkChange.objects.bulk_create(
        (
            BulkChange(
                correction=done, record=row, before=was[row.pk],
                after={"value": present(row, name), "code": row.archival_code}, version=row.version,
            )
            for row in rows
        ),
        batch_size=1000,
    )  # fmt: skip
    _tell("bulk_correct", "批量更正", done, rows, was, by, reason)


def _as_it_is(row: Record, name: str) -> dict:
    """What the act may change of a record, with who and what had decided the period and the count
    of the paper: an undone act gives that back."""
    beside = {"retention_code": OF_PERIOD, "page_count": ("paper_pages",)}.get(name, ())
    return {
        "value": present(row, name), "code": row.archival_code, "box": row.box,
        **{one: getattr(row, Record._meta.get_field(one).attname) for one in beside},
    }  # fmt: skip


def _after(rows: list[Record], name: str, by, reason: str, before: dict[int, Record] | None) -> None:
    """The rows are written, inspected, found by their words, and out of boxes where they do not belong any more.

    `before`: as they were; None of what is undone, which refuses nothing that stood before it was done."""
    _save(rows, name, by, reason)
    _inspect(rows, name, by, before)
    if name == DATE:
        resort(rows)
    if name in IN_WORDS | IN_CODE:
        for row in rows:
            rewrite_head(row)
    if name in IN_CODE:
        leave_wrong_boxes(rows, by=by, reason=reason)
    retitle_many(rows)


def _tell(verb: str, label: str, done: BulkCorrection, rows: list[Record], was: dict, by, why: str):
    """One event a record, with what it had and has."""

    def each(row: Record) -> dict:
        before = was[row.pk]
        told = {done.field: [before["value"], present(row, done.field)]}
        if before["code"] != row.archival_code:
            told["archival_code"] = [before["code"], row.archival_code]
        if before["box"] != row.box:
            told["box"] = [before["box"], row.box]
        return {"changes": told}

    seat = audit.seat_for(by, rows[0], "arrange")
    audit.record_many(
        verb, label, rows, by=by, seat=seat, opinion=why, each=each, act=str(done.uid), wording=done.wording
    )


def _save(rows: list[Record], name: str, by, reason: str) -> None:
    """Only the columns that the act changes: a statement with a case a row and column grows with both."""
    fields = {name, *BESIDE.get(name, ())}
    manager = Record.objects.unguarded("written under the locks of this act")
    keys = [row.pk for row in rows]
    same = {tuple(getattr(row, one) for one in sorted(fields)) for row in rows} if name not in IN_CODE else set()
    if len(same) == 1:
        manager.filter(pk__in=keys).update(
            version=F("version") + 1, **dict(zip(sorted(fields), same.pop(), strict=True))
        )
    else:
        manager.bulk_update(rows, ["version", *sorted(fields)], batch_size=500)
    Record.history.bulk_history_create(
        rows, batch_size=1000, update=True, default_user=by, default_change_reason=reason[:200]
    )


def _number_anew(rows: list[Record], reason: str) -> None:
    """New numbers in the classes that the records have now, the old ones void; counters in order of their names."""
    void = {"voided_at": timezone.now(), "void_reason": reason[:200]}
    CodeAssignment.objects.filter(record__in=rows, voided_at=None).update(**void)
    by_series: dict[str, list[Record]] = {}
    for row in rows:
        row.former_codes = [*row.former_codes, {"code": row.archival_code, "reason": reason}]
        by_series.setdefault(series_of(row), []).append(row)
    patterns = patterns_of((row.fonds_id, row.year) for row in rows)
    for series in sorted(by_series):
        first = take(series, len(by_series[series]))
        for number, row in enumerate(by_series[series], start=first):
            row.item_no, row.archival_code = number, code_of(row, number, patterns[row.fonds_id, row.year])
    CodeAssignment.objects.bulk_create([assignment_of(row) for row in rows], batch_size=1000)


def _inspect(rows: list[Record], name: str, by, before: dict[int, Record] | None) -> None:
    """The filing stage's checks of the changed field anew, without reading the files; one failure that was not there
    `before` undoes everything.

    What is wrong with other fields stays told as it was: this act neither causes nor mends it.
    """
    run, sheet = inspection.open_run(Stage.FILING, by=by), inspection.Sheet(Stage.FILING)
    twins, files = inspection.twins_of(rows), _components_of(rows)
    concerned = {name, "archival_code"} if name in IN_CODE else {name}
    failed = []
    for row in rows:
        own = files.get(row.pk, [])
        found = inspection.examine(sheet, row, own, twins=twins, check_bytes=False)
        wrong = [one for one in found if one.is_refusal and one.field in concerned]
        if wrong and before is not None:
            stood = inspection.standing(before[row.pk], own, check_bytes=False)
            failed += [f"“{row}”：{told}" for told in inspection.made_wrong(wrong, stood)]
    if failed:
        raise Refused(*failed[:20])
    sheet.found = [(row, one) for row, one in sheet.found if one.field in concerned]
    old = InspectionResult.objects.filter(record__in=rows, settled_at=None, run__stage=Stage.FILING)
    old.filter(field__in=concerned).update(settled_at=timezone.now())
    inspection.keep(run, sheet, records=len(rows))


def _components_of(rows: list[Record]) -> dict[int, list[Component]]:
    found: dict[int, list[Component]] = {}
    components = Component.objects.filter(record__in=rows).select_related("stored_file").order_by("record", "seq")
    for one in components:
        found.setdefault(one.record_id, []).append(one)
    return found


def left_standing(done: BulkCorrection, rows: list[Record], changes: dict[int, BulkChange]) -> dict[int, str]:
    """Key of a record that an undoing leaves as it is → why: it left, was changed again, or its numbers are fixed."""
    fixed = fixed_among((row.fonds_id, row.year) for row in rows) if done.field in IN_CODE else set()
    found, listed = {}, listed_among(row.pk for row in rows)
    for row in rows:
        if row.state != State.FILED:
            found[row.pk] = f"“{row}”{row.get_state_display()}，不再恢复。"
        elif _present(row, done) != changes[row.pk].after:
            found[row.pk] = f"“{row}”的{done.label}之后又有改动，不再恢复，请逐件更正。"
        elif row.pk in listed:
            found[row.pk] = f"“{row}”{listed_told(listed[row.pk], '更正')}"
        elif (row.fonds_id, row.year) in fixed:
            found[row.pk] = f"“{row}”：{row.year}年度已定号，{CODED}不能直接改；{way_of(row.year)}"
    return found


def bars_undoing(done: BulkCorrection, rows: list[Record], left: dict[int, str]) -> list[str]:
    """Why nothing of the act can be undone any more; empty while some record can have its former value."""
    if done.undone_at is not None:
        return ["这次批量更正已经撤销。"]
    return list(dict.fromkeys(left.values()))[:20] if len(left) == len(rows) else []


def _present(row: Record, done: BulkCorrection) -> dict:
    return {"value": present(row, done.field), "code": row.archival_code}


def undo(done: BulkCorrection, *, by, count: int | None = None) -> int:
    """撤销: every record that nobody touched since has its former value, and its former code, again; the others stay.

    `count`: how many the person was told of. Refused with every reason when it is none, Stale when it is not so many.
    """
    with patiently(), transaction.atomic():
        locked = BulkCorrection.objects.select_for_update(of=("self",)).select_related("unit").get(pk=done.pk)
        changes = {one.record_id: one for one in locked.changes.all()}
        rows = _locked(list(changes), locked.unit, by)
        left = left_standing(locked, rows, changes)
        if reasons := bars_undoing(locked, rows, left):
            raise Refused(*reasons)
        rows = [row for row in rows if row.pk not in left]
        if count is not None and count != len(rows):
            raise Stale(f"现在可以恢复的是 {len(rows)} 件，与刚才所示的 {count} 件不同，没有撤销；请核对后再办。")
        reason = f"撤销批量更正：{locked.wording}"[:200]
        now = {row.pk: _as_it_is(row, locked.field) for row in rows}
        for row in rows:
            put(row, locked.field, changes[row.pk].before["value"])
            row.version += 1
            if locked.field == "doc_number":
                row.doc_number_as_given = row.doc_number
            if locked.field == "retention_code":
                was = changes[row.pk].before
                row.retention_basis, row.retention_rule_id = was["retention_basis"], was["retention_rule"]
                row.retention_decided_by_id = was["retention_decided_by"]
            if "paper_pages" in changes[row.pk].before:  # it had followed, or stayed: neither can be told from the row
                row.paper_pages = changes[row.pk].before["paper_pages"]
        _take_back_codes([row for row in rows if changes[row.pk].before["code"] != row.archival_code], changes, reason)
        _after(rows, locked.field, by, reason, None)
        locked.undone_by, locked.undone_at = by, timezone.now()
        locked.save(update_fields=["undone_by", "undone_at"])
        _tell("undo_bulk_correct", "撤销批量更正", locked, rows, now, by, reason)
    return len(rows)


def _take_back_codes(rows: list[Record], changes: dict[int, BulkChange], reason: str) -> None:
    """The code that a record had is its own again, the one that the act gave is void."""
    if not rows:
        return
    own = CodeAssignment.objects.filter(record__in=rows)
    own.filter(voided_at=None).update(voided_at=timezone.now(), void_reason=reason)
    former = {one.code: one for one in own.filter(code__in=[changes[row.pk].before["code"] for row in rows])}
    for row in rows:
        code = former[changes[row.pk].before["code"]]
        row.former_codes = [*row.former_codes, {"code": row.archival_code, "reason": reason}]
        row.item_no, row.archival_code = code.item_no, code.code
        code.voided_at, code.void_reason = None, ""
    CodeAssignment.objects.bulk_update(former.values(), ["voided_at", "void_reason"], batch_size=500)
