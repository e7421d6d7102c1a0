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
