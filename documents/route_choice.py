"""What a route leaves to whoever sends a document off: which of those that fit, and by whom a step is done."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.utils import timezone

from units.models import User

from . import route_picture, route_trial
from .models import Route, StepRun
from .route_plan import Staff, Subject, steps_of_each, subject_of, units_of
from .routes import fitting, in_force
from .step_fields import StepFields

CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。"}


@dataclass
class Way:
    """A route that a document may go along, drawn with names; `open` are the rows where somebody is to be chosen."""

    route: Route
    tried: list
    open: list = field(default_factory=list)

    def without(self, agreed: Iterable[StepRun]) -> list[route_picture.Place]:
        """Drawn without the steps of those who have agreed to this very text: they are passed by."""
        passed = {
            (one.position, one.kind, one.unit_id, one.post.kind if one.post else "", one.person_id) for one in agreed
        }
        return route_picture.of_trial([one for one in self.tried if _place(one.planned) not in passed])


def _place(one) -> tuple:
    return (one.step.position, one.kind, one.unit.pk, one.post, one.person.pk if one.person else None)


class WayMixin(StepFields):
    """Which of the routes that fit, where several do, and by whom a step is done that the route leaves open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        document = self.document
        subject = subject_of(document)
        case = (subject.urgency, subject.flow, subject.doc_type)
        offered = fitting(in_force(document.unit, document.direction), *case)
        steps = steps_of_each(offered)
        staff = Staff(unit for rows in steps.values() for unit in units_of(rows, subject))
        self.ways = [self._way(route, steps[route.pk], subject, staff) for route in offered]
        several = len(offered) > 1
        self.fields["route"] = forms.ChoiceField(
            choices=[(str(route.uid), route.name) for route in offered], required=False, label="流转路线",
            initial=str(offered[0].uid) if offered else "",
            widget=forms.RadioSelect if several else forms.HiddenInput,
        )  # fmt: skip
        self.fields["route"].error_messages["invalid_choice"] = (
            "所选流转路线已被文书修改或停用，请核对现在的路线后再送。"
        )
        for way in self.ways:
            for one in way.open:
                of = f"（{way.route.name}）" if several else ""
                self.fields[_person_field(way, one)] = forms.ChoiceField(
                    choices=[("", "请选择"), *((str(person.pk), _told(person, one, staff)) for person in one.candidates)],
                    required=False, label=f"{one.kind.label}由谁办理{of}", error_messages=CHOICE,
                )  # fmt: skip
                self.fields[_person_field(way, one)].depends = True  # of the route that is chosen

    def _way(self, route: Route, steps, subject: Subject, staff: Staff) -> Way:
        tried = route_trial.try_out(steps, subject, start=timezone.now(), staff=staff)
        left = [one.planned for one in tried if one.planned.is_left_open and one.planned.candidates]
        return Way(route, tried, left)

    def clean(self):
        data = super().clean()
        if "route" in self.errors:  # a version that is no more: the page shows the one in force
            self.data = self.data.copy()
            self.data[self.add_prefix("route")] = str(self.ways[0].route.uid) if self.ways else ""
        elif (way := self._chosen()) is not None:
            for one in way.open:
                if not data.get(_person_field(way, one)) and _person_field(way, one) not in self.errors:
                    self.add_error(_person_field(way, one), f"请选择{one.kind.label}由谁办理。")
        return data

    def _chosen(self) -> Way | None:
        uid = self.cleaned_data.get("route")
        return next((way for way in self.ways if not uid or str(way.route.uid) == uid), None)

    def values(self) -> dict:
        way, data = self._chosen(), super().values()
        people = {}
        for one in way.open if way else ():
            key = data.get(_person_field(way, one))
            people[one.line] = next(person for person in one.candidates if str(person.pk) == key)
        return {**data, "route": str(way.route.uid) if way else "", "people": people}


def _person_field(way: Way, one) -> str:
    return f"who-{way.route.pk}-{one.line}"


def _told(person: User, one, staff: Staff) -> str:
    """The name, and that he is away: 张三（张三11-20至11-28由李四代理）."""
    away = "；".join(route_trial.absences(person, one, staff))
    return f"{person.name}（{away}）" if away else person.name
