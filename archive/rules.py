"""Who may see and change records: one Q per permission, the same columns on a record and on its search text."""

from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from documents.rules import takes_part
from units.access import EVERYTHING, NOTHING, OnUnit, Rule, Seat, Where, on_units, standing, units_with
from units.fitting import FITTING, SUBJECTS, Fit
from units.guarded import RULES, WAYS
from units.roles import ADMINISTRATORS, PostKind

from .models import Record, RecordGrant, RecordText, RetentionSchedule, UseRequest
from .states import UseScope

WIDE = (UseScope.DISTRICT, UseScope.PUBLIC)


def visible(prefix: str, user) -> Q:
    """`prefix` leads to the record from the row asked for: "" on Record, "record__" on what hangs on it.

    The unit that made it; the archive's own posts while it has custody, or once it has been submitted to it. The
    archive's clerk and leader are people of a unit like any other (design section 3).
    """
    return (
        on_units(f"{prefix}unit", "view_records", user)
        | on_units(f"{prefix}custodian", "view_holdings", user)
        | on_units(f"{prefix}offered_to", "view_holdings", user)
    )


def personal(document: str, record: str, user) -> tuple[Q, Q]:
    """What reaches a person outside his units: a part taken in the document, or a grant that holds today."""
    today = timezone.localdate()
    grants = RecordGrant.objects.filter(
        user=user, record=OuterRef(record), starts_on__lte=today, ends_on__gte=today, revoked_at=None
    )
    return Q(takes_part(user, document)), Q(Exists(grants))


def staff_units(user) -> frozenset[int]:
    """Units in which the person holds a post that is no administrator's: he consults what their scope lets him."""
    return frozenset(seat.post.unit_id for seat in standing(user).seats if seat.post.kind not in ADMINISTRATORS)


def in_scope(record: str, user) -> tuple[Q, Q]:
    """利用范围: 全区机关 and wider for all staff; 本单位 for the unit's, 本处室 for the department's (domain 4.7).

    `record` leads to the record ("" on it). Apart, so that each finds its rows by an index.
    """
    units = staff_units(user)
    if not units:
        return NOTHING, NOTHING
    departments = {one.department_id for one in standing(user).appointments if one.department_id}
    own = Q(use_scope=UseScope.UNIT, unit__in=units)
    own |= Q(**{"use_scope": UseScope.DEPARTMENT, f"{record}responsible_department__in": departments})
    return Q(use_scope__in=WIDE), own


def whole(user) -> Q:
    """Every paper of the item: its unit, its keeper, who took part, who was given it."""
    took_part, granted = personal("document", "pk", user)
    return visible("", user) | took_part | granted


def view(user) -> Q:
    wide, own = in_scope("", user)
    return whole(user) | wide | own


def view_text(user) -> Q:
    first, *others = ways_to_text(user)
    return reduce(or_, others, first)


def ways_to_text(user) -> tuple[Q, ...]:
    """The parts of `view_text`: a search asks for one after the other, because an OR of all would use no index."""
    wide, own = in_scope("record__", user)
    return (visible("", user), *personal("document", "record", user), own, wide)


class Authority(Rule):
    """区档案局: who supervises and guides the units of the district, on what was laid before it."""

    def __init__(self, when: Q = EVERYTHING) -> None:
        self.when = when

    def __call__(self, user) -> Q:
        return self.when if units_with("inspect_units", user) else NOTHING

    def seats(self, user, obj) -> list[Seat]:
        return [
            seat for (name, _), seats in standing(user).through.items() if name == "inspect_units" for seat in seats
        ]


def own_schedules(user) -> Q:
    """The district's sample, and the versions of the units in which the person works."""
    return Q(unit=None) | Q(unit__in=staff_units(user))


RULES[RetentionSchedule] = {
    "view": Where(own_schedules) | Authority(~Q(state="draft")),
    "draft": OnUnit("arrange_records"),
    "approve": Authority(Q(state="proposed")),
}
DECIDES = OnUnit("arrange_records", "keeper", Q(keeper=F("unit"))) | OnUnit("open_records", "keeper")
RULES[UseRequest] = {
    "view": Where(lambda user: Q(asked_by=user.pk)) | DECIDES,
    "decide": DECIDES,
    "withdraw": Where(lambda user: Q(asked_by=user.pk)),
}
SUBJECTS["schedule"], SUBJECTS["use"] = RetentionSchedule, UseRequest
FITTING["approve_schedule"] = Fit(frozenset({PostKind.INSPECTOR}), PostKind.INSPECTOR)
FITTING["mend_schedule"] = Fit(frozenset({PostKind.ARCHIVIST}), PostKind.ARCHIVIST)
FITTING["decide_use"] = Fit(frozenset({PostKind.ARCHIVIST, PostKind.APPRAISER}), PostKind.ARCHIVIST)

RULES[Record] = {
    "view": Where(view),
    "whole": Where(whole),
    "arrange": OnUnit("arrange_records", when=Q(custodian=F("unit"))),  # the unit's own while the unit has custody
    "offer": OnUnit("make_batches"),
    "accession": OnUnit("receive_batches", "offered_to"),
    "release": OnUnit("make_batches") | OnUnit("receive_batches", "offered_to"),
    "open": OnUnit("open_records", "custodian"),
}
RULES[RecordText] = {"view": Where(view_text)}
WAYS[RecordText] = {"view": ways_to_text}
SUBJECTS["record"] = Record
