"""Who may see and do what in the inspector's rooms: the inspector all units, its own people one unit."""

from django.db.models import Q

from documents.models import Document
from units.access import EVERYTHING, NOTHING, OnUnit, Rule, Seat, standing, units_with
from units.fitting import FITTING, SUBJECTS, Fit
from units.guarded import RULES
from units.models import Unit
from units.roles import PostKind

from .models import BaselineDue, Urging

INSPECT = "inspect_units"


def inspector_seats(user) -> list[Seat]:
    """The posts through which the person inspects the units of the district."""
    return [seat for (name, _), seats in standing(user).through.items() if name == INSPECT for seat in seats]


class Inspects(Rule):
    """Whoever holds `inspect_units` anywhere, on everything: the inspector reads all (design section 3)."""

    def __call__(self, user) -> Q:
        return EVERYTHING if units_with(INSPECT, user) else NOTHING

    def seats(self, user, obj) -> list[Seat]:
        return inspector_seats(user)

    def settled(self, user, obj, known: dict) -> bool | None:
        return None if standing(user).is_system else bool(units_with(INSPECT, user))


RULES[Unit] |= {
    "oversee": OnUnit("view_statistics", "pk") | Inspects(),
    "inspect": Inspects(),
    "state_baseline": OnUnit("arrange_records", "pk"),
}
RULES[Document] |= {"sample": Inspects(), "note_year": OnUnit("complete_documents")}
RULES[BaselineDue] = {
    "view": OnUnit("view_statistics") | Inspects(), "accept": Inspects(),
    "withdraw": OnUnit("arrange_records") | Inspects(),
}  # fmt: skip
RULES[Urging] = {"view": OnUnit("view_statistics") | Inspects(), "answer": OnUnit("view_statistics")}
SUBJECTS["urging"] = Urging
FITTING["supervise"] = Fit(
    posts=frozenset({PostKind.ARCHIVIST, PostKind.CLERK, PostKind.LEADER}), back_to=PostKind.ARCHIVIST, name="督办"
)
