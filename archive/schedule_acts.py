"""The unit's archivist drafts a version: begun from the district's sample or the version in force, row by row or whole
from Excel. Rows change in drafts only, under the lock of their version; each act is one event."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import holds, may
from units.behind import who_changed
from units.models import Unit
from units.workflow import Refused, Stale

from .models import RetentionRule, RetentionSchedule
from .schedule_workflow import basis_for
from .schedules.sheets import MOST_ROWS
from .schedules.versions import rules_of, values_of
from .states import ScheduleState

COPIED = (
    "code", "category", "description", "keywords", "sources", "doc_types", "retention_code", "not_to_file",
    "legacy_retention", "use_scope", "is_default",
)  # fmt: skip
IN_WORK = (ScheduleState.DRAFT, ScheduleState.PROPOSED)


def authority() -> Unit | None:
    """The unit that plays 区档案局: the district archive's (practice 1)."""
    return Unit.objects.in_force().filter(category="archive").order_by("code").first()


@transaction.atomic
def draft(unit: Unit, *, by) -> RetentionSchedule:
    """A new version of `unit`, begun with the rows that it will follow (`basis_for`); one at a time."""
    if not holds("arrange_records", by, unit):
        raise Refused("保管期限表由本单位档案员拟订。")
    Unit.objects.select_for_update().get(pk=unit.pk)
    if open_one := RetentionSchedule.objects.filter(unit=unit, state__in=IN_WORK).first():
        raise Refused(f"“{open_one}”正在拟订或审批，请先办完，不能同时拟订两个版本。")
    base = basis_for(unit)
    schedule = RetentionSchedule(
        unit=unit, authority=authority(), edition=_next_edition(unit), drafted_from=base, drafted_by=by
    )
    schedule._history_user = by
    schedule.save()
    if base is not None:
        RetentionRule.objects.bulk_create(_copy(rule, schedule) for rule in rules_of(base))
    audit.record(
        "draft_schedule", "拟订保管期限表", schedule, by=by, through="draft", after=schedule.state,
        opinion=f"据“{base}”拟订" if base else "",
    )  # fmt: skip
    return schedule


def _next_edition(unit: Unit) -> str:
    """2026年版, then 2026年第2版 …: what is dropped keeps its name."""
    year = timezone.localdate().year
    taken = set(RetentionSchedule.objects.filter(unit=unit).values_list("edition", flat=True))
    names = (f"{year}年版" if number == 1 else f"{year}年第{number}版" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _copy(rule: RetentionRule, schedule: RetentionSchedule) -> RetentionRule:
    return RetentionRule(schedule=schedule, **{name: getattr(rule, name) for name in COPIED})


def check_open(schedule: RetentionSchedule) -> None:
    """Rows change in drafts only. Raises Refused."""
    if schedule.state != ScheduleState.DRAFT:
        raise Refused(f"“{schedule}”{schedule.get_state_display()}，条款不能修改；要修改请另拟新版本。")


def _opened(schedule: RetentionSchedule, by, version: int | None) -> RetentionSchedule:
    """The draft under its lock, for whoever may draft it. Raises Refused, Stale."""
    row = RetentionSchedule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=schedule.pk)
    if not may(by, "draft", row):
        raise Refused("保管期限表由本单位档案员拟订。")
    check_open(row)
    if version is not None and row.version != version:
        raise Stale(f"“{row}”已被{who_changed(row, by)}修改，请核对后再保存。")
    return row


def _saved(row: RetentionSchedule, by) -> None:
    row.version += 1
    row._history_user = by
    row.save()


@transaction.atomic
def save_rule(
    schedule: RetentionSchedule, values: Mapping[str, Any], *, by, code: str = "", version: int | None = None
) -> RetentionRule:
    """Row `code` gets `values` (of COPIED); "" adds one. A struck row of the same code comes back with them."""
    row = _opened(schedule, by, version)
    rules = {rule.code: rule for rule in row.rules.all()}
    new = values["code"]
    if code and code not in rules:
        raise Refused(f"没有条款 {code}，可能已经改号，请刷新后再办。")
    if new != code and new in rules and not rules[new].is_struck:
        raise Refused(f"条款号 {new} 已有（{rules[new].description}），请换一个号。")
    if new != code and code and new in rules:
        raise Refused(f"条款号 {new} 曾用于已删去的条款，请换一个号，或恢复那一条。")
    rule = rules.get(code or new) or RetentionRule(schedule=row)
    before = values_of(rule) if rule.pk and not rule.is_struck else {}
    for name in COPIED:
        setattr(rule, name, values[name])
    rule.is_struck, rule._history_user = False, by
    rule.save()
    _saved(row, by)
    after = values_of(rule)
    told = {name: [before.get(name, ""), text] for name, text in after.items() if before.get(name, "") != text}
    audit.record(
        "save_rule", "修改条款" if before else "增加条款", row, by=by, through="draft", before=code, after=new,
        opinion=str(rule), changes=told,
    )  # fmt: skip
    return rule


@transaction.atomic
def strike(schedule: RetentionSchedule, code: str, *, by, back: bool = False) -> None:
    """删去 a row of the draft, or bring it `back`; it stays readable and matches nothing while struck."""
    row = _opened(schedule, by, None)
    rule = row.rules.filter(code=code, is_struck=back).first()
    if rule is None:
        raise Refused(f"条款 {code} 已{'恢复' if back else '删去'}，或者已经改号，请刷新后再办。")
    rule.is_struck, rule._history_user = not back, by
    rule.save()
    _saved(row, by)
    audit.record(
        "restore_rule" if back else "strike_rule", "恢复条款" if back else "删去条款", row, by=by, through="draft",
        opinion=str(rule),
    )  # fmt: skip


@transaction.atomic
def take_in(
    schedule: RetentionSchedule, rows: Sequence[Mapping[str, Any]], *, by, version: int | None = None, strikes: bool
) -> tuple[int, int, int]:
    """The draft takes `rows` (values of COPIED, codes unique) in: (added, changed, struck).

    What is not among them is struck only where it was said so (`strikes`); else it stays as it is.
    """
    row = _opened(schedule, by, version)
    there = {rule.code: rule for rule in row.rules.all()}
    codes = {values["code"] for values in rows}
    absent = [rule for rule in there.values() if rule.code not in codes and not rule.is_struck]
    if not strikes and (count := len(codes) + len(absent)) > MOST_ROWS:
        raise Refused(f"表中没有的条款都保留时共 {count} 条，超过 {MOST_ROWS} 条，保管期限表没有这么多条款，请核对。")
    added = changed = 0
    for values in rows:
        rule = there.get(values["code"])
        if rule is not None and not rule.is_struck and all(getattr(rule, name) == values[name] for name in COPIED):
            continue
        added, changed = (added + 1, changed) if rule is None or rule.is_struck else (added, changed + 1)
        rule = rule or RetentionRule(schedule=row)
        for name in COPIED:
            setattr(rule, name, values[name])
        rule.is_struck, rule._history_user = False, by
        rule.save()
    gone = absent if strikes else []
    for rule in gone:
        rule.is_struck, rule._history_user = True, by
        rule.save()
    _saved(row, by)
    kept = f"，表中没有的 {len(absent)} 条保留" if absent and not strikes else ""
    audit.record(
        "load_schedule", "导入条款", row, by=by, through="draft",
        opinion=f"增加 {added} 条，修改 {changed} 条，删去 {len(gone)} 条{kept}",
    )  # fmt: skip
    return added, changed, len(gone)
