"""随附情况 held against the record: what cannot be is refused, what is odd is asked about and seen by both sides."""

from dataclasses import replace

import pytest
from django.urls import reverse

from archive.models import Record
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from transfer import actions, plans
from transfer.inputs import AccompanyInput
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db
THREE = {"accompany-opening": "open", "accompany-disclosure": "published", "accompany-classification": "never"}


@pytest.fixture
def batch(people):
    """Three pieces: 依申请公开, 主动公开, and one whose opening is postponed."""
    rows = stocked(people, 3)
    with unwatched():
        for row, fields in zip(
            rows,
            ({"disclosure_attr": "on_request"}, {"disclosure_attr": "proactive"}, {"access_status": "postponed"}),
            strict=True,
        ):
            Record._base_manager.filter(pk=row.pk).update(**fields)
    by = people["D07:archivist"]
    return actions.create_batch(by.appointments.get().post.unit, by=by, name="移交")


def test_what_contradicts_the_record_is_asked_about_once(people, batch):
    client, address = browser(people["D07:archivist"]), reverse("transfer:side_act", args=[batch.uid, "accompany"])
    answer = client.post(address, THREE)
    told = answer.content.decode()
    assert answer.status_code == 422 and not batch.items.exclude(opening="").exists()
    assert "第 1 件著录的公开属性为“依申请公开”" in told
    assert "第 3 件著录的开放状态为“延期开放”" in told and "确认如此填写" in told
    assert client.post(address, THREE | {"accompany-knows": "on"}).status_code == 302
    page = client.get(batch.get_absolute_url()).content.decode()
    assert page.count("与随附情况不一致") == 2


def test_what_cannot_be_is_refused(people, batch):
    given = AccompanyInput("postpone", "含个人信息", "published", "never", knows=True)
    with pytest.raises(Refused, match="不能同时建议延期开放"):
        plans.accompany(batch, by=people["D07:archivist"], given=given)


def test_the_records_own_attribute_can_be_taken_for_many_at_once(people, batch):
    by = people["D07:archivist"]
    client, address = browser(by), reverse("transfer:side_act", args=[batch.uid, "accompany"])
    told = client.post(address, THREE | {"accompany-disclosure": "as_recorded"}, follow=True).content.decode()
    assert "共 2 件" in told and "第 3 件著录没有公开属性，请另行填写" in told
    found = batch.items.order_by("position").values_list("opening", "disclosure")
    assert list(found) == [("open", "on_request"), ("open", "published"), ("", "")]
    with pytest.raises(Refused, match="第 3 件著录没有公开属性"):  # the rest alone
        plans.accompany(batch, by=by, given=AccompanyInput("open", "", "as_recorded", "never"))


def test_the_records_page_tells_what_accompanies_it(people, batch):
    plans.accompany(
        batch, by=people["D07:archivist"], given=AccompanyInput("postpone", "含个人信息", "on_request", "never", (1,))
    )
    record = batch.items.get(position=1).record
    page = browser(people["D07:archivist"]).get(record.get_absolute_url()).content.decode()
    assert "随附：到期开放意见" in page and "建议延期开放（含个人信息）" in page


def test_the_event_says_whether_anything_was_unlike_the_record(people, batch):
    """Fault: it said so of every form on which the box was ticked."""
    by = people["D07:archivist"]
    for position in (2, 1):
        given = AccompanyInput("open", "", "published", "never", (position,), knows=True)
        plans.accompany(batch, by=by, given=given)
    events = AuditEvent.objects.of(batch).filter(verb="accompany").order_by("pk")
    assert [one.detail["unlike_the_record"] for one in events] == [False, True]


def test_not_disclosed_and_to_be_opened_is_asked_about(people, batch):
    """Fault: both were taken for many pieces at once without a remark."""
    by = people["D07:archivist"]
    given = AccompanyInput("open", "", "not_disclosed", "never", (1,))
    with unwatched():
        Record._base_manager.filter(batch_items__batch=batch).update(disclosure_attr="not_disclosed")
    with pytest.raises(Refused, match="第 1 件填为不予公开而建议开放，前后不一致"):
        plans.accompany(batch, by=by, given=given)
    plans.accompany(batch, by=by, given=replace(given, knows=True))
    assert batch.items.get(position=1).disclosure == "not_disclosed"
