"""Lock-out by account and by address, wrong old passwords, the initial password (issue 10, B9; domain 12.4)."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD
from tests.forms import send_form
from units.models import AuditEvent, User

pytestmark = pytest.mark.django_db
NEW = "Wanfang-7731-hang"


def sign_in(username, password=PASSWORD, *, address="10.1.1.1", agent="", **extra) -> int:
    data = {"username": username, "password": password}
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent, **extra)
    return send_form(client, reverse("units:sign_in"), data).status_code


def test_an_account_is_locked_whatever_the_addresses(people):
    """Shows: S-03, F-03"""
    name = people["D07:clerk"].username
    statuses = [sign_in(name, "falsch", address=f"10.1.1.{number}", agent=str(number)) for number in range(1, 6)]
    assert statuses == [422, 422, 422, 422, 429]
    assert sign_in(name, address="10.2.2.2") == 429
    assert sign_in(people["D07:leader"].username, address="10.1.1.1") == 302  # nobody else is


def test_an_address_is_locked_whatever_the_accounts(people, settings):
    settings.EGOV_ADDRESS_FAILURES = 8
    statuses = [sign_in(f"niemand{number}", "falsch") for number in range(8)]
    assert statuses == [422] * 7 + [429]
    assert sign_in(people["D07:leader"].username) == 429
    assert sign_in(people["D07:leader"].username, address="10.1.1.2") == 302


def test_an_office_behind_one_address_is_not_locked_by_mistypings(people, settings):
    """What an account failed before it signed in rightly does not count against the address."""
    settings.EGOV_ADDRESS_FAILURES = 8
    for kind in ("clerk", "leader", "officer", "reviewer", "archivist"):
        name = people[f"D07:{kind}"].username
        assert [sign_in(name, "falsch"), sign_in(name, "falsch"), sign_in(name)] == [422, 422, 302]


def test_one_good_sign_in_does_not_clear_the_address_for_a_sprayer(people, settings):
    settings.EGOV_ADDRESS_FAILURES = 8
    for number in range(7):
        sign_in(f"niemand{number}", "falsch")
    assert sign_in(people["D07:officer"].username) == 302
    assert sign_in("niemand9", "falsch") == 429


def test_a_locked_account_is_free_after_a_quarter_of_an_hour_whoever_hammers_it(people):
    name = people["D07:clerk"].username
    for _ in range(5):
        sign_in(name, "falsch")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert sign_in(name, "falsch") == 429  # does not begin the quarter of an hour anew
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(name) == 302


def test_behind_a_proxy_the_lockout_does_not_lock_everybody(people, settings):
    settings.EGOV_TRUSTED_PROXIES = ("10.0.0.1",)
    settings.EGOV_ADDRESS_FAILURES = 5
    for number in range(5):
        sign_in(f"niemand{number}", "falsch", address="10.0.0.1", HTTP_X_FORWARDED_FOR="10.9.9.9")
    clerk = people["D07:clerk"].username
    assert sign_in(clerk, address="10.0.0.1", HTTP_X_FORWARDED_FOR="10.9.9.9") == 429
    assert sign_in(clerk, address="10.0.0.1", HTTP_X_FORWARDED_FOR="10.9.9.8") == 302
    event = AuditEvent.objects.get(verb="sign_in")
    assert event.address == "10.9.9.8"
    assert set(AuditEvent.objects.filter(verb="sign_in_failed").values_list("address", flat=True)) == {"10.9.9.9"}


@pytest.fixture
def pages(people):
    client = Client(REMOTE_ADDR="10.1.1.1")
    send_form(client, reverse("units:sign_in"), {"username": people["D07:clerk"].username, "password": PASSWORD})
    return client


def change(pages, old, new=NEW):
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return pages.post(reverse("units:password"), data)


def test_wrong_old_passwords_lock_the_account_and_end_the_session(people, pages):
    """25 wrong old passwords on the change page did nothing."""
    assert [change(pages, "falsch").status_code for _ in range(5)] == [422, 422, 422, 422, 429]
    assert pages.get("/waiting/").status_code == 302
    assert sign_in(people["D07:clerk"].username, address="10.5.5.5") == 429
    assert AuditEvent.objects.filter(verb="old_password_wrong").count() == 5
    attempt = AccessAttempt.objects.get()
    assert "falsch" not in attempt.post_data and NEW not in attempt.post_data


def test_a_right_old_password_changes_it(people, pages):
    assert change(pages, "falsch").status_code == 422
    same = change(pages, PASSWORD, PASSWORD)
    assert same.status_code == 422 and "不能与原密码相同" in same.content.decode()
    assert change(pages, PASSWORD).status_code == 302
    assert User.objects.get(pk=people["D07:clerk"].pk).check_password(NEW)


def test_an_initial_password_must_be_changed_before_anything_else(people):
    clerk = people["D07:clerk"]
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    pages = Client()
    send_form(pages, reverse("units:sign_in"), {"username": clerk.username, "password": PASSWORD})
    change_page = reverse("units:password")
    for route in ("documents:waiting", "archive:filed", "archive:export", "units:jobs", "home"):
        answer = pages.get(reverse(route))
        assert (answer.status_code, answer["Location"]) == (302, change_page), route
    before = AuditEvent.objects.count()
    assert pages.post(reverse("documents:draft"), {"title": "x"})["Location"] == change_page
    assert AuditEvent.objects.count() == before
    assert "这是初始密码" in pages.get(change_page).content.decode()
    assert change(pages, PASSWORD).status_code == 302
    assert pages.get("/waiting/").status_code == 200


def test_a_new_account_has_an_initial_password(people):
    pages = Client()
    pages.force_login(people["D07:sysadmin"], backend="django.contrib.auth.backends.ModelBackend")
    data = {"username": "wangxin", "name": "王欣", "password": NEW}
    assert pages.post(reverse("units:create_person"), data).status_code == 302
    assert User.objects.get(username="wangxin").must_change_password
