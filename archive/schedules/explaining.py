"""为何为10年: what the schedule says of a paper, who decided, what nearly fitted, and why any other row did not."""

from dataclasses import dataclass, replace

from django.utils import timezone

from units.models import User

from ..models import Record, RetentionRule, RetentionSchedule
from ..states import TAKEN_OVER
from .matching import Asked, Judged, asked_of_record, judged
from .versions import day_that_decides, rules_of, schedule_for


@dataclass(frozen=True)
class Decision:
    """Who or what gave a record its period: `decided_by` a person, or None.

    `as_filed` is the row as it stood at filing, "" when none was met or nothing was kept.
    """

    period: str
    basis: str
    as_filed: str = ""
    decided_by: User | None = None

    @property
    def said(self) -> str:
        """One sentence."""
        if self.basis in TAKEN_OVER and self.decided_by is not None:
            return f"{self.basis}，由{self.decided_by.name}导入"
        if self.decided_by is not None:
            return f"由{self.decided_by.name}确定：{self.basis}" if self.basis else f"由{self.decided_by.name}确定"
        if self.as_filed:
            return f"由条款确定：{self.as_filed}"
        return self.basis or "未留下依据"


@dataclass(frozen=True)
class Why:
    """A decision beside what the rows of `schedule` say (None: no schedule holds)."""

    decision: Decision
    schedule: RetentionSchedule | None
    judged: Judged
    newer: RetentionSchedule | None = None  # in force today, and not the one by which it was filed

    @property
    def rule(self) -> RetentionRule | None:
        return self.judged.rule


def decision_of(record: Record) -> Decision:
    return Decision(
        record.get_retention_code_display(), record.retention_basis, record.filed_rule_text,
        record.retention_decided_by,
    )  # fmt: skip


def why_of_record(record: Record) -> Why:
    """By the version whose row was met at filing, with the description that the record has now.

    The day of filing tells it only where no row was met: another version may begin on that day, or from before it.
    """
    schedule = record.filed_rule.schedule if record.filed_rule is not None else _held_at_filing(record)
    newer = schedule_for(record.unit, timezone.localdate())
    told = why(decision_of(record), schedule, asked_of_record(record))
    return replace(told, newer=newer) if newer != schedule else told


def _held_at_filing(record: Record) -> RetentionSchedule | None:
    return schedule_for(record.unit, day_that_decides(record.date, timezone.localdate(record.filed_at)))


def why(decision: Decision, schedule: RetentionSchedule | None, asked: Asked) -> Why:
    return Why(decision, schedule, judged(rules_of(schedule) if schedule else [], asked))
