"""文书 edits routes: every save is a version of its own, in one transaction with one event (issue 12, point 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import holds
from units.findings import REFUSE, Finding
from units.models import Unit
from units.workflow import Refused, Stale

from .models import Route, RouteStep
from .route_picture import addressee, limits_shown
from .route_plan import Staff, steps_of
from .route_trial import staffing
from .routes import cases_of, findings, in_force
from .states import Direction


@dataclass(frozen=True)
class Typed:
    """What was typed: head and steps of a route, the steps not saved yet and in their order."""

    name: str
    is_default: bool
    when: str
    flow: str
    steps: Sequence[RouteStep]
    doc_type: str = ""


class Impossible(Refused):
    """The route cannot be gone; `findings` say at which row."""

    def __init__(self, found: list[Finding]) -> None:
        self.findings = found
        super().__init__(*(one.message for one in found))


def problems(typed: Typed, unit: Unit, direction: str, of: Route | None, staff: Staff | None = None) -> list[Finding]:
    """All that is wrong, warnings too: the head, the steps as a way, and the people the steps name."""
    route = Route(unit=unit, direction=direction, when=typed.when, flow=typed.flow, doc_type=typed.doc_type)
    units = [unit, *(step.unit for step in typed.steps if step.unit is not None)]
    return [
        *_head(typed, unit, direction, of),
        *_kinds(typed, direction),
        *findings(direction, typed.steps, unit, cases_of(route, typed.steps)),
        *staffing(typed.steps, unit, staff or Staff(units)),
    ]


def _head(typed: Typed, unit: Unit, direction: str, of: Route | None) -> list[Finding]:
    others = [one for one in in_force(unit, direction) if of is None or one.line != of.line]
    found = []
    if any(one.name == typed.name for one in others):
        found.append(("name", f"本单位已有{Direction(direction).label}路线“{typed.name}”，请换一个名称。"))
    if typed.is_default and (typed.when or typed.flow or typed.doc_type):
        found.append(("is_default", "默认路线不能限定条件：没有其他路线可用时由它流转。请去掉条件，或不设为默认。"))
    if not typed.is_default and not any(one.is_default for one in others):
        found.append(("is_default", "每个方向须有一条默认路线。要改用其他路线，请先把那一条设为默认。"))
    return [Finding("route", REFUSE, "", message, field) for field, message in found]


OF_NO_REPORT = {"doc_type": "签报不分文种，请去掉文种条件。", "flow": "签报不分行文方向，请去掉行文方向条件。"}


def _kinds(typed: Typed, direction: str) -> list[Finding]:
    """A 签报 is of no 文种 and goes no way among units."""
    if direction != Direction.INTERNAL:
        return []
    rows = [(0, typed), *enumerate(typed.steps, start=1)]
    found = [(line, name) for name in OF_NO_REPORT for line, row in rows if getattr(row, name)]
    return [
        Finding("route", REFUSE, f"第{line}行" if line else "", OF_NO_REPORT[name], name, line) for line, name in found
    ]


@transaction.atomic
def save(typed: Typed, *, by, unit: Unit, direction: str, of: Route | None = None) -> Route:
    """A new route, or the next version of `of`; the same row when nothing was changed.

    Impossible with all that is wrong; Stale when `of` is not the last version any more.
    """
    _allowed(by, unit)
    last = _last(of)
    if found := [one for one in problems(typed, unit, direction, of) if one.is_refusal]:
        raise Impossible(found)
    before = _words(last, steps_of(last)) if last is not None else []
    row = Route(
        unit=unit, direction=direction, name=typed.name, is_default=typed.is_default, when=typed.when, flow=typed.flow,
        doc_type=typed.doc_type, saved_by=by,
    )  # fmt: skip
    changes = _changes(before, _words(row, typed.steps))
    if last is not None and last.superseded_at is None and not changes and last.is_default == typed.is_default:
        return last
    if last is not None:
        row.line, row.version = last.line, last.version + 1
        Route.objects.filter(pk=last.pk, superseded_at=None).update(superseded_at=row.saved_at)
        if last.is_default != typed.is_default:
            changes.append("设为默认路线")
    row.changes = changes if last is not None else []
    former = _undo_default(row)
    row.save(force_insert=True)
    for step in typed.steps:
        step.pk, step.route = None, row
    RouteStep.objects.bulk_create(typed.steps)
    audit.record(
        "save_route", "修改流转路线" if last is not None else "新建流转路线", row, by=by, through="edit",
        before=f"第{last.version}版" if last is not None else "", after=f"第{row.version}版", changes=row.changes,
        former_default=former,
    )  # fmt: skip
    return row


def _allowed(by, unit: Unit) -> None:
    """The unit's row is the lock: two clerks saving at once come one after the other."""
    if not holds("edit_routes", by, unit):
        raise Refused(f"您没有维护{unit}流转路线的权限，请由该单位文书办理。")
    Unit.objects.select_for_update().get(pk=unit.pk)


def _last(of: Route | None) -> Route | None:
    if of is None:
        return None
    last = Route.objects.filter(line=of.line).select_related("unit", "saved_by").latest("version")
    if last.pk != of.pk:
        who = last.saved_by.name if last.saved_by else "他人"
        raise Stale(f"“{of}”已由{who}改为第{last.version}版，请核对后再保存。")
    return last


def _undo_default(row: Route) -> str:
    """One default a direction: the name of the route that was it, "" when none loses it."""
    if not row.is_default:
        return ""
    former = Route.objects.filter(unit=row.unit, direction=row.direction, is_default=True, superseded_at=None).exclude(
        line=row.line
    )
    name = "".join(former.values_list("name", flat=True))
    former.update(is_default=False)
    return name


@transaction.atomic
def make_default(route: Route, *, by) -> None:
    """The route that is gone when no other is chosen; the one before loses the mark, no step changes."""
    _allowed(by, route.unit)
    row = _in_force(route)
    if row.is_default:
        raise Refused(f"“{row}”已是默认路线。")
    if row.condition_shown:
        raise Refused(f"“{row}”只用于{row.condition_shown}，不能作为默认路线；请先修改，去掉条件。")
    row.is_default = True
    former = _undo_default(row)
    Route.objects.filter(pk=row.pk).update(is_default=True)
    audit.record("default_route", "设为默认路线", row, by=by, through="edit", former_default=former)


@transaction.atomic
def retire(route: Route, *, by) -> None:
    """停用: no document goes along it any more; those under way end by their own copy."""
    _allowed(by, route.unit)
    row = _in_force(route)
    if row.is_default:
        raise Refused("默认路线不能停用，请先把另一条路线设为默认。")
    Route.objects.filter(pk=row.pk).update(superseded_at=timezone.now())
    audit.record("retire_route", "停用流转路线", row, by=by, through="edit", before=f"第{row.version}版")


def _in_force(route: Route) -> Route:
    row = Route.objects.select_related("unit").get(pk=route.pk)
    if row.superseded_at is not None:
        raise Stale(f"“{row}”第{row.version}版已不再使用，请刷新后再办。")
    return row


ACTS = {"default": ("设为默认", make_default), "retire": ("停用", retire)}


def _words(route: Route, steps: Sequence[RouteStep]) -> list[str]:
    """A version in words, line by line: what two versions are compared by."""
    condition = f"用于{route.condition_shown}" if route.condition_shown else "用于全部公文"
    return [f"名称“{route.name}”", condition, *(_step_words(step, route.unit) for step in steps)]


def _step_words(step: RouteStep, unit: Unit) -> str:
    limits = limits_shown(step)
    parts = [
        f"第{step.position}步{step} {addressee(step, unit)}",
        f"限{limits}" if limits else "",
        f"用于{step.condition_shown}" if step.condition_shown else "",
    ]
    return "，".join(part for part in parts if part)


def _changes(before: list[str], after: list[str]) -> list[str]:
    """Sentences: 改：甲 → 乙, 增：乙, 减：甲."""
    found: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        old, new = before[a:b], after[c:d]
        both = min(len(old), len(new)) if what == "replace" else 0
        found += [f"改：{one} → {other}" for one, other in zip(old[:both], new[:both], strict=True)]
        found += [f"减：{one}" for one in old[both:]]
        found += [f"增：{one}" for one in new[both:]]
    return found
