"""退档 and 补正: a filed record goes back to those who handled it, who answer; until then it is under repair.

A repair is an open task of the kind `mend` on the record: the filing rate (oversight/sql/facts.sql), lists and counters
read it. The record stays filed; only what is wrong with it is somebody's work. An answer of another than the archivist
is an item of his (`look_at_mend`) until he has looked: he checks it, or sends it back once more.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from units import audit
from units.access import may
from units.behind import who_changed
from units.fitting import FITTING, STAFF, Fit
from units.models import Appointment, AuditEvent, Task, Unit, User
from units.roles import PostKind
from units.tasks import close_tasks, open_many, open_task, shortened
from units.texts import too_long
from units.workflow import Refused, Stale

from .correction import NewVersion, amend, put_file
from .disposed import barred
from .models import Record
from .states import LOOK, MEND, State

LABEL = "补正"
LONGEST = 200  # characters of a reason or an answer

FITTING[MEND] = Fit(STAFF, name=LABEL)
FITTING[LOOK] = Fit(frozenset({PostKind.ARCHIVIST}), PostKind.ARCHIVIST)


def under_repair() -> Exists:
    """The record has been sent back and not been answered for."""
    return Exists(Task.objects.open().filter(subject_uid=OuterRef("uid"), kind=MEND))


def is_answered() -> Q:
    """A repair of the record was answered, and the archivist has not looked at it; such are few, and read once."""
    return Q(uid__in=Task.objects.open().filter(kind=LOOK).values("subject_uid"))


def answer_of(record: Record) -> Task | None:
    """The answer that nobody has looked at."""
    return Task.objects.of(record).open().filter(kind=LOOK).first()


def looked_at(records: Iterable[Record], *, by) -> None:
    """Their answers are settled: checked, or sent back once more."""
    waiting = Task.objects.open().filter(subject_uid__in=[one.uid for one in records], kind=LOOK)
    waiting.update(closed_at=timezone.now(), done_by=by, outcome="done")


def open_mend_of(record: Record) -> Task | None:
    return Task.objects.of(record).open().filter(kind=MEND).select_related("assignee", "post").first()


MENDS = ("correct_record", "bulk_correct", "replace_file", "add_file")  # acts that mend something
FROM_ARCHIVE = "区档案馆退回："  # how the reason begins that came with a batch (transfer/returning.py)


def is_mended(record: Record, task: Task) -> bool:
    """Something of the record was put right since it came back: the answer is what is left."""
    return AuditEvent.objects.filter(object_uid=record.uid, verb__in=MENDS, at__gte=task.opened_at).exists()


def returned_by(record: Record, task: Task) -> str:
    """Unit, post and name of who sent it back, whose words the reason is; never whoever has to mend it."""
    if FROM_ARCHIVE in task.remark:
        archive = Unit.objects.filter(category=Unit.Category.ARCHIVE).order_by("code").first()
        return f"{archive.short_name if archive else ''} {PostKind.ACCESSIONER.label}".strip()
    event = AuditEvent.objects.filter(object_uid=record.uid, verb="send_back").order_by("-pk").first()
    return f"{event.unit_name} {event.post} {event.actor_name}".strip() if event else ""


def handler_of(record: Record) -> User | None:
    """Who of the department had the document in his hands, while he holds a post in the unit."""
    document = record.document
    if document is None:
        return None
    person = document.lead_officer or document.drafted_by
    held = Appointment.objects.active().filter(user=person, post__unit=record.unit_id)
    return person if person is not None and held.exists() else None


def open_mend_task(
    record: Record, reason: str, by, field: str = "", *, to: User | None = None, post: str = "", due_at=None
) -> Task:
    """One open repair of `record`: for `to`, for a post of its unit, else for whoever handled it.

    Inside the transaction of the act that sends it back, which asks its own rule and writes its own event. What is
    under repair already gets the further reason behind the first. `field` names the field in question, "" when none.
    """
    reason = _with_field(record, reason, field)
    if (known := open_mend_of(record)) is not None:
        known.remark = shortened(f"{known.remark}；{reason}", 300)
        known.save(update_fields=["remark"])
        return known
    person = to if to is not None or post else handler_of(record)
    held_by = post or (PostKind.CLERK if record.document_id else PostKind.ARCHIVIST)
    return open_task(MEND, LABEL, record, unit=record.unit, person=person, post=held_by, due_at=due_at, remark=reason)


def open_mend_tasks(returned: Iterable[tuple[Record, str, str]], by, *, post: str) -> None:
    """`open_mend_task` on each (record, reason, field) of one unit for a post of it, in few statements."""
    rows = list(returned)
    known = Task.objects.open().filter(kind=MEND, subject_uid__in=[record.uid for record, _, _ in rows])
    there = set(known.values_list("subject_uid", flat=True))
    fresh = [(record, _with_field(record, reason, field)) for record, reason, field in rows if record.uid not in there]
    if fresh:
        open_many(MEND, LABEL, fresh, unit=fresh[0][0].unit, post=post)
    for record, reason, field in rows:
        if record.uid in there:
            open_mend_task(record, reason, by, field, post=post)


def _with_field(record: Record, reason: str, field: str) -> str:
    label = str(record._meta.get_field(field).verbose_name) if field else ""
    return f"{label}：{reason}" if label else reason


@transaction.atomic
def send_back(record: Record, *, by, reason: str, version: int, field: str = "", to=None, due_at=None) -> Task:
    """退档 by the unit's archivist: reason, to whom, until when. Refused, or Stale when the page was behind."""
    reason = reason.strip()
    if found := [one for one in ("" if reason else "退档须填写理由。", too_long(reason, LONGEST)) if one]:
        raise Refused(*found)
    row = _locked(record)
    if not may(by, "arrange", row):
        raise Refused(f"“{row}”当前不能退档，只有本单位保管且未移交的文件可以由本单位档案员退档。")
    if told := barred(row, "退档"):
        raise Refused(told)
    if row.version != version:
        raise Stale(f"“{row}”已被{who_changed(row, by)}修改，请核对后再办理。")
    if open_mend_of(row) is not None:
        raise Refused(f"“{row}”已退回补正，尚未答复，不必重复退档。")
    if due_at is not None and due_at <= timezone.now():
        raise Refused("补正时限应晚于现在。")
    looked_at([row], by=by)
    task = open_mend_task(row, reason, by, field, to=to, due_at=due_at)
    audit.record(
        "send_back", "退档", row, by=by, through="arrange", opinion=reason, field=field,
        given_to=str(task.assignee or task.post), due_at=due_at.isoformat() if due_at else "",
    )  # fmt: skip
    return task


@transaction.atomic
def answer_mend(
    record: Record, *, by, answer: str, files: tuple[NewVersion, ...] = (), changes: Mapping[str, object] | None = None
) -> Record:
    """The department's answer, with the right files and the right content of the field that was asked for; the record
    waits for the archivist's check.

    Raises Refused, also when the record fails the filing stage's checks with `files`.
    """
    answer = answer.strip()
    if found := [one for one in ("" if answer else "请填写补正情况。", too_long(answer, LONGEST, "补正情况")) if one]:
        raise Refused(*found)
    row = _locked(record)
    if not may(by, "mend", row) or row.state != State.FILED:
        raise Refused(f"“{row}”没有待您补正的事项，或者已经答复。")
    if (changes or files) and (told := barred(row, "更正")):
        raise Refused(told)
    if changes:
        amend(row, changes, by=by, reason=answer[:150], through="mend")
    for new in files:
        put_file(row, new, by=by, reason=answer[:150], through="mend")
    seat = audit.seat_for(by, row, "mend")
    close_tasks(row, by=by, kinds=(MEND,))
    row.checked_at = row.checked_by = None
    row.version += 1
    row._history_user, row._change_reason = by, shortened(answer, 200)
    row.save()
    if not may(by, "arrange", row):
        open_task(LOOK, "核对补正", row, unit=row.unit, post=PostKind.ARCHIVIST, remark=f"{by.name}答复：{answer}")
    audit.record("answer_mend", "补正答复", row, by=by, seat=seat, opinion=answer)
    return row


def _locked(record: Record) -> Record:
    rows = Record.objects.unguarded("the act asks its own rule under this lock")
    return rows.select_for_update(of=("self",)).select_related("fonds", "unit", "document").get(pk=record.pk)


def answer_many(keys: Iterable[int], *, by, answer: str) -> int:
    """One answer for many that came back together, each its own act; how many of them were his to answer. Refused when
    none was."""
    wanted = set(keys)
    rows = list(Record.objects.allowing("mend", by).filter(pk__in=wanted).order_by("pk"))
    if not rows:
        raise Refused("所选文件都不由您补正。" if wanted else "请先勾选要答复的文件。")
    with transaction.atomic():
        for row in rows:
            answer_mend(row, by=by, answer=answer)
    return len(rows)
