"""What a correction of many would do to codes and periods: shown before it is done."""

from collections import Counter
from collections.abc import Sequence

from units.counters import following
from units.models import AuditEvent

from .bulk_amend import IN_CODE, Amendment, Line
from .code_schemes import patterns_of
from .filing import code_of, series_of
from .models import BulkCorrection, Record
from .states import Retention

RANK = {Retention.PERMANENT: 3, Retention.THIRTY: 2, Retention.TEN: 1}


def new_codes(lines: Sequence[Line], amendment: Amendment) -> dict[int, str]:
    """Key of the record → the code that it would get if it were done now, in the order in which numbers are given."""
    if amendment.field not in IN_CODE:
        return {}
    patterns = patterns_of((line.record.fonds_id, line.record.year) for line in lines)
    found: dict[int, str] = {}
    last: dict[str, int] = {}
    for line in lines:
        if line.fault:
            continue
        row = line.record
        before = getattr(row, amendment.field)
        setattr(row, amendment.field, line.after)
        series = series_of(row)
        last[series] = last[series] + 1 if series in last else following(series)
        found[row.pk] = code_of(row, last[series], patterns[row.fonds_id, row.year])
        setattr(row, amendment.field, before)
    return found


def lowered(lines: Sequence[Line], amendment: Amendment) -> list[str]:
    """A sentence for every step down of the period: what would be kept for ever would be due one day."""
    if amendment.field != "retention_code":
        return []
    steps = Counter(
        (Retention(one.before), Retention(one.after))
        for one in lines
        if not one.fault and RANK.get(one.before, 0) > RANK.get(one.after, 0)
    )
    return [f"其中 {n} 件由{before.label}降为{after.label}" for (before, after), n in sorted(steps.items())]


def stood(done: BulkCorrection, rows: list[Record]) -> list[Record]:
    """Of the records of an act that was undone, those that the undoing left as they were."""
    told = AuditEvent.objects.filter(verb="undo_bulk_correct", object_uid__in=[row.uid for row in rows])
    back = set(told.filter(detail__act=str(done.uid)).values_list("object_uid", flat=True))
    return [row for row in rows if row.uid not in back]
