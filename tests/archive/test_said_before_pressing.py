"""What a room of the archive says before somebody presses: what he has not opened, what an act on many does with a row
that does not fit, what 冻结 is and who lifts it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive import checking
from archive.appraisal import holds
from archive.models import Record
from archive.opening_review import actions, consulting, papers
from archive.opening_review.inputs import Done
from tests.opened import OPEN, enlisted, held
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(row, people, **given):
    consulting.ask(row, by=people["D30:appraiser"], due_on=timezone.localdate() + timedelta(20), **given)
    return row.consultations.get()


def test_the_forming_unit_is_asked_about_what_it_has_not_opened(people):
    """Fault: 初审, 复审 and 审定 were asked, the unit that knows the papers was not. Its leader signs what he has seen."""
    row = enlisted(people, held(people, 2))
    consultation = asked(row, people, needs_leader=True)
    consulting.say(consultation, (1, 2), by=people["D07:archivist"], opinion="open")
    first, second = (one.record for one in consultation.items.select_related("record").order_by("position"))
    for step, key, words in (("answer", "D07:archivist", "填写意见"), ("sign", "D07:leader", "审签")):
        client, address = (
            browser(people[key]),
            reverse("archive:opening_consultation_act", args=[consultation.uid, step]),
        )
        refused = client.post(address)
        assert refused.status_code == 422 and f"2 件（{first.archival_code}" in refused.content.decode(), step
        client.get(first.get_absolute_url())
        assert f"1 件（{second.archival_code}）" in client.post(address).content.decode()
        assert client.post(address, {f"{step}-is_unopened": "on"}).status_code == 302
        event = AuditEvent.objects.of(consultation).get(verb=step)
        assert f"{words}时未打开" in event.opinion and event.detail["unopened"] == 1
    assert client.get(consultation.get_absolute_url()).content.decode().count("（1 件未打开）") == 2
    made = papers.ledger_of(row, "review").made
    assert "填写意见（1 件未打开）" in made and "审签（1 件未打开）" in made  # the archive reads it on its paper


def test_a_row_that_left_meanwhile_keeps_none_of_the_others_back(people):
    """Of what is ticked, all that can be done is done and the rest is named: one habit, said before the press."""
    row, by = enlisted(people, held(people, 3)), people["D30:appraiser"]
    consultation = asked(row, people)
    assert actions.take_out(row, (3,), by=by, reason="重复") == Done(1)
    gone = ("第 3 件不在本批中，没有办理。",)
    assert consulting.say(consultation, (1, 3), by=people["D07:archivist"], opinion="open") == Done(1, gone)
    assert actions.judge(row, (1, 2, 3), by=by, given=OPEN) == Done(2, gone)
    assert actions.take_out(row, (2, 3), by=by, reason="重复") == Done(1, gone)
    with pytest.raises(Refused, match="不在本批中"):
        actions.take_out(row, (3,), by=by, reason="重复")
    assert "不能办理的逐件说明，其余照办" in browser(by).get(row.get_absolute_url()).content.decode()


def test_a_paper_that_is_checked_already_keeps_none_of_the_others_back(people):
    first, second = stocked(people, 2)
    by = people["D07:archivist"]
    checking.accept([first.pk], by=by)
    count, told = checking.accept_listed([first.pk, second.pk], by=by)
    assert count == 1 and told == [f"“{first}”已由{by.name}核对过。"]
    with pytest.raises(Refused, match="核对过"):
        checking.accept_listed([first.pk], by=by)
    with unwatched():
        Record.objects.unguarded("a test sets back").update(checked_at=None, checked_by=None)
    page = browser(by).get(reverse("archive:desk"), {"tab": "imported"}).content.decode()
    assert "不能办理的逐件说明，其余照办" in page


def test_a_hold_is_explained_where_it_is_placed_and_on_the_record_itself(people):
    """Fault: where it is, when it can be placed, what it binds and who lifts it had to be guessed."""
    (record,) = stocked(people, 1)
    client = browser(people["D07:archivist"])
    address = f"{reverse('archive:holds')}?code="
    page = client.get(record.get_absolute_url()).content.decode()
    assert "在销毁前随时可以冻结" in page and "由本单位领导写明理由解除" in page and f'href="{address}' in page
    filled = client.get(address + record.archival_code)
    assert record.archival_code in filled.content.decode() and "任何人都不能销毁" in filled.content.decode()
    holds.place([record.archival_code], by=people["D07:archivist"], reason="诉讼")
    assert "已冻结，不得销毁：诉讼" in client.get(record.get_absolute_url()).content.decode()
    others = browser(people["D09:archivist"]).get(record.get_absolute_url())
    assert "去冻结" not in others.content.decode()  # it is not his to place
