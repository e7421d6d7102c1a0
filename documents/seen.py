"""当时所见: which file shows what a reviewer had on the screen (design sections 5 and 13)."""

from django.db.models import QuerySet

from .models import Rendition, Revision
from .states import REVIEWS, StepKind

READ_AS_SENT = (StepKind.PROPOSE, StepKind.INSTRUCT)  # of a received document: the page that was sent


def _of_last_revision(document) -> QuerySet:
    last = Revision.objects.filter(document=document).order_by("-number").values("pk")[:1]
    return Rendition.objects.filter(kind=Rendition.Kind.SEEN, revision=last)


def on_screen(document, kind: str) -> int | None:
    """Key of the rendition that whoever acts at a step of `kind` has before him; None where nothing was kept."""
    if document.is_incoming:
        return document.dispatch.rendition_id if kind in READ_AS_SENT and document.dispatch_id else None
    if kind not in REVIEWS:
        return None
    return _of_last_revision(document).values_list("pk", flat=True).first()


def rendition_seen(document, uid) -> Rendition | None:
    """The rendition `uid`, if it is one that somebody had before him when he wrote on this document."""
    if document.is_withheld:
        return None
    opinions = document.opinions.filter(rendition__uid=uid).select_related("rendition__stored_file")
    found = opinions.first()
    return found.rendition if found else None
