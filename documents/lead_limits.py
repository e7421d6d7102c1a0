"""主办时限 beside 办理时限: the lead's own limit ends no later than the whole letter's and leaves it as it is.

It stands at the steps of 承办 that are ahead (StepRun.due_at). Where the letter has no limit of its own the lead's is
the whole's as well, until 批示 settles another.
"""

from datetime import datetime

from django.utils import timezone

from units.workflow import Act

from . import hanging
from .models import StepRun
from .states import StepKind, StepState

LED = (StepKind.HANDLE, StepKind.REPORT)


def shown(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "无"


def _ahead(document):
    return StepRun.objects.filter(
        run__document=document, run__ended_at=None, kind__in=LED, state=StepState.AHEAD
    )  # fmt: skip


def lead_limit(document) -> datetime | None:
    """What 拟办 or an earlier 批示 laid down for 主办."""
    rows = [
        (step.position, step.pk, step.due_at) for step in hanging.steps(document)
        if step.run.ended_at is None and step.kind in LED and step.state == StepState.AHEAD and step.due_at
    ]  # fmt: skip
    return min(rows)[-1] if rows else None


def whole_limit(document) -> datetime | None:
    """办理时限 as registered; None where there is none, or only the one that was given with 主办."""
    return whole_beside(document, lead_limit(document))


def whole_beside(document, lead: datetime | None) -> datetime | None:
    """The same, for whoever knows `lead_limit`."""
    return document.due_at if document.due_at != lead else None


def laid_down_for(document, step: StepRun) -> datetime | None:
    """What was laid down for 主办 or 协办 at `step`, open or ahead: it stays when the step is asked for again.

    None where the step had the letter's own limit, or one that its way counts anew.
    """
    is_own = step.kind in (*LED, StepKind.ASSIST) and step.limit_value is None and step.due_at != document.due_at
    return step.due_at if is_own else None


def lay_down(document, act: Act, limit: datetime) -> None:
    """The lead's limit; the trail has the old and the new one of lead and letter."""
    before = lead_limit(document)
    whole = whole_beside(document, before)
    act.detail["lead_limit"] = [shown(before or whole), shown(limit)]
    if whole is None and limit != document.due_at:
        act.detail["due_at"] = [shown(document.due_at), shown(limit)]
        document.due_at = limit
    _ahead(document).update(due_at=limit if limit != whole else None)
