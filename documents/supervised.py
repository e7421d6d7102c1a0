"""What is known of 督办: which documents are, until when, and when it may be set, fed back and completed."""

from django.db.models import F, OuterRef, Subquery

from units.access import units_with

from . import hanging
from .models import Document, Supervision
from .states import State

UNDER_WAY = (State.REGISTERED, State.PROPOSED, State.INSTRUCTED, State.IN_HANDLING)


def open_of(document: Document) -> Supervision | None:
    rows = Supervision.objects.filter(document=document, ended_at=None).select_related("set_by")
    return hanging.once(document, "supervision", rows.first) if document.is_incoming else None


def may_be_supervised(document: Document) -> str:
    if not document.is_incoming or document.state not in UNDER_WAY:
        return "只有已登记、正在办理的收文可以督办。"
    return ""


def bars_feedback(document: Document) -> str:
    return "" if open_of(document) is not None else "本件不在督办。"


def supervision_is_ended(document: Document, act) -> str:
    """Check of 办结: what is supervised ends with its 办结反馈 first."""
    one = open_of(document)
    return f"本件正在督办（{one.demand}），请先填写“办结反馈”。" if one else ""


def under_supervision(user):
    """督办: open ones on documents of the units whose limits the person watches."""
    rows = Document.objects.allowing("view", user).filter(unit__in=units_with("watch_limits", user))
    return rows.filter(supervisions__ended_at=None, supervisions__isnull=False)


def supervised_of(user):
    """`under_supervision`, the most pressing first, with `feedback_due_at` and `demand`."""
    mine = Supervision.objects.filter(document=OuterRef("pk"), ended_at=None)
    return (
        under_supervision(user)
        .annotate(feedback_due_at=Subquery(mine.values("due_at")[:1]), demand=Subquery(mine.values("demand")[:1]))
        .order_by(F("feedback_due_at").asc(), "pk")
    )
