"""What is known of the exchange: who has a document and how far he is, whom a sending may reach, what came before."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from units.folding import folded, number_key
from units.models import Appointment, Unit, UnitSuccession, User
from units.roles import PostKind

from . import hanging
from .models import CurrentDocument, Document, OutsideBody, OutsideDelivery
from .states import GONE, Direction, DispatchKind, Offer, State, StepKind

ISSUED = (State.DISPATCHED, State.COMPLETED)
TAKEN_UP = (State.IN_HANDLING, State.COMPLETED)  # a receiver has acted on what it got: nothing is replaced any more
# An addressee written for many (各街道…): whoever belongs to it is within the approved scope. "有关" leaves it open whom.
COLLECTIVE = (
    ("各街道", (Unit.Category.SUBDISTRICT,)),
    ("各部门", (Unit.Category.GOVERNMENT, Unit.Category.ARCHIVE)),
    ("各委办局", (Unit.Category.GOVERNMENT, Unit.Category.ARCHIVE)),
    ("各人民团体", (Unit.Category.MASS,)),
)


def deliveries_of(document):
    """Every delivery of an issued document, those that came back too; co-issuers are no receivers."""
    return document.deliveries.unguarded("the issuer sees who has it and in which state").filter(joint_copy=False)


def beyond_scope(document, units, names) -> tuple[list[Unit], list[str]]:
    """Of these receivers those whom the signer did not approve: neither addressed, nor meant by a name for many,
    nor come in the place of a unit that was addressed (docs/rules/exchange.md, 补发)."""
    addressed = list(document.addressees.all())
    keys = {one.unit_id for one in addressed if one.unit_id}
    keys |= set(UnitSuccession.objects.filter(predecessor__in=keys).values_list("successor", flat=True))
    written = {folded(one.name) for one in addressed}
    meant = {
        category for one in addressed for words, categories in COLLECTIVE for category in categories
        if words in one.name and "有关" not in one.name and not one.unit_id
    }  # fmt: skip
    strange = [
        unit
        for unit in units
        if unit.pk not in keys
        and unit.category not in meant
        and not {folded(unit.name), folded(unit.short_name)} & written
    ]
    return strange, [name for name in names if folded(name) not in written]


def withdrawn_from(correction: Document) -> list[Unit]:
    """Addressees of a 更正件 from which its original was 收回, and that have no other copy of it; by code."""
    if not correction.corrects_id:
        return []
    rows = deliveries_of(correction.corrects)
    have = rows.exclude(state__in=sorted(GONE)).values("unit")
    named = correction.addressees.filter(unit__in=rows.filter(state=State.RECALLED).values("unit"))
    return list(Unit.objects.filter(pk__in=named.exclude(unit__in=have).values("unit")).order_by("code"))


def bars_correction(original: Document) -> list[str]:
    """Why `original` cannot be replaced any more, and what to do instead (docs/rules/exchange.md, 更正重发)."""
    rows = deliveries_of(original).filter(state__in=TAKEN_UP).select_related("unit").order_by("unit__code")
    found = [f"{one.unit.short_name}{one.get_state_display()}" for one in rows]
    answered = Document.objects.unguarded("whether there is an answer, not what it says").answering(original.pk)
    answered = answered.filter(direction=Direction.OUTGOING, state__in=ISSUED)
    found += [f"{one.unit.short_name}已答复" for one in answered.select_related("unit").order_by("unit__code")]
    reasons = []
    if found:
        reasons = [f"{'、'.join(dict.fromkeys(found))}，不能再更正重发；请另发更正通知，或者行文废止原件。"]
    offered = CurrentDocument.objects.unguarded("whether it is before the public, not what it says")
    if offered.filter(document=original, state=Offer.OFFERED).exists():
        reasons.append("原件已作为现行文件公开，请先撤下，再更正重发。")
    return reasons


def signer_of(document) -> User | None:
    """原签批人, while he still signs for the unit: who signed, or for whom his deputy did; else the post is asked."""
    person = document.signed_for or document.signatory
    if person is None:
        return None
    held = Appointment.objects.active().filter(user=person, post__unit=document.unit, post__kind=PostKind.LEADER)
    return person if held.exists() else None


def bodies_of(unit):
    """Bodies outside that the unit keeps, for choosing."""
    return OutsideBody.objects.filter(unit=unit, retired_at=None).order_by("name")


def body_named(unit, name: str) -> OutsideBody | None:
    written = folded(name)
    return next((one for one in bodies_of(unit) if written in (folded(one.name), folded(one.short_name))), None)


def same_sender(one: str, other: str) -> bool:
    """区民政局 and 长宁区民政局 are one sender when one of our units is called both."""
    first, second = folded(one), folded(other)
    if first == second:
        return True
    names = ({folded(unit.name), folded(unit.short_name)} for unit in Unit.objects.all())
    return any({first, second} <= both for both in names)


def twins(unit, number: str, sender: str, *, but: int | None = None) -> list[Document]:
    """What `unit` has received already under this number of this sender, however the number was typed; at most 10."""
    key = number_key(number)
    if not key:
        return []
    rows = Document.objects.unguarded("the unit's own clerk is told what his unit has").filter(
        unit=unit, sender_number_n=key[:120], direction=Direction.INCOMING
    )
    rows = rows.exclude(state__in=sorted(GONE | {State.VOIDED})).exclude(pk=but).order_by("-created_at", "-pk")[:10]
    return [one for one in rows if same_sender(one.sender_name, sender)]


def told_of(twin: Document) -> str:
    day = f"{timezone.localtime(twin.created_at):%Y-%m-%d}"
    known = twin.receipt_number or twin.get_state_display()
    return f"{twin.sender_name} {twin.sender_number}（{known}，{day}）本单位已有，请核对是否重复登记；仍要登记的，请填写理由。"


@dataclass
class Receiver:
    """One line of the issuer's table; moments are None while it has not come to that."""

    delivery: Document
    kind: str  # 主送, 抄送, 补发
    opened_at: datetime | None = None
    signer: str = ""
    handled_at: datetime | None = None
    answer: Document | None = None
    call: str = ""
    disposal: str = ""

    @property
    def unit(self) -> Unit:
        return self.delivery.unit

    @property
    def is_waiting(self) -> bool:
        return self.delivery.state == State.DELIVERED

    @property
    def is_later(self) -> bool:
        """Sent by 补发 to a unit that was addressed, or in the place of an original."""
        kind = self.delivery.dispatch.kind if self.delivery.dispatch else DispatchKind.INITIAL
        return kind == DispatchKind.REPLACEMENT or (kind == DispatchKind.ADDITIONAL and self.kind != "补发")

    @property
    def is_gone(self) -> bool:
        return self.delivery.state in GONE


@dataclass
class Receivers:
    """The whole table: deliveries on the platform, deliveries outside, counts."""

    rows: list[Receiver]
    outside: list[OutsideDelivery]
    waiting_first: bool = False
    counts: dict[str, int] = field(default_factory=dict)


def receivers(document, *, waiting_first: bool = False) -> Receivers:
    """Six statements, however many receivers."""
    found = hanging.deliveries(document)
    kinds = {one.unit_id: one.get_kind_display() for one in hanging.addressees(document) if one.unit_id}
    answers = _answers(document)
    clerks = _clerks({one.unit_id for one in found})
    tasks = _tasks(document)
    rows = [
        _receiver(one, kinds.get(one.unit_id, "补发"), tasks.get(one.uid, ()), clerks, answers.get(one.unit_id))
        for one in found
    ]
    if waiting_first:
        rows.sort(key=lambda row: (not row.is_waiting, row.is_gone))
    outside = hanging.outside(document)
    return Receivers(rows, outside, waiting_first, _counts(rows, outside))


def _answers(document) -> dict[int, Document]:
    """The issuer sees that it was answered; the answer has its own rule."""
    tied = (document.corrects_id, *(one.pk for one in hanging.beside(document) if one.corrects_id == document.pk))
    rows = [one for one in hanging.beside(document) if one.pk not in tied or one.replies_to_id == document.pk]
    return {one.unit_id: one for one in rows if one.direction == Direction.OUTGOING and one.state in ISSUED}


def _clerks(units: set[int]) -> dict[int, User]:
    rows = Appointment.objects.active().filter(post__kind=PostKind.CLERK, post__unit__in=units)
    return {one.post.unit_id: one.user for one in rows.select_related("user", "post").order_by("-pk")}


def _tasks(document) -> dict:
    found: dict = {}
    for task in hanging.delivery_items(document):
        found.setdefault(task.subject_uid, []).append(task)
    return found


def _receiver(delivery: Document, kind: str, tasks, clerks: dict[int, User], answer: Document | None) -> Receiver:
    # signed for from a list it was never opened
    seen = [at for at in (*(task.seen_at for task in tasks), delivery.signed_for_at) if at]
    signed = next((task.done_by for task in tasks if task.kind == StepKind.SIGN_FOR and task.done_by), None)
    handled = [task.closed_at for task in tasks if task.kind == StepKind.REPORT and task.outcome == "done"]
    person = signed if signed is not None and signed.is_active else clerks.get(delivery.unit_id)
    disposal = getattr(delivery, "disposal", None)
    return Receiver(
        delivery, kind,
        opened_at=min(seen) if seen else None,
        signer=signed.name if signed else "",
        handled_at=max(handled) if handled else delivery.completed_at,
        answer=answer,
        call=f"{person.name} {person.phone}".strip() if person else "",
        disposal=disposal.get_how_display() if disposal else "",
    )  # fmt: skip


def _counts(rows: list[Receiver], outside: list[OutsideDelivery]) -> dict[str, int]:
    """已签收 n / m: m are the receivers that still have it, or are to have it."""
    live = [row for row in rows if not row.is_gone]
    return {
        "all": len(live),
        "signed": sum(not row.is_waiting for row in live),
        "registered": sum(row.delivery.registered_at is not None for row in live),
        "handled": sum(row.handled_at is not None for row in live),
        "answered": sum(row.answer is not None for row in live),
        "returned": sum(row.delivery.state == State.RETURNED_TO_SENDER for row in rows),
        "recalled": sum(row.delivery.state == State.RECALLED for row in rows),
        "replaced": sum(row.delivery.state == State.REPLACED for row in rows),
        "outside": len(outside),
        "outside_sent": sum(one.sent_on is not None for one in outside),
    }


def linked_of(document, seen) -> list[tuple[str, Document]]:
    """(what it is, row) of what a 更正件 ties together, on the side of the same holder, on his page.

    `seen` are rows that he may see.
    """
    if not document.is_incoming:
        rows = [one for one in hanging.beside(document) if one.may_view and one.state != State.VOIDED]
        found = [one for one in rows if document.pk == one.corrects_id or one.pk == document.corrects_id]
        return [("原件" if one.pk == document.corrects_id else "更正件", one) for one in found]
    if document.issued_id is None:
        return []
    tied = Q(issued__corrects=document.issued_id)
    if document.issued.corrects_id:
        tied |= Q(issued=document.issued.corrects_id)
    own = seen.filter(tied, unit=document.unit).exclude(state=State.RECALLED)
    return [("更正件" if one.pk > document.pk else "原件", one) for one in own.order_by("pk")]
