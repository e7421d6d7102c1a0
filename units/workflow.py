"""A transition is written once: `Transition` rows in a `Workflow`; acts that change no state are rows of `SideAct`s.

The state of a thing, who may move it, what it asks for and what follows stand in these tables; view, form, button,
audit, documentation and test matrix read them (design section 4).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import OperationalError, transaction
from django.db.models import F

from . import audit
from .access import Seat, may, open_permissions, seat_for
from .behind import moved_since, saved_at
from .models import Task
from .models.trail import SYSTEM_POST
from .rules import own_tasks
from .stateful import Stateful
from .tasks import Opens, close_tasks, end_subject, open_following

AT_ONCE = 1000  # rows of a set that are in memory
LOCK_TIMEOUT, DEADLOCK, TIMEOUT = "55P03", "40P01", "57014"
BUSY = "另一人正在办理同一事项，请稍后再试。"


class Refused(Exception):
    """A business refusal: sentences for the person, nothing was written."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = [reason for reason in reasons if reason]
        super().__init__("".join(self.reasons))


class Secret(Refused):
    """Of a secret paper: nothing was kept, and nobody is asked to copy anything."""


class Stale(Refused):
    """Somebody else changed the row since it was read (409)."""


def is_busy(error: BaseException) -> bool:
    """Did the database give up because others were in the way: a lock of any kind, a deadlock, too slow a statement?"""
    return getattr(error.__cause__ or error, "pgcode", None) in (LOCK_TIMEOUT, DEADLOCK, TIMEOUT)


@contextmanager
def patiently() -> Iterator[None]:
    """A lock that does not come, or a deadlock, is a sentence (409); what was begun is rolled back."""
    try:
        yield
    except OperationalError as error:
        if is_busy(error):
            raise Stale(BUSY) from error
        raise


@dataclass(frozen=True)
class Nothing:
    """The input of a transition that asks for an opinion at most."""


Given = TypeVar("Given", covariant=True)


@dataclass
class Act(Generic[Given]):
    """What a check or an effect gets to know about the act under way.

    `given` is the transition's typed input, `seat` the post that gives the right, `detail` goes into the event.
    """

    by: Any
    given: Given
    note: str = ""
    seat: Seat | None = None
    prepared: Any = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def seat_name(self) -> str:
        """The post as opinions and sheets show it."""
        return str(self.seat) if self.seat else (SYSTEM_POST if self.by.is_system else "")


Check = Callable[[Any, Act[Any]], str | list[str]]


@dataclass(frozen=True)
class Transition:
    """One row of the table: `label` moves a row from `sources` to `target`, when the rule `permission` holds.

    input    dataclass of what the act is given; the form builds it, checks and effect read it
    opens    tasks that wait afterwards where no route says so; None leaves the tasks alone
    sets     for `perform_set`: the columns that change with the state, the same on every row
    lands    where it leads to, when what it is given or finds decides that; `target` is the usual one
    offered  (person, row): False where the button would only be refused
    beside   it closes the doer's own item (a task of the step's name) of parallel work: what others did meanwhile is
             no conflict while the item that his page showed is open
    note     what the words that go with it are called, where the name does not follow from the act
    """

    name: str
    label: str
    sources: frozenset
    target: str
    permission: str
    checks: tuple[Check, ...] = ()
    effect: Callable[[Any, Act[Any]], None] | None = None
    prepare: Callable[[Any, Act[Any]], object] | None = None
    input: type = Nothing
    opens: tuple[Opens, ...] | None = None
    sets: Callable[[Act[Any]], dict] | None = None
    lands: Callable[[Any, Act[Any]], str] | None = None
    offered: Callable[[Any, Any], bool] | None = None
    needs_note: bool = False
    danger: bool = False
    beside: bool = False
    past: str = ""
    note: str = ""

    @property
    def done(self) -> str:
        return self.past or f"已{self.label}"

    @property
    def note_name(self) -> str:
        """What is undone, or sent back, is given a reason; everything else an opinion."""
        return self.note or (f"{self.label}理由" if self.needs_note and self.danger else "意见")


@dataclass
class Result:
    """What became of one object of `perform_each`: the event, or the reasons why not."""

    obj: Any
    event: Any = None
    reasons: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return not self.reasons


class Workflow:
    """The transitions of one state field.

    ended    states in which nothing more is expected: whatever tasks are left are dropped
    audited  False for a thing whose moves are no acts of persons (background jobs)
    reading  within it what is read of the thing may be read once, while a step is prepared without a lock
    """

    def __init__(
        self, *steps: Transition, field: str = "state", ended: Iterable[str] = (), audited: bool = True,
        reading: Callable[[Any], AbstractContextManager] = nullcontext,
    ) -> None:  # fmt: skip
        self.steps = {step.name: step for step in steps}
        self.field, self.ended, self.audited, self.reading = field, frozenset(ended), audited, reading

    def get(self, name: str) -> Transition | None:
        return self.steps.get(name)

    def state_of(self, obj) -> str:
        return getattr(obj, self.field)

    def open_to(self, user, obj, known: dict | None = None) -> list[Transition]:
        """Transitions that the state and the person's rights allow, in table order (checks come at the act)."""
        possible = [step for step in self.steps.values() if self.state_of(obj) in step.sources]
        held = open_permissions(user, {step.permission for step in possible}, obj, {} if known is None else known)
        found = [step for step in possible if step.permission in held]
        return [step for step in found if step.offered is None or step.offered(user, obj)]

    def refusals(self, step: Transition, obj, act: Act) -> list[str]:
        """Every reason why `act.by` may not take `step` on `obj` now; empty when it is open."""
        if self.state_of(obj) not in step.sources:
            return [f"“{obj}”当前状态为“{self._shown(obj)}”，不能{step.label}。"]
        if not may(act.by, step.permission, obj):
            return [f"您没有在此时{step.label}的权限，或者该事项已由他人办理。"]
        reasons: list[str] = []
        for check in step.checks:
            found = check(obj, act)
            reasons += [found] if isinstance(found, str) else found
        return [reason for reason in reasons if reason]

    def _shown(self, obj) -> str:
        return getattr(obj, f"get_{self.field}_display")()

    def would_refuse(self, step: Transition | str, obj, *, by, given: Any = None) -> list[str]:
        """As `refusals`, for an act that is only asked about."""
        step = self._step(step)
        return self.refusals(step, obj, Act(by, given if given is not None else step.input()))

    def perform(
        self, step: Transition | str, obj, *, by, note: str = "", given: Any = None, version: int | None = None
    ):
        """Take `step`: prepared without a lock, then locked, checked, changed and audited in one transaction.

        `given` is an instance of the step's input. Raises Refused with every reason, or Stale when `version` is not
        the row's any more or another transaction is in the way. Returns the event (None where nothing is audited).
        """
        step = self._step(step)
        act = self._act(step, by, note, given)
        if step.prepare is not None:
            with self.reading(obj):
                if reasons := self.refusals(step, obj, act):
                    raise Refused(*reasons)
                act.seat = seat_for(by, obj, step.permission)
                act.prepared = step.prepare(obj, act)
        with patiently(), transaction.atomic():
            event = self._take(step, obj, act, version)
        obj.refresh_from_db()
        return event

    def _step(self, step: Transition | str) -> Transition:
        return self.steps[step] if isinstance(step, str) else step

    def _act(self, step: Transition, by, note: str, given: Any) -> Act:
        act = Act(by, given if given is not None else step.input(), note.strip())
        if not isinstance(act.given, step.input):
            raise TypeError(f"{step.name} is given {step.input.__name__}, not {type(act.given).__name__}.")
        if step.needs_note and not act.note:
            raise Refused(_asks(step))
        return act

    def _take(self, step: Transition, obj, act: Act, version: int | None):
        row = type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        if version is not None and row.version != version and not self._is_beside(step, row, act, version):
            raise Stale(f"{moved_since(row, version, act.by)}请核对后再办理。")
        if reasons := self.refusals(step, row, act):
            raise Refused(*reasons)
        act.seat = seat_for(act.by, row, step.permission)
        before = self.state_of(row)
        target = step.lands(row, act) if step.lands is not None else step.target
        setattr(row, self.field, target)
        if step.effect is not None:
            step.effect(row, act)
        self._follow(step, row, act)
        row.version += 1
        row._history_user = act.by
        row.save(state_change=True)
        if not self.audited:
            return None
        return audit.record(
            step.name, step.label, row, by=act.by, seat=act.seat, before=before, after=target, opinion=act.note,
            **act.detail,
        )  # fmt: skip

    def _is_beside(self, step: Transition, row, act: Act, version: int) -> bool:
        since = saved_at(row, version) if step.beside else None
        if since is None:
            return False
        own = Task.objects.of(row).open().filter(own_tasks(act.by), kind=step.name)
        return own.filter(opened_at__lte=since).exists()

    def _follow(self, step: Transition, row, act: Act) -> None:
        if step.opens is not None:
            close_tasks(row, by=act.by)
            open_following(row, step.opens)
        if self.state_of(row) in self.ended:
            end_subject(row, by=act.by)

    def perform_each(self, step: Transition | str, objects: Iterable, **keywords) -> list[Result]:
        """People's many: each object in a transaction of its own, a result for each, a bad one stops nobody."""
        results = []
        for obj in objects:
            try:
                results.append(Result(obj, self.perform(step, obj, **keywords)))
            except Refused as refusal:
                results.append(Result(obj, reasons=tuple(refusal.reasons)))
        return results

    def perform_set(self, step: Transition | str, model: type[Stateful], keys: list[int], *, by, note: str = "",
                    given: Any = None, notes: Mapping[int, str] | None = None) -> int:  # fmt: skip
        """All or nothing, in the caller's transaction: the rows `keys` of `model` in few statements, an event each.
        `notes` (by key) stand in the events of single rows in the place of `note`.

        Only for steps with neither checks nor effect of their own. Raises Refused, naming them, when some are not in
        the step's sources or not open to `by`; nothing has moved then. Returns how many moved. Memory is AT_ONCE rows
        and the keys.
        """
        step = self._step(step)
        if step.checks or step.effect or step.prepare:
            raise TypeError(f"{step.name} is taken one by one.")
        act, wanted = self._act(step, by, note, given), sorted(set(keys))
        manager: Any = model._base_manager
        states = dict(manager.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk", self.field))
        self._all_open(step, model, states, wanted, by)
        fields = {self.field: step.target, **(step.sets(act) if step.sets else {})}
        for batch in audit.batched(wanted, AT_ONCE):
            rows = list(manager.filter(pk__in=batch).select_related("unit").order_by("pk"))
            act.seat = act.seat or seat_for(by, rows[0], step.permission)
            self._move(step, model, rows, fields, act, notes)
        return len(states)

    def _move(
        self, step: Transition, model, rows: list, fields: dict[str, Any], act: Act, notes: Mapping[int, str] | None
    ) -> None:
        before = {self.state_of(row) for row in rows}.pop()
        model._base_manager.filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1, **fields)
        for row in rows:
            row.version += 1
            for name, value in fields.items():
                setattr(row, name, value)
        model.history.bulk_history_create(
            rows, batch_size=AT_ONCE, update=True, default_user=act.by, default_change_reason=step.label
        )
        audit.record_many(
            step.name, step.label, rows, by=act.by, seat=act.seat, before=before, after=step.target, opinion=act.note,
            opinions=notes,
        )  # fmt: skip

    def _all_open(self, step: Transition, model, states: dict[int, str], keys: list[int], by) -> None:
        wrong = [key for key, state in states.items() if state not in step.sources]
        if wrong or len(states) != len(keys):
            rows = model._base_manager.filter(pk__in=wrong[:20]).order_by("pk")
            named = [f"“{row}”当前状态为“{self._shown(row)}”，不能{step.label}。" for row in rows]
            raise Refused(*(named or [f"所选{len(keys) - len(states)}项已不存在，不能{step.label}。"]))
        allowed = model._default_manager.allowing(step.permission, by).filter(pk__in=keys).count()
        if allowed != len(keys):
            raise Refused(f"您没有对其中{len(keys) - allowed}件{step.label}的权限。")


@dataclass(frozen=True)
class SideAct:
    """An act that moves no state (传阅, 催办, 阅毕 …): who may, when it makes sense, what it does.

    `when` gives "" or the reason why not now; `action(obj, *, by, note, given)` is one of the app's actions.
    """

    name: str
    label: str
    permission: str
    when: Callable[[Any], str]
    action: Callable[..., Any]
    input: type = Nothing
    needs_note: bool = False
    danger: bool = False
    past: str = ""
    denied: str = ""
    note: str = ""

    @property
    def done(self) -> str:
        return self.past or f"已{self.label}"

    @property
    def note_name(self) -> str:
        return self.note or ("理由" if self.needs_note else "意见")


def _asks(act: Transition | SideAct) -> str:
    return f"{act.label}须填写{act.note_name.removeprefix(act.label)}。"


class SideActs:
    """The table of one model's side acts."""

    def __init__(self, *acts: SideAct) -> None:
        self.acts = {act.name: act for act in acts}

    def get(self, name: str) -> SideAct | None:
        return self.acts.get(name)

    def open_to(self, user, obj, known: dict | None = None) -> list[SideAct]:
        """Rows that make sense now and that the person may do, in table order; one query for all permissions."""
        sensible = [act for act in self.acts.values() if not act.when(obj)]
        held = open_permissions(user, {act.permission for act in sensible}, obj, {} if known is None else known)
        return [act for act in sensible if act.permission in held]

    def perform(self, act: SideAct | str, obj, *, by, note: str = "", given: Any = None):
        """Do it; Refused when the moment or the right is missing. Returns what the action returns."""
        act = self.acts[act] if isinstance(act, str) else act
        if reason := act.when(obj):
            raise Refused(reason)
        if not may(by, act.permission, obj):
            raise Refused(act.denied or f"您没有{act.label}的权限。")
        if act.needs_note and not note.strip():
            raise Refused(_asks(act))
        with patiently():
            return act.action(obj, by=by, note=note.strip(), given=given if given is not None else act.input())
