"""A form with files after its session ended, or with a dead token: refused unread, and what was typed comes back."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import PASSWORD
from tests.forms import send_form
from tests.made import brought_to, draft
from tests.units.test_form_drafts import autosave, inside, shown
from units import form_drafts

pytestmark = pytest.mark.django_db
WORDS = "会前请各单位核对数字，\n  第二行有两个空格；罕用字𠀀也在。" * 40


def _outside(people):
    return "D07:clerk", reverse("documents:register_outside"), "document:outside", {"body": WORDS}


def _attach(people):
    return "D07:officer", draft(people).get_absolute_url(), "document:attach", {"attach-title": "附件一"}


def _opinion(people):
    return (
        "D07:clerk",
        brought_to("submit", people).get_absolute_url(),
        "document:enter_opinion",
        {"enter_opinion-note": WORDS},
    )


def _seal(people):
    return "D07:seal_keeper", reverse("documents:seals"), "documents:seals", {"name": "区民政局印章（新）"}


def _import(people):
    return "D07:archivist", reverse("archive:import_backfile"), "records:import", {"differing": "correct"}


FORMS = [_outside, _attach, _opinion, _seal, _import]
FILE = {"scans": "scans", "file": "file", "proof": "proof", "imprint": "imprint", "catalogue": "catalogue"}


def opened(client, page: str, name: str) -> dict:
    """The hidden ticket of the form `name` as the page shows it."""
    found = re.findall(r'name="form_ticket"\s+value="([^"]+)"', shown(client.get(page)))
    tickets = [form_drafts.read(unescape(one)) for one in found]
    return {"form_ticket": next(one.signed() for one in tickets if one is not None and one.form == name)}


def where_it_stands(data: dict) -> str:
    """The page's address as the browser has it: a form on nothing yet puts its draft into it."""
    ticket = form_drafts.read(data["form_ticket"])
    return ticket.page if ticket.object_uid else ticket.address


def sign_in_again(client, address: str, person):
    following = parse_qs(urlsplit(address).query)["next"][0]
    data = {"username": person.username, "password": PASSWORD, "next": following}
    return send_form(client, reverse("units:sign_in"), data)


def comes_back(page, typed: dict) -> None:
    text = unescape(shown(page))
    for name, value in typed.items():
        is_there = value in text or re.search(rf'name="{name}"\s+value="{value}"[^>]*checked', text)
        assert is_there, name
    assert "文件须重新选择" in text


@pytest.mark.parametrize("make", FORMS, ids=lambda one: one.__name__[1:])
def test_an_ended_session_with_a_file_leads_back_to_the_same_form_with_every_character(people, make):
    who, page, name, typed = make(people)
    client = inside(people[who])
    data = opened(client, page, name) | typed
    assert autosave(client, data).status_code == 200
    Session.objects.all().delete()
    upload = SimpleUploadedFile("扫描件.png", b"\x89PNG")
    origin = f"http://testserver{where_it_stands(data)}"
    answer = client.post(page, data | dict.fromkeys(FILE, upload), headers={"referer": origin})
    assert answer.status_code == 403 and "登录已到期" in shown(answer) and "文件须重新选择" in shown(answer)
    link = unescape(re.search(r'class="button main" href="([^"]+)"', shown(answer))[1])
    back = sign_in_again(client, link, people[who])
    assert back.status_code == 302 and back["Location"] == where_it_stands(data)
    comes_back(client.get(back["Location"]), typed)


@pytest.mark.parametrize("make", FORMS, ids=lambda one: one.__name__[1:])
def test_the_script_leaves_the_files_and_the_sign_in_page_carries_the_rest(people, make):
    """drafts.js sends the form urlencoded once a saving found the session ended: a file is no more than its name."""
    who, page, name, typed = make(people)
    client = inside(people[who])
    data = opened(client, page, name) | typed | dict.fromkeys(FILE, "扫描件.png")
    Session.objects.all().delete()
    answer = send_form(client, page, data)
    assert answer.status_code == 401
    carried = {"username": people[who].username, "password": PASSWORD, "carried": answer.context["carried"]}
    back = send_form(client, reverse("units:sign_in"), carried)
    comes_back(client.get(back["Location"]), typed)


@pytest.mark.parametrize("make", FORMS, ids=lambda one: one.__name__[1:])
def test_a_dead_token_with_a_file_brings_the_same_form_back(people, make):
    who, page, name, typed = make(people)
    client = inside(people[who], enforce_csrf_checks=True)
    data = opened(client, page, name) | typed
    client.cookies["csrftoken"] = "x" * 32
    answer = client.post(
        page, data | {"csrfmiddlewaretoken": "y" * 64, "file": SimpleUploadedFile("a.png", b"\x89PNG")}
    )
    assert answer.status_code == 302
    comes_back(client.get(answer["Location"]), typed)


@pytest.mark.parametrize(
    "referer", ["https://elsewhere.example/x/", "", "http://testserver/sign-in/?next=/x/", "javascript:alert(1)"]
)
def test_only_a_page_of_ours_is_led_back_to(client, referer):
    answer = client.post("/documents/outside/", {"a": "b"}, headers={"referer": referer})
    assert answer.status_code == 403 and 'href="/sign-in/"' in shown(answer)


NOTHING_TYPED = {  # a file and no more
    "templates/archive/schedules/_load.html",
    "templates/documents/check_seal.html",
    "templates/documents/roster.html",
}


def test_every_form_with_files_carries_a_ticket():
    silent = set()
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        for form in re.findall(r"<form[^>]*multipart/form-data.*?</form>", path.read_text(), re.DOTALL):
            if "parts/ticket.html" not in form:
                silent.add(str(path.relative_to(settings.BASE_DIR)))
    assert silent == NOTHING_TYPED
