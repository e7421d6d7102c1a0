"""Routes without programming (issue 12, point 2): versions, what a save refuses, who gets a step and by when."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from documents import route_editing, route_trial
from documents.actions import create_draft
from documents.circulation import readers_of
from documents.models import Route, RouteRun, StepRun
from documents.route_editing import Impossible, Typed
from documents.route_plan import Subject, due_after, steps_of
from documents.routes import fitting, in_force
from documents.states import Addressed, Direction, LimitUnit, RoutingDirection, State, StepKind, Urgency, When
from tests.documents.way import after_signing, carried_on, kinds_gone, route_of, saved, step, waiting
from tests.made import brought_to, draft, take
from units import people as actions
from units.actions import system_user
from units.delegations import delegate
from units.models import Appointment, AuditEvent, CalendarVersion, Department, Post, Task, User
from units.roles import PostKind
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db
K, A, P = StepKind, Addressed, PostKind


def report(people, title="关于购置设备的签报"):
    drafter = people["D07:officer"]
    home = drafter.appointments.get().post.unit
    return create_draft({"title": title, "body": "请批示。"}, unit=home, by=drafter, direction=Direction.INTERNAL)


def internal(*reviews) -> list:
    return [*reviews, step(8, K.INSTRUCT, post=P.LEADER), step(9, K.COMPLETE, A.DRAFTER, "")]


def test_a_save_is_a_version_with_one_event_and_says_what_changed(people, units):
    """Shows: F-02"""
    first = route_of(units["D07"])
    events = AuditEvent.objects.count()
    second = saved([step(1, K.CHECK, post=P.REVIEWER, limit_value=2), *after_signing(2)], people, units["D07"])
    assert (second.version, second.line, second.saved_by) == (2, first.line, people["D07:clerk"])
    first.refresh_from_db()
    assert first.superseded_at is not None and first.steps.count() == 8
    event = AuditEvent.objects.order_by("pk").last()
    assert AuditEvent.objects.count() == events + 1
    assert (event.verb, event.object_type, event.object_uid, event.before, event.after) == (
        "save_route", "route", second.uid, "第1版", "第2版",
    )  # fmt: skip
    assert event.detail["changes"] == second.changes
    assert any(
        one.startswith("改：第1步核稿 区信息委 核稿人 → 第1步核稿 区信息委 核稿人，限2个工作日")
        for one in second.changes
    )
    assert any("第2步会签 各会签单位领导" in one for one in second.changes)


def test_an_unchanged_route_makes_no_version(people, units):
    first = route_of(units["D07"])
    same = saved(steps_of(first), people, units["D07"], name=first.name)
    assert same == first and Route.objects.filter(line=first.line).count() == 1


def test_of_two_clerks_who_save_the_second_is_told(people, units):
    first = route_of(units["D07"])
    saved([step(1, K.CHECK, post=P.REVIEWER), *after_signing(2)], people, units["D07"])
    with pytest.raises(Stale, match="已由区信息委文书改为第2版"):
        saved(after_signing(1), people, units["D07"], of=first)
    assert in_force(units["D07"], Direction.OUTGOING)[0].version == 2


def test_only_the_units_own_clerk_saves(people, units):
    typed = Typed("路线", True, "", "", after_signing(1))
    for who in ("D09:clerk", "D07:leader", "D07:officer"):
        with pytest.raises(Refused, match="没有维护区信息委流转路线的权限"):
            route_editing.save(typed, by=people[who], unit=units["D07"], direction=Direction.OUTGOING)
    assert Route.objects.filter(unit=units["D07"]).count() == 3


def test_all_that_is_impossible_is_named_at_once_and_nothing_is_saved(people, units):
    stranger = people["D09:reviewer"]
    steps = [
        step(1, K.CHECK, A.PERSON, P.REVIEWER, person=stranger),
        step(2, K.REVIEW, A.DRAFTER, ""),
        step(3, K.APPROVE, post=P.OFFICER),
        step(3, K.NUMBER, post=P.CLERK),
        step(4, K.DISPATCH, post=P.CLERK, limit_value=300),
        step(5, K.COMPLETE, post=P.CLERK, urgent_hours=5, extra_urgent_hours=9),
    ]
    count = AuditEvent.objects.count()
    with pytest.raises(Impossible) as refusal:
        saved(steps, people, units["D07"])
    told = {(one.line, one.field): one.message for one in refusal.value.findings}
    assert "区民政局核稿人不在区信息委任职" in told[1, "who"]
    assert "不能由拟稿人本人办理" in told[2, "who"]
    assert "只能由领导办理" in told[3, "who"]
    assert "不能与其他环节并行" in told[3, "beside"] and "不能与其他环节并行" in told[4, "beside"]
    assert "应为1至250工作日" in told[5, "limit"]
    assert "特急时限不应长于加急时限" in told[6, "extra"]
    missing = [one.message for one in refusal.value.findings if one.line == 0]
    assert missing == ["缺少“校对”环节。", "缺少“用印”环节。"]
    assert AuditEvent.objects.count() == count and route_of(units["D07"]).version == 1


def test_an_administrator_is_asked_for_nothing(people, units):
    steps = [step(1, K.CHECK, A.PERSON, P.REVIEWER, person=people["D07:sysadmin"]), *after_signing(2)]
    with pytest.raises(Impossible, match="区信息委系统管理员不在区信息委任职"):
        saved(steps, people, units["D07"])


def test_a_condition_under_which_a_step_is_missing_is_named(people, units):
    steps = after_signing(1)
    steps[0].when = When.PRESSING
    with pytest.raises(Impossible, match="一般公文：缺少“签发”环节"):
        saved(steps, people, units["D07"])
    other = step(1, K.APPROVE, post=P.LEADER, when=When.NORMAL, flow=RoutingDirection.DOWN)
    with pytest.raises(Impossible, match="一般的上行文、平行文、公布文：缺少“签发”环节"):
        saved([other, *steps], people, units["D07"])


def test_a_step_that_no_document_of_the_route_reaches_is_refused(people, units):
    steps = [step(1, K.REVIEW, post=P.LEADER, when=When.NORMAL), *after_signing(2)]
    with pytest.raises(Impossible, match="第1步“部门审核”的条件与路线的条件不能同时成立"):
        saved(steps, people, units["D07"], default=False, name="特急路线", when=When.EXTRA_URGENT)


def test_there_is_always_one_default_without_a_condition(people, units):
    clerk, unit = people["D07:clerk"], units["D07"]
    first = route_of(unit)
    with pytest.raises(Impossible, match="默认路线不能限定条件"):
        saved(after_signing(1), people, unit, flow=RoutingDirection.UP)
    with pytest.raises(Impossible, match="每个方向须有一条默认路线"):
        saved(after_signing(1), people, unit, of=first, default=False)
    with pytest.raises(Refused, match="默认路线不能停用"):
        route_editing.retire(first, by=clerk)
    other = saved(after_signing(1), people, unit, default=False, name="简易发文")
    with pytest.raises(Impossible, match="已有发文路线“简易发文”"):
        saved(after_signing(1), people, unit, default=False, name="简易发文")
    route_editing.make_default(other, by=clerk)
    assert route_of(unit) == other
    route_editing.retire(first, by=clerk)
    assert in_force(unit, Direction.OUTGOING) == [other]
    with pytest.raises(Stale):
        route_editing.retire(first, by=clerk)
    again = saved(after_signing(1), people, unit, of=first, default=False, name=first.name)
    assert (again.version, again.line) == (2, first.line)  # put to use anew


def test_a_route_is_chosen_by_condition_else_by_the_drafter(people, units):
    unit = units["D07"]
    saved(after_signing(1), people, unit, default=False, name="简易发文")
    upward = saved(
        [step(1, K.REVIEW, post=P.LEADER), *after_signing(2)], people, unit, default=False, name="上行文", flow="up"
    )

    def names(urgency, flow):
        return [one.name for one in fitting(in_force(unit, "outgoing"), urgency, flow, "")]

    assert names("", "up") == ["上行文"]
    assert names("urgent", "down") == ["默认发文路线", "简易发文"]
    document = draft(people, routing_direction="up")
    take(document, "submit", people["D07:officer"])
    run = RouteRun.objects.get(document=document)
    assert run.route == upward and waiting(document) == {("review", "D07", "leader")}
    with pytest.raises(Refused, match="已被文书修改或停用"):
        take(draft(people), "submit", people["D07:officer"], route=str(upward.uid))
    simple = draft(people)
    take(simple, "submit", people["D07:officer"], route=str(unit.routes.get(name="简易发文").uid))
    assert waiting(simple) == {("approve", "D07", "leader")}


def test_fifty_documents_end_by_their_own_version(people, units):
    unit = units["D07"]
    saved(internal(step(1, K.CHECK, post=P.REVIEWER)), people, unit, direction=Direction.INTERNAL, name="签报路线")
    before = [take(report(people, f"关于第{n}项经费的签报"), "submit", people["D07:officer"]) for n in range(50)]
    for document in before[::3]:
        take(document, "check", people["D07:reviewer"])
    saved(
        internal(step(1, K.REVIEW, post=P.LEADER), step(2, K.CHECK, post=P.CLERK)), people, unit,
        direction=Direction.INTERNAL, name="签报路线",
    )  # fmt: skip
    later = take(report(people), "submit", people["D07:officer"])
    for document in (*before, later):
        carried_on(document, not_to_file="NF-2")
        document.refresh_from_db()
        assert document.state == State.COMPLETED
    versions = RouteRun.objects.filter(document__in=before).values_list("route__version", flat=True)
    assert set(versions) == {2} and RouteRun.objects.get(document=later).route.version == 3
    assert {tuple(kinds_gone(one)) for one in before} == {("check", "instruct", "complete")}
    assert kinds_gone(later) == ["review", "check", "instruct", "complete"]


def test_countersigning_goes_across_units(people, units):
    """A fixed step of another unit beside the countersigners that the draft names; each in its own unit's list."""
    beside = step(1, K.COUNTERSIGN, post=P.LEADER, unit=units["D15"])
    saved([beside, step(1, K.COUNTERSIGN, A.COUNTERSIGNERS, P.LEADER), *after_signing(2)], people, units["D07"])
    document = draft(people)
    document.countersigners.create(unit=units["D09"])
    take(document, "submit", people["D07:officer"])
    assert waiting(document) == {("countersign", "D15", "leader"), ("countersign", "D09", "leader")}
    take(document, "countersign", people["D15:leader"], note="同意。")
    take(document, "countersign", people["D09:leader"], note="同意。")
    assert waiting(document) == {("approve", "D07", "leader")}
    with pytest.raises(Impossible, match="只能由本单位办理"):
        steps = after_signing(1)
        steps[1].unit = units["D09"]
        saved(steps, people, units["D07"])


def named(people, key: str, kind: str, department: Department | None = None) -> User:
    """A further holder of a post of D07."""
    person = User.objects.create(username=key, name=f"人员{key}", joined_on=date(2020, 1, 1))
    post = Post.objects.get(unit__code="D07", kind=kind)
    actions.appoint(person, post, by=system_user(), department=department)
    return person


def test_persons_departments_and_the_drafters_choice(people, units):
    unit = units["D07"]
    office = Department.objects.get(unit=unit)
    first, second = named(people, "甲", P.REVIEWER, office), named(people, "乙", P.LEADER)
    steps = [
        step(1, K.REVIEW, A.DEPARTMENT, P.REVIEWER, department=office),
        step(1, K.REVIEW, A.PERSON, P.LEADER, person=second),
        step(2, K.CHECK, A.CHOICE, P.REVIEWER),
        *after_signing(3),
    ]
    saved(steps, people, unit)
    document = draft(people)
    with pytest.raises(Refused, match="请选择第2步“核稿”由谁办理"):
        take(document, "submit", people["D07:officer"])
    assert document.state == State.DRAFTING
    take(document, "submit", people["D07:officer"], people={3: people["D07:reviewer"]})
    assert waiting(document) == {("review", "D07", "人员甲"), ("review", "D07", "人员乙")}
    take(document, "review", first), take(document, "review", second)
    assert waiting(document) == {("check", "D07", "区信息委核稿人")}
    refused = draft(people)
    with pytest.raises(Refused, match="请选择第2步"):
        take(refused, "submit", people["D07:officer"], people={3: people["D09:reviewer"]})  # nobody of the list


def test_who_left_before_his_turn_leaves_the_step_to_his_post(people, units):
    second = named(people, "乙", P.LEADER)
    steps = [step(1, K.CHECK, post=P.REVIEWER), step(2, K.REVIEW, A.PERSON, P.LEADER, person=second), *after_signing(3)]
    saved(steps, people, units["D07"])
    document = take(draft(people), "submit", people["D07:officer"])
    held = Appointment.objects.get(user=second)
    actions.dismiss(held, by=system_user(), reason="调离")
    take(document, "check", people["D07:reviewer"])
    assert waiting(document) == {("review", "D07", "leader")}
    later = take(draft(people, title="关于另一事项的通知"), "submit", people["D07:officer"])
    take(later, "check", people["D07:reviewer"])
    assert waiting(later) == {("review", "D07", "leader")}
    with pytest.raises(Impossible, match="人员乙不在区信息委任职"):
        saved(steps_of(route_of(units["D07"])), people, units["D07"], name="改名")


FRIDAY = timezone.make_aware(datetime(2026, 11, 27, 17))


@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        (datetime(2026, 9, 30, 10), 2, LimitUnit.WORKING_DAYS, "2026-10-09 23:59"),  # across the national holiday
        (datetime(2026, 10, 9, 10), 1, LimitUnit.WORKING_DAYS, "2026-10-10 23:59"),  # a Saturday that is worked
        (datetime(2026, 11, 27, 17), 48, LimitUnit.HOURS, "2026-11-29 17:00"),  # across a weekend, days off too
        (datetime(2026, 11, 27, 17), None, LimitUnit.HOURS, None),
    ],
)
def test_limits_are_working_days_or_hours_of_the_clock(db, start, value, unit, due):
    found = due_after(timezone.make_aware(start), value, unit)
    assert (f"{timezone.localtime(found):%Y-%m-%d %H:%M}" if found else None) == due


def test_the_limit_is_that_of_the_urgency(people, units):
    steps = [
        step(1, K.CHECK, post=P.REVIEWER, limit_value=3, urgent_hours=24, extra_urgent_hours=4),
        step(2, K.REVIEW, post=P.LEADER, limit_value=1, urgent_hours=12),
        *after_signing(3),
    ]

    def subject(urgency):
        return Subject(units["D07"], Direction.OUTGOING, urgency, "down")

    dues = {
        urgency: [
            f"{timezone.localtime(one.due):%m-%d %H:%M}"
            for one in route_trial.try_out(steps, subject(urgency), start=FRIDAY)[:2]
        ]
        for urgency in Urgency.values
    }
    assert dues == {
        "": ["12-02 23:59", "12-03 23:59"],
        "urgent": ["11-28 17:00", "11-29 05:00"],
        "extra_urgent": ["11-27 21:00", "11-28 09:00"],  # without a limit of its own, that of 加急
    }


def test_on_a_day_off_an_urgent_step_is_told_to_whoever_is_on_duty(people, units):
    today = timezone.localdate()

    def day_off(off):
        CalendarVersion.objects.create(year=today.year, source="试", exceptions={today.isoformat(): not off})

    steps = [step(1, K.CHECK, post=P.REVIEWER, limit_value=2, urgent_hours=8), *after_signing(2)]
    saved(steps, people, units["D07"])
    day_off(True)
    document = take(draft(people, urgency="urgent"), "submit", people["D07:officer"])
    told = Task.objects.of(document).open().get(post__kind=P.CLERK)
    assert (told.label, told.kind) == ("值班转告", "read")
    assert told.remark.startswith("请转告区信息委 核稿人：核稿，限")
    assert told.due_at - told.opened_at < timedelta(hours=8, seconds=5)
    assert readers_of(document) == []  # a call is no circulation
    take(document, "check", people["D07:reviewer"])
    assert waiting(document) == {("approve", "D07", "leader")}  # the call is over with the step
    plain = take(draft(people, title="关于一般事项的通知"), "submit", people["D07:officer"])
    assert waiting(plain) == {("check", "D07", "reviewer")}
    day_off(False)
    working = take(draft(people, title="关于急事的通知", urgency="urgent"), "submit", people["D07:officer"])
    assert waiting(working) == {("check", "D07", "reviewer")}


def tried(steps, units, people, drafter="D07:officer", **fields):
    author = people[drafter]
    subject = Subject(
        units["D07"], Direction.OUTGOING, drafter=author, authors=frozenset({author.pk}), flow="down", **fields
    )
    return route_trial.try_out(steps, subject, start=FRIDAY)


def test_a_trial_names_the_vacant_the_dismissed_the_absent_and_who_would_check_himself(people, units):
    gone = named(people, "乙", P.LEADER)
    steps = [
        step(1, K.REVIEW, A.PERSON, P.LEADER, person=gone),
        step(2, K.CHECK, post=P.REVIEWER),
        step(3, K.COUNTERSIGN, A.COUNTERSIGNERS, P.LEADER),
        *after_signing(4),
    ]
    actions.dismiss(Appointment.objects.get(user=gone), by=system_user(), reason="调离")
    actions.dismiss(Appointment.objects.get(user=people["D07:seal_keeper"]), by=system_user(), reason="调离")
    actions.dismiss(Appointment.objects.get(user=people["D15:leader"]), by=system_user(), reason="调离")
    today = timezone.localdate()
    delegate(
        people["D07:leader"], people["D07:reviewer"], Post.objects.get(unit__code="D07", kind="leader"),
        by=people["D07:clerk"], starts_on=today, ends_on=today + timedelta(3), reason="出差",
    )  # fmt: skip
    found = {
        (str(one.planned.step), one.planned.unit.code): one
        for one in tried(steps, units, people, "D07:reviewer", countersigners=(units["D15"],))
    }
    assert found["部门审核", "D07"].notes[-1] == "人员乙已不在区信息委任职，改由区信息委领导办理。"
    assert "只有拟稿人本人（区信息委核稿人），不得核稿自己拟制的文稿" in found["核稿", "D07"].problems[0]
    assert found["会签", "D15"].problems == ["区卫生局领导岗位目前无人，到该环节后无人办理。"]
    assert found["用印", "D07"].problems == ["区信息委监印人岗位目前无人，到该环节后无人办理。"]
    assert found["签发", "D07"].problems == ["区信息委领导由拟稿人区信息委核稿人代理，代理人不得签发本人拟制的文稿。"]
    period = f"{today:%m-%d}至{today + timedelta(3):%m-%d}"
    assert found["签发", "D07"].notes == [f"区信息委领导{period}由区信息委核稿人代理"]


def test_a_trial_of_the_default_route_finds_nothing(people, units):
    for direction in Direction:
        steps = steps_of(route_of(units["D07"], direction))
        subject = Subject(units["D07"], direction, flow="down", drafter=people["D07:officer"])
        found = route_trial.try_out(steps, subject, start=FRIDAY)
        assert [one.problems + one.notes for one in found] == [[] for _ in found]


def test_incoming_documents_go_by_the_edited_route(people, units):
    unit = units["D09"]
    steps = steps_of(route_of(unit, Direction.INCOMING))
    steps[0].addressed, steps[0].limit_value = A.CHOICE, 1
    saved(steps, people, unit, direction=Direction.INCOMING, name="收文路线")
    named_ = Post.objects.get(unit=unit, kind=P.REVIEWER)
    other = User.objects.create(username="丙", name="人员丙", joined_on=date(2020, 1, 1))
    actions.appoint(other, named_, by=system_user())
    sent = brought_to("dispatch", people)
    delivery = sent.deliveries.unguarded("a test looks").get()
    take(delivery, "sign_for", people["D09:clerk"])
    with pytest.raises(Refused, match="请选择第1步“拟办”由谁办理"):
        take(delivery, "register", people["D09:clerk"], handling_kind="for_action")
    take(delivery, "register", people["D09:clerk"], handling_kind="for_action", people={1: other})
    assert waiting(delivery) == {("propose", "D09", "人员丙")}
    assert StepRun.objects.get(run__document=delivery, kind=K.PROPOSE).due_at is not None
