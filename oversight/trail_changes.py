"""What a row of the trail says besides its act: which fields changed from what to what, the 档号 as it was then, and in
which unit and post somebody looked. What a person typed freely (a title, a remark, a reason) may quote the title of a
document that is not the auditor's to read, so it is told as changed or given and never shown (design section 13)."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.apps import apps
from django.db import models
from django.utils import timezone

from archive import changes as of_records
from archive.models import CodeAssignment, Record
from documents.models import Document
from documents.registering import AMENDED
from units.models import Appointment, AuditEvent

# columns of text in which a number, a code, a place or a body's name stands; every other text is free
SAID = frozenset({
    "archival_code", "author", "author_code", "class_code", "doc_number", "fonds_code", "kept_until", "legacy_code",
    "retention_code", "sender_name", "sender_number", "shelf",
})  # fmt: skip
GIVEN = "已写明，见原件的变更记录"
UNKNOWN, APART = "其他项目", {"box": "盒号"}  # what an event tells besides columns


def fields_of(event: AuditEvent) -> tuple[str, ...]:
    """“页数：3 → 4”, “题名（已更改）”: the fields of one act in the order in which they were told."""
    told = event.detail.get("changes")
    if not isinstance(told, dict):
        return ()
    return tuple(_shown(event.object_type, name, pair, told) for name, pair in told.items() if not _is_told_apart(name))


def _is_told_apart(name: str) -> bool:
    return name in of_records.HIDDEN or name == of_records.CODE


def _shown(kind: str, name: str, pair, told: dict) -> str:
    label = _label(kind, name)
    if _is_free(kind, name) or not isinstance(pair, list) or len(pair) != 2:
        return f"{label}（已更改）"
    before, after = (_value(kind, name, value, told, side) or "空" for side, value in enumerate(pair))
    return f"{label}：{before} → {after}"


def _is_free(kind: str, name: str) -> bool:
    field = _fields(kind).get(name)
    is_text = field is None or (isinstance(field, models.CharField | models.TextField) and not field.flatchoices)
    return is_text and name not in SAID


def _label(kind: str, name: str) -> str:
    if kind == "record" and name in of_records.NAMED:
        return of_records.NAMED[name]
    if kind == "document" and name in AMENDED:
        return AMENDED[name]
    if name in APART:
        return APART[name]
    field = _fields(kind).get(name)
    return str(field.verbose_name) if field is not None and not str(field.verbose_name).isascii() else UNKNOWN


def _value(kind: str, name: str, value, told: dict, side: int) -> str:
    if kind == "record" and (name in of_records.NAMED or name in _fields(kind)):
        return of_records.shown(name, value, told, side)
    if value in (None, "", "None"):
        return ""
    field = _fields(kind).get(name)
    words = dict(field.flatchoices) if field is not None else {}
    return "；".join(map(str, value)) if isinstance(value, list) else str(words.get(value, value))


@cache
def _fields(kind: str) -> dict:
    """Name → column of the model whose events bear `kind`."""
    found = (model for model in apps.get_models() if getattr(model, "AUDIT_TYPE", "") == kind)
    return {field.name: field for model in found for field in model._meta.fields}


def reason_of(event: AuditEvent) -> str:
    """Whether somebody said why he corrected it; an opinion of another kind of act is not told of at all."""
    if not event.detail.get("changes"):
        return ""
    is_given = event.detail.get("reason") or (event.object_type == "record" and event.opinion)
    return GIVEN if is_given else ""


class Numbers:
    """文号 of documents and 档号 of records of one page, a 档号 as it was at the row's time; two queries and one."""

    def __init__(self, objects: Iterable[tuple]) -> None:
        uids: dict[str, set] = {"document": set(), "record": set()}
        for kind, uid in objects:
            if kind in uids and uid is not None:
                uids[kind].add(uid)
        rows = Document.objects.unguarded("the auditor reads numbers, never a title").filter(uid__in=uids["document"])
        self.now = {uid: own or theirs for uid, own, theirs in rows.values_list("uid", "doc_number", "sender_number")}
        kept = Record.objects.unguarded("the auditor reads numbers, never a title").filter(uid__in=uids["record"])
        self.now |= dict(kept.values_list("uid", "archival_code"))
        self.given: dict = {}
        codes = CodeAssignment.objects.filter(record__uid__in=uids["record"]).order_by("given_at", "pk")
        for uid, code, voided_at in codes.values_list("record__uid", "code", "voided_at"):
            self.given.setdefault(uid, []).append((code, voided_at))

    def at(self, uid, moment: datetime) -> str:
        """As it was just before `moment`; with the code of today beside it where that is another."""
        now = self.now.get(uid, "")
        then = next((code for code, voided in self.given.get(uid, ()) if voided is None or voided > moment), now)
        return then if then == now else f"{then}（现为 {now}）"


class Seats:
    """Where the people of one page stood: one query."""

    def __init__(self, people: Iterable[int]) -> None:
        held = Appointment.objects.filter(user__in=set(people)).select_related("post__unit").order_by("pk")
        self.held: dict[int, list[Appointment]] = {}
        for one in held:
            self.held.setdefault(one.user_id, []).append(one)

    def at(self, person: int | None, moment: datetime) -> tuple[str, str]:
        """(units, posts) that the person had at `moment`."""
        day = timezone.localdate(moment)
        posts = [
            one.post
            for one in self.held.get(person or 0, ())
            if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)
            and (one.dismissed_at is None or one.dismissed_at > moment)
        ]  # fmt: skip
        units = dict.fromkeys(post.unit.name for post in posts)
        return "、".join(units), "、".join(dict.fromkeys(post.get_kind_display() for post in posts))
