"""合为一件: a 来文 becomes a part of the record of its 复文: one item, one 档号 (DA/T 22—2015; domain 3.2 no. 10, 3.3).

The 复文 lies before the 来文 and gives the item its name. The 来文's row stays, with its history and the versions of its
files as they were filed, and says where it went; a code of its own is void for ever. How they part: archive/parting.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents.states import AddresseeKind, Direction, Disclosure, SecurityClass
from units import audit
from units.access import may
from units.actions import system_user
from units.models import Task
from units.texts import too_long
from units.workflow import Refused, patiently

from .filed_words import heads_of
from .fixed_years import is_fixed
from .inputs import JoinInput
from .inspection import Standing, inspect_anew, standing
from .models import (
    AppraisalItem,
    Component,
    Hold,
    Record,
    RecordGrant,
    RecordRelation,
    RecordText,
    RecordWords,
)
from .pairs import Pair, link, policy_of
from .states import LOOK, MEND, Carrier, PairPolicy, Retention, State, UseScope
from .words import write_words
from .workflow import RECORD

BY_POLICY = "按本单位设定，来文与复文合为一件"
MARK = "来文 "  # before the names of its files, in the record of its 复文
LONGEST = 150
# what the item is told by is the 复文's: it must guard the 来文 at least as well. Values from the closest on
GUARDS = (
    ("use_scope", "利用范围", UseScope.values),
    ("security_class", "密级", SecurityClass.values[::-1]),
    ("disclosure_attr", "公开属性", Disclosure.values[::-1]),
    ("retention_code", "保管期限", Retention.values),
)


def locked(*keys: int) -> dict[int, Record]:
    """Under their locks, in the order of their keys: two acts on one pair do not wait for each other in a ring."""
    rows = Record.objects.unguarded("the act asks its own rule under these locks").filter(pk__in=keys)
    rows = rows.select_for_update(of=("self",)).select_related("fonds", "unit", "document")
    return {row.pk: row for row in rows.order_by("pk")}


def bars_moving(row: Record) -> list[str]:
    """What holds this record as it is, for joining and for parting."""
    held = Hold.objects.filter(record=row.pk, lifted_at=None).exists()
    judged = AppraisalItem.objects.filter(record=row.pk, is_open=True).exists()
    granted = RecordGrant.objects.in_force().filter(record=row.pk).exists()
    mended = Task.objects.of(row).open().filter(kind__in=(MEND, LOOK)).exists()
    found = (
        (row.state not in (State.FILED, State.JOINED) or row.custodian_id != row.unit_id, "已移交或不在本单位保管"),
        (row.paper_exists, "已登记纸质件，纸质件已照现在的件整理"),
        (is_fixed(row.fonds_id, row.year), f"{row.year}年度已定号"),
        (mended, "已退回补正，尚未答复或核对"),
        (held, "已冻结"),
        (judged, "在鉴定清单中"),
        (granted, "有人正在利用"),
    )
    return [f"“{row}”{told}。" for applies, told in found if applies]


def bars_joining(reply: Record, asker: Record) -> list[str]:
    """Why these two stay two items; empty where they can be one."""
    if reply.pk == asker.pk or reply.unit_id != asker.unit_id or reply.fonds_id != asker.fonds_id:
        return ["来文与复文须是同一单位、同一全宗的两件。"]
    found = [*bars_moving(reply), *bars_moving(asker)]
    for row in (reply, asker):
        if row.state == State.JOINED:
            found.append(f"“{row}”已并入另一件。")
        if row.carrier_mode == Carrier.PAPER or not row.component_count:
            found.append(f"“{row}”仅有纸质件。")
        if row.copy_only:
            found.append(f"“{row}”只存复制件，原件由主办单位归档。")
    if asker.joined.unguarded("whether there is one").exists():
        found.append(f"“{asker}”自己已并有来文。")
    if asker.prolongations.exists():
        found.append(f"“{asker}”经鉴定已延长保管。")
    for name, label, values in GUARDS:
        own, other = getattr(reply, name), getattr(asker, name)
        if own in values and other in values and values.index(other) < values.index(own):
            shown = (getattr(asker, f"get_{name}_display")(), getattr(reply, f"get_{name}_display")())
            found.append(f"来文的{label}（{shown[0]}）严于或长于复文（{shown[1]}），请先更正复文的{label}。")
    return found


@dataclass(frozen=True)
class Plan:
    """What becomes of a record being filed: `into` takes it in, or it takes `askers` in; `apart` says why not."""

    into: Record | None = None
    askers: tuple[Record, ...] = ()
    apart: tuple[str, ...] = ()


def plan(record: Record, pairs: Sequence[Pair]) -> Plan:
    """By the unit's policy of today, under the other records' locks, which come before that of the class counter."""
    if not pairs or policy_of(record.unit_id) != PairPolicy.MERGED:
        return Plan()
    rows = locked(*{key for pair in pairs for key in pair if key != record.pk}) | {record.pk: record}
    into, askers, apart = None, [], []
    for reply, asker in pairs:
        bars = bars_joining(rows[reply], rows[asker]) + _to_many(rows[asker])
        if not bars and asker == record.pk and into is None:
            into = rows[reply]
        elif not bars and reply == record.pk and into is None:
            askers.append(rows[asker])
        else:
            apart += bars or [f"“{rows[asker]}”已与另一件复文合为一件。"]
    return Plan(into, () if into else tuple(askers), tuple(dict.fromkeys(apart)))


def _to_many(asker: Record) -> list[str]:
    """A letter of the unit's own to several is answered by each of them; it is one item with none."""
    document = asker.document
    if document is None or document.direction != Direction.OUTGOING:
        return []
    many = document.addressees.filter(kind=AddresseeKind.MAIN).count() > 1
    return [f"“{asker}”主送不止一个单位，各有复文。"] if many else []


def follow(record: Record, made: Plan, text: str) -> None:
    """After `record` was filed: it is taken in, or takes in, or the reason why not is told; by the platform itself."""
    if made.into is not None:
        take_in(made.into, record, by=system_user(), reason=BY_POLICY, text=text)
    for asker in made.askers:
        take_in(record, asker, by=system_user(), reason=BY_POLICY)
    if made.apart:
        audit.record("stay_apart", "来文与复文各为一件", record, by=system_user(), opinion="".join(made.apart))


def join(reply: Record, asker: Record, *, by, reason: str) -> Record:
    """合为一件 by the archivist's hand, whatever the policy. Raises Refused with every reason."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        rows = locked(reply.pk, asker.pk)
        reply, asker = rows[reply.pk], rows[asker.pk]
        found = [
            "" if may(by, "join", reply) and may(by, "join", asker) else "只有本单位档案员可以把来文与复文合为一件。",
            "" if reason else "请填写合为一件的理由。",
            too_long(reason, LONGEST),
            *bars_joining(reply, asker),
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        link([(reply.pk, asker.pk)])
        take_in(reply, asker, by=by, reason=reason)
    return reply


def take_in(reply: Record, asker: Record, *, by, reason: str, text: str | None = None) -> None:
    """The rows are locked and nothing bars it. `text` are the 来文's words where it was filed in this very act."""
    if text is None:
        text = RecordWords.objects.filter(pk=asker.pk).values_list("body", flat=True).first() or ""
    void = {"voided_at": timezone.now(), "void_reason": f"来文并入复文 {reply.archival_code}：{reason}"}
    asker.codes.filter(voided_at=None).update(**void)
    RECORD.perform("join", asker, by=by, note=reason, given=JoinInput(reply))
    stood = None if by.is_system else standing(reply, list(reply.components.select_related("stored_file")))
    moved = move_files(asker.components.all(), reply, f"并入复文 {reply.archival_code}", asker)
    reply.component_count += len(moved)
    reply.page_count += asker.page_count
    if by.is_system:  # it was looked at before it had these files
        reply.checked_at = reply.checked_by = None
    changed(reply, by, f"并入来文：{reason}", stood)
    _words_of_both(reply, asker, text)
    audit.record(
        "take_in", "并入来文", reply, by=by, through="join", opinion=reason, asked=str(asker.uid),
        changes={"components": ["", "、".join(one.filename for one in moved)]},
    )  # fmt: skip


def changed(row: Record, by, reason: str, stood: Standing | None) -> None:
    """Save the locked `row`, whose files are others now, and inspect it anew; `stood` what failed before."""
    row.version += 1
    row._history_user, row._change_reason = by, reason[:200]
    row.save()
    inspect_anew(row, list(row.components.select_related("stored_file")), by, stood=stood)


def move_files(files: Iterable[Component], to: Record, reason: str, came_with: Record | None) -> list[Component]:
    """New rows in `to`, behind what it has; the old ones stay where they were filed, as versions that were replaced."""
    rows = sorted(files, key=lambda one: one.seq)
    last, made = max((one.seq for one in to.components.all()), default=0), {}
    for place, one in enumerate(rows, start=last + 1):
        name = f"{MARK}{one.filename}"[:255] if came_with else one.filename.removeprefix(MARK)
        made[one.pk] = Component.objects.create(
            record=to, role=one.role, seq=place, filename=name, stored_file_id=one.stored_file_id, pages=one.pages,
            is_original=one.is_original, derived_from=made.get(one.derived_from_id) or one.derived_from,
            made_with=one.made_with, came_with=came_with,
        )  # fmt: skip
        one.moved_to, one.superseded_at, one.superseded_reason = made[one.pk], timezone.now(), reason[:200]
    Component.objects.bulk_update(rows, ["moved_to", "superseded_at", "superseded_reason"])
    return list(made.values())


def _words_of_both(reply: Record, asker: Record, text: str) -> None:
    """One item is found by the words of both, once: what was joined stands in no list of search any more."""
    own = RecordWords.objects.filter(pk=reply.pk).values_list("body", flat=True).first() or ""
    write_words(reply, "\n".join(filter(None, [own, heads_of(asker), text])))
    RecordWords.objects.filter(pk=asker.pk).delete()
    RecordText.objects.unguarded("the search row follows its record").filter(pk=asker.pk).delete()


def pairs_of(record: Record) -> list[tuple[Record, Record]]:
    """(复文, 来文) of the unit's own two items that are related so, of which `record` is one: for its archivist's page."""
    rows = RecordRelation.objects.filter(Q(record=record.pk) | Q(other=record.pk), kind=RecordRelation.Kind.REPLY_TO)
    pairs = [(one.record, one.other) for one in rows.select_related("record", "other").order_by("pk")]
    return [one for one in pairs if all(row.unit_id == record.unit_id and row.state == State.FILED for row in one)]
