"""Who may see units, appointments, tasks and the trail: one Q per permission."""

from django.db.models import Q

from .access import NOTHING, on_units, standing, units_with


def any_unit(user) -> Q:
    return Q()


def own_tasks(user) -> Q:
    """Open or closed tasks addressed to the person, to one he deputises for, or to a post he holds."""
    held = standing(user)
    if held.is_system:
        return NOTHING
    return Q(assignee=user) | Q(assignee__in=held.principals) | Q(assignee=None, post__in=held.post_ids)


def read_audit(user) -> Q:
    return Q() if units_with("read_audit", user) else NOTHING


UNIT_RULES = {"view": any_unit, "manage": lambda user: on_units("pk", "manage_people", user)}
APPOINTMENT_RULES = {
    "view": lambda user: on_units("post__unit", "appoint", user) | on_units("post__unit", "manage_people", user),
    "appoint": lambda user: on_units("post__unit", "appoint", user),
}
TASK_RULES = {"view": own_tasks}
AUDIT_RULES = {"view": read_audit}


def visible_jobs(user) -> Q:
    """His own, those of units whose files he arranges or receives, and all of them for the system administrator."""
    if units_with("manage_people", user):
        return Q()
    units = units_with("make_batches", user) | units_with("receive_batches", user) | units_with("arrange_records", user)
    return Q(owner=user) | Q(unit__in=units)


def watched_jobs(user) -> Q:
    """Work that concerns no unit in particular may be watched by everybody."""
    return visible_jobs(user) | Q(unit=None)


JOB_RULES = {"view": watched_jobs, "retry": visible_jobs}
