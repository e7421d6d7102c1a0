"""复文 of what a unit received: its own documents that answer it, by 答复 or as the 批复 of a 请示."""

from django.db.models import QuerySet

from units.texts import too_long

from . import hanging
from .inputs import ASKED
from .models import Document, DocumentLink
from .states import ENDED, Direction, State

LABEL = ASKED["unanswered_reason"]


def under_way(delivery: Document) -> list[Document]:
    """Answers of the receiving unit that are not dispatched yet."""
    if not delivery.is_incoming:
        return []
    content = delivery.issued_id or delivery.pk
    rows = _not_out().answering(content).filter(unit=delivery.unit_id)
    rows = rows.only("state", "direction").order_by("pk")
    return hanging.once(delivery, "own answers", lambda: list(rows))


def _not_out() -> QuerySet[Document]:
    rows = Document.objects.unguarded("whether the unit's own answer is out, not what it says")
    return rows.filter(direction=Direction.OUTGOING).exclude(state__in=sorted({State.DISPATCHED, *ENDED}))


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
    states = "、".join(dict.fromkeys(one.get_state_display() for one in under_way(delivery)))
    return f"本件的复文尚未分发（{states}），请待其分发后再办结" if states else ""


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
