"""试走: step by step who would get a document, by when, and all that stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from units.calendar import WorkingCalendar
from units.findings import REFUSE, WARN, Finding
from units.models import Unit, User
from units.roles import PostKind

from .models import RouteStep
from .route_plan import OWN_BARRED, Planned, Staff, Subject, due_after, plan, source_of, units_of
from .states import Addressed, LimitUnit, StepKind


@dataclass
class Tried:
    """A step of a trial: `holders` are the people who would have it, `due` the latest moment.

    `problems` say why nobody can do it, `notes` what else the drafter should know (an absence, a choice).
    """

    planned: Planned
    holders: list[User]
    arrives: datetime
    due: datetime | None = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def try_out(
    steps: Sequence[RouteStep], subject: Subject, *, start: datetime, staff: Staff | None = None
) -> list[Tried]:
    """The way of such a document that is sent off at `start`, when everybody takes the time he is given.

    A step without a limit counts as done at once: the moments are the latest for those that have one.
    """
    staff = staff or Staff(units_of(steps, subject))
    calendar, arrives, made = WorkingCalendar(), start, []
    for _, group in groupby(plan(steps, subject, staff), key=lambda one: one.step.position):
        tried = [_tried(one, subject, staff, arrives, calendar) for one in group]
        arrives = max((one.due for one in tried if one.due is not None), default=arrives)
        made += tried
    return made


def _tried(one: Planned, subject: Subject, staff: Staff, arrives: datetime, calendar: WorkingCalendar) -> Tried:
    holders = _holders(one, staff)
    tried = Tried(one, holders, arrives, due_after(arrives, one.limit_value, one.limit_unit, calendar))
    tried.problems = [*_bars(one, staff, subject.authors, holders), *_ended(one)]
    tried.notes = [sentence for person in holders for sentence in absences(person, one, staff)]
    if one.gone is not None:
        tried.notes.append(f"{one.gone.name}已不在{one.unit}任职，改由{one.unit.short_name}{_post(one)}办理。")
    if _asks_duty(one, subject, calendar, arrives):
        tried.notes.append(f"到达时为休息日，同时转告{one.unit.short_name}值班员（没有排班的，由文书转告）。")
    return tried


def _post(one: Planned) -> str:
    return PostKind(one.post).label if one.post else ""


def _holders(one: Planned, staff: Staff) -> list[User]:
    if one.person is not None:
        return [one.person]
    if one.candidates:
        return one.candidates
    if one.step.addressed == Addressed.CHOICE:
        return []
    return staff.holders(one.unit, one.post) if one.post else []


def _bars(one: Planned, staff: Staff, authors: frozenset[int], holders: list[User]) -> list[str]:
    """Why nobody can do this step."""
    where = f"{one.unit.short_name}{_post(one)}"
    if not holders and one.step.addressed == Addressed.DRAFTER:
        return []  # whoever drafts has it
    if not holders and one.step.addressed in (Addressed.CHOICE, Addressed.DEPARTMENT):
        own = one.kind in OWN_BARRED and staff.holders(one.unit, one.post, one.step.department)
        other = "除拟稿人外" if own else ""
        return [f"{source_of(one.step, one.unit)}{other}目前无人，到该环节后无人办理。"]
    if not holders:
        return [f"{where}岗位目前无人，到该环节后无人办理。"]
    if one.kind in OWN_BARRED and all(person.pk in authors for person in holders):
        return [f"{where}只有拟稿人本人（{holders[0].name}），不得{one.kind.label}自己拟制的文稿。"]
    if one.kind == StepKind.APPROVE:
        return _own_deputy(one, staff, authors, holders)
    return []


def _own_deputy(one: Planned, staff: Staff, authors: frozenset[int], holders: list[User]) -> list[str]:
    """A deputy does not sign his own draft (practice 1): who stands in for the absent leader may be its author."""
    found = [row for person in holders for row in staff.deputies(person, one.unit) if row.deputy_id in authors]
    return [f"{row.principal.name}由拟稿人{row.deputy.name}代理，代理人不得签发本人拟制的文稿。" for row in found]


def _ended(one: Planned) -> list[str]:
    day, unit, department = timezone.localdate(), one.unit, one.step.department
    found = []
    if unit.valid_to and unit.valid_to < day:
        found.append(f"{unit}已于{unit.valid_to}停用。")
    if department is not None and department.valid_to and department.valid_to < day:
        found.append(f"{department}已于{department.valid_to}撤销。")
    return found


def absences(person: User, one: Planned, staff: Staff) -> list[str]:
    """张三11-20至11-28由李四代理: only what holds today, in the post the step is asked of."""
    return [
        f"{person.name}{row.starts_on:%m-%d}至{row.ends_on:%m-%d}由{row.deputy.name}代理"
        for row in staff.deputies(person, one.unit)
        if one.post in ("", row.post.kind)
    ]


def _asks_duty(one: Planned, subject: Subject, calendar: WorkingCalendar, arrives: datetime) -> bool:
    """As documents/routing.py tells the clerk's post of an urgent step that opens on a day off."""
    in_hours = bool(subject.urgency) and one.limit_unit == LimitUnit.HOURS and one.limit_value is not None
    at_clerk = one.person is None and one.post == PostKind.CLERK
    return in_hours and not at_clerk and not calendar.is_working(timezone.localdate(arrives))


def staffing(steps: Sequence[RouteStep], unit: Unit, staff: Staff) -> list[Finding]:
    """What a saved route would meet today: whoever it names must be there; a vacant post may be filled tomorrow."""
    found = []
    for line, step in enumerate(steps, start=1):
        there = step.unit or unit
        label = f"第{step.position}步“{step}”"
        one = Planned(line, step, there, step.post)
        if step.addressed == Addressed.PERSON and step.person and not staff.posts_of(step.person, there):
            found.append((REFUSE, line, f"{label}：{step.person.name}不在{there}任职（已离任或从未任职），请另选。"))
        elif step.addressed in (Addressed.CHOICE, Addressed.DEPARTMENT) and (step.post or step.department):
            if not staff.holders(there, step.post, step.department):
                found.append((REFUSE, line, f"{label}：{source_of(step, there)}目前无人，没有人可选。"))
        elif step.addressed == Addressed.POST and step.post and not staff.holders(there, step.post):
            found.append((WARN, line, f"{label}：{there}{PostKind(step.post).label}岗位目前无人。"))
        found += [(REFUSE, line, f"{label}：{sentence}") for sentence in _ended(one)]
    return [Finding("staffing", severity, f"第{line}行", message, "who", line) for severity, line, message in found]
