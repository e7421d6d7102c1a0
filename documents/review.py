"""What a reviewer finds above the paper: the sender's remark, what was changed, what is to be known before signing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from units.models import User
from units.panels import Page, Panel

from .agreements import Way
from .comparing import places_between
from .going_back_notices import own_return, way_of
from .models import Revision, StepRun
from .states import Direction, State

UNDER_WAY = (State.DRAFTING, State.IN_REVIEW)


@dataclass(frozen=True)
class Remark:
    """送审说明."""

    text: str
    by: User
    at: datetime


@dataclass(frozen=True)
class Changes:
    """How many places differ from what `since` had before him; `is_own`: the visitor himself."""

    places: int
    old: int
    new: int
    since: StepRun
    is_own: bool
    url: str


def remark_of(way: Way) -> Remark | None:
    run = way.current[0].run if way.current else None
    return Remark(run.remark, run.sent_by, run.started_at) if run is not None and run.remark else None


def last_seen(way: Way, user) -> StepRun | None:
    """The step at which the visitor had the text before him last, else the last one at which anybody had."""
    seen = [step for step in way.steps if step.rendition_id is not None and step.closed_at is not None]
    own = [step for step in seen if step.done_by_id == user.pk]
    return max(own or seen, key=lambda step: step.closed_at, default=None)


def changes(document, way: Way, user) -> Changes | None:
    """What was changed since then; None when nothing was, or nobody has reviewed it yet."""
    step = last_seen(way, user)
    if step is None:
        return None
    newest = Revision.objects.filter(document=document).order_by("-number").values("pk")[:1]
    rows = Revision.objects.filter(Q(pk__in=newest) | Q(renditions=step.rendition_id), document=document)
    found = list(rows.order_by("number"))
    if len(found) < 2 or not (places := places_between(*found)):
        return None
    old, new = found[0].number, found[1].number
    url = f"{reverse('documents:compare', args=[document.uid])}?old={old}&new={new}"
    return Changes(places, old, new, step, step.done_by_id == user.pk, url)


def shown(page: Page) -> dict | None:
    document = page.obj
    if document.is_incoming or document.state not in UNDER_WAY:
        return None
    way = way_of(page)
    remark, changed = remark_of(way), changes(document, way, page.user)
    to_be_signed = document.direction == Direction.OUTGOING and document.state == State.IN_REVIEW
    returned = own_return(page)
    if remark is None and changed is None and not to_be_signed and returned is None:
        return None
    return {"remark": remark, "changes": changed, "to_be_signed": to_be_signed, "returned": returned}


ABOVE = (Panel("documents/_review.html", shown),)
