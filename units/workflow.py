"""A transition is written once: `Transition` rows in a `Workflow`, and `Stateful` rows that move by nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import OperationalError, models, transaction

from . import audit
from .access import may


class Refused(Exception):
    """A business refusal: sentences for the person, nothing was written."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = [reason for reason in reasons if reason]
        super().__init__("".join(self.reasons))


class Stale(Refused):
    """Somebody else changed the row since it was read (409)."""


@dataclass
class Act:
    """What a check or an effect gets to know about the act under way."""

    by: object
    note: str = ""
    data: dict = field(default_factory=dict)
    prepared: object = None
    detail: dict = field(default_factory=dict)  # goes into the event


Check = Callable[[models.Model, Act], str | list[str]]


@dataclass(frozen=True)
class Transition:
    """One row of the table: `label` moves a row from `sources` to `target`, when the rule `permission` holds."""

    name: str
    label: str
    sources: frozenset
    target: str
    permission: str
    checks: tuple[Check, ...] = ()
    effect: Callable[[models.Model, Act], None] | None = None
    prepare: Callable[[models.Model, Act], object] | None = None
    needs_note: bool = False
    danger: bool = False
    past: str = ""

    @property
    def done(self) -> str:
        return self.past or f"已{self.label}"


class Workflow:
    def __init__(self, *steps: Transition) -> None:
        self.steps = {step.name: step for step in steps}

    def get(self, name: str) -> Transition | None:
        return self.steps.get(name)

    def open_to(self, user, obj) -> list[Transition]:
        """Transitions that the state and the person's rights allow, in table order (checks come at the act)."""
        asked: dict[str, bool] = {}
        found = []
        for step in self.steps.values():
            if obj.state not in step.sources:
                continue
            if step.permission not in asked:
                asked[step.permission] = may(user, step.permission, obj)
            if asked[step.permission]:
                found.append(step)
        return found

    def refusals(self, step: Transition, obj, act: Act) -> list[str]:
        """Every reason why `act.by` may not take `step` on `obj` now; empty when it is open."""
        if obj.state not in step.sources:
            return [f"“{obj}”当前状态为“{obj.get_state_display()}”，不能{step.label}。"]
        if not may(act.by, step.permission, obj):
            return [f"您没有在此时{step.label}的权限，或者该事项已由他人办理。"]
        reasons: list[str] = []
        for check in step.checks:
            found = check(obj, act)
            reasons += [found] if isinstance(found, str) else found
        return [reason for reason in reasons if reason]

    def perform(
        self, step: Transition | str, obj, *, by, note: str = "", data: dict | None = None, version: int | None = None
    ):
        """Take `step`: prepared without a lock, then locked, checked, changed and audited in one transaction.

        Raises Refused with every reason, or Stale when `version` is not the row's any more. Returns the event.
        """
        step = self.steps[step] if isinstance(step, str) else step
        act = Act(by, note.strip(), data or {})
        if step.needs_note and not act.note:
            raise Refused(f"{step.label}须填写意见。")
        if step.prepare is not None:
            if reasons := self.refusals(step, obj, act):
                raise Refused(*reasons)
            act.prepared = step.prepare(obj, act)
        try:
            with transaction.atomic():
                event = self._take(step, obj, act, version)
        except OperationalError as error:
            if "lock timeout" in str(error):
                raise Refused("另一人正在办理同一事项，请稍后再试。") from error
            raise
        obj.refresh_from_db()
        return event

    def _take(self, step: Transition, obj, act: Act, version: int | None):
        row = type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        if version is not None and row.version != version:
            raise Stale(f"“{row}”已被他人修改，请核对后再办理。")
        if reasons := self.refusals(step, row, act):
            raise Refused(*reasons)
        before, row.state = row.state, step.target
        if step.effect is not None:
            step.effect(row, act)
        row.version += 1
        row._history_user = act.by
        row.save(state_change=True)
        return audit.record(
            step.name, step.label, row, by=act.by, before=before, after=row.state, opinion=act.note, **act.detail
        )


class Stateful(models.Model):
    """A row whose `state` changes through its workflow alone; subclasses declare `state` and `version`."""

    _loaded_state_guard = True  # GuardedQuerySet.update refuses `state` where this is set

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        obj = super().from_db(db, field_names, values)
        obj._loaded_state = obj.__dict__.get("state")
        return obj

    def save(self, *args, state_change: bool = False, **kwargs):
        loaded = getattr(self, "_loaded_state", None)
        if not self._state.adding and not state_change and loaded is not None and self.state != loaded:
            raise TypeError("A state changes through its workflow only.")
        super().save(*args, **kwargs)
        self._loaded_state = self.state

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self._loaded_state = self.__dict__.get("state")
