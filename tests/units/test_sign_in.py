"""Signing in: lock-out, limits of a session (domain 12.4), and the post a person acts in."""

import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD
from tests.forms import send_form
from units import people as actions
from units.middleware_keys import ACTING_KEY, IDLE_KEY, SINCE_KEY
from units.models import AuditEvent, Post

pytestmark = pytest.mark.django_db
WAITING = "/waiting/"


def sign_in(client, person, password=PASSWORD):
    return send_form(client, reverse("units:sign_in"), {"username": person.username, "password": password})


@pytest.fixture
def signed_in(client, people):
    assert sign_in(client, people["D07:clerk"]).status_code == 302
    return client


def put(client, **values) -> None:
    session = client.session
    session.update(values)
    session.save()


def test_five_failures_lock_for_a_quarter_of_an_hour(client, people):
    clerk = people["D07:clerk"]
    statuses = [sign_in(client, clerk, "falsch").status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 429]
    refused = sign_in(client, clerk)
    assert refused.status_code == 429 and "锁定十五分钟" in refused.content.decode()
    assert AuditEvent.objects.filter(verb="lock_out", succeeded=False).exists()
    assert sign_in(Client(), people["D07:leader"]).status_code == 302  # nobody else is locked
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(client, clerk).status_code == 302


def test_nobody_learns_whether_an_account_exists(client, people):
    known = sign_in(client, people["D07:clerk"], "falsch").content.decode()
    send_form(client, reverse("units:sign_in"), {"username": "niemand", "password": "falsch"})
    assert "用户名或密码不正确" in known
    assert "niemand" not in known


def test_idle_too_long(signed_in):
    put(signed_in, **{IDLE_KEY: int(time.time()) - settings.EGOV_IDLE_SECONDS + 30})
    assert signed_in.get(WAITING).status_code == 200
    put(signed_in, **{IDLE_KEY: int(time.time()) - settings.EGOV_IDLE_SECONDS - 1})
    gone = signed_in.get(WAITING)
    assert gone.status_code == 302 and gone["Location"].startswith(reverse("units:sign_in"))


def test_busy_but_signed_in_too_long(signed_in):
    """Each note of the last act saves the session anew: its cookie's age alone would never end."""
    put(signed_in, **{SINCE_KEY: int(time.time()) - settings.SESSION_COOKIE_AGE - 1})
    assert signed_in.get(WAITING).status_code == 302


def test_a_way_on_is_never_another_site(client, people):
    address = reverse("units:sign_in")
    data = {"username": people["D07:clerk"].username, "password": PASSWORD, "next": "https://example.org/"}
    assert send_form(client, address, data)["Location"] == WAITING


@pytest.fixture
def second_post(people, units):
    """The clerk of D07 also keeps D07's archive."""
    post = Post.objects.get(unit=units["D07"], kind="archivist")
    return actions.appoint(people["D07:clerk"], post, by=people["D07:secadmin"])


def test_acting_in_another_post(signed_in, people, second_post):
    assert signed_in.post(reverse("units:act_as"), {"appointment": second_post.pk}).status_code == 302
    assert signed_in.get(WAITING).wsgi_request.acting == second_post
    actions.dismiss(second_post, by=people["D07:secadmin"], reason="轮岗")
    left = signed_in.get(WAITING).wsgi_request.acting
    assert left.post.kind == "clerk"  # the post is gone, the person goes on in the other one


@pytest.mark.parametrize("chosen", ["", "0", "abc", "\x00", "foreign"])
def test_a_post_that_is_not_ones_own(signed_in, people, chosen):
    if chosen == "foreign":
        chosen = people["D09:leader"].appointments.get().pk
    assert signed_in.post(reverse("units:act_as"), {"appointment": chosen}).status_code == 404
    assert ACTING_KEY not in signed_in.session
