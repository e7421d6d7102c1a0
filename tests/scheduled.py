"""A draft of D07's schedule with approved versions before it, and requests of D09's clerk to consult its records."""

import io
from datetime import timedelta

from django.utils import timezone

from archive import schedule_acts, use_acts
from archive.models import RetentionSchedule, UseRequest
from archive.schedule_inputs import ApproveInput
from archive.schedule_workflow import SCHEDULE
from archive.schedules import sheets
from archive.schedules.versions import rules_of
from archive.views.schedules import held_for
from files.store import land_bytes
from units.models import Unit


def approved(unit: Unit, people, *, valid_from) -> RetentionSchedule:
    """A version of the unit, drafted, proposed and approved by 区档案局."""
    schedule = schedule_acts.draft(unit, by=people[f"{unit.code}:archivist"])
    SCHEDULE.perform("propose", schedule, by=people[f"{unit.code}:archivist"])
    given = ApproveInput("长档〔2026〕5号", valid_from)
    SCHEDULE.perform("approve", schedule, by=people["D30:inspector"], given=given)
    return schedule


def asked(people, unit: Unit) -> UseRequest:
    clerk = people["D09:clerk"]
    return use_acts.ask(
        unit=unit, wanted="关于某事项的通知", purpose="编史", by=clerk,
        until=timezone.localdate() + timedelta(days=30), asked_for=clerk.appointments.get().post.unit,
    )  # fmt: skip


def sheet_of(schedule: RetentionSchedule, person) -> str:
    """The draft's own sheet without its last row, uploaded by `person`: it waits to be confirmed."""
    file = io.BytesIO()
    sheets.write(file, rules_of(schedule)[:-1], str(schedule))
    return held_for(land_bytes(file.getvalue(), "期限表.xlsx").sha256, person, schedule)


def scheduled(people, unit: Unit, count: int = 1) -> dict[str, dict]:
    """Arguments of the routes: the last of `count` versions is the draft, the last of `count` requests is shown."""
    for number in range(1, count):
        approved(unit, people, valid_from=timezone.localdate() + timedelta(days=number))
    draft = schedule_acts.draft(unit, by=people[f"{unit.code}:archivist"])
    for _ in range(count):
        request = asked(people, unit)
    return {
        "schedule": {"uid": draft.uid},
        "schedule_act": {"uid": draft.uid, "step": "propose"},
        "schedule_sheet": {"uid": draft.uid, "held": sheet_of(draft, people[f"{unit.code}:archivist"])},
        "schedule_rule": {"uid": draft.uid, "code": "02-21"},
        "use": {"uid": request.uid},
        "use_act": {"uid": request.uid, "step": "refuse"},
    }
