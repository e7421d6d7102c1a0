"""A form on what moved on meanwhile: 409 with what was typed for whoever still may view it, else the same 404 as before."""

import pytest
from django.urls import reverse

from archive.models import Record
from tests.forms import send_form
from tests.made import accessioned, brought_to, draft, take
from tests.units.test_form_drafts import filled, inside, rows, shown
from units import form_drafts

pytestmark = pytest.mark.django_db


def test_a_draft_saved_after_it_was_submitted_in_another_window_shows_and_keeps_what_was_typed(people, units):
    officer, document = inside(people["D07:officer"]), draft(people)
    edit = reverse("documents:edit", args=[document.uid])
    mine = filled(officer, units, edit, body="送审之后才存的正文")
    take(document, "submit", people["D07:officer"])
    answer = send_form(officer, edit, mine)
    page = shown(answer)
    assert answer.status_code == 409 and "已送审，您填写的没有存入" in page and "送审之后才存的正文" in page
    assert 'class="frame"' in page or "退出" in page  # the menu of every page
    document.refresh_from_db()
    assert "送审之后才存的正文" not in document.body
    assert form_drafts.content_of(rows().get())["body"] == "送审之后才存的正文"
    again = officer.get(f"{edit}?draft={form_drafts.read(mine['form_ticket']).uid}")
    assert again.status_code == 409 and "送审之后才存的正文" in shown(again)


def test_when_it_comes_back_the_kept_text_is_offered_in_its_form(people, units):
    officer, document = inside(people["D07:officer"]), draft(people)
    edit = reverse("documents:edit", args=[document.uid])
    mine = filled(officer, units, edit, body="送审之后才存的正文")
    take(document, "submit", people["D07:officer"])
    send_form(officer, edit, mine)
    take(document, "withdraw", people["D07:officer"], note="改")
    page = officer.get(f"{edit}?draft={form_drafts.read(mine['form_ticket']).uid}")
    assert page.context["form"]["body"].value() == "送审之后才存的正文"


def test_an_archive_s_correction_after_the_record_left_is_answered_with_its_words(people):
    record = Record.objects.unguarded("a test looks").get(
        pk=take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y").record.pk
    )
    archivist = inside(people["D07:archivist"])
    address = reverse("archive:correct", args=[record.uid])
    ticket = archivist.get(address).context["form"].draft.signed
    moved = accessioned(people)
    other = form_drafts.read(ticket)
    own = form_drafts.Ticket(other.person, other.form, address, moved.uid, other.base_version)
    address = reverse("archive:correct", args=[moved.uid])
    answer = send_form(
        archivist, address, {"form_ticket": own.signed(), "title": "更正后的题名", "reason": "题名有误。"}
    )
    assert answer.status_code == 409 and "更正后的题名" in shown(answer) and "题名有误。" in shown(answer)


@pytest.mark.parametrize("who", ["D09:officer", "D07:officer"])
def test_without_a_ticket_of_his_own_or_without_sight_it_is_the_404_of_everybody(people, units, who):
    officer, document = inside(people["D07:officer"]), draft(people)
    edit = reverse("documents:edit", args=[document.uid])
    mine = filled(officer, units, edit, body="送审之后才存的正文")
    take(document, "submit", people["D07:officer"])
    if who == "D07:officer":
        del mine["form_ticket"]
    answer = send_form(inside(people[who]), edit, mine)
    assert answer.status_code == 404 and "送审之后才存的正文" not in shown(answer)


def test_words_for_an_act_that_is_open_no_more_stand_on_the_page_whichever_field_they_were_in(people):
    document = brought_to("approve", people)
    clerk = inside(people["D07:clerk"])
    take(document, "number", people["D07:clerk"])
    address = reverse("documents:act", args=[document.uid, "number"])
    answer = send_form(clerk, address, {"number-note": "编号时写的话", "version": "1"})
    assert answer.status_code in (409, 422) and "编号时写的话" in shown(answer)
