"""Who may see and move a batch: the unit's side, and the archive's side once it has been submitted."""

from django.db.models import Q

from units.access import EVERYTHING, NOTHING, on_units, standing

from .states import State

AT_THE_ARCHIVE = tuple(
    state for state in State.values if state not in (State.DRAFT, State.SELF_CHECKED, State.APPROVED)
)


def view(user) -> Q:
    return on_units("unit", "view_batches", user) | (
        Q(submitted_at__isnull=False) & on_units("archive", "view_batches", user)
    )


RULES = {
    "view": view,
    "make": lambda user: on_units("unit", "make_batches", user),
    "approve": lambda user: on_units("unit", "approve_batches", user),
    "deliver": lambda user: EVERYTHING if standing(user).is_system else NOTHING,
    "receive": lambda user: Q(submitted_at__isnull=False) & on_units("archive", "receive_batches", user),
}
