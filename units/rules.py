"""Who may see units, appointments, tasks and the trail: one rule per permission."""

from functools import reduce
from operator import or_

from django.db.models import Q

from .access import EVERYTHING, NOTHING, OnUnit, Rule, Seat, Where, on_units, seats_in, standing, units_with
from .fitting import fits, kinds_closed_to
from .guarded import RULES
from .models import (
    AdministratorChange,
    Appointment,
    AuditEvent,
    Delegation,
    DoneForm,
    FormDraft,
    Job,
    SavedFilter,
    Task,
    Unit,
    UnitGroup,
)
from .roles import ADMINISTRATORS

QUOTES_TITLES = ("import_backfile",)  # kinds of jobs whose findings, and the workbook they mark, hold titles


def own_tasks(user) -> Q:
    """Open or closed tasks addressed to the person, to one for whom he acts in that post of that unit, or to a post."""
    held = standing(user)
    if held.is_system:
        return NOTHING
    mine, *for_others = _to_persons(user)
    return reduce(or_, for_others, mine | Q(assignee=None, post__in=held.post_ids))


def ways_of_tasks(user) -> tuple[Q, ...]:
    """`own_tasks`, cut so that each way is one walk of an index from the newest item on."""
    held = standing(user)
    if held.is_system:
        return (NOTHING,)
    return (*_to_persons(user), *(Q(assignee=None, post=post) for post in dict.fromkeys(held.post_ids)))


def _to_persons(user) -> list[Q]:
    """His own while he holds a post in the unit (rights end with the appointment), then those of his principals."""
    held = standing(user)
    for_others = (
        Q(assignee=one.principal_id, unit=one.post.unit_id) & ~Q(kind__in=kinds_closed_to(one.post.kind))
        for one in held.delegations
    )
    return [Q(assignee=user, unit__in=held.unit_ids), *for_others]


def seats_of_task(user, task: Task) -> list[Seat]:
    """The posts in which `user` may do `task`: the task's post, or any of his in its unit for a task of his own."""
    seats = seats_in(user, task.unit)
    if task.assignee_id is None:
        return [seat for seat in seats if seat.post.pk == task.post_id]
    if task.assignee_id == user.pk:
        return [seat for seat in seats if seat.principal is None]
    return [
        seat
        for seat in seats
        if seat.principal is not None
        and seat.principal.pk == task.assignee_id
        and fits(task.kind).reaches_deputy_in(seat.post.kind)
    ]


def read_audit(user) -> Q:
    return Q() if units_with("read_audit", user) else NOTHING


def visible_jobs(user) -> Q:
    """His own, those of units whose files he arranges or receives, and all of them for the system administrator."""
    if units_with("manage_people", user):
        return Q()
    units = units_with("make_batches", user) | units_with("receive_batches", user) | units_with("arrange_records", user)
    return Q(owner=user) | Q(unit__in=units)


def reported_jobs(user) -> Q:
    """What a job found, as far as it quotes no titles: those are for the people whose records they are."""
    return visible_jobs(user) & (~Q(kind__in=QUOTES_TITLES) | on_units("unit", "arrange_records", user))


class OfTask(Rule):
    """On the task itself."""

    def __call__(self, user) -> Q:
        return own_tasks(user)

    def seats(self, user, obj) -> list[Seat]:
        return seats_of_task(user, obj)


class SecondOfThree(OnUnit):
    """Another administrator than the one who proposed, in another of the three posts, and not the one concerned."""

    def __call__(self, user) -> Q:
        own = [seat.post.kind for seat in standing(user).seats if seat.post.kind in ADMINISTRATORS]
        others = ~Q(proposed_by=user) & ~Q(proposed_as__in=own) & ~Q(appointment__user=user)
        return super().__call__(user) & others


class OwnDelegation(Rule):
    """The person at one of `sides` of the delegation."""

    def __init__(self, *sides: str) -> None:
        self.sides = sides

    def __call__(self, user) -> Q:
        return reduce(or_, (Q(**{side: user}) for side in self.sides))

    def seats(self, user, obj) -> list[Seat]:
        if user.pk not in [getattr(obj, f"{side}_id") for side in self.sides]:
            return []
        return [seat for seat in seats_in(user, obj.unit) if seat.principal is None]


class NotConcerned(OnUnit):
    """Any administrator but the one whose dismissal it is: nobody stops his own."""

    def __call__(self, user) -> Q:
        return super().__call__(user) & (~Q(appointment__user=user) | Q(proposed_by=user))


ADMINISTRATION = ("change_administrators", "appointment__post__unit")


RULES[Unit] = {
    "view": Where(lambda user: Q()),
    "manage": OnUnit("manage_people", "pk"),
    "appoint": OnUnit("appoint", "pk"),
    "hand_over": OnUnit("hand_over", "pk"),
    "delegate": OnUnit("delegate_posts", "pk"),
}
RULES[Appointment] = {
    "view": OnUnit("appoint", "post__unit") | OnUnit("manage_people", "post__unit"),
    "appoint": OnUnit("appoint", "post__unit"),
    "propose_dismissal": OnUnit("change_administrators", "post__unit", when=Q(is_administrator=True)),
}
RULES[AdministratorChange] = {
    "view": OnUnit(*ADMINISTRATION),
    "confirm": SecondOfThree(*ADMINISTRATION),
    "reject": NotConcerned(*ADMINISTRATION),
    "expire": Where(lambda user: EVERYTHING if standing(user).is_system else NOTHING),
}
RULES[Delegation] = {
    "view": OwnDelegation("principal", "deputy")
    | OnUnit("delegate_posts", "post__unit")
    | OnUnit("appoint", "post__unit"),
    "take_note": OwnDelegation("principal"),
    "end": OwnDelegation("principal") | OnUnit("delegate_posts", "post__unit"),
}
RULES[UnitGroup] = {
    "view": OnUnit("draft_documents", when=Q(ended_at=None)),
    "edit": OnUnit("edit_groups", when=Q(ended_at=None)),
}
RULES[Task] = {"view": OfTask()}
RULES[DoneForm] = {"view": Where(lambda user: Q(person=user))}
RULES[FormDraft] = {"view": Where(lambda user: Q(person=user))}
RULES[SavedFilter] = {"view": Where(lambda user: Q(person=user))}
RULES[AuditEvent] = {"view": Where(read_audit)}
RULES[Job] = {
    "view": Where(visible_jobs),
    "report": Where(reported_jobs),
    "retry": Where(visible_jobs),
    "steer": Where(visible_jobs),  # pause, go on, cancel: who started it, the unit's archivist, administrators
    "run": Where(lambda user: Q() if standing(user).is_system else NOTHING),  # the worker, through units/jobs.py
}
