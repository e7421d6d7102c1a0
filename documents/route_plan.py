"""Who gets the steps of a route for one document: resolved once, for the run, the picture and the trial alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from units.calendar import WorkingCalendar, end_of_working_days
from units.models import Appointment, Delegation, Unit, User
from units.roles import ADMINISTRATORS, PostKind

from .models import Document, Route, RouteStep
from .routes import limit_of
from .states import Addressed, DocType, LimitUnit, StepKind

OWN_BARRED = frozenset({StepKind.REVIEW, StepKind.CHECK})  # nobody reviews his own draft (conditions.is_not_his_own)


@dataclass(frozen=True)
class Subject:
    """What a route asks of a document. `authors` wrote it or have it in their hands; `chosen` is row → person."""

    unit: Unit
    direction: str
    urgency: str = ""
    flow: str = ""
    drafter: User | None = None
    authors: frozenset[int] = frozenset()
    lead_officer: User | None = None
    countersigners: tuple[Unit, ...] = ()
    chosen: Mapping[int, User] = field(default_factory=dict)
    doc_type: str = ""


def subject_of(document: Document, chosen: Mapping[int, User] | None = None) -> Subject:
    rows = document.countersigners.select_related("unit").order_by("unit__code")
    authors = {key for key in (document.drafted_by_id, document.held_by_id) if key is not None}
    return Subject(
        document.unit, document.direction, document.urgency, document.routing_direction, document.in_hands_of,
        frozenset(authors), document.lead_officer, tuple(row.unit for row in rows), chosen or {}, document.doc_type,
    )  # fmt: skip


@dataclass
class Planned:
    """One step of the way: asked of `person`, else of the post `post` of `unit`.

    line        row of the route, from 1
    candidates  among whom somebody has still to choose; [] when nothing is left to choose
    gone        the person the route names, who holds no post there any more
    """

    line: int
    step: RouteStep
    unit: Unit
    post: str
    person: User | None = None
    candidates: list[User] = field(default_factory=list)
    gone: User | None = None
    limit_value: int | None = None
    limit_unit: str = LimitUnit.WORKING_DAYS

    @property
    def kind(self) -> StepKind:
        return StepKind(self.step.kind)

    @property
    def is_left_open(self) -> bool:
        return self.person is None and (bool(self.candidates) or self.step.addressed == Addressed.CHOICE)


class Staff:
    """Who holds which post of some units today, and who stands in for whom; two queries for any number of steps.

    The three administrators handle no documents (domain 12.2) and are nobody here.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        keys = {unit.pk for unit in units}
        held = Appointment.objects.active().filter(post__unit__in=keys).exclude(post__kind__in=ADMINISTRATORS)
        self.appointments = list(held.for_standing())
        self._units = keys
        self._delegations: list[Delegation] | None = None

    def holders(self, unit: Unit, post: str = "", department: Any = None) -> list[User]:
        """People of the unit, each once, in the order of their names' keys."""
        rows = [
            one
            for one in self.appointments
            if one.post.unit_id == unit.pk
            and post in ("", one.post.kind)
            and (department is None or one.department_id == department.pk)
        ]
        return list({one.user_id: one.user for one in rows}.values())

    def posts_of(self, person: User, unit: Unit, department: Any = None) -> list[str]:
        return [
            one.post.kind
            for one in self.appointments
            if one.user_id == person.pk
            and one.post.unit_id == unit.pk
            and (department is None or one.department_id == department.pk)
        ]

    def deputies(self, person: User, unit: Unit) -> list[Delegation]:
        """Delegations of `person` in `unit` that hold today."""
        if self._delegations is None:
            rows = Delegation.objects.active().filter(post__unit__in=self._units)
            self._delegations = list(rows.select_related("principal", "deputy", "post__unit").order_by("pk"))
        return [one for one in self._delegations if (one.principal_id, one.post.unit_id) == (person.pk, unit.pk)]


def steps_of(route: Route) -> list[RouteStep]:
    return steps_of_each([route])[route.pk]


def steps_of_each(routes: Sequence[Route]) -> dict[int, list[RouteStep]]:
    """By the route's key, in their order; one query for any number of routes."""
    rows = RouteStep.objects.filter(route__in=routes).select_related("unit", "person", "department")
    found: dict[int, list[RouteStep]] = {route.pk: [] for route in routes}
    for row in rows.order_by("position", "pk"):
        found[row.route_id].append(row)
    return found


def units_of(steps: Iterable[RouteStep], subject: Subject) -> list[Unit]:
    """The units of which the staff has to be known."""
    return [subject.unit, *subject.countersigners, *(step.unit for step in steps if step.unit is not None)]


def plan(steps: Sequence[RouteStep], subject: Subject, staff: Staff) -> list[Planned]:
    """The steps that such a document takes, in their order, each with whoever has it as things stand today."""
    made = [
        _planned(line, step, unit, subject, staff)
        for line, step in enumerate(steps, start=1)
        if step.applies(subject.urgency, subject.flow, subject.doc_type)
        for unit in (
            subject.countersigners if step.addressed == Addressed.COUNTERSIGNERS else [step.unit or subject.unit]
        )
    ]
    return _by_office_head(made, subject, staff) if subject.doc_type == DocType.INFORMAL_LETTER else made


def _by_office_head(made: list[Planned], subject: Subject, staff: Staff) -> list[Planned]:
    """便函 needs no more than the office head (practice 2.1 item 5): he signs, unless he drafted it or is not there."""
    heads = [one for one in staff.holders(subject.unit, PostKind.REVIEWER) if one.pk not in subject.authors]
    if not heads:
        return made
    for one in made:
        if one.kind == StepKind.APPROVE and one.step.addressed == Addressed.POST and one.post == PostKind.LEADER:
            one.post = PostKind.REVIEWER
    return [one for one in made if one.kind not in OWN_BARRED]


def _planned(line: int, step: RouteStep, unit: Unit, subject: Subject, staff: Staff) -> Planned:
    made = Planned(line, step, unit, step.post)
    made.limit_value, made.limit_unit = limit_of(step, subject.urgency)
    if step.addressed == Addressed.DRAFTER:
        made.person = subject.drafter
    elif step.addressed == Addressed.LEAD_OFFICER:
        made.person = subject.lead_officer
    elif step.addressed == Addressed.PERSON:
        _person(made, staff)
    elif step.addressed in (Addressed.DEPARTMENT, Addressed.CHOICE):
        _chosen(made, subject, staff)
    return made


def _person(made: Planned, staff: Staff) -> None:
    named = made.step.person
    if named is not None and not staff.posts_of(named, made.unit):
        made.gone = named  # his post has the step instead
    else:
        made.person = named


def _chosen(made: Planned, subject: Subject, staff: Staff) -> None:
    """One candidate is no choice; a department without anybody leaves the step with its post."""
    barred = subject.authors if made.kind in OWN_BARRED else frozenset()
    found = [one for one in staff.holders(made.unit, made.post, made.step.department) if one.pk not in barred]
    picked = subject.chosen.get(made.line)
    made.person = next((one for one in found if picked is not None and one.pk == picked.pk), None)
    if made.person is None and len(found) == 1:
        made.person = found[0]
    made.candidates = found if len(found) > 1 else []
    if made.person is not None and not made.post:
        made.post = next(iter(staff.posts_of(made.person, made.unit, made.step.department)), "")


def left_open(planned: Iterable[Planned]) -> list[str]:
    """Sentences: what whoever sends the document off has still to choose."""
    found = []
    for one in planned:
        label = f"第{one.step.position}步“{one.kind.label}”"
        if one.is_left_open and one.candidates:
            found.append(f"请选择{label}由谁办理。")
        elif one.is_left_open:
            found.append(f"{label}没有人可选：{source_of(one.step, one.unit)}目前无人，请与文书联系修改路线。")
    return found


def source_of(step: RouteStep, unit: Unit) -> str:
    """区信息委核稿人, 区信息委综合科, 区信息委综合科核稿人."""
    department = str(step.department) if step.department else ""
    return f"{unit.short_name}{department}{PostKind(step.post).label if step.post else ''}"


def due_after(
    start: datetime, value: int | None, unit: str, calendar: WorkingCalendar | None = None
) -> datetime | None:
    """Working days end with their last day; hours are hours of the clock, days off too (practice 1)."""
    if value is None:
        return None
    if unit == LimitUnit.HOURS:
        return start + timedelta(hours=value)
    return end_of_working_days(start, value, calendar)


def is_still_there(person: User, unit: Unit) -> bool:
    return Appointment.objects.active().filter(user=person, post__unit=unit).exists()


def chosen_route(offered: Sequence, uid: str):
    """The route of this uid among the `offered`, their first without a uid, None for one that is not offered."""
    if not uid:
        return next(iter(offered), None)
    return next((one for one in offered if str(one.uid) == str(uid)), None)
