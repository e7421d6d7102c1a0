"""What the pages of whoever arranges a unit's records share: whose unit, what was ticked, a refusal in a form."""

from uuid import UUID

from units.access import units_with
from units.models import Unit
from units.workflow import Refused, Stale, Workflow

from .. import ticking
from ..models import Record

ARRANGE = "arrange_records"


def unit_of(request) -> Unit:
    """The unit whose records are arranged: that of the post chosen in the header, else the first."""
    held = units_with(ARRANGE, request.user)
    acting = getattr(request, "acting", None)
    if acting is not None and acting.post.unit_id in held:
        return acting.post.unit
    return Unit.objects.filter(pk__in=held).order_by("code")[0]


def is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def add_reasons(form, refusal: Refused) -> int:
    """The reasons stand in the form; the status of the answer."""
    for reason in refusal.reasons:
        form.add_error(None, reason)
    return 409 if isinstance(refusal, Stale) else 422


def unopened_of(workflow: Workflow, row, step, user) -> list[Record]:
    """Of what is under review (`row.items`) those with files of which the person has opened none; nothing is read where
    the step is not his."""
    if step not in workflow.open_to(user, row):
        return []
    items = row.items.filter(is_open=True).select_related("record").order_by("position")
    return ticking.unopened([(one.record, one.record.component_count) for one in items], user.pk)
