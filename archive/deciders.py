"""Who set a record's period, from its filing on: one line, so that nobody has to piece it together.

The first row of the record's history is the record as it was filed; what was changed since stands in its events.
"""

import re

from django.utils import timezone

from units.texts import some_of

from . import effective
from .changes import changes_of
from .models import Record
from .states import TAKEN_OVER, Retention

CODE = re.compile(r"(?<!\S)(\d{2}-\d{2})(?!\d)")
NAMED = 5  # corrections in the line, the last ones first; the history has them all


def decided(record: Record) -> str:
    """10年，由条款 04-03 提出，归档人 某某 2026-11-03；更正：10年改为30年（某某 2026-11-20，理由）."""
    first = (
        record.history.select_related("retention_decided_by").order_by("history_date", "history_id").first() or record
    )
    period = Retention(first.retention_code).label if first.retention_code in Retention.values else ""
    filed = f"归档人 {record.filed_by.name} {timezone.localtime(record.filed_at):%Y-%m-%d}"
    later = [
        one for one in changes_of(record) if one.event.detail["changes"].get("retention_code") and one.label == LABEL
    ]
    told = some_of([_corrected(one) for one in later], NAMED, "次", between="；")
    now = f"；现为{effective.shown(record)}" if effective.is_changed(record) else ""
    return f"{period}，{proposed_by(first)}，{filed}" + (f"；更正：{told}" if told else "") + now


LABEL = str(Record._meta.get_field("retention_code").verbose_name)


def proposed_by(first) -> str:
    """The clause where one said it, else the person, else the ground that was kept."""
    if first.retention_basis in TAKEN_OVER:  # whoever ran the import decided nothing
        return first.retention_basis
    if first.retention_decided_by is not None:
        return f"由{first.retention_decided_by.name}确定"
    if found := CODE.search(first.filed_rule_text or first.retention_basis):
        return f"由条款 {found[1]} 提出"
    return first.retention_basis or "未留下依据"


def _corrected(one) -> str:
    reason = f"，{one.event.opinion}" if one.event.opinion else ""
    return f"{one.before}改为{one.after}（{one.who[0]} {timezone.localtime(one.event.at):%Y-%m-%d}{reason}）"
