"""更正重发: what a 更正件 replaces and why, for whoever meets it; and whether he may read the two side by side."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from units.models import AuditEvent

from . import comparing, hanging
from .models import Document, Revision
from .states import State

MARK = "更正件"
AGAINST = "original"  # the parameter with which 稿本对照 sets a 更正件 against what it replaces


@dataclass(frozen=True)
class Reason:
    """更正理由, as it was given when the 更正稿 was begun."""

    text: str
    who: str
    at: datetime


def reason_of(correction: Document) -> Reason | None:
    """Of a 更正件, from its trail."""

    def read() -> Reason | None:
        found = AuditEvent.objects.of(correction).filter(verb="begin_correction").order_by("pk").first()
        return Reason(found.opinion, found.actor_name, found.at) if found else None

    return hanging.once(correction, "correction_reason", read)


def on_sheet(document: Document) -> str:
    """The line of 发文稿纸."""
    if not document.corrects_id:
        return ""
    reason = reason_of(document)
    return f"{document.correction_mark}；更正理由：{reason.text}" if reason else document.correction_mark


def correction_of(original: Document) -> Document | None:
    """The 更正件 that is under way, or went out, in the place of `original`; `may_view` on a page."""
    found = [one for one in hanging.beside(original) if one.corrects_id == original.pk and one.state != State.VOIDED]
    return found[-1] if found else None


def sent_in_place_of(original: Document) -> Document | None:
    """The 更正件 that has gone out: from then on `original` is void."""
    made = correction_of(original)
    return made if made is not None and made.dispatched_at is not None else None


def those_replaced(keys: Collection[int]) -> set[int]:
    """Of many those in whose place a 更正件 has gone out, in one query."""
    rows = Document.objects.unguarded("whether it was replaced, not by what").filter(corrects__in=keys)
    rows = rows.filter(dispatched_at__isnull=False).exclude(state=State.VOIDED).order_by()
    return set(rows.values_list("corrects_id", flat=True)) if keys else set()


def counts_no_more(document) -> bool:
    """Its page is void: the paper was voided, or a 更正件 that has gone out stands in its stead."""
    if document.state in (State.VOIDED, State.REPLACED):
        return True
    return not document.is_incoming and sent_in_place_of(document) is not None


def may_be_read_beside(document: Document, user) -> bool:
    """Whether the visitor of the 更正件 may read what it replaces: of a receiver, what his own unit has of it."""
    key = document.content.corrects_id
    if not key:
        return False
    if not document.is_incoming:
        return any(one.pk == key and one.may_view and not one.is_withheld for one in hanging.beside(document))
    own = Document.objects.allowing("view", user).filter(issued=key, unit=document.unit)
    return any(not one.is_withheld for one in own)


def comparison_url(document: Document, user) -> str:
    """Of the 更正件 against its original; "" for whoever may not read both."""
    return "" if document.is_withheld or not may_be_read_beside(document, user) else address_of(document)


def address_of(document: Document) -> str:
    return f"{reverse('documents:compare', args=[document.uid])}?{AGAINST}=1"


def wordings(document: Document) -> list[Revision]:
    """The last wording of the original, that of the 更正件: no issued text is changed any more."""
    keys = (document.content.corrects_id, document.content.pk)
    rows = Revision.objects.filter(document__in=keys).select_related("saved_by")
    newest = rows.order_by("document", "-number").distinct("document")
    return sorted(newest, key=lambda one: keys.index(one.document_id))


def places_changed(correction: Document) -> int | None:
    """In how many places a 更正件 differs from what it replaces; None where that is not kept."""

    def read() -> int | None:
        pair = wordings(correction)
        if len(pair) < 2 or not all(one.fields for one in pair):
            return None
        # whose names and seals it bears stands in the digest alone
        return comparing.places_between(*pair) or int(pair[0].digest != pair[1].digest)

    return hanging.once(correction, "correction_places", read) if correction.corrects_id else None


def says_something_else(document, act) -> str:
    """A 更正件 that is, word for word, what it replaces corrects nothing"""
    if places_changed(document) != 0:
        return ""
    return (
        "更正稿与原件的文字和各项要素都相同，没有更正任何内容：请先点“修改草稿”改正，再送审；"
        "原件无误、只是要再发给有关单位的，请作废本稿，在原件页面用“补发”。"
    )
