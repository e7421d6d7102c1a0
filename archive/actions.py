"""Every write on records that is not filing or transfer: one function a verb, one transaction, one event."""

from django.db import transaction

from units import audit
from units.workflow import Refused

from .correction import locked
from .filing import number_anew
from .fixed_years import bars_new_code
from .models import Record
from .states import Retention
from .words import rewrite_head


@transaction.atomic
def reclassify(record: Record, *, retention_code: str, reason: str, by, version: int) -> Record:
    """Correct the retention period: a new item number in its new class, the former code kept (design section 12)."""
    if retention_code not in Retention.values:
        raise Refused("保管期限不在规定之列，请选择永久、30年或10年。")
    if not reason.strip():
        raise Refused("调整保管期限须填写理由。")
    row = locked(record, by, version, act="调整")
    if row.retention_code == retention_code:
        raise Refused(f"保管期限已是{row.get_retention_code_display()}，无须调整。")
    if reason_not := bars_new_code(row):
        raise Refused(reason_not)
    before, period = row.archival_code, row.retention_code
    row.former_codes = [*row.former_codes, {"code": before, "reason": reason}]
    row.retention_code, row.retention_basis = retention_code, f"{by.name}调整：{reason}"[:200]
    row.retention_rule, row.retention_decided_by = None, by
    row.version += 1
    number_anew(row, by, reason=reason)
    rewrite_head(row)
    audit.record(
        "reclassify",
        "调整保管期限",
        row,
        by=by,
        through="arrange",
        before=before,
        after=row.archival_code,
        opinion=reason,
        changes={"retention_code": [period, retention_code]},
    )
    return row
