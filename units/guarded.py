"""The one door to rows: a list is cut down by the rule of its model before anybody sees it (design section 3).

Rules register themselves when the apps are ready, so that neither models nor querysets import them.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.sql import Query


class Permission(Protocol):
    """Called with a user the Q of who may; `seats` are the posts through which he may on one object."""

    def __call__(self, user: Any, /) -> Q: ...

    def seats(self, user: Any, obj: Any) -> Iterable[Any]: ...

    def settled(self, user: Any, obj: Any, known: dict) -> bool | None: ...


Rules = dict[str, Permission]
RULES: dict[type, Rules] = {}
WAYS: dict[type, dict[str, Callable[..., tuple[Q, ...]]]] = {}


def rule(model: type, permission: str) -> Permission:
    """The rule of `permission` on `model`; KeyError for an unknown one."""
    return RULES[model][permission]


def _all_of(conditions: list[tuple[str, tuple]]) -> tuple[str, tuple]:
    joined = " AND ".join(f"({sql})" for sql, _ in conditions)
    return joined, tuple(value for _, params in conditions for value in params)


class GuardedQuerySet(QuerySet):
    """`allowing` is the only door, for lists and single objects alike."""

    def allowing(self, permission: str, user):
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.filter(rule(self.model, permission)(user))

    def conditions_each_way(self, permission: str, user, **bounds) -> list[tuple[str, tuple] | None]:
        """`allowing`, cut into disjoint parts of which each finds its rows by an index; for a model in WAYS.

        SQL over the columns of the model's table with its parameters, None for a part in which nothing can be: a
        queryset for each part compiles the rest of its statement as often. `bounds` are the way's own
        (archive/rules.py: `newest`): then the parts hold fewer rows, never others.
        """
        if not (user.is_authenticated and user.is_active):
            return []
        parts: list[tuple[str, tuple] | None] = []
        before: list[tuple[str, tuple]] = []
        for way in WAYS[self.model][permission](user, **bounds):
            found, beyond = self._condition(way), self._condition(~way)
            parts.append(found and _all_of([found, *before]))
            if beyond is None:  # the way reaches every row
                return parts
            before.append(beyond)
        return parts

    def _condition(self, wanted: Q) -> tuple[str, tuple] | None:
        query = Query(self.model)
        try:
            sql, params = query.get_compiler(self.db).compile(query.build_where(wanted))
        except EmptyResultSet:
            return None
        except FullResultSet:
            return "true", ()
        return sql, tuple(params)

    def with_may(self, permission: str, user):
        """Adds the boolean `may_<permission>` to every row, without a further query."""
        wrapped = ExpressionWrapper(rule(self.model, permission)(user), output_field=BooleanField())
        return self.annotate(**{f"may_{permission}": wrapped})

    def update(self, **fields):
        if fixed := set(getattr(self.model, "STATE_FIELDS", ())) & set(fields):
            raise TypeError(f"{', '.join(sorted(fixed))} changes through its workflow only.")
        return super().update(**fields)


class SealedQuerySet(GuardedQuerySet):
    """Rows with titles: nothing is read before `allowing`, or `unguarded` with the reason why no rule is asked.

    Lookups inside other queries, inserts, forward keys and `_base_manager` (which only workflow and actions use) work
    without; a reverse manager (`document.deliveries`) is sealed as the model's own (design section 13).
    """

    _is_open = False

    def allowing(self, permission: str, user):
        return super().allowing(permission, user)._unsealed()

    def unguarded(self, reason: str):
        """Every row, for an act that no person asks for, or one whose own rule was asked already: say which."""
        if not reason.strip():
            raise ValueError("Say why nobody is asked.")
        return self.all()._unsealed()

    def none(self):
        return super().none()._unsealed()

    def _unsealed(self):
        self._is_open = True
        return self

    def _clone(self):
        parent: Any = super()
        made = parent._clone()
        made._is_open = self._is_open
        return made

    def _ask(self) -> None:
        if not self._is_open:
            raise Unguarded(f"{self.model._meta.label}: allowing(permission, user) or unguarded(reason) comes first.")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._ask()
        super()._fetch_all()

    def iterator(self, *args, **kwargs):
        self._ask()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._ask()
        return super().count()

    def exists(self) -> bool:
        self._ask()
        return super().exists()

    def aggregate(self, *args, **kwargs):
        self._ask()
        return super().aggregate(*args, **kwargs)

    def update(self, **fields) -> int:
        self._ask()
        return super().update(**fields)

    def delete(self):
        self._ask()
        return super().delete()


class Unguarded(RuntimeError):
    """Rows with titles were to be read without a rule: a fault of ours, never of the person's."""


@register()
def every_guarded_model_has_rules(app_configs, **kwargs):
    """A guarded model without rules would refuse everybody with a KeyError at the first visit."""
    guarded = [model for model in apps.get_models() if isinstance(model._default_manager.all(), GuardedQuerySet)]
    return [
        Error(f"{model._meta.label} is guarded but has no rules.", id="units.E001")
        for model in guarded
        if "view" not in RULES.get(model, {})
    ]
