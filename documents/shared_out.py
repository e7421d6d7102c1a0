"""主办 and 协办 as they stand: for checks and forms, and as the page and the 文件处理单 tell them."""

from datetime import datetime

from django.utils import timezone

from . import hanging
from .models import Document, StepRun
from .route_plan import due_after
from .states import StepKind, StepState


def laid_down(document: Document) -> list[StepRun]:
    """协办 of the way under way, in the order of asking; without what was proposed and then changed."""
    left = (StepState.DROPPED, StepState.SKIPPED)
    return [step for step in _assisting(document) if step.run.ended_at is None and step.state not in left]


def _assisting(document: Document) -> list[StepRun]:
    rows = [step for step in hanging.steps(document) if step.kind == StepKind.ASSIST and step.settled_by_id is None]
    return sorted(rows, key=lambda step: step.pk)


def name_of(step: StepRun) -> str:
    """综合科, or the person."""
    return step.department.name if step.department else str(step.person or step.post)


def still_open(document: Document) -> list[str]:
    return [name_of(step) for step in laid_down(document) if step.state == StepState.OPEN]


def those_unassisted(documents: list[Document]) -> list[Document]:
    """Of many those whose 协办 is open and not explained yet, in one query."""
    keys = [one.pk for one in documents if one.is_incoming and not one.unassisted_reason]
    if not keys:
        return []
    rows = StepRun.objects.filter(
        run__document__in=keys, run__ended_at=None, kind=StepKind.ASSIST, settled_by=None, state=StepState.OPEN
    )
    found = set(rows.values_list("run__document", flat=True))
    return [one for one in documents if one.pk in found]


def handlers(document: Document) -> list[tuple[str, str]]:
    """(label, words): 主办 with department and person, 协办 each with what came of it."""
    if not document.is_incoming:
        return [("主办人", str(document.lead_officer or ""))]
    lead = (document.department.name if document.department else "", str(document.lead_officer or ""))
    rows = [step for step in _assisting(document) if step.state != StepState.SKIPPED]
    helped = [f"{name_of(step)}（{_came_of(step)}）" for step in rows]
    return [("主办", " ".join(filter(None, lead))), ("协办", "、".join(helped))]


def limit_ahead(step: StepRun) -> datetime | None:
    """By when 协办 that has not begun is asked for; of one laid down in working days, or hours, counted from now."""
    return step.due_at or due_after(timezone.now(), step.limit_value, step.limit_unit)


def _came_of(step: StepRun) -> str:
    if step.state == StepState.DONE:
        is_named = step.person_id is not None and step.person_id == step.done_by_id  # he stands before the bracket
        return f"{step.done_by.name if step.done_by and not is_named else ''}已反馈"
    if step.state == StepState.AHEAD:
        ends = limit_ahead(step)
        return f"待批示，拟限 {timezone.localtime(ends):%m-%d %H:%M}" if ends else "待批示"
    if step.state == StepState.DROPPED:
        return "未反馈"
    return f"限 {timezone.localtime(step.due_at):%m-%d %H:%M}" if step.due_at else "待反馈"
