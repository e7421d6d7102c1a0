"""补充著录: the elements of DA/T 46—2009 that few records have, described by the archivist while the unit has custody."""

from collections.abc import Mapping

from django.db import transaction

from units import audit
from units.workflow import Refused

from .correction import locked
from .further_fields import FURTHER, FurtherField
from .models import Record


@transaction.atomic
def describe(record: Record, *, given: Mapping[str, str | list[str]], reason: str, by, version: int) -> Record:
    """Replace the further description by `given` (names of FURTHER; what is empty is taken away); one event."""
    row = locked(record, by, version, act="补充著录")
    told: dict[str, list] = {}
    kept = dict(row.further)
    for one in FURTHER:
        if one.identifier not in given:
            continue
        value = _checked(one, given[one.identifier])
        before = kept.get(one.identifier, [] if one.is_list else "")
        if value != before:
            told[one.identifier] = [before, value]
        kept.pop(one.identifier, None)
        if value:
            kept[one.identifier] = value
    if not told:
        raise Refused("没有改动，无须保存。")
    row.further = kept
    row.version += 1
    row._change_reason, row._history_user = reason[:200], by
    row.save()
    audit.record(
        "describe_record", "补充著录", row, by=by, through="arrange", before=row.archival_code, after=row.archival_code,
        opinion=reason, changes=told,
    )  # fmt: skip
    return row


def _checked(one: FurtherField, value: str | list[str]) -> str | list[str]:
    lines = [" ".join(text.split()) for text in (value if isinstance(value, list) else [value])]
    lines = [text for text in lines if text]
    if long := next((text for text in lines if len(text) > one.longest), None):
        raise Refused(f"{one.label}“{long[:20]}…”有{len(long)}个字，最多{one.longest}个。")
    if one.choices and (odd := next((text for text in lines if text not in one.choices), None)):
        raise Refused(f"{one.label}“{odd}”不在值域内，应为{'、'.join(one.choices)}之一。")
    if one.is_list:
        return lines
    return lines[0] if lines else ""
