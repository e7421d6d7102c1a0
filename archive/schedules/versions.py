"""Versions of a unit's schedule: which one holds on a day, and what differs between two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from units.models import Unit
from units.statements import DAY, KEY, Statement

from ..models import RetentionRule, RetentionSchedule
from ..states import ScheduleState, UseScope

FILED, FORMED = "filed", "formed"  # EGOV_SCHEDULE_BY


@cache
def _holding() -> Statement:
    rows = RetentionSchedule.objects.filter(
        Q(unit=KEY) | Q(unit=None), Q(valid_to=None) | Q(valid_to__gte=DAY), state=ScheduleState.APPROVED,
        valid_from__lte=DAY,
    )  # fmt: skip
    rows = rows.select_related("unit").order_by(F("unit").asc(nulls_last=True), "-valid_from", "-pk")
    return Statement(rows[:1], unit=KEY, day=DAY)


def schedule_for(unit: Unit, day: date) -> RetentionSchedule | None:
    """The unit's approved version that holds on `day`, the district's sample where it has none (Order 8 art. 12)."""
    return _holding().first(unit=unit.pk, day=day)


@cache
def _rules() -> Statement:
    return Statement(RetentionRule.objects.filter(schedule=KEY, is_struck=False).order_by("code"), schedule=KEY)


def rules_of(schedule: RetentionSchedule) -> list[RetentionRule]:
    """Its rows in their order, without those struck."""
    found = _rules().ask(schedule=schedule.pk)
    for rule in found:
        rule.schedule = schedule
    return found


def text_of(rule: RetentionRule) -> str:
    """The row as a record keeps it: schedule with version, row, period."""
    return f"{rule.schedule} {rule}：{rule.period}"[:400]


def day_that_decides(formed_on: date | None, filed_on: date | None = None) -> date:
    """By which day the version is chosen: that of filing (domain 4.5), or of formation where the setting says so.

    What is not filed yet is filed today; what has no date of formation goes by its filing.
    """
    filed = filed_on or timezone.localdate()
    return (formed_on or filed) if settings.EGOV_SCHEDULE_BY == FORMED else filed


@dataclass(frozen=True)
class Difference:
    """One row that two versions have differently; `kind` added, struck or changed, `changes` (label, old, new)."""

    kind: str
    rule: RetentionRule
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def kind_shown(self) -> str:
        return {"added": "增加", "struck": "删去", "changed": "修改"}[self.kind]

    @property
    def moves_period(self) -> bool:
        return any(label == "保管期限" for label, _, _ in self.changes)


def values_of(rule: RetentionRule) -> dict[str, str]:
    """A row in words, by column."""
    return {
        "类别": rule.category,
        "归档范围": rule.description,
        "关键词": rule.keywords_shown,
        "来源": rule.sources_shown,
        "文种": rule.types_shown,
        "保管期限": rule.period,
        "原期限": rule.legacy_retention,
        "利用范围": UseScope(rule.use_scope).label if rule.use_scope else "",
        "无关键词时采用": "是" if rule.is_default else "",
    }


def differences(old: Iterable[RetentionRule], new: Iterable[RetentionRule]) -> list[Difference]:
    """What `new` has otherwise than `old`, row by row, by 条款号; struck rows are none."""
    before = {rule.code: rule for rule in old if not rule.is_struck}
    after = {rule.code: rule for rule in new if not rule.is_struck}
    found = []
    for code in sorted(before.keys() | after.keys()):
        if code not in before:
            found.append(Difference("added", after[code]))
        elif code not in after:
            found.append(Difference("struck", before[code]))
        elif changes := _changes(values_of(before[code]), values_of(after[code])):
            found.append(Difference("changed", after[code], changes))
    return found


def _changes(old: dict[str, str], new: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((label, old[label], new[label]) for label in new if old[label] != new[label])
