"""Random routes: what the validator accepts reaches its end, what it rejects is named (issue 12, Must show).

120 in the suite, the issue's 500 by `make deep`.
"""

import random

import pytest
from django.utils import timezone

from documents import route_editing, route_trial
from documents.actions import create_draft
from documents.models import Route, RouteStep
from documents.route_editing import Typed
from documents.route_plan import Staff, Subject
from documents.routes import DEFAULT_STEPS, cases_of, fitting
from documents.states import (
    Addressed,
    AddresseeKind,
    Direction,
    DocType,
    LimitUnit,
    RoutingDirection,
    State,
    StepKind,
    StepState,
    When,
)
from tests.documents.way import carried_on, saved, walk
from tests.made import BODY, take
from tests.rounds import rounds
from units.models import Department
from units.roles import PostKind

pytestmark = pytest.mark.django_db
SEED, COUNT, BY_ACTS = 20261126, rounds("ROUTES", 120, 500), 6  # make deep: the 500
POSTS = (PostKind.CLERK, PostKind.OFFICER, PostKind.REVIEWER, PostKind.LEADER, PostKind.SEAL_KEEPER)
KINDS = (DocType.REQUEST, DocType.NOTICE, DocType.LETTER)
REVIEWS = (StepKind.REVIEW, StepKind.CHECK, StepKind.COUNTERSIGN)


class Chance:
    """Routes near the default: some sound, some broken in one of many ways."""

    def __init__(self, units, people) -> None:
        self.chance, self.units, self.people = random.Random(SEED), units, people
        self.office = Department.objects.get(unit=units["D07"])

    def route(self) -> tuple[Direction, list[RouteStep], dict]:
        pick = self.chance
        direction = pick.choice(list(Direction))
        steps = [
            RouteStep(position=n * 10, kind=kind, addressed=addressed, post=post)
            for n, (kind, addressed, post) in enumerate(DEFAULT_STEPS[direction], start=1)
        ]
        for _ in range(pick.randint(0, 4)):
            pick.choice((self.reviewed, self.reviewed, self.limited, self.limited, self.conditioned, self.broken))(
                steps
            )
        for step in steps:
            if pick.random() < (0.3 if step.kind in REVIEWS else 0.01):
                step.doc_type = self.kind(direction, 1)
        steps.sort(key=lambda step: step.position)
        places = {place: n for n, place in enumerate(dict.fromkeys(step.position for step in steps), start=1)}
        for step in steps:
            step.position = places[step.position]
        when = pick.choice([*[When.ALWAYS] * 4, *When.values])
        flow = pick.choice([*[""] * 4, *RoutingDirection.values])
        return direction, steps, {"when": when, "flow": flow, "doc_type": self.kind(direction, 4)}

    def kind(self, direction, blanks: int) -> str:
        """请示 and 通知 at random, mostly none; now and then of a 签报, which has no 文种."""
        if direction == Direction.INTERNAL and self.chance.random() < 0.9:
            return ""
        return self.chance.choice([*[""] * blanks, *KINDS])

    def reviewed(self, steps) -> None:
        step = RouteStep(position=self.chance.choice((1, 5, 10, 15)), kind=self.chance.choice(REVIEWS), post="")
        self.addressed(step)
        steps.append(step)

    def addressed(self, step) -> None:
        pick = self.chance
        step.addressed = pick.choice(list(Addressed))
        step.post = pick.choice(POSTS)
        if step.addressed == Addressed.PERSON:
            step.person = self.people[f"{pick.choice(('D07', 'D07', 'D07', 'D09'))}:{step.post}"]
        elif step.addressed in (Addressed.DEPARTMENT, Addressed.CHOICE) and pick.random() < 0.2:
            step.department = self.office
        elif step.addressed == Addressed.POST and pick.random() < 0.3:
            step.unit = self.units[pick.choice(("D09", "D15"))]

    def limited(self, steps) -> None:
        step = self.chance.choice(steps)
        step.limit_value = self.chance.choice((1, 2, 5, 24, 260))
        step.limit_unit = self.chance.choice(LimitUnit.values)
        step.urgent_hours = self.chance.choice((None, 24, 48))
        step.extra_urgent_hours = self.chance.choice((None, 4, 36))

    def conditioned(self, steps) -> None:
        step = self.chance.choice([one for one in steps if one.kind in REVIEWS] or steps)
        step.when, step.flow = self.chance.choice(When.values), self.chance.choice(("", *RoutingDirection.values))

    def broken(self, steps) -> None:
        step = self.chance.choice(steps)
        what = self.chance.randrange(4)
        if what == 0 and len(steps) > 1:
            steps.remove(step)
        elif what == 1:
            step.position = self.chance.randint(1, 90)
        elif what == 2:
            step.kind = self.chance.choice(list(StepKind))
        else:
            self.addressed(step)


def document_of(direction, people, units, urgency="", flow="down", doc_type=""):
    """A draft with a countersigner; incoming routes are walked on a 签报: the run asks for no more than a document."""
    fields = {"title": "关于流转的通知", "body": BODY, "urgency": urgency, "routing_direction": flow}
    if doc_type:
        fields |= {"doc_type": doc_type, "contact": "人员甲 62345678"}
    return create_draft(
        fields, unit=units["D07"], by=people["D07:officer"], countersigners=[units["D09"]],
        addressees=[(AddresseeKind.MAIN, None, "某某市信息化委员会")],
        direction=direction if direction != Direction.INCOMING else Direction.INTERNAL,
    )  # fmt: skip


def test_accepted_routes_reach_their_end_and_rejected_ones_say_why(people, units):
    chance, unit = Chance(units, people), units["D07"]
    documents = {direction: document_of(direction, people, units) for direction in Direction}
    staff, accepted, refused = Staff(units.values()), [], []
    for _ in range(COUNT):
        direction, steps, condition = chance.route()
        typed = Typed("试", False, condition["when"], condition["flow"], steps, condition["doc_type"])
        found = [one for one in route_editing.problems(typed, unit, direction, None, staff) if one.is_refusal]
        (refused if found else accepted).append((direction, steps, condition, found))
    assert min(len(accepted), len(refused)) > COUNT / 5
    for direction, steps, condition, _ in accepted:
        subject = subject_for(chance.chance, direction, units, people, condition, steps)
        states = walk(documents[direction], steps, subject)
        assert states and set(states) <= {StepState.DONE, StepState.SKIPPED}, [
            (one.kind, one.addressed) for one in steps
        ]
    for direction, steps, condition, found in refused:
        assert all(len(one.message) > 5 and 0 <= one.line <= len(steps) for one in found)
        whole = ("缺少", "签报不分")
        assert all(one.line or any(part in one.message for part in whole) for one in found), (
            direction,
            condition,
            found,
        )
    by_real_acts(accepted, people, units)


def subject_for(chance, direction, units, people, condition, steps) -> Subject:
    """A document that the route admits, of a kind that some condition names or of another."""
    urgency, flow, kind = chance.choice(cases_of(Route(**condition), steps))
    author = people["D07:officer"]
    return Subject(
        units["D07"], direction, urgency, flow, author, frozenset({author.pk}), people["D07:officer"], (units["D09"],),
        doc_type=kind or DocType.CIRCULAR,  # one that no condition names
    )  # fmt: skip


def by_real_acts(accepted, people, units) -> None:
    """Some of them saved by the clerk and gone by whoever has the items; only those that the trial calls passable."""
    gone = 0
    for number, (direction, steps, condition, _) in enumerate(accepted):
        if gone == BY_ACTS or direction == Direction.INCOMING or not any(step.kind in REVIEWS for step in steps):
            continue
        subject = subject_for(random.Random(number), direction, units, people, condition, steps)
        if subject.doc_type == DocType.REQUEST:
            continue  # it ends with its 批复
        if any(one.problems for one in route_trial.try_out(steps, subject, start=timezone.now())):
            continue
        route = saved(steps, people, units["D07"], direction=direction, default=False, name=f"试{number}", **condition)
        assert route in fitting([route], subject.urgency, subject.flow, subject.doc_type)
        document = document_of(direction, people, units, subject.urgency, subject.flow, subject.doc_type)
        take(document, "submit", people["D07:officer"], route=str(route.uid))
        carried_on(document, not_to_file="NF-2")
        document.refresh_from_db()
        assert document.state == State.COMPLETED
        route_editing.retire(route, by=people["D07:clerk"])
        gone += 1
    assert gone == BY_ACTS
