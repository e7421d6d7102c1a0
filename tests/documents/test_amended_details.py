"""更正登记 of a telephone note, fax, telegram or mail: old and new value with the reason (practice 2.1 item 10)."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import detail_fields, pages, registering
from documents.exchange_inputs import AmendInput
from documents.models import Document, ReceivedDetail
from tests.documents.test_received import made, sent
from tests.forms import send_form
from tests.made import take
from tests.transfer.stock import browser
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db
DUE = timezone.make_aware(datetime(2027, 1, 8, 23, 59))


@pytest.fixture
def clerk(people):
    return browser(people["D07:clerk"])


def registered(clerk, units, people, kind, **changed) -> Document:
    assert sent(clerk, units, kind, **changed).status_code == 302
    return take(made(), "register", people["D07:clerk"], handling_kind="for_action", due_at=DUE)


def form_data(clerk, document) -> dict:
    """The form of 更正登记 as the page shows it, field by field."""
    page = clerk.get(document.get_absolute_url())
    panels = [one for one in page.context["panels"] if one.template == "documents/_side_acts.html"]
    form = next(row["form"] for row in panels[0].context["side_acts"] if row["act"].name == "amend")
    found = {}
    for one in form:
        value = one.field.widget.format_value(one.value())
        found[one.html_name] = (value[0] if isinstance(value, list) else value) or ""
    return found | {"amend-note": "听错"}


def send(clerk, document, **changed):
    address = reverse("documents:side_act", args=[document.uid, "amend"])
    data = form_data(clerk, document) | {f"amend-{name}": value for name, value in changed.items()}
    return send_form(clerk, address, data)


CHANGES = {  # kind: what was wrong, and how the trail says it
    "telephone": (
        {"caller": "汪某", "number": "63210001", "received_on": "2026-03-03", "received_clock": "10:15"},
        ("来电人由“王某”改为“汪某”", "来电号码由“63210000”改为“63210001”", "来电时间由“2026-03-02 09:30”改为“2026-03-03 10:15”",
         "成文日期由“2026-03-02”改为“2026-03-03”"),
    ),
    "fax": (
        {"number": "62520009", "received_clock": "08:05"},
        ("对方传真号由“62520000”改为“62520009”", "收到时间由“2026-03-02 09:30”改为“2026-03-02 08:05”"),
    ),
    "telegram": (
        {"grade": "urgent", "received_on": "2026-03-01"},
        ("电报等级由“特提”改为“加急”", "收到时间由“2026-03-02 09:30”改为“2026-03-01 09:30”", "紧急程度由“特急”改为“加急”"),
    ),
    "meeting": ({"meeting": "全区档案工作会议", "meeting_on": "2026-03-10"}, ("会议日期由“2026-03-09”改为“2026-03-10”",)),
    "email": ({"number": "other@example.org"}, ("发件邮箱由“office@example.org”改为“other@example.org”",)),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_each_detail_is_corrected_on_the_page_with_old_new_and_reason(clerk, people, units, kind):
    document = registered(clerk, units, people, kind)
    receipt, (changed, words) = document.receipt_number, CHANGES[kind]
    answer = send(clerk, document, **changed)
    assert answer.status_code == 302, answer.content.decode()
    opinion = AuditEvent.objects.of(document).get(verb="amend").opinion
    assert all(one in opinion for one in words) and opinion.endswith("。听错")
    document.refresh_from_db()
    assert document.receipt_number == receipt
    text = clerk.get(document.get_absolute_url()).content.decode()
    assert all(one.rpartition("“")[2].rstrip("”") in text for one in words)
    _, sheet = pages.sheet_of(document, moment=timezone.now())
    assert sheet.pdf.startswith(b"%PDF")


def test_what_nobody_touched_is_no_change(clerk, people, units):
    document = registered(clerk, units, people, "telephone", received_clock="09:30:25")
    answer = send(clerk, document)
    assert answer.status_code == 422 and "没有改动任何登记事项" in answer.content.decode()
    assert not AuditEvent.objects.of(document).filter(verb="amend").exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"caller": ""}, "电话记录须填写“来电人”。"),
        ({"received_clock": ""}, "电话记录须填写“来电时间”。"),
        ({"received_on": "2060-01-01"}, "时间不能晚于现在。"),
        ({"received_clock": "25:00"}, "时间应写成 17:00 的样式。"),
        ({"caller": "", "number": ""}, "电话记录须填写“来电号码”。"),
    ],
)
def test_what_the_kind_needs_cannot_be_taken_away(clerk, people, units, changed, sentence):
    document = registered(clerk, units, people, "telephone")
    before = ReceivedDetail.objects.values().get(document=document)
    answer = send(clerk, document, **changed)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert ReceivedDetail.objects.values().get(document=document) == before


def test_a_graver_telegram_without_a_limit_asks_for_one(clerk, people, units):
    assert sent(clerk, units, "telegram", grade="normal").status_code == 302
    document = take(made(), "register", people["D07:clerk"], handling_kind="for_action")
    answer = send(clerk, document, grade="highest")
    assert answer.status_code == 422 and "特急公文须填写办理时限。" in answer.content.decode()
    assert send(clerk, document, grade="highest", due_on="2027-01-08").status_code == 302
    document.refresh_from_db()
    assert document.get_urgency_display() == "特急"


def test_what_did_not_come_so_has_no_such_fields_and_takes_none(clerk, people, units):
    document = registered(clerk, units, people, "paper")
    assert not set(detail_fields.TYPED) & {name.removeprefix("amend-") for name in form_data(clerk, document)}
    with pytest.raises(Refused, match="没有这些事项"):
        given = AmendInput(detail={"caller": "某"})
        registering.amend(document, by=people["D07:clerk"], note="试", given=given)
