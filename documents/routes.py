"""A unit's route as data: the working default, and what makes a route impossible (design section 4)."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from units.findings import REFUSE, Finding
from units.roles import PostKind, posts_of

from .models import Route, RouteStep
from .states import (
    REVIEWS,
    Addressed,
    Direction,
    DocType,
    LimitUnit,
    RoutingDirection,
    StepKind,
    Urgency,
)

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
LONGEST_ROUTE = 40  # steps
ONE_POST = {K.APPROVE: P.LEADER, K.INSTRUCT: P.LEADER, K.SEAL: P.SEAL_KEEPER}  # 条例 22; 监印 is nobody else's
DRAFTERS_OWN = frozenset({K.NUMBER, K.PROOFREAD, K.DISPATCH, K.COMPLETE})  # nobody reviews or seals his own draft
LEAD_OFFICERS_OWN = frozenset({K.HANDLE, K.REPORT, K.COMPLETE})
IN_A_POST = (A.POST, A.DEPARTMENT, A.COUNTERSIGNERS, A.LEAD_OFFICER)
Case = tuple[str, str, str]  # urgency, routing direction and kind of a document; kind "" is any that nobody names
OTHER = "其他文种"


def ensure_routes(unit) -> None:
    """Each unit starts with a working default; what it edited is left alone."""
    for direction, steps in DEFAULT_STEPS.items():
        route, made = Route.objects.get_or_create(
            unit=unit,
            direction=direction,
            is_default=True,
            superseded_at=None,
            defaults={"name": f"默认{direction.label}路线"},
        )
        if made:
            RouteStep.objects.bulk_create(
                RouteStep(route=route, position=position, kind=kind, addressed=addressed, post=post)
                for position, (kind, addressed, post) in enumerate(steps, start=1)
            )


def in_force(unit, direction: str) -> list[Route]:
    """The unit's routes of one direction, the default first."""
    rows = Route.objects.filter(unit=unit, direction=direction, superseded_at=None)
    return list(rows.order_by("-is_default", "name", "pk"))


def fitting(routes: Iterable[Route], urgency: str, flow: str, doc_type: str) -> list[Route]:
    """Those a document may go along: routes whose condition it meets, and only without any those for all documents.

    A route for 上行文, or for 请示, that a drafter could decline would be no condition.
    """
    open_to = [route for route in routes if route.applies(urgency, flow, doc_type)]
    return [route for route in open_to if route.condition_shown] or open_to


def kinds_of(direction: str) -> list[StepKind]:
    """Kinds of step that a route of `direction` may have, in the order of the way."""
    backbone = BACKBONE[Direction(direction)]
    reviews = [kind for kind in StepKind if kind in BEFORE_SIGNING] if direction != Direction.INCOMING else []
    return [*reviews, *backbone]


def cases_of(route: Route, steps: Iterable[RouteStep]) -> list[Case]:
    """The documents that the route's own condition admits; of kinds those that a condition names, and any other."""
    kinds = dict.fromkeys(["", route.doc_type, *(step.doc_type for step in steps)])
    cases = itertools.product(Urgency.values, RoutingDirection.values, kinds)
    return [case for case in cases if route.applies(*case)]


def faults(direction: str, steps: Sequence[RouteStep], unit, cases: Sequence[Case] | None = None) -> list[str]:
    """Every reason why these steps make no route of `direction` for `unit`; empty when a document can go along them."""
    return [one.message for one in findings(direction, steps, unit, cases)]


def findings(
    direction: str, steps: Sequence[RouteStep], unit, cases: Sequence[Case] | None = None
) -> list[Finding]:  # fmt: skip
    """As `faults`, each at its row: `line` counts `steps` from 1 (0: the route), `field` is the part of the row.

    `cases` are the documents for which the steps are meant, without them all; every one must reach the end.
    """
    cases = cases_of(Route(), steps) if cases is None else cases
    lines = {id(step): line for line, step in enumerate(steps, start=1)}
    found = [one for step in steps for one in _step_findings(step, unit, direction, lines[id(step)])]
    told: dict[tuple[int, str, str], list[Case]] = {}
    for case in cases:
        taken = [step for step in steps if step.applies(*case)]
        for one, field, message in _of_case(Direction(direction), taken):
            told.setdefault((lines[id(one)] if one is not None else 0, field, message), []).append(case)
    found += [
        _at(line, field, message if len(of) == len(cases) else f"{_named(of, cases)}：{message}")
        for (line, field, message), of in told.items()
    ]
    found += [
        _at(lines[id(step)], "when", f"第{step.position}步“{step}”的条件与路线的条件不能同时成立，永远走不到。")
        for step in steps
        if not any(step.applies(*case) for case in cases)
    ]
    if len(steps) > LONGEST_ROUTE:
        found.append(_at(0, "", f"一条路线最多{LONGEST_ROUTE}个环节，现有{len(steps)}个。"))
    return sorted(found, key=lambda one: one.line)


def _at(line: int, field: str, message: str) -> Finding:
    return Finding("route", REFUSE, f"第{line}行" if line else "", message, field, line)


def _named(cases: list[Case], of: Sequence[Case]) -> str:
    """特急公文, 上行文, 请示（特急的上行文）, 其他文种: the documents among all (`of`) for which something is wrong."""
    urgencies, flows, kinds = ([*dict.fromkeys(part)] for part in zip(*cases, strict=True))
    if len(kinds) < len({kind for _, _, kind in of}):
        named = "、".join(DocType(kind).label if kind else OTHER for kind in kinds)
        rest = _named([(*case[:2], "") for case in cases], [])
        return named if rest == "公文" else f"{named}（{rest}）"
    of_urgency = "" if len(urgencies) == len(Urgency) else "、".join(Urgency(one).label for one in urgencies)
    of_flow = (
        "" if len(flows) == len(RoutingDirection) else "、".join(f"{RoutingDirection(one).label}文" for one in flows)
    )
    return f"{of_urgency}的{of_flow}" if of_urgency and of_flow else of_flow or f"{of_urgency}公文"


Told = Iterable[tuple[RouteStep | None, str, str]]  # whose row, which field of it, the sentence


def _of_case(direction: Direction, steps: list[RouteStep]) -> Told:
    return [*_missing(direction, steps), *_out_of_order(direction, steps), *_crowded(steps), *_twice(steps)]


def _missing(direction: Direction, steps: list[RouteStep]) -> Told:
    count = Counter(step.kind for step in steps)
    last = {step.kind: step for step in steps}
    found: list = [(None, "", f"缺少“{kind.label}”环节。") for kind in BACKBONE[direction] if not count[kind]]
    found += [
        (last[kind], "kind", f"“{kind.label}”只能有一个环节，现有{count[kind]}个。")
        for kind in BACKBONE[direction]
        if count[kind] > 1
    ]
    strange = [kind for kind in count if kind not in kinds_of(direction)]
    label = direction.label
    return found + [(last[kind], "kind", f"{label}路线不能有“{StepKind(kind).label}”环节。") for kind in strange]


def _out_of_order(direction: Direction, steps: list[RouteStep]) -> Told:
    """The backbone in its order, and reviewers before whoever decides."""
    place = {step.kind: step for step in steps if step.kind in BACKBONE[direction]}
    order = [kind for kind in BACKBONE[direction] if kind in place]
    found: list = [
        (place[later], "kind", f"“{later.label}”须在“{earlier.label}”之后。")
        for earlier, later in itertools.pairwise(order)
        if place[later].position <= place[earlier].position
    ]
    if not order:
        return found
    decides = order[0]
    late = [step for step in steps if step.kind in BEFORE_SIGNING and step.position >= place[decides].position]
    return found + [(step, "kind", f"“{StepKind(step.kind).label}”须在“{decides.label}”之前。") for step in late]


def _crowded(steps: list[RouteStep]) -> Told:
    """Only reviews run in parallel."""
    by_place: dict[int, list[RouteStep]] = {}
    for step in steps:
        by_place.setdefault(step.position, []).append(step)
    return [
        (step, "beside", f"第{position}步的“{StepKind(step.kind).label}”不能与其他环节并行。")
        for position, group in sorted(by_place.items())
        for step in group
        if len(group) > 1 and step.kind not in BEFORE_SIGNING
    ]


def _twice(steps: list[RouteStep]) -> Told:
    """Nobody is asked the same thing twice at once."""
    seen: set[tuple] = set()
    found = []
    for step in steps:
        asked = (step.position, step.kind, step.addressed, step.unit_id, step.post, step.person_id, step.department_id)
        if asked in seen and step.addressed != Addressed.CHOICE:
            found.append((step, "who", f"第{step.position}步“{StepKind(step.kind).label}”重复要求同一办理者。"))
        seen.add(asked)
    return found


def _step_findings(step: RouteStep, unit, direction: str, line: int) -> list[Finding]:
    label = f"第{step.position}步“{StepKind(step.kind).label}”"
    told = [*_addressee_faults(step, unit, direction), *_limit_faults(step)]
    return [_at(line, field, f"{label}{message}") for field, message in told]


def _addressee_faults(step: RouteStep, unit, direction: str) -> list[tuple[str, str]]:
    found, there = [], step.unit or unit
    if step.addressed in IN_A_POST and not step.post:
        found.append(("who", "没有指定岗位。"))
    elif step.post and step.post not in posts_of(there):
        found.append(("who", f"所指岗位“{PostKind(step.post).label}”在{there}没有设置。"))
    if step.addressed == Addressed.PERSON and step.person is None:
        found.append(("who", "没有指定人员。"))
    if step.addressed == Addressed.DEPARTMENT and step.department is None:
        found.append(("who", "没有指定科室。"))
    if step.department is not None and step.department.unit_id != there.pk:
        found.append(("who", f"所指科室“{step.department}”不属于{there}。"))
    if step.addressed == Addressed.CHOICE and not step.post and step.department is None:
        found.append(("who", "没有指定从哪个岗位或科室中选。"))
    if step.unit is not None and step.kind not in REVIEWS:
        found.append(("unit", "只能由本单位办理。"))
    return found + [("who", message) for message in _unfit(step, direction)]


def _unfit(step: RouteStep, direction: str) -> list[str]:
    """Whom a step of this kind cannot be asked of, whoever it may be."""
    kind, found = StepKind(step.kind), []
    if step.addressed == Addressed.COUNTERSIGNERS and kind != StepKind.COUNTERSIGN:
        found.append("不能由各会签单位办理，只有会签可以。")
    if step.addressed == Addressed.COUNTERSIGNERS and direction == Direction.INCOMING:
        found.append("收文没有会签单位。")
    if step.addressed == Addressed.DRAFTER and direction == Direction.INCOMING:
        found.append("收文没有拟稿人。")
    elif step.addressed == Addressed.DRAFTER and kind not in DRAFTERS_OWN:
        found.append("不能由拟稿人本人办理。")
    if step.addressed == Addressed.LEAD_OFFICER and (direction == Direction.OUTGOING or kind not in LEAD_OFFICERS_OWN):
        found.append("不能由主办人办理：批示之后才有主办人，发文没有主办人。")
    only = ONE_POST.get(kind)
    if only and step.post != only and step.addressed not in (Addressed.DRAFTER, Addressed.LEAD_OFFICER):
        found.append(f"只能由{only.label}办理。")
    return found


def _limit_faults(step: RouteStep) -> list[tuple[str, str]]:
    unit, found = LimitUnit(step.limit_unit), []
    if step.limit_value is not None and not 1 <= step.limit_value <= LONGEST[unit]:
        found.append(("limit", f"的时限应为1至{LONGEST[unit]}{unit.label}。"))
    most = LONGEST[LimitUnit.HOURS]
    for field, hours in (("urgent", step.urgent_hours), ("extra", step.extra_urgent_hours)):
        if hours is not None and not 1 <= hours <= most:
            found.append((field, f"的{'加急' if field == 'urgent' else '特急'}时限应为1至{most}小时。"))
    if step.urgent_hours and step.extra_urgent_hours and step.extra_urgent_hours > step.urgent_hours:
        found.append(("extra", f"的特急时限不应长于加急时限（{step.urgent_hours}小时）。"))
    return found


def limit_of(step: RouteStep, urgency: str) -> tuple[int | None, str]:
    """Value and unit of the limit for a document of this urgency; 特急 without a limit of its own has that of 加急."""
    hours = step.urgent_hours if urgency else None
    if urgency == Urgency.EXTRA_URGENT:
        hours = step.extra_urgent_hours or hours
    return (hours, LimitUnit.HOURS) if hours else (step.limit_value, step.limit_unit)
