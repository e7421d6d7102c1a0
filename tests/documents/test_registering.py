"""A paper is registered once, and a mistake in its registration is corrected with trace (issue 12, point 8)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import registering
from documents.exchange_inputs import AmendInput
from documents.limit_fields import end_of_day
from documents.models import Document
from tests.forms import send_form
from tests.made import brought_to, registered, take
from units.calendar import WorkingCalendar
from units.folding import number_key
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
PAPER = {
    "title": "关于开展检查的通知",
    "sender_name": "上海市民政局",
    "sender_number": "沪民〔2026〕12号",
    "doc_type": "notice",
}


def paper(units, people, unit="D07", **fields) -> Document:
    return registering.register_outside({**PAPER, **fields}, unit=units[unit], by=people[f"{unit}:clerk"])


@pytest.fixture
def clerks(people):
    client = Client()
    client.force_login(people["D07:clerk"], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "typed", ["沪民[2026]12号", "沪民（2026）第012号", "沪民［２０２６］１２号", " 沪民【2026】 12 号"]
)
def test_a_number_is_the_same_however_it_was_typed(typed):
    assert number_key(typed) == number_key("沪民〔2026〕12号") != number_key("沪民〔2026〕2号")


@pytest.mark.parametrize("number", ["沪民[2026]12号", "沪民（2026）第012号"])
def test_a_repeated_paper_is_refused_until_the_clerk_says_why(people, units, number):
    first = paper(units, people)
    with pytest.raises(Refused, match="本单位已有"):
        paper(units, people, sender_number=number)
    paper(units, people, sender_number=number, sender_name="上海市卫生局")  # another sender
    paper(units, people, "D09", sender_number=number)  # another unit
    paper(units, people, sender_number=""), paper(units, people, sender_number="")  # no number, nothing to compare
    by = people["D07:clerk"]
    again = registering.register_outside({**PAPER}, unit=units["D07"], by=by, repeat_reason="前件为传真，原件补送")
    assert again.repeat_reason == "前件为传真，原件补送" and again.pk != first.pk
    assert AuditEvent.objects.of(again).get(verb="register_again").opinion == "前件为传真，原件补送"
    take(again, "register", by, handling_kind="for_reading")  # asked once
    assert again.state == "registered"


def test_the_page_warns_with_a_link_and_asks_why(clerks, people, units):
    first = paper(units, people)
    data = {
        **PAPER,
        "unit": units["D07"].pk,
        "sender_number": "沪民(2026)12号",
        "sender_date": "2026-03-01",
        "is_open": "on",
    }
    answer = send_form(clerks, reverse("documents:register_outside"), data)
    shown = answer.content.decode()
    assert answer.status_code == 422 and first.get_absolute_url() in shown and "仍要登记" in shown
    assert (
        send_form(clerks, reverse("documents:register_outside"), {**data, "repeat_reason": "补送原件"}).status_code
        == 302
    )
    assert Document.objects.unguarded("a test looks").filter(sender_name="上海市民政局").count() == 2


def test_what_came_over_the_platform_is_compared_too(clerks, people, units):
    sent = brought_to("seal", people, unit="D09", to=("D07",))
    typed = sent.doc_number.replace("〔", "(").replace("〕", ")")
    first = paper(units, people, sender_name="区民政局", sender_number=typed)
    take(sent, "dispatch", people["D09:clerk"])
    delivery = sent.deliveries.unguarded("a test looks").get()
    take(delivery, "sign_for", people["D07:clerk"])
    shown = clerks.get(delivery.get_absolute_url()).content.decode()
    assert first.get_absolute_url() in shown and "仍要登记的理由" in shown
    with pytest.raises(Refused, match="本单位已有"):
        take(delivery, "register", people["D07:clerk"], handling_kind="for_reading")
    take(delivery, "register", people["D07:clerk"], handling_kind="for_reading", repeat_reason="纸质件先到")
    assert (delivery.state, delivery.repeat_reason) == ("registered", "纸质件先到")


def test_how_a_paper_from_outside_went_back_is_noted(people, units):
    document = paper(units, people)
    with pytest.raises(Refused, match="须写明退回方式"):
        take(document, "return_to_sender", people["D07:clerk"], note="误送。")
    take(document, "return_to_sender", people["D07:clerk"], note="误送。", way="邮寄退回，单号1")
    assert document.ended_note == "误送。（退回方式：邮寄退回，单号1）"
    paper(units, people)  # what went back is no repeat


def amend(document, people, note="录入有误", unit="D07", **fields):
    return registering.amend(document, by=people[f"{unit}:clerk"], note=note, given=AmendInput(**fields))


def test_a_mistake_is_corrected_with_old_and_new_value_and_reason(people, units):
    document = paper(units, people, sender_date=date(2026, 3, 1))
    take(document, "register", people["D07:clerk"], handling_kind="for_reading", due_at=end_of_day(date(2027, 1, 5)))
    receipt = document.receipt_number
    amend(
        document, people, sender_name="上海市卫生局", sender_number="沪卫〔2026〕3号", title="关于体检的通知",
        sender_date=date(2026, 3, 2), has_date=True, handling_kind="for_action",
        due_at=end_of_day(date(2027, 1, 8)), has_limit=True,
    )  # fmt: skip
    document.refresh_from_db()
    assert (document.sender_name, document.title, document.receipt_number) == (
        "上海市卫生局",
        "关于体检的通知",
        receipt,
    )
    event = AuditEvent.objects.of(document).get(verb="amend")
    assert "来文单位由“上海市民政局”改为“上海市卫生局”" in event.opinion and event.opinion.endswith("。录入有误")
    assert event.detail["changes"]["sender_date"] == ["2026-03-01", "2026-03-02"]
    assert event.detail["changes"]["handling_kind"] == ["阅件", "办件"]
    task = Task.objects.of(document).open().get()
    assert (task.title, timezone.localdate(task.due_at)) == ("关于体检的通知", date(2027, 1, 8))
    assert document.history.first().history_user == people["D07:clerk"]
    with pytest.raises(Refused, match="没有改动"):
        amend(document, people, title="关于体检的通知")


def test_a_delivery_keeps_what_it_was_sent_with(people):
    document = registered(people)
    amend(document, people, unit="D09", title="另一标题", sender_number="别的号", handling_kind="for_action")
    document.refresh_from_db()
    assert (document.title, document.handling_kind) == ("关于做好电子公文归档工作的通知", "for_action")


def test_after_completion_by_others_and_into_a_repeat_nothing_is_corrected(people, units):
    first, second = paper(units, people), paper(units, people, sender_number="沪民〔2026〕13号")
    with pytest.raises(Refused, match="本单位已有"):
        amend(second, people, sender_number="沪民(2026)12号")
    for who in ("D07:officer", "D07:leader", "D09:clerk"):
        with pytest.raises(Refused, match="没有更正登记的权限"):
            registering.amend(first, by=people[who], note="试", given=AmendInput(title="改"))
    take(first, "register", people["D07:clerk"], handling_kind="for_reading")
    take(first, "complete", people["D07:clerk"], not_to_file="NF-3")
    with pytest.raises(Refused, match="登记事项不能更正"):
        amend(first, people, title="改")
    first.refresh_from_db()
    assert first.title == PAPER["title"]


def test_the_form_corrects_by_the_page(clerks, people, units):
    document = paper(units, people)
    take(document, "register", people["D07:clerk"], handling_kind="for_reading")
    data = {
        "amend-sender_name": "上海市民政局", "amend-sender_number": "沪民〔2026〕21号", "amend-title": PAPER["title"],
        "amend-sender_date": "", "amend-doc_type": "notice",
        "amend-urgency": "", "amend-handling_kind": "for_reading", "amend-due_on": "", "amend-note": "看错",
    }  # fmt: skip
    address = reverse("documents:side_act", args=[document.uid, "amend"])
    assert send_form(clerks, address, data).status_code == 302
    document.refresh_from_db()
    assert (document.sender_number, document.doc_number_as_given) == ("沪民〔2026〕21号", "沪民〔2026〕21号")
    assert "由“沪民〔2026〕12号”改为“沪民〔2026〕21号”" in clerks.get(
        reverse("documents:trail", args=[document.uid])
    ).content.decode()  # fmt: skip
    assert send_form(clerks, address, {**data, "amend-note": ""}).status_code == 422


def test_成文日期_is_never_in_the_future(clerks, people, units):
    later = timezone.localdate() + timedelta(days=1)
    data = {**PAPER, "unit": units["D07"].pk, "sender_date": later.isoformat(), "is_open": "on"}
    answer = send_form(clerks, reverse("documents:register_outside"), data)
    assert answer.status_code == 422 and "成文日期不能晚于今天" in answer.content.decode()
    with pytest.raises(Refused, match="成文日期不能晚于今天"):
        paper(units, people, sender_date=later)
    document = paper(units, people, sender_date=timezone.localdate())
    with pytest.raises(Refused, match="成文日期不能晚于今天"):
        amend(document, people, sender_date=later, has_date=True)


def test_文种_and_紧急程度_are_corrected_with_trace_and_a_pressing_paper_has_a_limit(clerks, people, units):
    document = paper(units, people)
    take(document, "register", people["D07:clerk"], handling_kind="for_action")
    data = {
        "amend-sender_name": PAPER["sender_name"], "amend-sender_number": PAPER["sender_number"],
        "amend-title": PAPER["title"], "amend-doc_type": "letter", "amend-urgency": "urgent",
        "amend-handling_kind": "for_action", "amend-due_on": "", "amend-note": "看错",
    }  # fmt: skip
    address = reverse("documents:side_act", args=[document.uid, "amend"])
    bare = send_form(clerks, address, data)
    assert bare.status_code == 422 and "加急公文须填写办理时限" in bare.content.decode()
    with pytest.raises(Refused, match="加急公文须填写办理时限"):
        amend(document, people, urgency="urgent")
    due = WorkingCalendar().after(timezone.localdate(), 2).day
    assert send_form(clerks, address, {**data, "amend-due_on": due.isoformat()}).status_code == 302
    document.refresh_from_db()
    assert (document.doc_type, document.urgency, timezone.localdate(document.due_at)) == ("letter", "urgent", due)
    opinion = AuditEvent.objects.of(document).get(verb="amend").opinion
    assert "文种由“通知”改为“函”；紧急程度由“一般”改为“加急”" in opinion
    with pytest.raises(Refused, match="请选择文种。请选择紧急程度"):
        amend(document, people, doc_type="x", urgency="y")
