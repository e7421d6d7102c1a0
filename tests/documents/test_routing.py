"""Routes as runs: copied at submission, joined where parallel, before and after signing; limits; impossible routes."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from documents import routing
from documents.models import Route, RouteStep, StepRun
from documents.routes import DEFAULT_STEPS, faults
from documents.states import Addressed, Direction, LimitUnit, State, StepKind, StepResult, StepState
from tests.made import draft, take
from units.calendar import WorkingCalendar, end_of_working_days
from units.models import CalendarVersion, Task
from units.roles import PostKind
from units.workflow import Refused

pytestmark = pytest.mark.django_db
K = StepKind


def route_of(unit, direction=Direction.OUTGOING) -> Route:
    return Route.objects.get(unit=unit, direction=direction, is_default=True)


def steps_of(document) -> list[tuple]:
    rows = StepRun.objects.filter(run__document=document).order_by("run", "position", "pk")
    return [(step.kind, step.state) for step in rows]


def waiting(document) -> set[tuple]:
    rows = Task.objects.of(document).open().select_related("unit", "post")
    return {(task.kind, task.unit.code, task.post.kind if task.post else "person") for task in rows}


def countersigned(people, units, *codes):
    document = draft(people)
    for code in codes:
        document.countersigners.create(unit=units[code])
    return take(document, "submit", people["D07:officer"])


def test_the_whole_way_of_an_issued_document_is_its_route(people):
    document = take(draft(people), "submit", people["D07:officer"])
    assert [kind for kind, _ in steps_of(document)] == [
        "check", "approve", "number", "proofread", "seal", "dispatch", "complete",
    ]  # fmt: skip
    assert waiting(document) == {("check", "D07", "reviewer")}
    task = Task.objects.of(document).open().get()
    assert StepRun.objects.get(uid=task.step_uid).state == StepState.OPEN


def test_an_edited_route_changes_no_running_document(people, units):
    document = take(draft(people), "submit", people["D07:officer"])
    RouteStep.objects.filter(route=route_of(units["D07"]), kind=K.APPROVE).update(post=PostKind.REVIEWER)
    take(document, "check", people["D07:reviewer"])
    assert waiting(document) == {("approve", "D07", "leader")}


def test_parallel_steps_are_joined(people, units):
    document = countersigned(people, units, "D09", "D15")
    take(document, "check", people["D07:reviewer"])
    assert waiting(document) == {("countersign", "D09", "leader"), ("countersign", "D15", "leader")}
    take(document, "countersign", people["D09:leader"], note="同意。")
    assert waiting(document) == {("countersign", "D15", "leader")}
    take(document, "countersign", people["D15:leader"], note="同意。")
    assert waiting(document) == {("approve", "D07", "leader")}


def test_signing_asks_that_all_steps_before_it_are_closed(people, units):
    document = countersigned(people, units, "D09")
    take(document, "check", people["D07:reviewer"])
    take(document, "countersign", people["D09:leader"])
    StepRun.objects.filter(run__document=document, kind=K.COUNTERSIGN).update(state=StepState.OPEN)
    with pytest.raises(Refused, match="会签（区民政局）尚未完成，不能签发"):
        take(document, "approve", people["D07:leader"])
    document.refresh_from_db()
    assert document.state == State.IN_REVIEW


def test_a_return_by_one_ends_the_open_steps_of_the_others(people, units):
    document = countersigned(people, units, "D09", "D15")
    take(document, "check", people["D07:reviewer"])
    take(document, "send_back", people["D15:leader"], note="与本局职责不符。")
    assert waiting(document) == {("redraft", "D07", "person")}
    run = StepRun.objects.filter(run__document=document)
    assert run.get(unit=units["D15"], kind=K.COUNTERSIGN).result == StepResult.RETURNED
    assert run.get(unit=units["D09"], kind=K.COUNTERSIGN).state == StepState.DROPPED
    assert routing.current_run(document) is None


def test_a_paper_without_a_seal_skips_that_step(people):
    document = draft(people, doc_type="minutes")
    for step, post in (
        ("submit", "officer"),
        ("check", "reviewer"),
        ("approve", "leader"),
        ("number", "clerk"),
        ("proofread", "clerk"),
    ):
        take(document, step, people[f"D07:{post}"])
    assert ("seal", "skipped") in steps_of(document)
    assert waiting(document) == {("dispatch", "D07", "clerk")}


def test_an_incoming_run_begins_with_arrival_and_the_units_route_comes_at_registration(people):
    document = draft(people)
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):  # fmt: skip
        take(document, step, people[f"D07:{post}"])
    delivery = document.deliveries.unguarded("a test looks").get()
    assert [kind for kind, _ in steps_of(delivery)] == ["sign_for", "register"]
    take(delivery, "sign_for", people["D09:clerk"])
    take(delivery, "register", people["D09:clerk"], handling_kind="for_action")
    kinds = [kind for kind, _ in steps_of(delivery)]
    assert kinds == ["sign_for", "register", "propose", "instruct", "handle", "report", "complete"]


def test_limits_are_working_days_and_hours_of_the_clock(people, units):
    route = route_of(units["D07"])
    route.steps.filter(kind=K.CHECK).update(limit_value=2)
    route.steps.filter(kind=K.APPROVE).update(limit_value=3, limit_unit=LimitUnit.HOURS)
    document = take(draft(people), "submit", people["D07:officer"])
    due = Task.objects.of(document).open().get().due_at
    assert due == end_of_working_days(timezone.now(), 2)
    take(document, "check", people["D07:reviewer"])
    task = Task.objects.of(document).open().get()
    assert task.due_at - task.opened_at < timedelta(hours=3, seconds=5)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # the national holiday
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # a Saturday that is worked
        (date(2015, 9, 2), 1, date(2015, 9, 6)),  # the amendment of 2015: two days off added, a Sunday worked
        (date(2019, 4, 26), 1, date(2019, 4, 28)),  # the amendment of 2019
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
    ],
)
def test_working_days_are_those_announced(db, start, count, end):
    assert WorkingCalendar().after(start, count).day == end


def test_an_unpublished_year_is_provisional_and_an_amendment_holds_at_once(db):
    assert WorkingCalendar().after(date(2031, 1, 3), 1) == WorkingCalendar().after(date(2031, 1, 5), 1)
    assert WorkingCalendar().after(date(2031, 1, 3), 1).provisional
    CalendarVersion.objects.create(year=2031, source="修改", exceptions={"2031-01-06": False})
    assert WorkingCalendar().after(date(2031, 1, 3), 1).day == date(2031, 1, 7)


def test_a_limit_ends_with_the_local_day(db):
    late = timezone.make_aware(datetime(2026, 11, 25, 23, 30))
    assert timezone.localtime(end_of_working_days(late, 1)).isoformat() == "2026-11-26T23:59:00+08:00"


def step(position, kind, addressed=Addressed.POST, post=PostKind.CLERK, **fields) -> RouteStep:
    return RouteStep(position=position, kind=kind, addressed=addressed, post=post, **fields)


def default(direction=Direction.OUTGOING) -> list[RouteStep]:
    return [
        step(n, kind, addressed, post) for n, (kind, addressed, post) in enumerate(DEFAULT_STEPS[direction], start=1)
    ]


@pytest.mark.parametrize("direction", Direction)
def test_the_default_routes_are_possible(units, direction):
    assert faults(direction, default(direction), units["D07"]) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda steps: steps[:2] + steps[3:], "缺少“签发”环节。"),
        (lambda steps: [*steps, step(9, K.APPROVE)], "“签发”只能有一个环节，现有2个。"),
        (lambda steps: [*steps, step(9, K.HANDLE)], "发文路线不能有“接办”环节。"),
        (lambda steps: [*steps, step(9, K.CHECK)], "“核稿”须在“签发”之前。"),
        (lambda steps: [*steps, step(3, K.CHECK, post=PostKind.REVIEWER)], "第3步的“签发”不能与其他环节并行。"),
        (lambda steps: [*steps, step(1, K.REVIEW, post=PostKind.INSPECTOR)], "所指岗位“监督指导”在区信息委没有设置。"),
        (lambda steps: [*steps, step(1, K.REVIEW, post="")], "第1步“部门审核”没有指定岗位。"),
        (lambda steps: [*steps, step(1, K.REVIEW, Addressed.PERSON, "")], "第1步“部门审核”没有指定人员。"),
        (lambda steps: [*steps, step(1, K.REVIEW, limit_value=0)], "的时限应为1至250工作日。"),
    ],
)
def test_an_impossible_route_is_named(units, change, sentence):
    assert any(sentence in fault for fault in faults(Direction.OUTGOING, change(default()), units["D07"]))


def test_numbering_before_signing_is_out_of_order(units):
    steps = default()
    steps[2].position, steps[3].position = 4, 3
    assert "“编号”须在“签发”之后。" in faults(Direction.OUTGOING, steps, units["D07"])


def test_an_impossible_route_refuses_the_submission(people, units):
    RouteStep.objects.filter(route=route_of(units["D07"]), kind=K.NUMBER).update(kind=K.CHECK)
    document = draft(people)
    with pytest.raises(Refused, match="缺少“编号”环节") as refusal:
        take(document, "submit", people["D07:officer"])
    assert "“核稿”须在“签发”之前。" in str(refusal.value)
    document.refresh_from_db()
    assert document.state == State.DRAFTING and waiting(document) == {("draft", "D07", "person")}
