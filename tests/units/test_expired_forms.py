"""A form that comes after its session ended, or with a dead token: carried by the sign-in page, never done."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from documents.models import Document
from tests.cases import Case
from tests.cast import PASSWORD
from tests.forms import send_form
from tests.made import brought_to, draft
from tests.units.test_form_drafts import BACKEND, BODY, autosave, filled, form_on, inside, rows, shown
from units import form_drafts
from units.views import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(people):
    return inside(people["D07:officer"])


def expired(client) -> None:
    Session.objects.all().delete()


def sign_in_again(client, carried: str, person, password: str = PASSWORD):
    """The sign-in page as it was answered, filled in and sent."""
    data = {"username": person.username, "password": password, "next": "", "carried": carried}
    return send_form(client, reverse("units:sign_in"), data)


def test_a_session_that_ended_brings_back_every_character_after_signing_in(officer, people, units):
    data = filled(officer, units)
    expired(officer)
    page = send_form(officer, reverse("documents:draft"), data)
    assert page.status_code == 401 and "原样带回" in shown(page) and BODY[:10] not in shown(page)
    answer = sign_in_again(officer, page.context["carried"], people["D07:officer"])
    assert answer.status_code == 302
    page = officer.get(answer["Location"])
    assert page.context["form"]["body"].value() == BODY and page.context["form"]["title"].value() == data["title"]
    assert "尚未提交" in shown(page) and not Document.objects.unguarded("a test looks").exists()
    assert send_form(officer, answer["Location"], filled(officer, units, answer["Location"])).status_code == 302
    assert Document.objects.unguarded("a test looks").get().body == BODY.strip()


def test_a_wrong_password_and_a_locked_account_carry_it_on(officer, people, units):
    data = filled(officer, units)
    expired(officer)
    page = send_form(officer, reverse("documents:draft"), data)
    for _ in range(4):
        page = sign_in_again(officer, page.context["carried"], people["D07:officer"], "falsch-falsch")
        assert page.status_code == 422 and page.context["carried"]
    page = sign_in_again(officer, page.context["carried"], people["D07:officer"], "falsch-falsch")
    assert page.status_code == 429 and page.context["carried"]


def test_somebody_else_who_signs_in_does_not_get_it(officer, people, units):
    data = filled(officer, units)
    expired(officer)
    page = send_form(officer, reverse("documents:draft"), data)
    answer = sign_in_again(officer, page.context["carried"], people["D07:leader"])
    assert answer["Location"] == reverse("documents:waiting")
    page = officer.get(answer["Location"])
    assert "没有带过来" in shown(page) and BODY[:10] not in shown(page)
    assert not form_drafts.FormDraft.objects.allowing("view", people["D07:leader"]).exists()
    assert BODY[:10] not in shown(officer.get(reverse("documents:draft")))
    again = sign_in_again(Client(), "", people["D07:officer"])  # in another browser: it has waited for its owner
    assert sign_in.HELD in shown(again.client.get(again["Location"]))
    (offered,) = again.client.get(reverse("documents:draft")).context["form"].draft.others
    assert again.client.get(offered["address"]).context["form"]["body"].value() == BODY


def test_what_is_typed_on_after_signing_out_in_another_window_waits_for_its_owner(officer, people, units):
    data = filled(officer, units)
    autosave(officer, data | {"body": "旧的文字"})
    expired(officer)
    answer = autosave(officer, data, seq=2)
    assert answer.status_code == 401 and answer.json()["signed_out"]
    officer.force_login(people["D07:leader"], backend=BACKEND)
    answer = autosave(officer, data | {"body": BODY + "又一句"}, seq=3)
    assert answer.status_code == 409 and answer.json()["signed_out"]
    assert BODY[:10] not in shown(officer.get(reverse("documents:draft")))
    officer.force_login(people["D07:officer"], backend=BACKEND)
    (offered,) = officer.get(reverse("documents:draft")).context["form"].draft.others
    assert officer.get(offered["address"]).context["form"]["body"].value() == BODY + "又一句"


CARRIED = [
    Case("登录页带回的内容", "被改动一个字符", "不带回，说明原因", value=lambda text: text[:-3] + "AAA"),
    Case("登录页带回的内容", "不是本系统签名的文字", "不带回，说明原因", value=lambda text: "内容"),
    Case("登录页带回的内容", "过期三十天以上", "不带回，说明原因", value=None),
]


@pytest.mark.parametrize("case", CARRIED, ids=str)
def test_only_what_we_signed_and_lately_is_taken_up(officer, people, units, monkeypatch, case):
    data = filled(officer, units)
    expired(officer)
    carried = send_form(officer, reverse("documents:draft"), data).context["carried"]
    if case.value is None:
        monkeypatch.setattr(form_drafts, "KEPT", timedelta(seconds=-1))
    else:
        carried = case.value(carried)
    answer = sign_in_again(officer, carried, people["D07:officer"])
    assert answer["Location"] == reverse("documents:waiting")


def test_a_secret_one_is_not_carried(officer, units):
    data = filled(officer, units, security_class="secret")
    expired(officer)
    answer = send_form(officer, reverse("documents:draft"), data)
    assert answer.status_code == 302 and BODY[:10] not in shown(answer)


def test_an_act_sent_without_a_session_and_without_a_form_leads_back_to_its_page(client, people):
    document = draft(people)
    address = reverse("documents:act", args=[document.uid, "submit"])
    answer = client.post(address, "", content_type="application/x-www-form-urlencoded",
                         headers={"Referer": f"http://testserver{document.get_absolute_url()}"})  # fmt: skip
    assert answer.status_code == 302 and document.get_absolute_url() in answer["Location"].replace("%3A", ":")
    answer = client.post(address, "", content_type="application/x-www-form-urlencoded",
                         headers={"Referer": "http://evil.example/"})  # fmt: skip
    assert "evil" not in answer["Location"]


def test_a_dead_token_brings_the_form_back_filled_and_does_nothing(people, units):
    client = inside(people["D07:officer"], enforce_csrf_checks=True)
    data = filled(client, units)
    answer = send_form(client, reverse("documents:draft"), data | {"csrfmiddlewaretoken": "tot"})
    assert answer.status_code == 302 and not Document.objects.unguarded("a test looks").exists()
    page = client.get(answer["Location"])
    assert page.context["form"]["body"].value() == BODY and "没有办理" in shown(page)


def test_a_dead_token_at_an_opinion_does_not_take_the_step(people):
    document = brought_to("submit", people)
    client = inside(people["D07:reviewer"], enforce_csrf_checks=True)
    page = client.get(document.get_absolute_url())
    form = form_on(page, "check")
    address = reverse("documents:act", args=[document.uid, "check"])
    answer = send_form(client, address, {"form_ticket": form.draft.signed, "check-note": "文字已核，第三段须改。"})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert form_on(page, "check")["note"].value() == "文字已核，第三段须改。"
    assert not document.opinions.filter(kind="check").exists()


def test_a_dead_token_of_nobody_and_of_another_person_shows_no_text(people, units):
    client = inside(people["D07:officer"], enforce_csrf_checks=True)
    data = filled(client, units)
    other = inside(people["D07:clerk"], enforce_csrf_checks=True)
    answer = send_form(other, reverse("documents:draft"), data)
    assert answer.status_code == 403 and BODY[:10] not in shown(answer)
    assert rows().get().person == people["D07:officer"]
    assert "刷新" not in shown(answer)
    answer = send_form(Client(enforce_csrf_checks=True), reverse("documents:draft"), data)
    assert answer.status_code == 401 and answer.context["carried"]


def test_a_dead_token_on_the_sign_in_page_carries_on(people, units):
    client = inside(people["D07:officer"])
    data = filled(client, units)
    expired(client)
    carried = send_form(client, reverse("documents:draft"), data).context["carried"]
    strict = Client(enforce_csrf_checks=True)
    again = {"username": "d07-officer", "password": PASSWORD, "carried": carried}
    page = send_form(strict, reverse("units:sign_in"), again)
    assert page.status_code == 403 and page.context["carried"] == carried
    strict.force_login(people["D07:officer"], backend=BACKEND)  # in another window meanwhile
    answer = send_form(strict, reverse("units:sign_in"), again)
    assert answer.status_code == 302 and form_drafts.content_of(rows().get())["body"] == BODY
