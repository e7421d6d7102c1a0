"""Accounts by the system administrator, appointments by the security administrator, each at once and with one event."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.transfer.stock import browser
from units import people as actions
from units.models import Appointment, AuditEvent, Post, User
from units.workflow import Refused

pytestmark = pytest.mark.django_db
PERSON = {"username": "wangxin", "name": "王欣", "phone": "", "password": "Wanfang-7731-hang"}


@pytest.fixture
def by(people):
    return people["D07:secadmin"]


@pytest.fixture
def newcomer(people):
    person = actions.create_person(**PERSON, joined_on=date(2020, 1, 1), by=people["D07:sysadmin"])
    User.objects.filter(pk=person.pk).update(must_change_password=False)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def post(units):
    return Post.objects.get(unit=units["D07"], kind="archivist")


def may_file(person) -> bool:
    return browser(person).get(reverse("transfer:create")).status_code == 200


def test_appointed_and_dismissed(newcomer, post, by):
    assert not may_file(newcomer)
    appointment = actions.appoint(newcomer, post, by=by)
    assert may_file(newcomer)
    actions.dismiss(appointment, by=by, reason="轮岗")
    assert not may_file(newcomer) and not newcomer.groups.exists()
    events = AuditEvent.objects.filter(verb__in=("create_person", "appoint", "dismiss")).order_by("pk")
    assert [(one.verb, one.opinion) for one in events] == [("create_person", ""), ("appoint", ""), ("dismiss", "轮岗")]
    with pytest.raises(Refused, match="免去，不必再办"):
        actions.dismiss(appointment, by=by, reason="轮岗")


@pytest.mark.parametrize(("starts", "ends", "may"), [(1, None, False), (-9, -1, False), (-9, 0, True), (0, 5, True)])
def test_from_the_first_day_to_the_last(newcomer, post, by, starts, ends, may):
    today = timezone.localdate()
    actions.appoint(
        newcomer,
        post,
        by=by,
        starts_on=today + timedelta(starts),
        ends_on=None if ends is None else today + timedelta(ends),
    )
    assert may_file(newcomer) is may


def test_administrators_hold_one_post(newcomer, post, people, by):
    actions.appoint(newcomer, post, by=by)
    administrators = Post.objects.filter(kind__in=("sysadmin", "secadmin", "auditor"))
    assert administrators.count() == 3
    for one in administrators:
        with pytest.raises(Refused, match="三员分立"):
            actions.appoint(newcomer, one, by=by)
    with pytest.raises(Refused, match="三员分立"):
        actions.appoint(people["D07:sysadmin"], post, by=by)
    assert Appointment.objects.filter(user=newcomer).count() == 1


def test_the_same_post_once(newcomer, post, by):
    actions.appoint(newcomer, post, by=by)
    with pytest.raises(Refused, match="已任"):
        actions.appoint(newcomer, post, by=by)


@pytest.mark.parametrize("who", ["D07:sysadmin", "D07:leader", "D07:auditor"])
def test_nobody_else_appoints(newcomer, post, people, who):
    with pytest.raises(Refused, match="权限"):
        actions.appoint(newcomer, post, by=people[who])
    assert not Appointment.objects.filter(user=newcomer).exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "1234567890"}, "密码"),
        ({"password": "short"}, "密码"),
        ({"password": "wangxin123"}, "密码"),
        ({"username": "d07-clerk"}, "已被使用"),
        ({"username": "王 欣"}, "只能用字母"),
        ({"name": ""}, "请填写姓名"),
    ],
)
def test_a_faulty_account_is_not_made(people, change, words):
    before = User.objects.count(), AuditEvent.objects.count()
    answer = browser(people["D07:sysadmin"]).post(reverse("units:create_person"), PERSON | change)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert (User.objects.count(), AuditEvent.objects.count()) == before


def test_through_the_pages(people, units, post, by):
    assert browser(people["D07:sysadmin"]).post(reverse("units:create_person"), PERSON).status_code == 302
    person = User.objects.get(username="wangxin")
    pages, address = browser(by), reverse("units:appoint", args=[units["D07"].uid])
    today = timezone.localdate()
    wrong = pages.post(address, {"person": person.pk, "post": post.pk, "starts_on": today, "ends_on": "2001-01-01"})
    assert wrong.status_code == 422 and "止日不能早于起日" in wrong.content.decode()
    assert pages.post(address, {"person": person.pk, "post": post.pk, "starts_on": today}).status_code == 302
    appointment = Appointment.objects.get(user=person)
    page = reverse("units:dismiss", args=[appointment.pk])
    assert "没有未办事项" in pages.get(page).content.decode()
    unexplained = pages.post(page, {"reason": " "})
    assert unexplained.status_code == 422 and "请填写理由" in unexplained.content.decode()
    assert pages.post(page, {"reason": "轮岗"}).status_code == 302
    assert pages.post(page, {"reason": "再次"}).status_code == 409
    appointment.refresh_from_db()
    assert appointment.dismissed_at is not None


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_dismissal_without_a_reason_is_refused(newcomer, post, by, reason):
    appointment = actions.appoint(newcomer, post, by=by)
    with pytest.raises(Refused, match="理由"):
        actions.dismiss(appointment, by=by, reason=reason)
    assert Appointment.objects.get(pk=appointment.pk).dismissed_at is None


@pytest.mark.parametrize(
    ("starts", "ends", "field", "words"),
    [
        ("1900-01-01", "", "starts_on", "入职日期 2020-01-01"),
        ("2019-12-31", "", "starts_on", "入职日期 2020-01-01"),
        ("2020-05-01", "2020-04-30", "ends_on", "止日不能早于起日"),
        ("2020-03-31", "", "starts_on", "启用日期 2020-04-01"),
        ("2020-05-01", "2099-01-01", "ends_on", "停用日期 2098-12-31"),
        ("2099-05-01", "", "starts_on", "停用"),
    ],
)
def test_no_appointment_before_person_or_unit_exists(newcomer, units, post, by, starts, ends, field, words):
    """1900-01-01 was accepted."""
    units["D07"].valid_from, units["D07"].valid_to = date(2020, 4, 1), date(2098, 12, 31)
    units["D07"].save()
    address = reverse("units:appoint", args=[units["D07"].uid])
    data = {"person": newcomer.pk, "post": post.pk, "starts_on": starts, "ends_on": ends}
    answer = browser(by).post(address, data)
    assert answer.status_code == 422
    assert any(words in one for one in answer.context["appoint_form"].errors[field])
    post = Post.objects.select_related("unit").get(pk=post.pk)
    days = [date.fromisoformat(one) if one else None for one in (starts, ends)]
    with pytest.raises(Refused, match=words):
        actions.appoint(newcomer, post, by=by, starts_on=days[0], ends_on=days[1])
    assert not Appointment.objects.filter(user=newcomer).exists()


def test_nobody_appoints_himself(people, by, units):
    with pytest.raises(Refused, match="不能任命本人"):
        actions.appoint(by, Post.objects.get(unit=units["D07"], kind="officer"), by=by)


@pytest.mark.parametrize("day", ["1949-09-30", "2999-01-01"])
def test_an_account_of_an_impossible_day_is_not_made(people, day):
    data = PERSON | {"joined_on": day}
    answer = browser(people["D07:sysadmin"]).post(reverse("units:create_person"), data)
    assert answer.status_code == 422 and "1949-10-01" in answer.content.decode()
    assert not User.objects.filter(username=PERSON["username"]).exists()
