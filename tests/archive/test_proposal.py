"""What the sample schedule proposes at completion, as the clerk reads it."""

import pytest

from archive.retention import propose
from archive.states import Retention
from documents.models import Document
from documents.states import HandlingKind
from tests.made import brought_to, registered, take
from tests.transfer.stock import browser
from units.models import Unit

pytestmark = pytest.mark.django_db


def page_of(people, document) -> str:
    return browser(people["D09:clerk"]).get(document.get_absolute_url()).content.decode()


def test_a_period_is_named_in_years(people):
    received = registered(people, title="关于开展业务培训的通知")
    proposal = propose(received)
    assert proposal.retention_label == Retention(proposal.retention_code).label
    assert f"归档建议：{proposal.retention_label}" in page_of(people, received)


def test_what_needs_no_filing(people):
    """Shows: NF-1, 4.4"""
    sent = brought_to("dispatch", people, unit="D01", to=("D09",), title="关于普发供参阅材料的通知")
    delivery = take(sent.deliveries.unguarded("a test looks").get(), "sign_for", people["D09:clerk"])
    received = take(delivery, "register", people["D09:clerk"], handling_kind=HandlingKind.FOR_READING)
    proposal = propose(received)
    assert (proposal.retention_code, proposal.retention_label, proposal.not_to_file) == ("", "", "NF-1")
    assert "归档建议：不归档" in page_of(people, received)


def test_a_lower_bodys_material_for_reading_is_not_filed(people):
    """Shows: NF-4"""
    draft = brought_to("submit", people, unit="D09", to=("D01",), title="民政工作情况第3期")
    delivery = Document(unit=Unit.objects.get(code="D01"), direction="incoming", doc_type="internal_material",
                        title=draft.title, issued=draft, sender_unit=draft.unit)  # fmt: skip
    assert propose(delivery).not_to_file == "NF-4"
