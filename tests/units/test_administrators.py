"""三员分立 by periods, dismissal by two of the three, never vacant, and the command that begins and repairs (B3)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.transfer.stock import browser
from units import administrators
from units import people as actions
from units.actions import ensure_posts, system_user
from units.administrators import ADMINISTRATION, propose_dismissal
from units.models import AdministratorChange, Appointment, AuditEvent, Delegation, Post, Unit, User
from units.roles import ADMINISTRATORS
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def by(people):
    return people["D07:secadmin"]


@pytest.fixture
def person(db):
    return User.objects.create(username="candidate", name="候选人", joined_on=date(2020, 1, 1))


def post(kind: str, code: str = "D07") -> Post:
    return Post.objects.select_related("unit", "group").get(unit__code=code, kind=kind)


def appointment(people, kind: str) -> Appointment:
    return Appointment.objects.select_related("user", "post__unit").get(user=people[f"D07:{kind}"])


@pytest.mark.parametrize("kind", ["secadmin", "auditor", "leader"])
def test_dates_from_tomorrow_do_not_get_round_the_separation(person, by, kind):
    """With dates from tomorrow one person got sysadmin, secadmin, auditor and leader.

    Shows: F-20, 16-17
    """
    tomorrow = TODAY + timedelta(1)
    actions.appoint(person, post("sysadmin"), by=by, starts_on=tomorrow)
    with pytest.raises(Refused, match=f"{tomorrow} 至 今.*三员分立"):
        actions.appoint(person, post(kind), by=by, starts_on=tomorrow)
    with pytest.raises(Refused, match="三员分立"):
        actions.appoint(person, post(kind), by=by, starts_on=TODAY)  # open end: meets tomorrow
    actions.appoint(person, post(kind), by=by, starts_on=TODAY, ends_on=TODAY)  # over before it begins


@pytest.mark.parametrize(
    ("first", "second", "meets"),
    [
        ((0, None), (5, 9), True),
        ((0, 5), (5, 9), True),
        ((0, 4), (5, 9), False),
        ((5, 9), (0, None), True),
        ((-300, -200), (-250, -220), True),
        ((-300, -200), (-199, None), False),
    ],
)
def test_the_database_refuses_overlapping_periods_too(person, units, first, second, meets):
    def put(kind, days):
        start, end = (None if one is None else TODAY + timedelta(one) for one in days)
        Appointment.objects.create(user=person, post=post(kind), starts_on=start, ends_on=end)

    put("auditor", first)
    assert Appointment.objects.get(user=person).is_administrator  # whatever the writer said
    if not meets:
        put("leader", second)
        return
    with pytest.raises(IntegrityError, match="no other post"), transaction.atomic():
        put("leader", second)
    with pytest.raises(Refused, match="三员分立"):
        actions.appoint(
            person,
            post("leader"),
            by=system_user(),
            **{
                name: TODAY + timedelta(one)
                for name, one in zip(("starts_on", "ends_on"), second, strict=True)
                if one is not None
            },
        )


def test_an_update_cannot_make_periods_meet(person, units):
    Appointment.objects.create(user=person, post=post("auditor"), starts_on=TODAY, ends_on=TODAY)
    later = Appointment.objects.create(user=person, post=post("leader"), starts_on=TODAY + timedelta(1))
    with pytest.raises(IntegrityError, match="no other post"), transaction.atomic():
        Appointment.objects.filter(pk=later.pk).update(starts_on=TODAY)


def test_the_databases_list_of_administrators_is_the_products(units):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind FROM units_post WHERE is_administrator_post(id)")
        assert {row[0] for row in cursor.fetchall()} == ADMINISTRATORS


def test_an_administrator_is_nobodys_deputy(people, units):
    with pytest.raises(IntegrityError, match="deputyships"), transaction.atomic():
        Delegation.objects.create(
            principal=people["D07:leader"], deputy=people["D07:auditor"], post=post("leader"), starts_on=TODAY,
            ends_on=TODAY, reason="出差", given_by=people["D07:leader"],
        )  # fmt: skip


def test_the_secadmin_alone_dismisses_no_administrator(people, by):
    """He dismissed all three alone, without a reason, and nobody could appoint any more."""
    for kind in ADMINISTRATORS:
        with pytest.raises(Refused, match="三员中的一人提请"):
            actions.dismiss(appointment(people, kind), by=by, reason="轮岗")
        page = browser(by).post(reverse("units:dismiss", args=[appointment(people, kind).pk]), {"reason": "轮岗"})
        assert page.status_code == 302 and page["Location"] == reverse("units:administrators")
    assert all(administrators.holders().values())


def test_two_of_the_three_dismiss_one(people, person, by):
    """Shows: 16-17"""
    actions.appoint(person, post("auditor"), by=by)
    change = propose_dismissal(appointment(people, "auditor"), by=people["D07:sysadmin"], reason="轮岗")
    assert appointment(people, "auditor").dismissed_at is None
    with pytest.raises(Refused, match="权限"):
        ADMINISTRATION.perform("confirm", change, by=people["D07:sysadmin"])  # the proposer is not the second one
    ADMINISTRATION.perform("confirm", change, by=by)
    assert appointment(people, "auditor").dismissed_at is not None
    assert change.state == "confirmed"
    events = list(AuditEvent.objects.filter(verb__in=("propose_dismissal", "dismiss", "confirm")).order_by("pk"))
    assert [(one.verb, one.post) for one in events] == [
        ("propose_dismissal", "系统管理员"), ("dismiss", "安全保密管理员"), ("confirm", "安全保密管理员"),
    ]  # fmt: skip
    assert "系统管理员提请" in events[1].opinion.replace("区信息委", "")


def test_two_holders_of_one_post_are_not_two_of_the_three(people, person, by):
    actions.appoint(person, post("secadmin"), by=by)
    change = propose_dismissal(appointment(people, "secadmin"), by=by, reason="离任")
    with pytest.raises(Refused, match="权限"):
        ADMINISTRATION.perform("confirm", change, by=person)
    ADMINISTRATION.perform("confirm", change, by=people["D07:auditor"])


@pytest.mark.parametrize("kind", sorted(ADMINISTRATORS))
def test_the_last_one_cannot_be_dismissed(people, kind):
    proposer = people["D07:auditor" if kind != "auditor" else "D07:sysadmin"]
    with pytest.raises(Refused, match="不能空缺"):
        propose_dismissal(appointment(people, kind), by=proposer, reason="轮岗")
    assert not AdministratorChange.objects.exists()


@pytest.mark.parametrize(("starts", "ends"), [(1, None), (0, 30)])
def test_a_successor_from_tomorrow_or_for_a_while_is_none(people, person, by, starts, ends):
    actions.appoint(
        person, post("auditor"), by=by, starts_on=TODAY + timedelta(starts),
        ends_on=None if ends is None else TODAY + timedelta(ends),
    )  # fmt: skip
    with pytest.raises(Refused, match="不能空缺"):
        propose_dismissal(appointment(people, "auditor"), by=by, reason="轮岗")


def test_the_successor_who_left_meanwhile_leaves_no_vacancy(people, person, by):
    """Both were proposed while the other was there: the second confirmation is refused."""
    successor = actions.appoint(person, post("auditor"), by=by)
    first = propose_dismissal(appointment(people, "auditor"), by=people["D07:sysadmin"], reason="轮岗")
    second = propose_dismissal(successor, by=people["D07:sysadmin"], reason="轮岗")
    ADMINISTRATION.perform("confirm", first, by=by)
    with pytest.raises(Refused, match="不能空缺"):
        ADMINISTRATION.perform("confirm", second, by=by)
    assert administrators.holders()["auditor"] == [successor]


def test_rejected_late_and_twice(people, person, by):
    actions.appoint(person, post("auditor"), by=by)
    held = appointment(people, "auditor")
    change = propose_dismissal(held, by=people["D07:sysadmin"], reason="轮岗")
    with pytest.raises(Refused, match="已经提请"):
        propose_dismissal(held, by=by, reason="轮岗")
    with pytest.raises(Refused, match="权限"):
        ADMINISTRATION.perform("reject", change, by=people["D07:auditor"], note="不同意")  # his own
    ADMINISTRATION.perform("reject", change, by=by, note="理由不足")
    late = propose_dismissal(held, by=people["D07:sysadmin"], reason="再次提请")
    AdministratorChange.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    late.refresh_from_db()
    with pytest.raises(Refused, match="逾期"):
        ADMINISTRATION.perform("confirm", late, by=by)
    assert administrators.expire_late() == 1
    late.refresh_from_db()
    assert late.state == "expired"
    assert propose_dismissal(held, by=by, reason="第三次").state == "proposed"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_proposal_needs_a_reason(people, by, reason):
    with pytest.raises(Refused, match="理由"):
        propose_dismissal(appointment(people, "auditor"), by=by, reason=reason)


@pytest.mark.parametrize("who", ["D07:leader", "D07:clerk", "D09:leader"])
def test_nobody_else_proposes(people, who):
    with pytest.raises(Refused, match="三员之一"):
        propose_dismissal(appointment(people, "auditor"), by=people[who], reason="轮岗")


def test_through_the_pages(people, person, by):
    actions.appoint(person, post("auditor"), by=by)
    first, second = browser(people["D07:sysadmin"]), browser(by)
    address = reverse("units:propose_dismissal", args=[appointment(people, "auditor").pk])
    assert first.post(address, {"reason": ""}).status_code == 422
    assert first.post(address, {"reason": "轮岗"}).status_code == 302
    change = AdministratorChange.objects.get()
    page = first.get(reverse("units:administrators")).content.decode()
    assert "否决" in page and "确认免职" not in page
    decide = reverse("units:decide_dismissal", args=[change.uid, "confirm"])
    assert first.post(decide).status_code == 404
    assert second.post(decide).status_code == 302
    assert appointment(people, "auditor").dismissed_at is not None


def run(*arguments) -> dict:
    out = StringIO()
    call_command("administrators", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def district(db):
    unit = Unit.objects.create(
        code="D07", name="长宁区信息化委员会", short_name="区信息委", document_prefix="长信", category="government"
    )
    ensure_posts([unit])
    return unit


THREE = (
    "--appoint", "sysadmin", "luo", "罗一", "--appoint", "secadmin", "tan", "谭一", "--appoint", "auditor", "yuan", "袁一",
)  # fmt: skip


def test_the_command_begins_a_district(district):
    told = run(*THREE, "--seat", "D07", "--operator", "李四", "--reason", "新建平台")
    assert told["holders"] == {"sysadmin": ["luo"], "secadmin": ["tan"], "auditor": ["yuan"]}
    assert set(told["passwords"]) == {"luo", "tan", "yuan"}
    assert User.objects.get(username="luo").check_password(told["passwords"]["luo"])
    assert User.objects.get(username="luo").must_change_password
    events = AuditEvent.objects.filter(verb="appoint")
    assert {(one.post, one.opinion) for one in events} == {("系统", "经办人：李四。新建平台")}


def test_the_command_repairs_a_vacancy_and_nothing_else(people, person):
    with pytest.raises(CommandError, match=r"现由.*三员"):
        run("--appoint", "auditor", person.username, "", "--operator", "李四", "--reason", "补缺")
    Appointment.objects.filter(user=people["D07:auditor"]).update(ends_on="2021-01-01")
    assert run()["holders"]["auditor"] == []
    told = run("--appoint", "auditor", person.username, "", "--operator", "李四", "--reason", "补缺")
    assert told["holders"]["auditor"] == ["candidate"] and told["passwords"] == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--operator", "", "--reason", "补缺"), "经办人"),
        (("--operator", "李四", "--reason", " "), "经办人"),
        (("--operator", "李四", "--reason", "补缺", "--seat", "X99"), "X99"),
        (("--operator", "李四", "--reason", "补缺"), "--seat"),
    ],
)
def test_the_command_says_what_is_missing(district, arguments, words):
    with pytest.raises(CommandError, match=words):
        run("--appoint", "auditor", "yuan", "袁一", *arguments)
    assert not Appointment.objects.exists() and not User.objects.filter(username="yuan").exists()


def test_the_command_keeps_the_three_apart(district):
    run(*THREE, "--seat", "D07", "--operator", "李四", "--reason", "新建平台")
    Appointment.objects.filter(user__username="yuan").update(
        ends_on=TODAY - timedelta(1), starts_on=TODAY - timedelta(9)
    )
    with pytest.raises(CommandError, match="三员分立"):
        run("--appoint", "auditor", "tan", "", "--operator", "李四", "--reason", "补缺")


def test_too_long_an_opinion_on_a_dismissal_is_refused_not_cut(people, by, person):
    actions.appoint(person, post("auditor"), by=by)
    change = propose_dismissal(appointment(people, "auditor"), by=people["D07:sysadmin"], reason="轮岗")
    address = reverse("units:decide_dismissal", args=[change.uid, "reject"])
    answer = browser(by).post(address, {"note": "不" * 201})
    assert answer.status_code == 422 and "最多 200 个字" in answer.content.decode()
    change.refresh_from_db()
    assert change.state == "proposed"
    assert browser(by).post(address, {"note": "不" * 200}).status_code == 302
