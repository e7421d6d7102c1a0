"""A 档号 that was given up, as paper may still bear it: which record it was, and what is to be done about the stamp."""

from collections.abc import Iterable

from .models import CodeAssignment, Record
from .states import State


def renumbered(codes: Iterable[str]) -> dict[str, Record]:
    """Folded code that is void → the record that bore it and bears another now; one query.

    What was joined to its 复文 bears none: it is no piece of its own any more.
    """
    rows = CodeAssignment.objects.filter(code__in=list(codes), voided_at__isnull=False)
    rows = rows.exclude(record__state=State.JOINED).select_related("record__unit")
    return {one.code: one.record for one in rows if one.record.archival_code != one.code}


def told(record: Record) -> str:
    return f"已作废，现为 {record.archival_code}，请更换归档章"
