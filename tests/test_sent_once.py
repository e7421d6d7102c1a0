"""One form sent twice is done once: every form of every page of the product, filled with what its fields ask for.

Pages are those of tests/visits.py. A form that is done (a redirect) is sent a second time as it was: nothing is
written, and the person is led to where the first one went.
"""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from lxml import html

from archive.models import Record, UseRequest
from tests.forms import send_form
from tests.routes import all_routes
from tests.scenarios.test_concurrency import at_once
from tests.transfer.stock import browser
from tests.visiting import Browsers
from tests.visits import VISITS
from tests.worlds import build
from units import form_drafts, sent_once
from units.models import DoneForm

SELF = {"units:sign_out", "units:act_as", "units:large_type", "documents:draft", "documents:register_outside"}
# what a second sending may write: that the person was here, and that the form was done
BESIDE = {"units_doneform", "units_formdraft", "django_session", "units_accesslog_default"}
# forms that make something new and are filled by their fields alone
MAKE = {
    "archive:appoint_member", "archive:checks", "archive:description", "archive:enter", "archive:holds",
    "archive:paper_alone", "archive:send_back", "archive:single_sets", "archive:uses", "documents:link",
    "documents:outside_bodies", "documents:patterns", "documents:roster", "documents:side_act", "oversight:go_live",
    "oversight:urge", "transfer:check_medium", "transfer:draft_migration", "transfer:other_accessions",
    "transfer:publish_plan", "units:create_person", "units:unit_groups",
}  # fmt: skip
WORDS = {"time": "10:00", "month": "2026-10", "email": "a@b.cn", "number": "1"}
NAMED = {  # what a field of this name takes, or fields that are left empty
    "years": "1986—1992",
    "year": "2016", "first_year": "2015", "last_year": "2016", "phone": "62510000", "username": "zhangsan",
    "class_code": "BGS", "page_count": "3", "password": "Chang-ning-2026", "late_reason": "", "late_found_on": "",
    "late_approved_by": "", "signed_by": "", "review_on": "", "doc_types": "", "legacy_code": "", "ends_on": "",
    "until": "", "part": "office",
    "name": "档案安全应急处置预案", "date": f"{timezone.localdate():%Y-%m-%d}", "others": "", "number": "",
}  # fmt: skip


def filled(form, code: str) -> dict:
    """What a person would send: each field as it stands, an empty one with something of its kind; `code` is a 档号."""
    found = {name: value for name, value in form.form_values() if value.strip()}
    for one in form.inputs:
        name = (one.name or "").rpartition("-")[2]
        if not name or found.get(one.name) or one.get("type") in ("file", "hidden", "submit"):
            continue
        if one.tag == "select":
            offered = [value for value in one.value_options if value]
            wanted = NAMED.get(name, "*")
            chosen = wanted if wanted in ("", *offered) else next(iter(offered), "")
            found |= dict.fromkeys([one.name], chosen)
        elif one.get("type") in ("checkbox", "radio"):
            found.setdefault(one.name, one.get("value") or "on")
        elif name in ("codes", "code"):
            found[one.name] = code
        else:
            dated = NAMED["date"] if one.get("type") == "date" else WORDS.get(one.get("type", ""), "某项工作")
            found[one.name] = NAMED.get(name, dated)
    for one in form.xpath(".//button[@name]")[:1]:
        found[one.get("name")] = one.get("value") or ""
    return found


def forms_of(client, address: str, code: str):
    """(route, address, fields) of every form of a page that is posted."""
    answer = client.get(address)
    if answer.streaming or "html" not in answer["Content-Type"] or not answer.content:
        return
    for form in html.fromstring(answer.content).forms:
        if (form.method or "").lower() != "post":
            continue
        to = urljoin(address, form.action or "")
        try:
            route = resolve(to.partition("?")[0]).view_name
        except Resolver404:
            continue
        if route not in SELF:
            yield route, to, filled(form, code)


def counted() -> dict[str, int]:
    tables = [name for name in connection.introspection.table_names() if name not in BESIDE]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables))
        return dict(cursor.fetchall())


def sent_twice(client, to: str, fields: dict) -> tuple[bool, dict, str]:
    """(whether the first was done, tables in which the second wrote, where both led)."""
    with transaction.atomic():
        first = send_form(client, to, fields)
        is_done, wrote, led = first.status_code == 302 and DoneForm.objects.unguarded("a test looks").exists(), {}, ""
        if is_done:
            before = counted()
            second = send_form(client, to, fields)
            wrote = {name: n - before[name] for name, n in counted().items() if n != before[name]}
            led = "" if second.status_code == 302 and second["Location"] == first["Location"] else str(second)
        transaction.set_rollback(True)
    return is_done, wrote, led


@pytest.mark.django_db
def test_every_form_of_every_page_is_done_once(people):
    world, browsers, done, wrong = build(1, people), Browsers(), set(), {}
    code = Record.objects.unguarded("a test looks").get(uid=world.objects["record"]["uid"]).archival_code
    for page, (who, which, query) in VISITS.items():
        if who is None:
            continue
        client = browsers.of(people[who])
        for route, to, fields in forms_of(client, reverse(page, kwargs=world.objects[which]) + query, code):
            assert fields.get(form_drafts.ONCE), f"{page}: a form to {route} without its mark"
            is_done, wrote, led = sent_twice(browsers.of(people[who]), to, fields)
            done |= {route} if is_done else set()
            if wrote or led:
                wrong[f"{page} -> {route}"] = wrote, led
    assert wrong == {}
    assert MAKE - done == set()


def test_views_with_a_stricter_rule_of_their_own_are_these():
    assert {name for name, entry in all_routes().items() if hasattr(entry.callback, "answers_itself")} == SELF


def asking(people, units):
    """利用申请 as it stands on the screen of D09's officer, and one sending of it."""
    client = browser(people["D09:officer"])
    page = html.fromstring(client.get(reverse("archive:uses")).content)
    form = next(one for one in page.forms if "purpose" in one.fields)
    fields = dict(form.form_values()) | {
        "unit": str(units["D07"].pk), "purpose": "编史", "until": timezone.localdate() + timedelta(days=9),
        "asked_for": str(units["D09"].pk), "wanted": "某年的会议纪要",
    }  # fmt: skip
    return client, fields


@pytest.mark.django_db
def test_back_and_again_leads_to_what_was_made(people, units):
    client, fields = asking(people, units)
    first, second = (send_form(client, reverse("archive:uses"), fields) for _ in range(2))
    assert first.status_code == second.status_code == 302 and first["Location"] == second["Location"]
    assert UseRequest.objects.count() == 1
    assert sent_once.TOLD in client.get(second["Location"]).content.decode()


@pytest.mark.django_db
def test_what_was_changed_since_and_a_page_opened_anew_are_another(people, units):
    client, fields = asking(people, units)
    send_form(client, reverse("archive:uses"), fields)
    assert send_form(client, reverse("archive:uses"), fields | {"wanted": "另一年的会议纪要"}).status_code == 302
    client, fields = asking(people, units)
    assert send_form(client, reverse("archive:uses"), fields).status_code == 302
    assert UseRequest.objects.count() == 3


@pytest.mark.django_db
def test_a_refused_form_is_not_done(people, units):
    client, fields = asking(people, units)
    assert send_form(client, reverse("archive:uses"), fields | {"purpose": ""}).status_code == 422
    assert send_form(client, reverse("archive:uses"), fields).status_code == 302 and UseRequest.objects.count() == 1


@pytest.mark.django_db
def test_the_mark_of_another_person_counts_for_nothing(people, units):
    client, fields = asking(people, units)
    send_form(client, reverse("archive:uses"), fields)
    other = browser(people["D09:clerk"])
    assert send_form(other, reverse("archive:uses"), fields)["Location"]
    assert UseRequest.objects.count() == 2


@pytest.mark.django_db
def test_marks_end_with_their_tickets(people, units):
    client, fields = asking(people, units)
    send_form(client, reverse("archive:uses"), fields)
    rows = DoneForm.objects.unguarded("a test looks")
    assert sent_once.clear_old() == 0 and rows.count() == 1
    rows.update(done_at=timezone.now() - form_drafts.KEPT - timedelta(hours=1))
    assert sent_once.clear_old() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one(people, units):
    """Without a script: both requests run; the second waits for the first and is led to what it made."""
    client, fields = asking(people, units)
    cookies = client.cookies

    def click(number: int):
        own = Client()
        own.cookies = cookies
        return send_form(own, reverse("archive:uses"), fields)

    answers = at_once(3, click)
    assert {one.status_code for one in answers} == {302} and len({one["Location"] for one in answers}) == 1
    assert UseRequest.objects.count() == 1
