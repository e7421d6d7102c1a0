"""更正: what a filed record says is corrected with a reason; old and new stand in its history and in the event.

Files are replaced by new versions, never changed; year, period or class take a new code, and the former one stays void.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Value
from django.utils import timezone

from files.models import StoredFile
from files.store import Landed, keep
from units import audit
from units.access import may
from units.behind import who_changed
from units.tasks import retitle
from units.workflow import Refused, Stale

from . import inspection
from .disposed import barred as barred_now
from .filed_words import words_of_files
from .filing import number_anew
from .fixed_years import MOVED_LATE, bars_new_code, mark_late
from .models import CodeAssignment, Component, Record, RecordText, RecordWords
from .pages import recounted
from .states import Carrier, Role
from .unboxing import leave_wrong_boxes
from .words import rewrite_head, search_columns

FIELDS = frozenset(
    {
        "title", "author", "doc_number", "remark", "doc_type", "disclosure_attr", "security_class", "page_count",
        "date", "date_precision", "year", "retention_code", "class_code", "legacy_code", "use_scope", "subject_words",
        "main_recipients", "cc_recipients", "urgency",
    }
)  # fmt: skip
IN_CODE = frozenset({"year", "retention_code", "class_code"})


@dataclass(frozen=True)
class NewFiles:
    """The files that take the place of the record's own, in their order, and what search finds in them."""

    landed: tuple[Landed, ...]
    text: Callable[[list[StoredFile]], str]


@transaction.atomic
def correct(
    record: Record,
    *,
    changes: Mapping[str, object],
    reason: str,
    by,
    version: int,
    item_no: int | None = None,
    files: NewFiles | None = None,
) -> Record:
    """Give `record` the values of `changes` (names of FIELDS); Refused when the person may not, or for what they make
    wrong: what failed before stays a finding.
    `item_no` is the number of a code that the record bears on paper, together with its parts in `changes`.
    """
    if unknown := set(changes) - FIELDS:
        raise LookupError(f"Not to be corrected: {', '.join(sorted(unknown))}.")
    row = locked(record, by, version, act="更正")
    before, barred = {name: getattr(row, name) for name in changes}, bars_new_code(row)
    code, left, components = row.archival_code, (), _present(row)
    stood = inspection.standing(row, components)
    _apply(row, changes, by, reason)
    components = _replace(row, files, reason) if files else components
    row.version += 1
    row._change_reason, row._history_user = reason[:200], by
    if set(changes) & IN_CODE or item_no is not None:
        if barred:
            raise Refused(barred)
        left = _moved(row, code, by, reason, item_no)
    else:
        row.save()
    inspection.inspect_anew(row, components, by, stood=stood)
    _words(row, files, components)
    told = {name: [str(before[name]), str(value)] for name, value in changes.items()}
    told |= {"box": [str(left[0].number), ""]} if left else {}
    retitle(row)
    audit.record(
        "correct_record", "更正著录", row, by=by, through="arrange", before=code, after=row.archival_code, opinion=reason,
        changes=told, files=[one.filename for one in components] if files else [],
    )  # fmt: skip
    return row


def _moved(row: Record, code: str, by, reason: str, item_no: int | None) -> tuple:
    """Another code, late where its new year is fixed, out of a box of another class; returns the box that it left."""
    row.former_codes = [*row.former_codes, {"code": code, "reason": reason}]
    _is_free(row, item_no)
    mark_late([row], reason=f"{MOVED_LATE}：{reason}"[:200])
    number_anew(row, by, reason=reason, item_no=item_no)
    return tuple(leave_wrong_boxes([row], by=by, reason=reason))


def _apply(row: Record, changes: Mapping[str, object], by, reason: str) -> None:
    counted = row.page_count
    for name, value in changes.items():
        setattr(row, name, value)
    if "doc_number" in changes:
        row.doc_number_as_given = row.doc_number
    if "page_count" in changes:
        recounted(row, counted)
    if "retention_code" in changes:
        row.retention_basis, row.retention_rule = f"{by.name}更正：{reason}"[:200], None
        row.retention_decided_by = by


def locked(record: Record, by, version: int, *, act: str) -> Record:
    """The record under its row's lock, for whoever may arrange it while the unit holds it. Raises Refused, Stale."""
    row = (
        Record.objects.unguarded("the act asks its own rule under this lock")
        .select_for_update(of=("self",))
        .select_related("fonds", "unit")
        .get(pk=record.pk)
    )
    if not may(by, "arrange", row):
        raise Refused(f"“{row}”当前不能{act}，只有本单位保管且未移交的文件可以由本单位档案员{act}。")
    if reason := barred_now(row, act):
        raise Refused(reason)
    if row.version != version:
        raise Stale(f"“{row}”已被{who_changed(row, by)}修改，请核对后再办理。")
    return row


def _present(row: Record) -> list[Component]:
    return list(row.components.select_related("stored_file"))


def _is_free(row: Record, item_no: int | None) -> None:
    if item_no is None:
        return
    parts = {name: getattr(row, name) for name in ("fonds_id", "category_code", "year", "retention_code", "class_code")}
    if CodeAssignment.objects.filter(item_no=item_no, **parts).exists():
        raise Refused(f"“{row}”的档号已经编给另一件（或者已作废），不能改用。")


def _replace(row: Record, files: NewFiles, reason: str) -> list[Component]:
    """New versions of the record's own files; sheets and drafts that the platform made stay, and a joined 来文's."""
    old = row.components.filter(role__in=(Role.ORIGINAL, Role.ATTACHMENT), came_with=None)
    old.update(superseded_at=timezone.now(), superseded_reason=reason[:200])
    first = max((one.seq for one in row.components.all()), default=0) + 1
    Component.objects.bulk_create(
        Component(
            record=row,
            role=Role.ORIGINAL if place == 0 else Role.ATTACHMENT,
            seq=first + place,
            filename=one.filename,
            stored_file=stored,
            pages=stored.pages,
        )
        for place, (one, stored) in enumerate((one, keep(one)) for one in files.landed)
    )
    present = _present(row)
    row.component_count = len(present)
    if row.carrier_mode == Carrier.PAPER:
        row.carrier_mode = Carrier.DUAL
    if not row.page_count:
        row.page_count = _pages_of(present)
    return present


def amend(row: Record, changes: Mapping[str, object], *, by, reason: str, through: str) -> None:
    """Give the locked `row` other values than those in its code; inside the caller's transaction, which has asked the
    rule `through`. Raises Refused for what of the filing stage's checks the change makes fail."""
    if unknown := set(changes) - (FIELDS - IN_CODE):
        raise LookupError(f"Not to be amended: {', '.join(sorted(unknown))}.")
    before, components = {name: getattr(row, name) for name in changes}, _present(row)
    stood = inspection.standing(row, components)
    _apply(row, changes, by, reason)
    row.version += 1
    row._change_reason, row._history_user = reason[:200], by
    row.save()
    inspection.inspect_anew(row, components, by, stood=stood)
    _words(row, None, components)
    told = {name: [str(before[name]), str(value)] for name, value in changes.items()}
    audit.record("correct_record", "更正著录", row, by=by, through=through, opinion=reason, changes=told)


@dataclass(frozen=True)
class NewVersion:
    """A file that is added to a record, or takes the place of its component `replaces`."""

    filename: str
    landed: Landed
    role: str
    replaces: Component | None = None


def put_file(row: Record, new: NewVersion, *, by, reason: str, through: str) -> Component:
    """Add `new` to the locked `row`, or put it in an old version's place, which stays and is called replaced.

    Inside the caller's transaction; the caller has asked the rule `through`. Raises Refused when the result fails.
    """
    present = _present(row)
    counted, stood = _pages_of(present), inspection.standing(row, present)
    stored, old = keep(new.landed), new.replaces
    if old is not None:
        if old.stored_file_id == stored.pk:
            raise Refused(f"所选文件与现有的“{old.filename}”内容相同，没有更换。")
        old.superseded_at, old.superseded_reason = timezone.now(), reason[:200]
        old.save(update_fields=["superseded_at", "superseded_reason"])
        inspection.settle_file(row, old.filename)
    made = Component.objects.create(
        record=row, role=new.role, seq=old.seq if old else max((one.seq for one in present), default=0) + 1,
        filename=new.filename, stored_file=stored, pages=stored.pages, came_with=old.came_with if old else None,
    )  # fmt: skip
    now = _present(row)
    row.component_count = len(now)
    if row.page_count == counted:  # what somebody counted on paper stays
        row.page_count = _pages_of(now)
        if old is not None and old.came_with_id is not None:
            _count_apart(old.came_with_id, row.page_count - counted, by, reason)
    if row.carrier_mode == Carrier.PAPER:
        row.carrier_mode = Carrier.DUAL
    row.version += 1
    row._change_reason, row._history_user = reason[:200], by
    row.save()
    inspection.inspect_anew(row, now, by, stood=stood)
    body = words_of_files(row, now).replace("\x00", "")
    RecordWords.objects.filter(pk=row.pk).update(body=body, **search_columns(row, Value(body)))
    told = [f"{old.get_role_display()} {old.filename}" if old else "", f"{made.get_role_display()} {made.filename}"]
    audit.record(
        "replace_file" if old else "add_file", "更换文件" if old else "补充文件", row, by=by, through=through,
        opinion=reason, changes={"components": told}, files=[stored.sha256],
    )  # fmt: skip
    return made


def _count_apart(key: int, more: int, by, reason: str) -> None:
    """The joined 来文's own count goes with that of its files: it is what the 复文 gives back when they part."""
    if not more:
        return
    rows = Record.objects.unguarded("the act was asked of the item it is a part of")
    part = rows.select_for_update(of=("self",)).get(pk=key)
    part.page_count = max(0, part.page_count + more)
    part._change_reason, part._history_user = reason[:200], by
    part.save()


def _pages_of(components: Iterable[Component]) -> int:
    """A conversion is the same page once more (archive/converting.py)."""
    return sum(one.pages or 0 for one in components if one.role != Role.CONVERTED)


@transaction.atomic
def change_files(
    record: Record, new: Iterable[NewVersion], *, by, reason: str, version: int
) -> list[Component]:  # fmt: skip
    """By the archivist, with a reason; all or none. Raises Refused, Stale."""
    row = locked(record, by, version, act="更换文件")
    return [put_file(row, one, by=by, reason=reason, through="arrange") for one in new]


def change_file(record: Record, new: NewVersion, *, by, reason: str, version: int) -> Component:
    return change_files(record, [new], by=by, reason=reason, version=version)[0]


def _words(row: Record, files: NewFiles | None, components: Iterable[Component]) -> None:
    RecordText.objects.unguarded("the search row follows its record").filter(pk=row.pk).update(
        sorted_on=row.date or timezone.localdate(row.filed_at), year=row.year
    )
    if files is None:
        rewrite_head(row)
        return
    body = files.text([one.stored_file for one in components]).replace("\x00", "")
    RecordWords.objects.filter(pk=row.pk).update(body=body, **search_columns(row, Value(body)))
