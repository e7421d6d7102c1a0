"""Forms of the route editor: the head, a row a step, and the trial."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from units.models import Department, Unit, User
from units.roles import PostKind, posts_of
from units.texts import LineField

from . import route_editing
from .models import Route, RouteStep
from .route_plan import Staff, Subject, steps_of
from .routes import LONGEST_ROUTE, kinds_of
from .states import (
    CURRENT_TYPES,
    Addressed,
    Direction,
    DocType,
    LimitUnit,
    RoutingDirection,
    StepKind,
    Urgency,
    When,
)

CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}
WHOLE = dict.fromkeys(("invalid", "min_value", "max_value"), "请填写 1 以上的整数。")
CONDITIONS = ("when", "flow", "doc_type")
OF_PAPERS = ("flow", "doc_type")  # a 签报 has neither
PARTS = ("kind", "unit", "who", "beside", "limit", "limit_unit", "urgent", "extra", *CONDITIONS)
FOLDED = ("unit", "limit", "limit_unit", "urgent", "extra", *CONDITIONS)  # told in the row's second line
TYPES = [("", "不限"), *((value, DocType(value).label) for value in CURRENT_TYPES)]
FLOWS = [("", "不限"), *((value, f"{label}文") for value, label in RoutingDirection.choices)]
OPERATIONS = ("add", "remove", "up", "down")


@dataclass
class Row:
    """One step as the editor shows it; the fields are bound fields by their part's name."""

    number: int
    fields: dict[str, Any]
    is_first: bool
    is_last: bool

    @property
    def is_open(self) -> bool:
        """Something in the second line was filled in, or is wrong."""
        usual = {"limit_unit": LimitUnit.WORKING_DAYS}
        return any(
            one.errors or (one.value() or "") not in ("", usual.get(name, ""))
            for name, one in self.fields.items()
            if name in FOLDED
        )

    def __getitem__(self, name: str):
        return self.fields[name]


class RouteForm(forms.Form):
    """The head of a route and a row a step, in their order; `beside` says that a row runs with the one above."""

    name = LineField(max_length=60, label="路线名称", help_text="送审时有几条可选的，按此名称选择")
    when = forms.ChoiceField(choices=When, required=False, label="用于紧急程度", error_messages=CHOICE)
    flow = forms.ChoiceField(choices=FLOWS, required=False, label="用于行文方向", error_messages=CHOICE)
    doc_type = forms.ChoiceField(choices=TYPES, required=False, label="用于文种", error_messages=CHOICE)
    is_default = forms.BooleanField(required=False, label="默认路线", help_text="没有其他路线可用时由它流转")
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, unit: Unit, direction: str, of: Route | None = None, rows: int = 1, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit, self.direction, self.of = unit, Direction(direction), of
        self.kept = steps_of(of) if of is not None else []
        self.steps: list[RouteStep] = []
        self.warnings: list[str] = []
        self.departments = list(Department.objects.filter(unit=unit))
        self.units = list(Unit.objects.in_force().order_by("code"))
        self.staff = Staff([unit, *(step.unit for step in self.kept if step.unit is not None)])
        if self.direction == Direction.INTERNAL:
            for name in OF_PAPERS:
                del self.fields[name]
        self.count = rows_of(self.data) if self.is_bound else rows
        self._make_rows()

    def _make_rows(self) -> None:
        choices = {
            "kind": [("", "请选择"), *((kind.value, kind.label) for kind in kinds_of(self.direction))],
            "unit": [("", "本单位"), *((str(one.pk), one.short_name) for one in self.units if one.pk != self.unit.pk)],
            "who": self._who_choices(),
            "limit_unit": LimitUnit.choices,
            "when": When.choices,
            "flow": FLOWS,
            "doc_type": TYPES,
        }
        labels = {
            "kind": "环节",
            "unit": "单位",
            "who": "办理者",
            "limit_unit": "时限单位",
            "when": "用于紧急程度",
            "flow": "用于行文方向",
            "doc_type": "用于文种",
        }
        for number in range(1, self.count + 1):
            for part, offered in choices.items():
                if part in OF_PAPERS and self.direction == Direction.INTERNAL:
                    continue
                self.fields[f"{part}-{number}"] = forms.ChoiceField(
                    choices=offered, label=labels[part], required=part in ("kind", "who"), error_messages=CHOICE
                )
            self.fields[f"beside-{number}"] = forms.BooleanField(required=False, label="与上一行同时办理")
            for part, label in (("limit", "时限"), ("urgent", "加急时限（小时）"), ("extra", "特急时限（小时）")):
                self.fields[f"{part}-{number}"] = forms.IntegerField(
                    required=False, min_value=1, label=label, error_messages=WHOLE,
                    widget=forms.NumberInput(attrs={"min": 1}),
                )  # fmt: skip

    def _who_choices(self) -> list:
        posts = [(one, PostKind(one).label) for one in posts_of(self.unit)]
        people = {one.user_id: one.user for one in self.staff.appointments if one.post.unit_id == self.unit.pk}
        gone = {step.person_id: step.person for step in self.kept if step.person and step.person_id not in people}
        named = [(f"person:{key}", self._named(person)) for key, person in people.items()]
        named += [(f"person:{key}", f"{person.name}（已离任）") for key, person in gone.items()]
        sections, picked = [], [(f"choice:{one}", f"从{label}中选一人") for one, label in posts]
        for department in self.departments:
            kinds = dict.fromkeys(
                [one.post.kind for one in self.staff.appointments if one.department_id == department.pk]
                + [step.post for step in self.kept if step.department_id == department.pk and step.post]
            )
            sections += [
                (f"department:{department.pk}:{kind}", f"{department}{PostKind(kind).label}") for kind in kinds
            ]
            picked.append((f"choicein:{department.pk}", f"从{department}中选一人"))
        special = [
            (one.value, "各会签单位领导" if one == Addressed.COUNTERSIGNERS else one.label)
            for one in _special(self.direction)
        ]
        chooser = "登记时选定" if self.direction == Direction.INCOMING else "送审时选定"
        groups = [("岗位", [(f"post:{one}", label) for one, label in posts]), ("人员", named), ("科室", sections)]
        groups += [(chooser, picked), ("随公文而定", special)]
        return [("", "请选择"), *(group for group in groups if group[1])]

    def _named(self, person: User) -> str:
        posts = dict.fromkeys(self.staff.posts_of(person, self.unit))
        return f"{person.name}（{'、'.join(PostKind(one).label for one in posts)}）"

    @property
    def step_rows(self) -> list[Row]:
        return [
            Row(
                number,
                {part: self[f"{part}-{number}"] for part in PARTS if f"{part}-{number}" in self.fields},
                number == 1,
                number == self.count,
            )
            for number in range(1, self.count + 1)
        ]

    def trim(self) -> "RouteForm":
        """After a kept draft was put in: as many rows as it has."""
        count = int(self.initial.get("rows") or self.count)
        for number in range(count + 1, self.count + 1):
            for part in PARTS:
                self.fields.pop(f"{part}-{number}", None)
        self.count = count
        return self

    def silent(self) -> "RouteForm":
        """As it was typed, before anything is judged: a row was added, moved or taken out."""
        self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
        return self

    def clean(self):
        data, position = super().clean(), 0
        rows = range(1, self.count + 1)
        for number in rows:
            position += 0 if data.get(f"beside-{number}") and position else 1
            if not (data.get(f"kind-{number}") and data.get(f"who-{number}")):
                continue
            self.steps.append(self._step(number, position))
        if len(self.steps) == self.count:
            self.judge(route_editing.problems(self.typed(), self.unit, self.direction, self.of, self._staff()))
        return data

    def _staff(self) -> Staff:
        others = [step.unit for step in self.steps if step.unit is not None]
        return Staff([self.unit, *others]) if others else self.staff

    def judge(self, found) -> None:
        """Each finding at its row and field; what concerns the whole stands on top."""
        for one in found:
            if not one.is_refusal:
                self.warnings.append(one.message)
                continue
            name = f"{one.field}-{one.line}" if one.line else one.field
            name = name if name in self.fields else None
            if name is None or one.message not in self._errors.get(name, []):
                self.add_error(name, one.message)

    def _step(self, number: int, position: int) -> RouteStep:
        data = self.cleaned_data
        given = {part: data.get(f"{part}-{number}") for part in PARTS}
        step = RouteStep(
            position=position, kind=given["kind"], limit_value=given["limit"],
            limit_unit=given["limit_unit"] or LimitUnit.WORKING_DAYS, urgent_hours=given["urgent"],
            extra_urgent_hours=given["extra"], **{part: given[part] or "" for part in CONDITIONS},
        )  # fmt: skip
        self._address(step, given["who"])
        if given["unit"]:
            step.unit = next(one for one in self.units if str(one.pk) == given["unit"])
            if step.addressed != Addressed.POST:
                self.add_error(f"unit-{number}", "其他单位的环节只能选岗位，请把“办理者”改为岗位，或把单位改回本单位。")
        return step

    def _address(self, step: RouteStep, who: str) -> None:
        """From post:leader, person:12, department:3:reviewer, choice:leader, choicein:3, drafter …"""
        what, *rest = who.split(":")
        step.addressed = {"choicein": Addressed.CHOICE}.get(what, what)
        if what in ("post", "choice"):
            step.post = rest[0]
        elif what == "person":
            step.person = User.objects.get(pk=rest[0])
            held = self.staff.posts_of(step.person, self.unit)
            kept = [one.post for one in self.kept if one.person_id == step.person.pk]
            usual = POSTS_OF_KIND.get(StepKind(step.kind), ())
            step.post = next((one for one in usual if one in held), next(iter([*held, *kept]), ""))
        elif what in ("department", "choicein"):
            step.department = next(one for one in self.departments if str(one.pk) == rest[0])
            step.post = rest[1] if len(rest) > 1 else ""
        elif what == Addressed.COUNTERSIGNERS:
            step.post = PostKind.LEADER
        elif what == Addressed.LEAD_OFFICER:
            step.post = PostKind.OFFICER

    def typed(self) -> route_editing.Typed:
        data = self.cleaned_data
        return route_editing.Typed(
            data.get("name") or "", data["is_default"], data.get("when") or "", data.get("flow") or "", self.steps,
            data.get("doc_type") or "",
        )  # fmt: skip


POSTS_OF_KIND = {  # the post in which a named person is asked, where he holds several
    StepKind.REVIEW: (PostKind.REVIEWER, PostKind.LEADER),
    StepKind.CHECK: (PostKind.REVIEWER, PostKind.LEADER),
    StepKind.COUNTERSIGN: (PostKind.LEADER,),
    StepKind.APPROVE: (PostKind.LEADER,),
    StepKind.INSTRUCT: (PostKind.LEADER,),
    StepKind.SEAL: (PostKind.SEAL_KEEPER,),
    StepKind.NUMBER: (PostKind.CLERK,),
    StepKind.PROOFREAD: (PostKind.CLERK,),
    StepKind.DISPATCH: (PostKind.CLERK,),
    StepKind.COMPLETE: (PostKind.CLERK,),
}


def _special(direction: Direction) -> list[Addressed]:
    if direction == Direction.INCOMING:
        return [Addressed.LEAD_OFFICER]
    common = [Addressed.DRAFTER, Addressed.COUNTERSIGNERS]
    return [*common, Addressed.LEAD_OFFICER] if direction == Direction.INTERNAL else common


def who_of(step: RouteStep) -> str:
    """The value of the field `who` that stands for the addressee of `step`."""
    if step.addressed == Addressed.POST:
        return f"post:{step.post}"
    if step.addressed == Addressed.PERSON:
        return f"person:{step.person_id}"
    if step.addressed == Addressed.DEPARTMENT:
        return f"department:{step.department_id}:{step.post}"
    if step.addressed == Addressed.CHOICE:
        return f"choicein:{step.department_id}" if step.department_id else f"choice:{step.post}"
    return step.addressed


def initial_of(route: Route | None, steps: Iterable[RouteStep]) -> dict:
    """What the editor shows of a saved route, or of the default that a new one starts from."""
    found: dict[str, Any] = {}
    if route is not None:
        found = {name: getattr(route, name) for name in ("name", *CONDITIONS, "is_default")}
    position = None
    for number, step in enumerate(steps, start=1):
        values = (
            step.kind, step.unit_id, who_of(step), step.position == position, step.limit_value, step.limit_unit,
            step.urgent_hours, step.extra_urgent_hours, step.when, step.flow, step.doc_type,
        )  # fmt: skip
        found |= {f"{part}-{number}": value for part, value in zip(PARTS, values, strict=True)}
        position = step.position
        found["rows"] = number
    return found


def rows_of(data) -> int:
    text = data.get("rows", "")
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    return min(max(count, 1), LONGEST_ROUTE)


def changed_rows(data: QueryDict, operation: str) -> tuple[QueryDict, int]:
    """The form's data after add:3, remove:3, up:3 or down:3, and the row that is looked at next; nothing is lost."""
    what, _, text = operation.partition(":")
    count, made = rows_of(data), data.copy()
    at = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if what not in OPERATIONS or not 0 <= at <= count:
        return made, 1
    rows = [{part: data.get(f"{part}-{number}") for part in PARTS} for number in range(1, count + 1)]
    if what == "add" and count < LONGEST_ROUTE:
        rows.insert(at, dict.fromkeys(PARTS))
        at += 1
    elif what == "remove" and at and count > 1:
        rows.pop(at - 1)
    elif what in ("up", "down") and at:
        to = max(1, at - 1) if what == "up" else min(count, at + 1)
        rows.insert(to - 1, rows.pop(at - 1))
        at = to
    for number in range(1, max(count, len(rows)) + 1):
        for part in PARTS:
            made.pop(f"{part}-{number}", None)
            if number <= len(rows) and rows[number - 1][part] is not None:
                made[f"{part}-{number}"] = rows[number - 1][part]
    made["rows"] = str(len(rows))
    return made, min(max(at, 1), len(rows))


class TrialForm(forms.Form):
    """试走: for which document."""

    urgency = forms.ChoiceField(choices=Urgency, required=False, label="紧急程度", error_messages=CHOICE)
    flow = forms.ChoiceField(
        choices=[(value, f"{label}文") for value, label in RoutingDirection.choices], required=False, label="行文方向",
        initial=RoutingDirection.DOWN, error_messages=CHOICE,
    )  # fmt: skip
    doc_type = forms.ChoiceField(
        choices=[("", "不指定"), *TYPES[1:]], required=False, label="文种", error_messages=CHOICE
    )
    drafter = forms.ModelChoiceField(
        User.objects.none(), required=False, label="拟稿人", empty_label="不指定", error_messages=CHOICE
    )
    countersigners = forms.ModelMultipleChoiceField(
        Unit.objects.none(), required=False, label="会签单位", widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "所选单位不在列表中，请重新选择。", "invalid_pk_value": "所选单位不在列表中，请重新选择。"},
    )  # fmt: skip

    def __init__(self, *args, form: RouteForm, **kwargs):
        super().__init__(*args, prefix="try", **kwargs)
        self.form = form
        if form.direction == Direction.INTERNAL:
            del self.fields["doc_type"]
        if form.direction == Direction.INCOMING:
            del self.fields["drafter"], self.fields["countersigners"]
            return
        people = form.staff.holders(form.unit)
        self.fields["drafter"].queryset = User.objects.filter(pk__in=[one.pk for one in people]).order_by("name")
        self.fields["countersigners"].queryset = Unit.objects.in_force().exclude(pk=form.unit.pk).order_by("code")

    def subject(self) -> Subject:
        data, form = self.cleaned_data, self.form
        drafter = data.get("drafter")
        authors = frozenset({drafter.pk}) if drafter else frozenset()
        return Subject(
            form.unit, form.direction, data["urgency"], data.get("flow") or RoutingDirection.DOWN, drafter, authors,
            countersigners=tuple(data.get("countersigners") or ()), doc_type=data.get("doc_type") or "",
        )  # fmt: skip
