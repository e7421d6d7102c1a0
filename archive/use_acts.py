"""A person asks to consult records beyond what his posts reach."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import standing
from units.models import Unit
from units.workflow import Refused

from .models import UseRequest
from .use_routing import route
from .use_workflow import LONGEST, ask_decider


@transaction.atomic
def ask(*, unit: Unit, wanted: str, purpose: str, until: date, by, asked_for: Unit) -> UseRequest:
    """A request to whoever has what is `wanted` of the records of `unit`; Refused when the days cannot be."""
    today = timezone.localdate()
    if asked_for.pk not in standing(by).unit_ids:
        raise Refused("请以您任职的单位提出申请。")
    if not today <= until <= today + LONGEST:
        raise Refused(f"利用截止日期应在 {today} 至 {today + LONGEST} 之间。")
    unit, keeper = route(unit, wanted)
    request = UseRequest(
        unit=unit, keeper=keeper, wanted=wanted, purpose=purpose, until=until, asked_by=by, asked_for=asked_for
    )
    request._history_user = by
    request.save()
    ask_decider(request)
    audit.record("ask_use", "申请利用", request, by=by, after=request.state, opinion=purpose)
    return request
