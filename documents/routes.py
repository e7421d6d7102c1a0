"""A unit's route as data: the working default, and what makes a route impossible (design section 4)."""

import itertools
from collections import Counter

from units.roles import PostKind, posts_of

from .models import Route, RouteStep
from .states import REVIEWS, Addressed, Direction, LimitUnit, StepKind

K, P, A = StepKind, PostKind, Addressed
DEFAULT_STEPS: dict[Direction, tuple[tuple[StepKind, Addressed, str], ...]] = {
    Direction.OUTGOING: (
        (K.CHECK, A.POST, P.REVIEWER),
        (K.COUNTERSIGN, A.COUNTERSIGNERS, P.LEADER),
        (K.APPROVE, A.POST, P.LEADER),
        (K.NUMBER, A.POST, P.CLERK),
        (K.PROOFREAD, A.POST, P.CLERK),
        (K.SEAL, A.POST, P.SEAL_KEEPER),
        (K.DISPATCH, A.POST, P.CLERK),
        (K.COMPLETE, A.POST, P.CLERK),
    ),
    Direction.INCOMING: (
        (K.PROPOSE, A.POST, P.REVIEWER),
        (K.INSTRUCT, A.POST, P.LEADER),
        (K.HANDLE, A.LEAD_OFFICER, P.OFFICER),
        (K.REPORT, A.LEAD_OFFICER, P.OFFICER),
        (K.COMPLETE, A.POST, P.CLERK),
    ),
    Direction.INTERNAL: (
        (K.CHECK, A.POST, P.REVIEWER),
        (K.INSTRUCT, A.POST, P.LEADER),
        (K.COMPLETE, A.DRAFTER, ""),
    ),
}
# What must stand in a route, in this order, each in a position of its own
BACKBONE = {
    Direction.OUTGOING: (K.APPROVE, K.NUMBER, K.PROOFREAD, K.SEAL, K.DISPATCH, K.COMPLETE),
    Direction.INCOMING: (K.PROPOSE, K.INSTRUCT, K.HANDLE, K.REPORT, K.COMPLETE),
    Direction.INTERNAL: (K.INSTRUCT, K.COMPLETE),
}
BEFORE_SIGNING = frozenset({K.REVIEW, K.CHECK, K.COUNTERSIGN})
LONGEST = {LimitUnit.WORKING_DAYS: 250, LimitUnit.HOURS: 24 * 60}


def ensure_routes(unit) -> None:
    """Each unit starts with a working default; what it edited is left alone."""
    for direction, steps in DEFAULT_STEPS.items():
        route, made = Route.objects.get_or_create(
            unit=unit, direction=direction, is_default=True, defaults={"name": f"默认{direction.label}路线"}
        )
        if made:
            RouteStep.objects.bulk_create(
                RouteStep(route=route, position=position, kind=kind, addressed=addressed, post=post)
                for position, (kind, addressed, post) in enumerate(steps, start=1)
            )


def route_of_unit(unit, direction: str) -> Route | None:
    return Route.objects.filter(unit=unit, direction=direction, is_default=True).first()


def faults(direction: str, steps: list[RouteStep], unit) -> list[str]:
    """Every reason why these steps make no route of `direction` for `unit`; empty when a document can go along them."""
    return [
        *_missing(Direction(direction), steps),
        *_out_of_order(Direction(direction), steps),
        *_crowded(steps),
        *(fault for step in steps for fault in _step_faults(step, unit)),
    ]


def _missing(direction: Direction, steps: list[RouteStep]) -> list[str]:
    count = Counter(step.kind for step in steps)
    found = [f"缺少“{kind.label}”环节。" for kind in BACKBONE[direction] if not count[kind]]
    found += [f"“{kind.label}”只能有一个环节，现有{count[kind]}个。" for kind in BACKBONE[direction] if count[kind] > 1]
    allowed = set(BACKBONE[direction]) | (BEFORE_SIGNING if direction != Direction.INCOMING else set())
    strange = [StepKind(kind).label for kind in count if kind not in allowed]
    return found + [f"{direction.label}路线不能有“{label}”环节。" for label in strange]


def _out_of_order(direction: Direction, steps: list[RouteStep]) -> list[str]:
    """The backbone in its order, and reviewers before whoever decides."""
    place = {step.kind: step.position for step in steps if step.kind in BACKBONE[direction]}
    order = [kind for kind in BACKBONE[direction] if kind in place]
    found = [
        f"“{later.label}”须在“{earlier.label}”之后。"
        for earlier, later in itertools.pairwise(order)
        if place[later] <= place[earlier]
    ]
    if not order:
        return found
    decides = order[0]
    late = [step for step in steps if step.kind in BEFORE_SIGNING and step.position >= place[decides]]
    return found + [f"“{StepKind(step.kind).label}”须在“{decides.label}”之前。" for step in late]


def _crowded(steps: list[RouteStep]) -> list[str]:
    """Only reviews run in parallel."""
    by_place: dict[int, list[RouteStep]] = {}
    for step in steps:
        by_place.setdefault(step.position, []).append(step)
    return [
        f"第{position}步的“{StepKind(step.kind).label}”不能与其他环节并行。"
        for position, group in sorted(by_place.items())
        for step in group
        if len(group) > 1 and step.kind not in BEFORE_SIGNING
    ]


def _step_faults(step: RouteStep, unit) -> list[str]:
    label = f"第{step.position}步“{StepKind(step.kind).label}”"
    found = []
    if step.addressed in (Addressed.POST, Addressed.COUNTERSIGNERS, Addressed.LEAD_OFFICER) and not step.post:
        found.append(f"{label}没有指定岗位。")
    elif step.post and step.post not in posts_of(step.unit or unit):
        found.append(f"{label}所指岗位“{PostKind(step.post).label}”在{step.unit or unit}没有设置。")
    if step.addressed == Addressed.PERSON and step.person is None:
        found.append(f"{label}没有指定人员。")
    if step.addressed == Addressed.COUNTERSIGNERS and step.kind != StepKind.COUNTERSIGN:
        found.append(f"{label}不能由各会签单位办理，只有会签可以。")
    if step.limit_value is not None and not 1 <= step.limit_value <= LONGEST[LimitUnit(step.limit_unit)]:
        found.append(f"{label}的时限应为1至{LONGEST[LimitUnit(step.limit_unit)]}{LimitUnit(step.limit_unit).label}。")
    if step.unit is not None and step.kind not in REVIEWS:
        found.append(f"{label}只能由本单位办理。")
    return found
