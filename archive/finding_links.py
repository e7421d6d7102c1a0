"""Where what the inspection found is put right: a field of the record's form, one of its files, or another page."""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse

from units.access import may
from units.findings import Finding

from .correct_forms import RecordFields
from .disposed import barred
from .further_fields import FURTHER
from .models import Component, Record
from .plan import ENVIRONMENT
from .reinspection import OF_CONTENT, Judged
from .states import Verdict

OF_FURTHER = frozenset(one.identifier for one in FURTHER)
OF_THE_FILES = OF_CONTENT | {"2-8"}


class Told(NamedTuple):
    """One thing to deal with: its item, the words, and where it is mended ("" for who may not)."""

    code: str
    is_bad: bool
    words: str
    label: str = ""
    url: str = ""


class Open(NamedTuple):
    """What the person may do about the record's findings, asked once for all of them; `files` by name."""

    mends: bool
    notes: bool
    files: dict[str, Component]


def to_mend(record: Record, judged: Sequence[Judged], user) -> list[Told]:
    """What the items found, each with its place; what fails without a finding is a person's or the surroundings'."""
    wrong = [one for one in judged if one.findings or one.verdict == Verdict.FAIL]
    if not wrong:
        return []
    allowed = _open_to(record, user, {one.item.serial for one in wrong})
    found = []
    for one in wrong:
        for finding in one.findings:
            place = _place(record, one, finding, allowed)
            found.append(Told(one.code, finding.is_refusal, f"{finding.target}：{finding.message}", *place))
        if not one.findings:
            place = _place(record, one, None, allowed)
            found.append(Told(one.code, True, f"{one.item.name}：{one.told}", *place))
    return found


def _open_to(record: Record, user, serials: set[str]) -> Open:
    """What is on an approved 销毁清册, or has left the unit, is mended by nobody: the form would be refused."""
    mends = may(user, "arrange", record) and not barred(record, "更正")
    files = record.components.order_by("-pk") if mends and serials & OF_THE_FILES else ()
    return Open(
        mends,
        bool(serials & ENVIRONMENT) and may(user, "note_environment", record.custodian),
        {one.filename: one for one in files},
    )


def _place(record: Record, one: Judged, finding: Finding | None, allowed: Open) -> tuple[str, str]:
    """(what to press, its address)."""
    serial, field = one.item.serial, finding.field if finding else ""
    if serial in ENVIRONMENT:
        return ("登记环境检测", reverse("archive:checks", args=[record.custodian.uid])) if allowed.notes else ("", "")
    if serial == "2-5" and record.document is not None:
        return "查看公文", record.document.get_absolute_url()
    if not allowed.mends:
        return "", ""
    correct = reverse("archive:correct", args=[record.uid])
    if field in OF_FURTHER:
        return "补充著录", reverse("archive:description", args=[record.uid])
    if field in RecordFields.base_fields:
        return "更正", f"{correct}?field={field}#id_{field}"
    if serial in OF_THE_FILES:
        named = allowed.files.get(finding.target) if finding is not None else None
        return "更换文件", f"{correct}?file={named.uid}#files" if named is not None else f"{correct}#files"
    return "更正", correct
