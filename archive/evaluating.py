"""单套管理评估 (DA/T 92—2022, clause 10 and annex B; domain 16): begun, judged item by item, closed with its verdict.

Every one of the 25 items has to pass after the precondition; a failed precondition fails the whole at once.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from units import audit
from units.access import may
from units.behind import who_changed
from units.models import Unit
from units.texts import too_long
from units.workflow import Refused, Stale, patiently

from .evidence import evidence_of
from .models import EvaluationItem, EvaluationVerdict, SingleSetEvaluation
from .states import EvaluationKind, Passed

TABLE = Path(__file__).parent / "data" / "dat92_items.tsv"
YEARS = 3  # until the next evaluation (clause 10)
PRECONDITION = 0
LONGEST_NOTE, LONGEST_OPINION = 500, 500


@dataclass(frozen=True)
class Asked:
    """One row of annex B in our words."""

    serial: int
    part: str
    group: str
    name: str
    asks: str


def _load() -> tuple[Asked, ...]:
    with TABLE.open(encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(Asked(int(row["no"]), row["part"], row["group"], row["item"], row["asks"]) for row in rows)


ITEMS = _load()
BEGINS = {EvaluationKind.OWN: "arrange_years", EvaluationKind.AUTHORITY: "approve_single_set"}


def last_passed(unit: Unit, kind: str) -> SingleSetEvaluation | None:
    rows = SingleSetEvaluation.objects.filter(unit=unit, kind=kind, closed_at__isnull=False).order_by("-closed_at")
    newest = rows.first()
    return newest if newest is not None and newest.verdict == Passed.PASSED else None


def to_evaluate() -> QuerySet[Unit]:
    """Units that 区档案局 can begin with: the last self-evaluation was passed, and none of its own is under way."""
    own = SingleSetEvaluation.objects.filter(unit=OuterRef("pk"), kind=EvaluationKind.OWN, closed_at__isnull=False)
    begun = SingleSetEvaluation.objects.filter(unit=OuterRef("pk"), kind=EvaluationKind.AUTHORITY, closed_at=None)
    rows = Unit.objects.annotate(found=Subquery(own.order_by("-closed_at").values("verdict")[:1]))
    return rows.filter(~Exists(begun), found=Passed.PASSED).order_by("code")


def begin(unit: Unit, kind: str, *, by) -> SingleSetEvaluation:
    """An evaluation with all items open. That of 区档案局 follows a self-evaluation that was passed."""
    if kind not in EvaluationKind.values:
        raise Refused("请选择评估的种类。")
    if not may(by, BEGINS[EvaluationKind(kind)], unit):
        raise Refused("自评估由本单位档案员进行，评估由区档案局进行。")
    if kind == EvaluationKind.AUTHORITY and last_passed(unit, EvaluationKind.OWN) is None:
        raise Refused(f"{unit}还没有通过自评估，区档案局尚不能评估。")
    with patiently(), transaction.atomic():
        try:
            with transaction.atomic():
                made = SingleSetEvaluation.objects.create(unit=unit, kind=kind, begun_by=by)
        except IntegrityError as error:
            raise Refused(f"{unit}已有一次未完成的{EvaluationKind(kind).label}。") from error
        EvaluationItem.objects.bulk_create(EvaluationItem(evaluation=made, serial=one.serial) for one in ITEMS)
        audit.record("begin_evaluation", "开始单套管理评估", made, by=by, kind=kind)
    return made


def _locked(evaluation: SingleSetEvaluation, version: int, by) -> SingleSetEvaluation:
    rows = SingleSetEvaluation.objects.select_for_update(of=("self",)).select_related("unit")
    row = rows.get(pk=evaluation.pk)
    if row.closed_at is not None:
        raise Refused(f"“{row}”已于 {timezone.localdate(row.closed_at)} 完成，不能再改。")
    if not may(by, "judge", row):
        raise Refused("自评估由本单位档案员进行，评估由区档案局进行。")
    if row.version != version:
        raise Stale(f"“{row}”已被{who_changed(row, by)}修改，请核对后再保存。")
    return row


def judge(
    evaluation: SingleSetEvaluation, found: Mapping[int, tuple[str, str]], *, by, version: int
) -> SingleSetEvaluation:
    """Serial → (verdict or "", what it rests on); the newest counts, earlier ones stay (`judged_before`). What is not
    passed says why. Refused with every reason.
    """
    with patiently(), transaction.atomic():
        row = _locked(evaluation, version, by)
        if wrong := _faults(found):
            raise Refused(*wrong)
        items = {one.serial: one for one in row.items.all()}
        told, given = {}, []
        for serial, (verdict, note) in found.items():
            one = items[serial]
            if (one.verdict, one.note) != (verdict, note.strip()):
                told[str(serial)] = [one.verdict, verdict]
                one.verdict, one.note = verdict, note.strip()
                given.append(EvaluationVerdict(item=one, verdict=verdict, note=one.note, by=by, name=by.name))
        EvaluationItem.objects.bulk_update(items.values(), ["verdict", "note"])
        EvaluationVerdict.objects.bulk_create(given)
        row.version += 1
        row.save(update_fields=["version"])
        audit.record("judge_evaluation", "填写评估情况", row, by=by, items=told)
    return row


def judged_before(evaluation: SingleSetEvaluation) -> dict[int, list[EvaluationVerdict]]:
    """Serial → what counts no more, the newest first; of an item that was judged once nothing."""
    found: dict[int, list[EvaluationVerdict]] = {}
    rows = EvaluationVerdict.objects.filter(item__evaluation=evaluation).select_related("item").order_by("-pk")
    for one in rows:
        found.setdefault(one.item.serial, []).append(one)
    return {serial: given[1:] for serial, given in found.items()}


def _faults(found: Mapping[int, tuple[str, str]]) -> list[str]:
    names, wrong = {one.serial: one.name for one in ITEMS}, []
    for serial, (verdict, note) in found.items():
        if serial not in names:
            raise LookupError(f"No item {serial}.")
        if verdict not in ("", *Passed.values):
            wrong.append(f"{serial} {names[serial]}：结论只有通过、未通过。")
        if verdict == Passed.FAILED and not note.strip():
            wrong.append(f"{serial} {names[serial]}：未通过的，请写明情况。")
        if reason := too_long(note, LONGEST_NOTE, "情况和依据"):
            wrong.append(f"{serial} {names[serial]}：{reason}")
    return wrong


def close(evaluation: SingleSetEvaluation, *, opinion: str, by, version: int) -> SingleSetEvaluation:
    """The verdict that the items give, with what the platform shows on this day. Refused while an item is open."""
    opinion = opinion.strip()
    with patiently(), transaction.atomic():
        row = _locked(evaluation, version, by)
        items = list(row.items.all())
        wrong = [
            _open(items),
            "" if opinion else "请填写综合评估意见。",
            too_long(opinion, LONGEST_OPINION, "综合评估意见"),
        ]
        if wrong := [one for one in wrong if one]:
            raise Refused(*wrong)
        now, shown = timezone.now(), evidence_of(row.unit)
        for one in items:
            one.evidence = shown.get(one.serial, "")[:300]
        EvaluationItem.objects.bulk_update(items, ["evidence"])
        passed = all(one.verdict == Passed.PASSED for one in items)
        row.verdict = Passed.PASSED if passed else Passed.FAILED
        row.opinion, row.closed_by, row.closed_at, row.version = opinion, by, now, row.version + 1
        row.next_due = _after(timezone.localdate(now)) if passed else None
        row.save()
        audit.record("close_evaluation", "完成单套管理评估", row, by=by, after=row.verdict, opinion=opinion)
    return row


def _open(items: list[EvaluationItem]) -> str:
    if any(one.serial == PRECONDITION and one.verdict == Passed.FAILED for one in items):
        return ""
    left = [one.serial for one in items if not one.verdict]
    return f"还有 {len(left)} 项没有结论：{'、'.join(map(str, left))}。" if left else ""


def _after(day: date) -> date:
    """The same day YEARS later; from 29 February the 28th."""
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:
        return day.replace(year=day.year + YEARS, day=28)
