"""复文 of what a unit received: its own documents that answer it, by 答复 or as the 批复 of a 请示."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from units.texts import too_long

from . import hanging
from .inputs import ASKED
from .models import Document, DocumentLink, OutsideDelivery
from .states import ENDED, AddresseeKind, Direction, State

LABEL = ASKED["unanswered_reason"]


def under_way(delivery: Document) -> list[Document]:
    """Answers of the receiving unit that are not out yet."""
    if not delivery.is_incoming:
        return []
    content = delivery.issued_id or delivery.pk
    rows = _not_out().answering(content).filter(unit=delivery.unit_id)
    rows = rows.only("state", "direction").order_by("pk")
    return hanging.once(delivery, "own answers", lambda: list(rows))


def _not_out() -> QuerySet[Document]:
    """Not dispatched yet, or dispatched while whoever it is sent to outside waits for the paper."""
    rows = Document.objects.unguarded("whether the unit's own answer is out, not what it says")
    unsent = OutsideDelivery.objects.filter(document=OuterRef("pk"), kind=AddresseeKind.MAIN, sent_on=None)
    is_out = Q(state=State.DISPATCHED) & ~Exists(unsent)
    return rows.filter(direction=Direction.OUTGOING).exclude(state__in=sorted(ENDED)).exclude(is_out)


def those_unanswered(documents: list[Document]) -> list[Document]:
    """Of many those whose unit's own answer is under way, in two queries for all."""
    contents = {one.pk: one.issued_id or one.pk for one in documents if one.is_incoming}
    keys = set(contents.values())
    rows = _not_out()
    found = set(rows.filter(replies_to__in=keys).values_list("replies_to", "unit")) if keys else set()
    links = DocumentLink.objects.as_answers().filter(other__in=keys, document__in=rows.values("pk"))
    found.update(links.values_list("other", "document__unit") if keys else ())
    return [one for one in documents if (contents.get(one.pk), one.unit_id) in found]


def told(delivery: Document) -> str:
    """That the answer is not out, and how far it is; "" when there is none on its way."""
    answers = under_way(delivery)
    states = "、".join(dict.fromkeys(one.get_state_display() for one in answers if one.state != State.DISPATCHED))
    if states:
        return f"本件的复文尚未分发（{states}），请待其分发后再办结"
    return "本件的复文已分发，但区外主送单位尚未寄送，请先在复文上登记寄送，再办结" if answers else ""


def asks_why(delivery: Document) -> str:
    """The sentence of the refusal, and of the form's empty field."""
    said = told(delivery)
    return f"{said}；确需现在办结的，请填写“{LABEL}”。" if said else ""


def is_explained(delivery: Document, act) -> str:
    """办结 before the unit's answer has gone out says why."""
    if act.given.unanswered_reason:
        return too_long(act.given.unanswered_reason, 200, LABEL)
    return asks_why(delivery)


def why(delivery: Document, act) -> str:
    """The reason, while it is one."""
    return act.given.unanswered_reason if act.given.unanswered_reason and under_way(delivery) else ""
