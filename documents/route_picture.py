"""A route drawn: places one under the other, what runs in parallel side by side; words first, so that it prints."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from units.models import Unit
from units.roles import PostKind

from .models import RouteStep
from .route_plan import source_of
from .route_trial import Tried
from .states import Addressed, LimitUnit, StepKind


@dataclass
class Box:
    """One step: what is asked, of whom; `names` are people, `due` a moment; `problems` and `notes` are sentences."""

    line: int
    label: str
    who: str
    names: str = ""
    limit: str = ""
    condition: str = ""
    due: datetime | None = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Place:
    """Steps of one position; `number` is how the person counts."""

    number: int
    boxes: list[Box]

    @property
    def is_parallel(self) -> bool:
        return len(self.boxes) > 1


def of_route(steps: Sequence[RouteStep], unit: Unit) -> list[Place]:
    """The route as it was laid down, for every document."""
    rows = []
    for line, step in enumerate(steps, start=1):
        box = Box(line, StepKind(step.kind).label, addressee(step, unit))
        box.limit, box.condition = limits_shown(step), step.condition_shown
        rows.append((step.position, box))
    return _places(rows)


def of_trial(tried: Sequence[Tried]) -> list[Place]:
    """The way of one document, with names, and what stands in it."""
    rows = [(one.planned.step.position, _box(one)) for one in tried]
    return _places(rows)


def _box(one: Tried) -> Box:
    planned = one.planned
    names = "、".join(person.name for person in one.holders)
    box = Box(planned.line, planned.kind.label, _who(one), names, due=one.due)
    box.limit = limit_shown(planned.limit_value, planned.limit_unit)
    box.problems, box.notes = one.problems, one.notes
    return box


def _who(one: Tried) -> str:
    planned = one.planned
    if planned.candidates and planned.person is None:
        return f"从{source_of(planned.step, planned.unit)}中选一人"
    if planned.step.addressed == Addressed.DRAFTER:
        return "拟稿人"
    post = PostKind(planned.post).label if planned.post else ""
    return f"{planned.unit.short_name} {post}".strip()


def _places(rows: list[tuple[int, Box]]) -> list[Place]:
    grouped = groupby(rows, key=lambda row: row[0])
    return [Place(number, [box for _, box in group]) for number, (_, group) in enumerate(grouped, start=1)]


def addressee(step: RouteStep, unit: Unit) -> str:
    """Of whom a step asks, as the route says it."""
    there = step.unit or unit
    if step.addressed == Addressed.PERSON:
        return f"{there.short_name} {step.person.name if step.person else '（未指定）'}"
    if step.addressed == Addressed.CHOICE:
        return f"从{source_of(step, there)}中选一人"
    if step.addressed == Addressed.DEPARTMENT:
        return source_of(step, there)
    if step.addressed == Addressed.COUNTERSIGNERS:
        return f"各会签单位{PostKind(step.post).label if step.post else ''}"
    if step.addressed == Addressed.DRAFTER:
        return "拟稿人"
    if step.addressed == Addressed.LEAD_OFFICER:
        return "主办人"
    return f"{there.short_name} {PostKind(step.post).label if step.post else '（未指定）'}"


def limit_shown(value: int | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value}小时" if unit == LimitUnit.HOURS else f"{value}个工作日"


def limits_shown(step: RouteStep) -> str:
    """2个工作日，加急24小时，特急4小时."""
    parts = [
        limit_shown(step.limit_value, step.limit_unit),
        f"加急{step.urgent_hours}小时" if step.urgent_hours else "",
        f"特急{step.extra_urgent_hours}小时" if step.extra_urgent_hours else "",
    ]
    return "，".join(part for part in parts if part)
