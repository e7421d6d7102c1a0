"""退回 of single items: marked by the archive with reason and field, agreed to by the unit, mended before next time.

Each returned item is a repair of the record (archive/mending.py) with its own reason. While that is open the record
goes into no batch; answered, it joins the next one as a further attempt that carries the answer. Domain 9.4, 9.14.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from archive import custody, leaving, mending
from archive.models import Record
from archive.states import Verdict
from units import audit
from units.access import may
from units.models import AuditEvent
from units.roles import PostKind
from units.texts import too_long
from units.workflow import Refused

from . import conditions as when
from .inputs import Done, MarkManyInput
from .locking import locked
from .models import Batch, BatchItem
from .places import beyond, in_ranges
from .states import ItemVerdict

# what the archive may name as the thing to mend: fields that the unit can correct, and what is no field
FIELDS = {
    "": "（不限于某一字段）", "title": "题名", "author": "责任者", "doc_number": "文号", "date": "日期", "retention_code": "保管期限",
    "security_class": "密级", "page_count": "页数", "remark": "备注",
}  # fmt: skip


def known_field(name: str) -> str:
    """`name` where it is one that the unit can correct, else "" (a finding may speak of a file or of the package)."""
    return name if name in FIELDS else ""


@transaction.atomic
def mark_many(batch: Batch, *, by, note: str = "", given: MarkManyInput) -> Done:
    """Return the items chosen, for one reason; which of them have neither that nor a finding of their own is told,
    and keeps none of the others back."""
    row = locked(batch.pk, by=by, permission="receive", moment=when.is_inspected)
    if refused := too_long(given.reason, when.LONGEST_REASON):
        raise Refused(refused)
    items, told = _chosen(row, given)
    for item in items:
        _mark(item, given)
    bare = [item.position for item in items if not item.reason]
    skipped = (f"第 {in_ranges(bare)} 件没有检测发现，退回须填写理由。",) if bare else ()
    items = [item for item in items if item.reason]
    if not items:
        raise Refused(*skipped)
    BatchItem.objects.bulk_update(items, ["verdict", "reason", "field"], batch_size=1000)
    audit.record(
        "mark_many", "成批标为退回", row, by=by, through="receive", opinion=given.reason, record_count=len(items),
        finding=given.finding, field=given.field,
    )  # fmt: skip
    return Done(len(items), (*told, *skipped))


@transaction.atomic
def unmark_many(batch: Batch, *, by, note: str = "", given: MarkManyInput) -> Done:
    """The marks of the items chosen are taken back; of those that had none nothing is said but that."""
    row = locked(batch.pk, by=by, permission="receive", moment=when.has_marked)
    items, told = _chosen(row, given)
    marked = [item for item in items if item.verdict == ItemVerdict.RETURNED]
    if not marked:
        raise Refused(*told, "选中的档案都没有标为退回。")
    for item in marked:
        item.verdict, item.reason, item.field = ItemVerdict.PENDING, "", ""
    BatchItem.objects.bulk_update(marked, ["verdict", "reason", "field"], batch_size=1000)
    audit.record(
        "unmark_many", "成批取消退回标记", row, by=by, through="receive", record_count=len(marked), finding=given.finding,
    )  # fmt: skip
    return Done(len(marked), told)


def _chosen(batch: Batch, given: MarkManyInput) -> tuple[list[BatchItem], tuple[str, ...]]:
    """The items meant, and what is said of the choice: numbers narrow a finding, they never add to it."""
    rows = batch.items.filter(is_open=True)
    if missing := beyond(given.positions, rows.values_list("position", flat=True) if given.positions else ()):
        raise Refused(missing)
    if given.positions or not given.finding:
        rows = rows.filter(position__in=given.positions)
    if given.finding:
        rows = rows.filter(findings__contains=[{"item": given.finding}])
    items = list(rows.only("findings", "batch", "position", "verdict", "reason", "field").order_by("position"))
    without = sorted(set(given.positions) - {item.position for item in items})
    if without and not items:
        raise Refused(f"所选第 {in_ranges(without)} 件都没有检测发现 {given.finding}，没有选中档案。")
    if not items:
        raise Refused("没有选中档案，请勾选，或选择一项检测发现。")
    if not (given.positions and given.finding):
        return items, ()
    both = f"序号和检测发现同时选定，只办理两者都符合的第 {in_ranges(item.position for item in items)} 件"
    return items, (f"{both}；第 {in_ranges(without)} 件没有这项发现，未办理。" if without else f"{both}。",)


def _mark(item: BatchItem, given: MarkManyInput) -> None:
    """By its number it gets another reason; by a finding, the further reason behind the one that it was marked for."""
    reason, field = (
        given.reason or _found(item, given.finding),
        known_field(given.field or _field_of(item, given.finding)),
    )
    if given.finding and item.verdict == ItemVerdict.RETURNED and reason not in item.reason:
        reason, field = f"{item.reason}；{reason}", field if field == item.field else ""
    elif given.finding and item.verdict == ItemVerdict.RETURNED:
        reason, field = item.reason, item.field
    item.verdict, item.reason, item.field = ItemVerdict.RETURNED, reason[: when.LONGEST_REASON], field


def _told(item: BatchItem, finding: str = "") -> list[dict]:
    """The findings meant: those of the item of the plan that was chosen, else those that failed."""
    return [one for one in item.findings if (one["item"] == finding if finding else one["verdict"] == Verdict.FAIL)]


def _found(item: BatchItem, finding: str = "") -> str:
    return "".join(one["message"] for one in _told(item, finding))[: when.LONGEST_REASON]


def _field_of(item: BatchItem, finding: str = "") -> str:
    return next((one.get("field", "") for one in _told(item, finding) if one.get("field")), "")


@dataclass(frozen=True)
class Returner:
    """Who at the archive returns; `agrees`: who acts now is the unit's and only agreed to what he had proposed."""

    unit: str
    post: str
    name: str
    agrees: bool = False

    def __str__(self) -> str:
        return " ".join(filter(None, (self.unit, self.post, self.name)))


def send_home(
    batch: Batch, items: Iterable[BatchItem], *, by, whose: Returner, opinion: str, to_mend: bool
) -> list[dict[str, str]]:
    """Records are the unit's own again; each with a reason of its own is a repair. What the notice lists."""
    items = list(items)
    keys = [item.record_id for item in items]
    if batch.is_foreign:  # its own installation has them filed, mends them and sends them again
        leaving.send_home(keys, by=by, opinion=opinion)
        to_mend = False
    else:
        agreed = f"（{by.name}代表移交单位同意）" if whose.agrees else ""
        said = {item.record_id: f"{whose}退回：{item.reason or opinion}{agreed}" for item in items}
        custody.release(keys, by=by, opinion=opinion, opinions=said)
    records = Record.objects.unguarded("the act has asked its rule").select_related("unit", "document").in_bulk(keys)
    if to_mend:
        told = [
            (records[item.record_id], f"{mending.FROM_ARCHIVE}{item.reason}"[: mending.LONGEST], item.field)
            for item in items if item.reason
        ]  # fmt: skip
        mending.open_mend_tasks(told, by, post=PostKind.ARCHIVIST)
    return [
        {
            "code": item.shown_code, "uid": str(records[item.record_id].uid), "title": item.shown_title,
            "reason": item.reason, "field": FIELDS.get(item.field, "") if item.field else "",
            "findings": "；".join(f"{one['item']} {one['message']}" for one in _told(item)),
        }
        for item in items
    ]  # fmt: skip


def returner(batch: Batch, by) -> Returner:
    """Whose proposal the unit agreed to, else who acts now."""
    asked = AuditEvent.objects.of(batch).filter(verb="propose_return").order_by("pk").last()
    if asked is not None and not may(by, "receive", batch):
        return Returner(asked.unit_name, asked.post, asked.actor_name, agrees=True)
    seat = audit.seat_for(by, batch, "receive")
    return Returner(batch.archive.name, seat.kind_label if seat else "", by.name)


def notice(by, whose: Returner, listed: list[dict[str, str]], opinion: str) -> dict:
    """What the 退回通知单 says: returned by whoever at the archive returned it, whoever agreed to that."""
    content = {"items": listed, "opinion": opinion, "made_by": whose.name, "made_post": whose.post}
    return content | {"agreed_by": by.name} if whose.agrees else content


def before_of(keys: list[int]) -> dict[int, tuple[int, str]]:
    """record → (how often it was offered and returned, what the unit said of the last return)."""
    rows = BatchItem.objects.filter(record__in=keys).sent_back()
    tries = dict(rows.values("record").annotate(most=Max("attempt")).values_list("record", "most"))
    uids = dict(Record.objects.unguarded("keys of the act").filter(pk__in=tries).values_list("uid", "pk"))
    said = _said_of(uids)
    return {key: (most, said.get(key, "")[:500]) for key, most in tries.items()}


def _said_of(uids: dict[UUID, int]) -> dict[int, str]:
    """record → the last 答复补正, then why it was mended since; the reasons alone where nothing was answered."""
    answers: dict[int, str] = {}
    mended: dict[int, list[str]] = {}
    events = AuditEvent.objects.filter(object_uid__in=uids, verb__in=("answer_mend", *mending.MENDS)).order_by("id")
    for event in events.only("object_uid", "opinion", "verb"):
        key = uids[event.object_uid]
        if event.verb == "answer_mend":
            answers[key], mended[key] = event.opinion, []
        else:
            mended.setdefault(key, []).append(event.opinion)
    return {key: _in_one(answers.get(key, ""), mended[key]) for key in mended}


def _in_one(answer: str, reasons: list[str]) -> str:
    later = "；".join(dict.fromkeys(filter(None, reasons)))
    return f"{answer}（其后更正：{later}）" if answer and later else answer or later


def note_attempts(items: list[BatchItem]) -> None:
    """What enters a batch again says the how manieth time, and with which answer."""
    before = before_of([item.record_id for item in items])
    for item in items:
        if item.record_id in before:
            most, answer = before[item.record_id]
            item.attempt, item.answer = most + 1, answer
