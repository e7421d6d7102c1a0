"""更正 that was refused: what was typed is kept while it may be wanted, and no longer."""

import pytest
from django.urls import reverse

from archive.correct_forms import initial_of
from archive.correction import correct
from archive.models import Record
from tests.transfer.stock import browser, stocked
from units.models import FormDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(people) -> Record:
    return stocked(people, 1)[0]


def read(record: Record) -> Record:
    return Record.objects.unguarded("a test looks").get(pk=record.pk)


def sent(record: Record, **changed) -> dict:
    """The correction form as the browser sends it."""
    return {**initial_of(record), "version": record.version, "reason": "与原件不符", **changed}


def kept_drafts() -> int:
    return FormDraft.objects.unguarded("a test looks").values("uid").distinct().count()


def offered(client, record) -> list[dict]:
    return client.get(reverse("archive:correct", args=[record.uid])).context["form"].draft.others


def test_a_correction_refused_by_a_conflict_and_then_done_leaves_no_draft(people, record):
    client, address = browser(people["D07:archivist"]), reverse("archive:correct", args=[record.uid])
    ticket = client.get(address).context["form"].draft.signed
    late = sent(record, author="乙改的责任者") | {"form_ticket": ticket}
    correct(record, changes={"remark": "甲写的"}, reason="补录", by=people["D07:archivist"], version=record.version)
    refused = client.post(address, late)
    form = refused.context["form"]
    assert refused.status_code == 409 and kept_drafts() == 1 and form.draft.others == []
    again = form.initial | {"reason": "核对后", "form_ticket": form.draft.signed}
    assert client.post(address, again).status_code == 302
    assert kept_drafts() == 0 and offered(client, record) == []


def test_a_refused_correction_is_offered_until_another_was_done(people, record):
    """What was refused is no draft for ever: it stood as 尚未提交 beside every later correction of the record."""
    client, address = browser(people["D07:archivist"]), reverse("archive:correct", args=[record.uid])
    for _ in range(2):  # refused, and each time something else was done to the record
        form = client.get(address).context["form"]
        given = sent(read(record), title="") | {"form_ticket": form.draft.signed}
        assert client.post(address, given).status_code == 422
        row = read(record)
        remark = f"第{row.version}次"
        correct(row, changes={"remark": remark}, reason="补录", by=people["D07:archivist"], version=row.version)
    assert len(offered(client, record)) == 2
    form = client.get(address).context["form"]
    given = sent(read(record), author="改过的责任者") | {"form_ticket": form.draft.signed}
    assert client.post(address, given).status_code == 302
    assert kept_drafts() == 0 and offered(client, record) == []


def test_a_refused_value_is_offered_and_not_shown_as_the_records(people, record):
    client, address = browser(people["D07:archivist"]), reverse("archive:correct", args=[record.uid])
    form = client.get(address).context["form"]
    given = sent(record, retention_code="D10", author="另一责任者", reason="") | {"form_ticket": form.draft.signed}
    assert client.post(address, given).status_code == 422
    page = client.get(address)
    form, told = page.context["form"], page.content.decode()
    assert (form["author"].value(), form["retention_code"].value()) == (record.author, record.retention_code)
    assert "责任者：另一责任者" in told and "保管期限：10年" in told and "继续填写" in told and "放弃" in told
    (offer,) = form.draft.others
    taken = client.get(offer["address"])
    assert taken.context["form"]["author"].value() == "另一责任者" and "已恢复您" in taken.content.decode()
    row = correct(
        read(record), changes={"remark": "补"}, reason="补", by=people["D07:archivist"], version=record.version
    )
    given = sent(row, author="第三责任者") | {"form_ticket": client.get(address).context["form"].draft.signed}
    assert client.post(address, given).status_code == 302 and kept_drafts() == 0


def test_what_was_refused_goes_with_the_correction_made_instead(people, record):
    """Both forms were opened on the same state of the record."""
    client, address = browser(people["D07:archivist"]), reverse("archive:correct", args=[record.uid])
    for wanted, changed in ((422, {"title": ""}), (302, {"remark": "补"})):
        ticket = client.get(address).context["form"].draft.signed
        assert client.post(address, sent(record, **changed) | {"form_ticket": ticket}).status_code == wanted
    assert kept_drafts() == 0


def test_what_says_no_more_than_the_record_is_not_offered(people, record):
    client, address = browser(people["D07:archivist"]), reverse("archive:correct", args=[record.uid])
    ticket = client.get(address).context["form"].draft.signed
    assert client.post(address, sent(record, reason="") | {"form_ticket": ticket}).status_code == 422
    assert offered(client, record) == []
