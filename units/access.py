"""The one door: what a person holds on which unit, and how a list is cut down to what he may see."""

from dataclasses import dataclass, field
from functools import wraps

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import Http404

from .roles import SYSTEM_PERMISSIONS

NOTHING = Q(pk__in=[])
EVERYTHING = ~Q(pk__in=[])


@dataclass(frozen=True)
class Standing:
    """A person's active appointments and the units on which each permission is held, read once a request."""

    appointments: tuple = ()
    units: dict[str, frozenset[int]] = field(default_factory=dict)
    principals: tuple[int, ...] = ()
    is_system: bool = False

    @property
    def post_ids(self) -> tuple[int, ...]:
        return tuple(appointment.post_id for appointment in self.appointments)

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(appointment.post.unit_id for appointment in self.appointments)


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
    from guardian.models import GroupObjectPermission  # models cannot be imported while apps load

    from .models import Appointment, Unit

    if not (user.is_authenticated and user.is_active):
        return Standing()
    if user.is_system:
        return Standing(is_system=True)
    appointments = tuple(Appointment.objects.active().filter(user=user).for_standing())
    rows = GroupObjectPermission.objects.filter(
        content_type=ContentType.objects.get_for_model(Unit),
        group__in=[appointment.post.group_id for appointment in appointments],
    ).values_list("permission__codename", "object_pk")
    units: dict[str, set[int]] = {}
    for codename, key in rows:
        units.setdefault(codename, set()).add(int(key))
    return Standing(
        appointments,
        {codename: frozenset(keys) for codename, keys in units.items()},
        tuple(appointment.principal_id for appointment in appointments if appointment.principal_id),
    )


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


class GuardedQuerySet(QuerySet):
    """`allowing` is the only door, for lists and single objects alike."""

    def allowing(self, permission: str, user):
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.filter(self.model.RULES[permission](user))

    def allowing_each_way(self, permission: str, user) -> list:
        """`allowing`, cut into disjoint parts of which each finds its rows by an index; for a model with WAYS."""
        if not (user.is_authenticated and user.is_active):
            return [self.none()]
        parts, before = [], []
        for way in self.model.WAYS[permission](user):
            parts.append(self.filter(way, *before))
            before.append(~way)
        return parts

    def with_may(self, permission: str, user):
        """Adds the boolean `may_<permission>` to every row, without a further query."""
        rule = ExpressionWrapper(self.model.RULES[permission](user), output_field=BooleanField())
        return self.annotate(**{f"may_{permission}": rule})

    def update(self, **fields):
        if "state" in fields and hasattr(self.model, "_loaded_state_guard"):
            raise TypeError("A state changes through its workflow only.")
        return super().update(**fields)


def may(user, permission: str, obj: models.Model) -> bool:
    return type(obj)._default_manager.allowing(permission, user).filter(pk=obj.pk).exists()


def gives_one(model, permission: str = "view"):
    """The view receives the object in place of its uid, or the visitor gets a 404."""

    def decorate(view):
        @wraps(view)
        def inner(request, uid, **kwargs):
            rows = model.objects.allowing(permission, request.user)
            obj = (rows.for_detail() if hasattr(rows, "for_detail") else rows).filter(uid=uid).first()
            if obj is None:
                raise Http404
            return view(request, obj, **kwargs)

        inner.access = f"{model._meta.label}:{permission}"
        return inner

    return decorate


def gives_many(model, permission: str = "view"):
    """The view receives the rows that the visitor may see."""

    def decorate(view):
        @wraps(view)
        def inner(request, **kwargs):
            return view(request, model.objects.allowing(permission, request.user), **kwargs)

        inner.access = f"{model._meta.label}:{permission}*"
        return inner

    return decorate


def public(reason: str):
    """Marks a view that needs no sign-in; the set of these routes is a literal in tests/test_routes.py."""

    def decorate(view):
        view.login_required = False
        view.access = f"public:{reason}"
        return view

    return decorate


def signed_in(view):
    """Marks a view that any signed-in person may use and that shows his own things only."""
    view.access = "signed-in"
    return view


def needs(permission: str):
    """The visitor holds `permission` on at least one unit, else 404: the page is not his."""

    def decorate(view):
        @wraps(view)
        def inner(request, **kwargs):
            if not units_with(permission, request.user):
                raise Http404
            return view(request, **kwargs)

        inner.access = f"units:{permission}"
        return inner

    return decorate
