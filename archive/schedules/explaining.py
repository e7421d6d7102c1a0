"""为何为10年: what the schedule says of a paper, who decided, what nearly fitted, and why any other row did not."""

from dataclasses import dataclass

from django.utils import timezone

from units.models import User

from ..models import Record, RetentionRule, RetentionSchedule
from .matching import Asked, Judged, asked_of_record, judged
from .versions import day_that_decides, rules_of, schedule_for


@dataclass(frozen=True)
class Why:
    """`judged` by the rows of `schedule` (None: no schedule holds); `decided_by` a person, or None.

    `period` is the paper's own; `as_filed` the row as it stood at filing, "" when none was met or nothing was kept.
    """

    period: str
    schedule: RetentionSchedule | None
    judged: Judged
    decided_by: User | None = None
    as_filed: str = ""
    basis: str = ""

    @property
    def asked(self) -> Asked:
        return self.judged.asked

    @property
    def rule(self) -> RetentionRule | None:
        return self.judged.rule

    @property
    def said(self) -> str:
        """One sentence: who or what gave the period."""
        if self.decided_by is not None:
            return f"由{self.decided_by.name}确定：{self.basis}" if self.basis else f"由{self.decided_by.name}确定"
        if self.as_filed:
            return f"由条款确定：{self.as_filed}"
        return self.basis or "未留下依据"


def why_of_record(record: Record) -> Why:
    """By the version that held on the day of its filing, with the description that the record has now."""
    day = day_that_decides(record.date, timezone.localdate(record.filed_at))
    schedule = schedule_for(record.unit, day)
    return Why(
        period=record.get_retention_code_display(),
        schedule=schedule,
        judged=judged(rules_of(schedule) if schedule else [], asked_of_record(record)),
        decided_by=record.retention_decided_by,
        as_filed=record.filed_rule_text,
        basis=record.retention_basis,
    )
