"""What is too large gets its page with 413, whatever it is and whoever sends it; a portal visitor gets his own 404."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.models import Attachment
from tests.made import draft

pytestmark = pytest.mark.django_db
MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def visitor(people):
    """As a browser: the token is really looked at."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(people["D07:officer"], backend=MODEL)
    client.get(reverse("documents:draft"))
    return client


def test_a_file_above_the_limit(visitor, people, settings):
    settings.EGOV_UPLOAD_BYTES = 1000
    document = draft(people)
    address = reverse("documents:side_act", args=[document.uid, "attach"])
    token = visitor.cookies["csrftoken"].value
    for size, status in ((1_000_000, 302), (1_100_000, 413)):
        file = SimpleUploadedFile("附件.txt", b"a" * size, "text/plain")
        answer = visitor.post(address, {"attach-file": file, "csrfmiddlewaretoken": token})
        assert answer.status_code == status
    assert "文件过大" in answer.content.decode() and "100 MB" in answer.content.decode()
    assert Attachment.objects.count() == 1


def test_a_form_above_the_limit(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    token = visitor.cookies["csrftoken"].value
    answer = visitor.post(reverse("documents:draft"), {"title": "长" * 10_000, "csrfmiddlewaretoken": token})
    assert answer.status_code == 413 and "文件过大" in answer.content.decode()


def test_too_many_fields(visitor):
    answer = visitor.post(reverse("documents:draft"), {f"a{number}": "1" for number in range(1100)})
    assert answer.status_code == 413


def test_a_whole_back_file_may_be_larger(visitor, settings):
    settings.EGOV_UPLOAD_BYTES = 1000
    answer = visitor.post(reverse("archive:import_backfile"), {"files": SimpleUploadedFile("a.zip", b"a" * 1_100_000)})
    assert answer.status_code == 403  # no token: it was read, not refused for its size


@pytest.mark.parametrize(("path", "home"), [("/portal/nichts/", 'href="/portal/"'), ("/nichts/", 'href="/"')])
def test_not_found_leads_home(client, db, path, home):
    answer = client.get(path)
    assert answer.status_code == 404 and home in answer.content.decode()
