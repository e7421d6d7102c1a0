"""Private pages stay private, and nothing of a stranger is read that need not be (issue 10, B10)."""

import io
import time

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from tests.forms import send_form
from tests.made import brought_to
from tests.transfer.stock import browser
from units.middleware_keys import IDLE_KEY

pytestmark = pytest.mark.django_db
PRIVATE = "private, no-store"
IMPORT = "/records/import/"


def test_every_answer_to_a_signed_in_person_is_private(people):
    document = brought_to("dispatch", people)
    pages = browser(people["D07:clerk"])
    for address in (
        "/waiting/", document.get_absolute_url(), reverse("documents:page_pdf", args=[document.uid]),
        reverse("documents:sheet_pdf", args=[document.uid]), reverse("archive:export") + "?q=通知", "/nowhere/",
        reverse("archive:backfile_template"), reverse("units:password"),
    ):  # fmt: skip
        assert pages.get(address)["Cache-Control"] == PRIVATE, address
    assert pages.post(reverse("units:act_as"))["Cache-Control"] == PRIVATE


def test_sign_in_pages_are_private(client):
    assert client.get(reverse("units:sign_in"))["Cache-Control"] == PRIVATE
    assert client.get("/waiting/")["Cache-Control"] == PRIVATE
    wrong = send_form(client, reverse("units:sign_in"), {"username": "x", "password": "y"})
    assert wrong["Cache-Control"] == PRIVATE


def test_the_portal_may_be_kept(client, people):
    assert "no-store" not in client.get(reverse("portal:home")).headers.get("Cache-Control", "")


class Body(io.BytesIO):
    """A request's body that notices being read."""

    was_read = False

    def read(self, *arguments):
        Body.was_read = True
        return super().read(*arguments)


def send(client, address, *, kind="multipart/form-data; boundary=x", length=2_000_000_000):
    Body.was_read = False
    # the length is what the visitor says: 2 GB need not be sent to see whether they would be read
    extra = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(length), "wsgi.input": Body(b"x" * 100)}
    answer = client.generic("POST", address, b"", kind, **extra)
    return answer.status_code, Body.was_read


@pytest.mark.parametrize("address", [IMPORT, "/sign-in/", "/portal/", "/nowhere/", "/documents/draft/"])
def test_anonymous_multipart_is_refused_unread(client, address):
    """2 GB to the import address were parsed before anybody asked who sent them."""
    assert send(client, address) == (403, False)
    assert send(client, address, length=100) == (403, False)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/octet-stream", ""])
def test_a_large_anonymous_body_is_refused_unread(client, kind):
    assert send(client, "/sign-in/", kind=kind, length=2_500_001) == (413, False)


@pytest.mark.parametrize("session", ["nonsense", "a" * 32])
def test_a_session_that_is_none_counts_as_anonymous(client, session):
    client.cookies[site.SESSION_COOKIE_NAME] = session
    assert send(client, IMPORT) == (403, False)


def test_an_idle_session_counts_as_anonymous(people):
    pages = browser(people["D07:archivist"])
    session = pages.session
    session[IDLE_KEY] = int(time.time()) - site.EGOV_IDLE_SECONDS - 1
    session.save()
    assert send(pages, IMPORT) == (403, False)


def test_an_ordinary_sign_in_is_read(people):
    assert send_form(Client(), "/sign-in/", {"username": "x"}).status_code == 422
