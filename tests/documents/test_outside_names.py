"""补发, 增加抄送: a name that no registered body bears is asked about first; who gets it is said before the button."""

import pytest
from django.urls import reverse

from documents.models import OutsideBody
from tests.documents.exchanged import browser, page, tasks
from tests.forms import send_form
from tests.made import brought_to
from units import form_drafts

pytestmark = pytest.mark.django_db
ASKED = "“教育档案”不是已登记的区外单位，仍要发给它请勾选"


def post(sent, people, **fields):
    address = reverse("documents:side_act", args=[sent.uid, "send_more"])
    data = {f"send_more-{name}": value for name, value in {"note": "工作需要", **fields}.items()}
    return send_form(browser(people, "D07:clerk"), address, data)


@pytest.fixture
def sent(people, units):
    OutsideBody.objects.create(unit=units["D07"], name="中国教育学会", short_name="教育学会")
    return brought_to("dispatch", people, to=("D09",))


def test_an_unregistered_name_is_asked_about_and_each_tick_holds_for_its_own_name(sent, people):
    answer = post(sent, people, others="教育档案、教育学会")
    text = answer.content.decode()
    assert answer.status_code == 422 and ASKED in text and "“教育学会”不是" not in text
    assert 'name="send_more-sure" value="教育档案"' in text and not tasks(sent, "consent")
    answer = post(sent, people, others="教育档案、市档案学会", sure=["教育档案"])
    assert answer.status_code == 422 and ASKED not in answer.content.decode()
    assert "“市档案学会”不是已登记的区外单位" in answer.content.decode() and not tasks(sent, "consent")
    assert post(sent, people, others="教育档案", sure=["教育档案", "市档案学会"]).status_code == 302
    assert "教育档案" in tasks(sent, "consent")[0].remark


def test_the_answer_reads_as_a_sentence(sent, people):
    client = browser(people, "D07:clerk")
    address = reverse("documents:side_act", args=[sent.uid, "send_more"])
    data = {"send_more-note": "工作需要", "send_more-others": "教育档案", "send_more-sure": "教育档案"}
    send_form(client, address, data)
    text = client.get(sent.get_absolute_url()).content.decode()
    assert f"“{sent.title}”：“教育档案”不在原批准范围内，已请原签批人同意" in text


def test_增加抄送_asks_as_well(people):
    document = brought_to("approve", people)
    address = reverse("documents:act", args=[document.uid, "add_copies"])
    data = {"add_copies-note": "", "add_copies-others": "教育档案", "add_copies-consented": "签发人"}
    answer = send_form(browser(people, "D07:clerk"), address, data)
    text = answer.content.decode()
    assert answer.status_code == 422 and ASKED in text and "将增加抄送：教育档案" in text
    assert send_form(browser(people, "D07:clerk"), address, data | {"add_copies-sure": "教育档案"}).status_code == 302


def test_what_was_restored_is_restored_whole_and_says_to_whom_it_would_go(sent, people, units):
    """Ticks as well as words, with the notice directly before the form, in the opened panel."""
    clerk = people["D07:clerk"]
    ticket = form_drafts.Ticket(clerk.pk, "document:send_more", sent.get_absolute_url(), sent.uid)
    pairs = [("send_more-units", [str(units["D15"].pk)]), ("send_more-others", ["教育档案"])]
    form_drafts.keep(ticket, form_drafts.typed_of(pairs), by=clerk, tab="a", seq=1)
    text = page(people, "D07:clerk", sent).content.decode()
    panel = text[: text.index('id="act-send_more"')].rpartition("<details")[2]
    assert panel.startswith(" open>") and "已恢复您" in panel and "放弃" in panel
    assert f"将补发给：{units['D15'].short_name}、教育档案" in text
