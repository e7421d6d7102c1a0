"""What a person holds on which unit, rules as Q, and the doors of the views (design section 3).

A rule says who may *and* through which post: what is written into an event is the post that gave the right.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property, reduce, wraps
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone
from guardian.models import GroupObjectPermission

from . import guarded
from .memory import Memory
from .models import Appointment, Delegation, Post, Unit, UnitSuccession, User
from .roles import SYSTEM_PERMISSIONS
from .statements import DAY, KEY, OTHER_KEY, UID, Statement
from .successors import NOT_PASSED_ON, Heir, heirs_of

NOTHING = Q(pk__in=[])
EVERYTHING = ~Q(pk__in=[])
MACHINES = "machine:signed"  # the access of what other installations call


@dataclass(frozen=True)
class Seat:
    """A post that a person sits in: his own by appointment, his principal's by delegation, or that of a body that ended
    and to which his own unit succeeds."""

    post: Post
    principal: User | None = None
    is_heir: bool = False

    @property
    def unit(self) -> Unit:
        return self.post.unit

    @property
    def kind_label(self) -> str:
        """As an event keeps it: 领导, or 领导（代乙） of a deputy, 领导（承接） for a body that ended."""
        label = self.post.get_kind_display()
        if self.is_heir:
            return f"{label}（承接）"
        return f"{label}（代{self.principal.name}）" if self.principal else label

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.kind_label}"


BEHALF = re.compile(r"\A(.*)（代(.+)）\Z")


def signed_as(name: str, post: str) -> tuple[str, str]:
    """甲, "领导（代乙）" → 甲（代乙）, 领导: as sheets, opinions and metadata name who acted for whom."""
    found = BEHALF.match(post)
    return (f"{name}（代{found[2]}）", found[1]) if found else (name, post)


@dataclass(frozen=True)
class Standing:
    """A person's active appointments and delegations, and the posts through which each permission is held on a unit.

    Read once a request. `through` maps (permission, unit key) to the seats that give it.
    """

    appointments: tuple = ()
    delegations: tuple = ()
    through: dict[tuple[str, int | None], tuple[Seat, ...]] = field(default_factory=dict)
    units: dict[str, frozenset[int]] = field(default_factory=dict)
    is_system: bool = False
    heirs: tuple[Heir, ...] = ()

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        own = tuple(Seat(one.post) for one in self.appointments)
        lent = tuple(Seat(one.post, one.principal) for one in self.delegations)
        return own + lent + tuple(Seat(one.post, is_heir=True) for one in self.heirs)

    @cached_property
    def chosen_from(self) -> tuple:
        """Posts in which the person may say that he acts: his own, then those that his unit has taken over."""
        return *self.appointments, *self.heirs

    @cached_property
    def post_ids(self) -> tuple[int, ...]:
        return tuple(seat.post.pk for seat in self.seats)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(seat.post.unit_id for seat in self.seats)

    @cached_property
    def fingerprint(self) -> tuple:
        """Equal for equal standings: all that a rule may read of it."""
        held = tuple((one.pk, one.department_id, one.post_id, one.post.kind) for one in self.appointments)
        lent = tuple((one.pk, one.principal_id, one.post_id, one.post.kind) for one in self.delegations)
        taken = tuple(one.post_id for one in self.heirs)
        return self.is_system, held, lent, taken, frozenset(self.units.items())


def standing(user) -> Standing:
    """Cached on the user instance, which lives as long as one request or one task."""
    found = getattr(user, "_standing", None)
    if found is None:
        found = _read_standing(user)
        user._standing = found
    return found


def forget_standing(user) -> None:
    """For code that appoints a person and goes on with the same instance."""
    user._standing = None


def _read_standing(user) -> Standing:
    if not (user.is_authenticated and user.is_active):
        return Standing()
    if user.is_system:
        return Standing(is_system=True)
    appointments = tuple(_appointments().ask(user=user.pk, day=timezone.localdate()))
    # the full rule of delegations costs as much as a small page, and most people stand in for nobody
    is_deputy = any(one.is_deputy for one in appointments)
    delegations = tuple(Delegation.objects.filter(deputy_id=user.pk).active().for_standing()) if is_deputy else ()
    heirs = heirs_of(appointments) if any(one.has_inherited for one in appointments) else ()
    held = Standing(appointments, delegations, heirs=heirs)
    seats: dict[int, list[Seat]] = {}
    for seat in held.seats:
        seats.setdefault(seat.post.group_id, []).append(seat)
    rows = _permissions().ask(type=ContentType.objects.get_for_model(Unit).pk, groups=list(seats))
    through: dict[tuple[str, int | None], tuple[Seat, ...]] = {}
    units: dict[str, set[int]] = {}
    for codename, key, group in rows:
        given = tuple(one for one in seats[group] if not (one.is_heir and codename in NOT_PASSED_ON))
        if given:
            units.setdefault(codename, set()).add(int(key))
            through[codename, int(key)] = through.get((codename, int(key)), ()) + given
    kept = {name: frozenset(keys) for name, keys in units.items()}
    return Standing(appointments, delegations, through, kept, heirs=heirs)


@cache
def _appointments() -> Statement:
    """Of a person on a day, with whether anybody has asked him to stand in, and whether his unit took over another."""
    asked = Delegation.objects.filter(deputy_id=OuterRef("user"), ended_at=None)
    passed = UnitSuccession.objects.filter(successor_id=OuterRef("post__unit"))
    rows = Appointment.objects.active(DAY).filter(user=KEY)
    rows = rows.annotate(is_deputy=Exists(asked), has_inherited=Exists(passed))
    return Statement(rows.for_standing(), user=KEY, day=DAY)


@cache
def _permissions() -> Statement:
    """(permission, key of a unit, group) of groups."""
    rows = GroupObjectPermission.objects.filter(content_type=KEY, group__among=[OTHER_KEY])
    found = rows.values_list("permission__codename", "object_pk", "group_id")
    return Statement(found, type=KEY, groups=[OTHER_KEY])


def units_with(permission: str, user) -> frozenset[int]:
    """Keys of the units on which `user` holds `permission` through an active appointment."""
    return standing(user).units.get(permission, frozenset())


def on_units(path: str, permission: str, user) -> Q:
    """Q: the unit at `path` is one where `user` holds `permission`."""
    if standing(user).is_system:
        return EVERYTHING if permission in SYSTEM_PERMISSIONS else NOTHING
    return Q(**{f"{path}__in": units_with(permission, user)})


def holds(permission: str, user, unit) -> bool:
    """Does `user` hold `permission` on this one unit?"""
    if standing(user).is_system:
        return permission in SYSTEM_PERMISSIONS
    return unit is not None and unit.pk in units_with(permission, user)


class Rule:
    """Called with a user it is the Q of who may; `seats` are the posts through which he may on one object."""

    def __call__(self, user) -> Q:
        raise NotImplementedError

    def seats(self, user, obj) -> Iterable[Seat]:
        raise NotImplementedError

    def settled(self, user, obj, known: dict) -> bool | None:
        """What the person's posts and `obj` as read say; None: the rows have to be asked.

        Only for what is offered, an act asks the rows. `known` keeps what several rules of one page ask of the object.
        """
        return None

    def __or__(self, other: "Rule") -> "AnyOf":
        return AnyOf(self, other)


class AnyOf(Rule):
    def __init__(self, *rules: Rule) -> None:
        self.rules = rules

    def __call__(self, user) -> Q:
        return reduce(or_, (rule(user) for rule in self.rules))

    def seats(self, user, obj) -> list[Seat]:
        return [seat for rule in self.rules for seat in rule.seats(user, obj)]

    def settled(self, user, obj, known: dict) -> bool | None:
        said = {rule.settled(user, obj, known) for rule in self.rules}
        return True if True in said else None if None in said else False


class OnUnit(Rule):
    """Whoever holds `permission` on the unit at `path` ("unit", "document__unit", "pk"), while `when` holds."""

    def __init__(self, permission: str, path: str = "unit", when: Q | None = None) -> None:
        self.permission, self.path, self.when = permission, path, when

    def __call__(self, user) -> Q:
        found = on_units(self.path, self.permission, user)
        return found if self.when is None else self.when & found

    def seats(self, user, obj) -> tuple[Seat, ...]:
        return standing(user).through.get((self.permission, _key_at(obj, self.path)), ())

    def settled(self, user, obj, known: dict) -> bool | None:
        held = standing(user)
        if held.is_system or type(self) is not OnUnit:  # a rule made from this one asks for more than the post
            return None
        if _key_at(obj, self.path) not in held.units.get(self.permission, ()):
            return False
        return True if self.when is None else None


class Where(Rule):
    """A rule given as a function user -> Q; any post in the object's unit may have given the right."""

    def __init__(self, condition) -> None:
        self.condition = condition

    def __call__(self, user) -> Q:
        return self.condition(user)

    def seats(self, user, obj) -> list[Seat]:
        return seats_in(user, getattr(obj, "unit", None))


def _key_at(obj, path: str) -> int | None:
    *way, last = path.split("__")
    for name in way:
        obj = getattr(obj, name)
        if obj is None:  # nothing was issued, so nobody's unit issued it
            return None
    return getattr(obj, last if last == "pk" else f"{last}_id")


def seats_in(user, unit) -> list[Seat]:
    """The person's posts in one unit, in the standing's order."""
    return [seat for seat in standing(user).seats if unit is not None and seat.post.unit_id == unit.pk]


def seat_for(user, obj, permission: str = "") -> Seat | None:
    """The post in which `user` acts on `obj` through `permission`; the one chosen in the header only breaks ties.

    Without a permission: a post in the object's unit; for an object of no unit the chosen post, else his first.
    None for the system, and for a person whom no post of his brought here.
    """
    if permission:
        found = list(guarded.rule(type(obj), permission).seats(user, obj))
    elif (unit := getattr(obj, "unit", None)) is not None:
        found = seats_in(user, unit)
    else:
        found = list(standing(user).seats)
    acting = getattr(user, "acting", None)
    chosen = [seat for seat in found if acting is not None and seat.post.pk == acting.post_id]
    return next(iter(chosen or found), None)


def may(user, permission: str, obj: models.Model) -> bool:
    rows: Any = type(obj)._default_manager
    return rows.allowing(permission, user).filter(pk=obj.pk).exists()


def open_permissions(user, permissions: Iterable[str], obj: models.Model, known: dict) -> set[str]:
    """Those of `permissions` that the person holds on `obj`, one that he may view; one query for the rest."""
    settled = {name: guarded.rule(type(obj), name).settled(user, obj, known) for name in sorted(permissions)}
    asked = [name for name, said in settled.items() if said is None]
    found = {name for name, said in settled.items() if said}
    if asked:
        rows: Any = type(obj)._default_manager
        row = rows.allowing("view", user).filter(pk=obj.pk)
        for name in asked:
            row = row.with_may(name, user)
        flags = row.values(*(f"may_{name}" for name in asked)).first() or {}
        found |= {name for name in asked if flags.get(f"may_{name}")}
    return found


def _marked(view: Any, access: str) -> Any:
    """`access` says who may call the view; a test walks all routes and names the silent ones."""
    view.access = access
    return view


class NotGiven(Http404):
    """404 of `gives_one`: the row of `model` with this uid is not there, or the visitor may not do this (now)."""

    def __init__(self, model, uid) -> None:
        super().__init__()
        self.model, self.uid = model, uid


def gives_one(model, permission: str = "view"):
    """The view receives the object in place of its uid, or the visitor gets a 404."""

    def decorate(view):
        @wraps(view)
        def inner(request, uid, **kwargs):
            obj = _one_of(model, permission, request.user).first(uid=uid)
            if obj is None:
                raise NotGiven(model, uid)
            return view(request, obj, **kwargs)

        return _marked(inner, f"{model._meta.label}:{permission}")

    return decorate


WRITTEN: Memory[Statement] = Memory(500)  # one for each person at work and kind of page, some 20 kB each


def _one_of(model, permission: str, user) -> Statement:
    """The row with a uid, if the person may; a rule reads his standing and at most the day."""

    def write() -> Statement:
        rows = model.objects.allowing(permission, user)
        return Statement((rows.for_detail() if hasattr(rows, "for_detail") else rows).filter(uid=UID), uid=UID)

    key = (model, permission, user.pk, user.is_active, standing(user).fingerprint, timezone.localdate())
    return WRITTEN.kept(key, write)


def gives_many(model, permission: str = "view"):
    """The view receives the rows that the visitor may see."""

    def decorate(view):
        @wraps(view)
        def inner(request, **kwargs):
            return view(request, model.objects.allowing(permission, request.user), **kwargs)

        return _marked(inner, f"{model._meta.label}:{permission}*")

    return decorate


def public(reason: str):
    """Marks a view that needs no sign-in; the set of these routes is a literal in tests/test_routes.py."""

    def decorate(view):
        view.login_required = False
        return _marked(view, f"public:{reason}")

    return decorate


def signed_in(view):
    """Marks a view that any signed-in person may use and that shows his own things only."""
    return _marked(view, "signed-in")


def needs(permission: str):
    """The visitor holds `permission` on at least one unit, else 404: the page is not his."""

    def decorate(view):
        @wraps(view)
        def inner(request, **kwargs):
            if not units_with(permission, request.user):
                raise Http404
            return view(request, **kwargs)

        return _marked(inner, f"units:{permission}")

    return decorate


def called_by_machines(view):
    """Marks a view that other installations call: it proves by signature who calls, without session or form.

    The only views without a CSRF token; the set of these routes is a literal in tests/test_routes.py.
    """
    view.login_required = False
    view.csrf_exempt = True
    return _marked(view, MACHINES)
