"""验章 beside the seal's verdict: what has become of the paper since it was sealed.

A seal stays valid on a paper that counts no more. Whoever may see the document is told what became of it; to everybody
else only that it is no 正本 in force: no title, no number, no unit.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from . import corrections
from .models import Document, Opinion, Sealing
from .states import State, StepKind

UNSEALED = "撤销用印"  # the label of its opinion
NOT_IN_FORCE = "本系统中该件已非现行正本"


@dataclass(frozen=True)
class Standing:
    """`said` is "" for a paper in force; `document` None for whoever may not see it."""

    said: str
    document: Document | None = None
    by: Document | None = None  # the 更正件 in its place, where he may see it


def standing_of(sha256: str, user) -> Standing | None:
    """Of a page that was sealed here byte for byte; None for any other."""
    used = Sealing.objects.filter(after=sha256, document__isnull=False).select_related("document", "rendition")
    one = used.order_by("pk").last()
    if one is None:
        return None
    seen = Document.objects.allowing("view", user).select_related("issued")
    own = _shown_as(one.document, seen)
    correction = corrections.sent_in_place_of(one.document)
    said = _said(one, correction, own)
    if own is None:
        return Standing(NOT_IN_FORCE if said else "")
    return Standing(said, own, _shown_as(correction, seen) if correction else None)


def _shown_as(document: Document, seen: QuerySet) -> Document | None:
    """The row by which he sees it: the issued one, else what his unit received of it."""
    return seen.filter(pk=document.pk).first() or seen.filter(issued=document.pk).order_by("-pk").first()


def _said(used: Sealing, correction: Document | None, own: Document | None) -> str:
    document = used.document
    if document.state == State.VOIDED:
        return "该件已作废"
    if correction is not None:
        return "该件已由更正件替换，原件作废"
    if fell(used) or _was_taken_off(used):
        return "此次用印已撤销，该页不是现行正本"
    if own is not None and own.state in (State.RECALLED, State.REPLACED):
        return f"发给本单位的一份{own.get_state_display()}"
    rows = document.deliveries.unguarded("whether all of it was recalled, not who had it").filter(joint_copy=False)
    is_recalled = rows.filter(state=State.RECALLED).exists() and not rows.exclude(state=State.RECALLED).exists()
    return "该件已全部收回" if is_recalled else ""


def fell(used: Sealing) -> bool:
    """The page that was sealed is no more the one that counts: it was proofread anew."""
    base = used.rendition.based_on or used.rendition
    return base.stored_file.sha256 != used.document.page_digest


def _was_taken_off(used: Sealing) -> bool:
    """撤销用印 since: the same page may have been sealed anew."""
    return Opinion.objects.filter(
        document=used.document, kind=StepKind.SEAL, label=UNSEALED, taken_back=None, at__gt=used.at
    ).exists()
