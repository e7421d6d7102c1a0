"""来文种类 at 收文登记 (issue 13 point 5; practice 2.1 item 10): each kind with what it needs, in register and lists."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import pages, registering
from documents.models import Document, ReceivedDetail
from documents.states import ReceivedAs
from tests.cases import Case
from tests.forms import send_form
from tests.made import take
from units.workflow import Refused

pytestmark = pytest.mark.django_db
COMMON = {"sender_name": "上海市某机关", "title": "关于防汛工作的通知", "doc_type": "notice", "is_open": "on"}
TIMED = {"received_on": "2026-03-02", "received_clock": "09:30"}
GIVEN = {  # kind: what its form sends beside the common fields
    "paper": {},
    "fax": {"number": "62520000", **TIMED},
    "telegram": {"sender_number": "沪府明电〔2026〕3号", "grade": "highest", **TIMED},
    "telephone": {"caller": "王某", "number": "63210000", "taken_by": "值班员甲", "body": "明日九时开会。", **TIMED},
    "meeting": {"meeting": "全市档案工作会议", "meeting_on": "2026-03-09"},
    "email": {"number": "office@example.org", **TIMED},
}


@pytest.fixture
def clerk(people):
    client = Client()
    client.force_login(people["D07:clerk"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(client, units, kind: str, **changed):
    data = {"unit": units["D07"].pk, "received_as": kind, **COMMON, **GIVEN[kind], **changed}
    return send_form(client, f"{reverse('documents:register_outside')}?as={kind}", data)


def made() -> Document:
    return Document.objects.unguarded("a test looks").get()


@pytest.mark.parametrize("kind", ReceivedAs.values)
def test_each_kind_is_registered_with_what_it_needs_and_shown(kind, clerk, people, units):
    answer = sent(clerk, units, kind)
    assert answer.status_code == 302, answer.context["form"].errors
    row = made()
    assert row.received_as == kind and ReceivedDetail.objects.count() == (kind != "paper")
    page = clerk.get(row.get_absolute_url()).content.decode()
    assert ReceivedAs(kind).label in page
    take(row, "register", people["D07:clerk"], handling_kind="for_reading", due_at=timezone.now())
    days = {"first": "2020-01-01", "last": "2030-12-31"}
    register = clerk.get(reverse("documents:register", args=["received"]), {**days, "received_as": kind})
    assert row.title in register.content.decode()
    other = "fax" if kind != "fax" else "email"
    none = clerk.get(reverse("documents:register", args=["received"]), {**days, "received_as": other})
    assert row.title not in none.content.decode()
    listed = clerk.get(reverse("documents:under_way"), {"received_as": kind}).content.decode()
    assert row.title in listed
    assert row.title not in clerk.get(reverse("documents:under_way"), {"received_as": other}).content.decode()


@pytest.mark.parametrize("kind", ReceivedAs.values)
def test_what_a_kind_needs_and_has_not_is_told_at_its_field_and_nothing_is_kept(kind, clerk, units):
    for name in GIVEN[kind]:
        answer = sent(clerk, units, kind, **{name: ""})
        assert answer.status_code == 422, name
        at = "received_on" if name == "received_clock" else name
        assert at in answer.context["form"].errors
    assert not Document.objects.unguarded("a test looks").exists()


def test_what_is_not_said_to_be_open_is_not_registered(clerk, units):
    """SC-01 and practice 2.1 item 10: secret papers and cipher telegrams never, not even the title."""
    answer = sent(clerk, units, "telegram", is_open="")
    assert answer.status_code == 422 and "密码电报不得在本系统登记" in answer.content.decode()
    assert not Document.objects.unguarded("a test looks").exists()


def test_a_call_stands_on_the_handling_sheet_with_caller_number_time_and_who_took_it(clerk, units):
    sent(clerk, units, "telephone")
    row = made()
    assert row.sender_date == date(2026, 3, 2)
    text = pages.handling_sheet(row, moment=timezone.now()).text
    assert "电话记录 来电人：王某；来电号码：63210000；来电时间：2026-03-02 09:30\n明日九时开会。 值班员甲" in text


def test_a_call_has_no_scan_and_is_of_no_kind_of_document(clerk, units):
    form = clerk.get(f"{reverse('documents:register_outside')}?as=telephone").content.decode()
    assert 'name="doc_type"' not in form
    answer = sent(clerk, units, "telephone")
    page = clerk.get(answer["Location"]).content.decode()
    assert "来文已签收，请登记。" in page and "上传扫描件" not in page.split("来文已签收")[1].split("<")[0]
    assert "<dt>文种</dt>" not in page.replace(" ", "").replace("\n", "")


def test_the_grade_of_a_telegram_is_its_urgency(clerk, units):
    sent(clerk, units, "telegram")
    assert made().urgency == "extra_urgent"


CASES = [
    Case("收文登记", "时间晚于现在", "不能晚于现在", value={"received_on": "2030-01-01"}),
    Case("收文登记", "时间写成 9点半", "时间应写成 17:00 的样式", value={"received_clock": "9点半"}),
    Case("收文登记", "种类不存在", "所选内容不在列表中", value={"received_as": "pigeon"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_value_is_a_sentence(case, clerk, units):
    answer = sent(clerk, units, "telephone", **case.value)
    assert answer.status_code == 422 and case.expected in answer.content.decode()


def test_the_act_asks_what_the_form_asks(people, units):
    """A registration that comes by another way is refused as well."""
    moment = timezone.make_aware(datetime(2026, 3, 2, 9, 30))
    fields = {"sender_name": "某机关", "title": "来电", "received_as": "telephone", "received_at": moment}
    with pytest.raises(Refused, match="电话记录须填写“来电人”"):
        registering.register_outside(fields, unit=units["D07"], by=people["D07:clerk"])
