"""来文登记 that is not done twice, and mistakes of a registration corrected with trace (docs/rules/exchange.md)."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.folding import number_key
from units.models import Task
from units.tasks import retitle
from units.workflow import Refused

from . import actions, detail_fields, exchange, received
from . import exchange_conditions as when
from .exchange_inputs import AmendInput
from .models import Document, StepRun
from .scan_fields import Landing
from .states import DocType, HandlingKind, StepKind, Urgency

AMENDED = {
    "sender_name": "来文单位",
    "sender_number": "来文字号",
    "sender_date": "成文日期",
    "title": "标题",
    "doc_type": "文种",
    "urgency": "紧急程度",
    "handling_kind": "办件类型",
    "due_at": "办理时限",
}
CODED = {"doc_type": DocType, "urgency": Urgency, "handling_kind": HandlingKind}


def _save(row: Document, by) -> None:
    row.version += 1
    row._history_user = by
    row.save()


def one_at_a_time(unit, number: str) -> None:
    """Two clerks who enter the same paper at once: the second sees the first one's. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"received:{unit.pk}:{number}"])


@transaction.atomic
def register_outside(
    fields: dict, *, unit, by, form_uid=None, repeat_reason: str = "", scans: Landing = ()
) -> Document:
    """来文登记 of a paper from outside with its examined scans; the first of them is its text.

    Refused when the unit has its number already and no reason is given.
    """
    if faults := received.faults_of(fields):
        raise Refused(*(sentence for _, sentence in faults))
    fields = received.completed(fields)
    number, sender = fields.get("sender_number", ""), fields.get("sender_name", "")
    one_at_a_time(unit, number_key(number))
    if not repeat_reason and (found := exchange.twins(unit, number, sender)):
        raise Refused(exchange.told_of(found[0]))
    document = actions.register_outside(fields, unit=unit, by=by, form_uid=form_uid)
    received.keep_detail(document, fields)
    for place, (name, landed) in enumerate(scans):
        actions.attach(document, landed, by=by, name=name, is_main_text=place == 0)
    if scans:
        document.refresh_from_db()
    if repeat_reason:
        document.repeat_reason = repeat_reason
        _save(document, by)
        audit.record(
            "register_again",
            "重复登记",
            document,
            by=by,
            through="receive",
            after=document.state,
            opinion=repeat_reason,
        )
    return document


@transaction.atomic
def amend(document: Document, *, by, note: str, given: AmendInput) -> str:
    """更正登记: old and new value and the reason stay; 收文编号 never changes, nor what a delivery was sent with."""
    row = actions.locked(document)
    if reason := when.registration_may_be_amended(row):
        raise Refused(reason)
    if not may(by, "amend", row):
        raise Refused("您没有更正登记的权限，请由本单位文书更正。")
    given = detail_fields.with_what_follows(row, given)
    reasons = [*when.amendments_are_right(row, given), *detail_fields.faults_of(row, given), when.reason_fits(note)]
    if any(reasons):
        raise Refused(*reasons)
    was_due, changes = row.due_at, detail_fields.amended(row, given) | _amended(row, given)
    if not changes:
        raise Refused("没有改动任何登记事项，不必保存。")
    row.repeat_reason = given.repeat_reason or row.repeat_reason
    _save(row, by)
    retitle(row)
    if row.due_at != was_due:
        _follow_limit(row, was_due)
    told = "；".join(f"{AMENDED.get(name, name)}由“{old}”改为“{new}”" for name, (old, new) in changes.items())
    audit.record(
        "amend", "更正登记", row, by=by, through="amend", before=row.state, after=row.state, opinion=f"{told}。{note}",
        changes={name: list(pair) for name, pair in changes.items()}, reason=note,
    )  # fmt: skip
    return "登记已更正"


def _amended(row: Document, given: AmendInput) -> dict[str, tuple[str, str]]:
    """Sets what differs on the row; name → (old, new) in words."""
    wanted: dict = {
        name: getattr(given, name)
        for name in ("sender_name", "sender_number", "title", "doc_type", "urgency", "handling_kind")
        if getattr(given, name) is not None
    }
    if given.has_date:
        wanted["sender_date"] = given.sender_date
    if given.has_limit:
        wanted["due_at"] = given.due_at
    if row.issued_id is not None:
        wanted = {name: value for name, value in wanted.items() if name in ("handling_kind", "due_at")}
    changes = {}
    for name, value in wanted.items():
        if (old := getattr(row, name)) != value:
            changes[name] = (_word(name, old), _word(name, value))
            setattr(row, name, value)
    if "sender_number" in changes:
        row.doc_number_as_given = row.sender_number
    return changes


def _word(name: str, value) -> str:
    if name in CODED and (value or name == "urgency"):
        return str(CODED[name](value).label)
    if name == "due_at" and value:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value or "无")


def _follow_limit(row: Document, was_due) -> None:
    """Open items that had the old limit have the new one."""
    open_ones = Task.objects.of(row).open().filter(due_at=was_due).exclude(kind=StepKind.READ)
    steps = list(open_ones.values_list("step_uid", flat=True))
    open_ones.update(due_at=row.due_at)
    StepRun.objects.filter(uid__in=[one for one in steps if one]).update(due_at=row.due_at)
