"""起草复文: the answer to what was received begins with its receiver and title, and is tied to it when it is saved."""

import re

from django.core.exceptions import ValidationError

from units.access import holds

from .models import Document
from .rules import waiting_kinds
from .states import GONE, AddresseeKind, DocType, RoutingDirection, State, StepKind

WORK = frozenset({StepKind.HANDLE, StepKind.REPORT, StepKind.ASSIST})
# 区民政局关于商请支持活动的函 is about 商请支持活动
ABOUT = re.compile(r"^(?:[^“”《》]{0,40}?关于)?(.+?)(?:的(?:函|便函|复函|请示|报告|通知|意见|通报|征求意见函))?$")


def is_answerable(document: Document) -> bool:
    """It was received and is still with its unit, registered at least."""
    early = (State.DELIVERED, State.SIGNED_FOR)
    return document.is_incoming and not document.joint_copy and document.state not in (*early, *GONE)


def may_answer(user, document: Document, known: dict) -> bool:
    """Whoever drafts for the unit and handles the paper, or registers for the unit."""
    if not is_answerable(document) or not holds("draft_documents", user, document.unit):
        return False
    if holds("receive_documents", user, document.unit) or document.lead_officer_id == user.pk:
        return True
    return not WORK.isdisjoint(waiting_kinds(user, document, known))


def named(user, uid: str | None) -> Document | None:
    """The received paper with this uid, when the person may answer it; None when there is none of the kind."""
    try:
        rows = Document.objects.allowing("view", user).filter(uid=uid).select_related("unit", "issued", "sender_unit")
        found = rows.first()
    except (ValueError, ValidationError):  # a uid that is none
        return None
    return found if found is not None and may_answer(user, found, {}) else None


def title_of(document: Document, kind: str = "复函") -> str:
    """About what the received paper is about; `kind` is the word of the answer: 复函, 批复."""
    met = ABOUT.match(document.title)
    return f"关于{met.group(1) if met else document.title}的{kind}"[:300]


def initial_of(document: Document) -> dict:
    """Of the draft's form."""
    found: dict = {
        "unit": document.unit_id, "title": title_of(document), "doc_type": DocType.LETTER,
        "routing_direction": RoutingDirection.PARALLEL,
    }  # fmt: skip
    if document.sender_unit_id:
        return found | {AddresseeKind.MAIN.value: [document.sender_unit_id]}
    return found | {f"{AddresseeKind.MAIN.value}_outside": document.sender_name}
