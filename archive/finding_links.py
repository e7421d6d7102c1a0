"""Where what the inspection found is put right: a field of the record's form, one of its files, or another page."""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse

from units.access import may
from units.findings import Finding

from .correct_forms import RecordFields
from .further_fields import FURTHER
from .models import Record
from .plan import ENVIRONMENT
from .reinspection import OF_CONTENT, Judged
from .states import State, Verdict

OF_FURTHER = frozenset(one.identifier for one in FURTHER)
OF_THE_FILES = OF_CONTENT | {"2-8"}


class Told(NamedTuple):
    """One thing to deal with: its item, the words, and where it is mended ("" for who may not)."""

    code: str
    is_bad: bool
    words: str
    label: str = ""
    url: str = ""


def to_mend(record: Record, judged: Sequence[Judged], user) -> list[Told]:
    """What the items found, each with its place; what fails without a finding is a person's or the surroundings'."""
    if not any(one.findings or one.verdict == Verdict.FAIL for one in judged):
        return []
    mends = record.state == State.FILED and may(user, "arrange", record)
    found = []
    for one in judged:
        for finding in one.findings:
            place = _place(record, one, finding, mends=mends, user=user)
            found.append(Told(one.code, finding.is_refusal, f"{finding.target}：{finding.message}", *place))
        if not one.findings and one.verdict == Verdict.FAIL:
            place = _place(record, one, None, mends=mends, user=user)
            found.append(Told(one.code, True, f"{one.item.name}：{one.told}", *place))
    return found


def _place(record: Record, one: Judged, finding: Finding | None, *, mends: bool, user) -> tuple[str, str]:
    """(what to press, its address)."""
    serial, field = one.item.serial, finding.field if finding else ""
    if serial in ENVIRONMENT:
        may_note = may(user, "note_environment", record.custodian)
        return ("登记环境检测", reverse("archive:checks", args=[record.custodian.uid])) if may_note else ("", "")
    if serial == "2-5" and record.document is not None:
        return "查看公文", record.document.get_absolute_url()
    if not mends:
        return "", ""
    correct = reverse("archive:correct", args=[record.uid])
    if field in OF_FURTHER:
        return "补充著录", reverse("archive:description", args=[record.uid])
    if field in RecordFields.base_fields:
        return "更正", f"{correct}?field={field}#id_{field}"
    if serial in OF_THE_FILES:
        named = record.components.filter(filename=finding.target).first() if finding is not None else None
        return "更换文件", f"{correct}?file={named.uid}#files" if named is not None else f"{correct}#files"
    return "更正", correct
