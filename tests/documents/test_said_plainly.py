"""Pages say what is so, where it is looked for (issue 10, a newcomer's trial: A4, A5, B6, B7, B8, B11, C)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.opening_review.forms import JudgeForm
from documents import current
from documents.actions import waive_reply
from documents.current import OFFER, VALIDITY, Abolition, Dates, Words
from documents.models import CurrentDocument
from documents.states import Disclosure, Validity
from tests.cases import Case
from tests.made import brought_to, draft, take
from tests.transfer.stock import browser
from tests.units.test_delegations import same
from units import handover
from units.actions import system_user
from units.administrators import ADMINISTRATION, propose_dismissal
from units.models import Appointment, AuditEvent, Post, Task, User
from units.people import appoint
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def sent(people):
    return brought_to("dispatch", people, title="关于规范公文办理的通知", disclosure_attr=Disclosure.PROACTIVE)


@pytest.fixture
def offered(people, sent) -> CurrentDocument:
    return current.publish(sent, by=people["D07:clerk"], topic="综合政务", summary="规范电子公文办理")


def acted(people, row, name, follow=True, **data):
    address = reverse("documents:offer_act", args=[row.uid, name])
    return browser(people["D07:clerk"]).post(address, {f"{name}-{key}": v for key, v in data.items()}, follow=follow)


def public(row) -> str:
    return Client().get(reverse("portal:document", args=[row.uid])).content.decode()


def test_an_abolition_ahead_is_not_said_to_be_one(people, offered):
    """A future day was answered with 已废止."""
    day = TODAY + timedelta(30)
    answer = acted(people, offered, "abolish", abolished_on=day, note="已有新规定").content.decode()
    assert f"将自 {day} 起废止" in answer and "已废止" not in answer
    offered.refresh_from_db()
    assert offered.validity == Validity.IN_FORCE and offered.announced == f"将自 {day} 起废止"
    assert offered.announced in public(offered)
    listed = browser(people["D07:clerk"]).get(reverse("documents:current")).content.decode()
    assert offered.announced in listed
    acted(people, offered, "clear_marks", note="误登")
    assert "已废止" in acted(people, offered, "abolish", abolished_on=TODAY, note="已有新规定").content.decode()


CASES = [
    Case("现行文件起止", "失效日期为昨天", "拒绝", "it would be over before it is public", TODAY - timedelta(1), "已经失效"),
    Case("现行文件起止", "失效日期为今天", "拒绝", "the day is the first on which it does not hold", TODAY, "已经失效"),
    Case("现行文件起止", "失效日期为明天", "接受", "", TODAY + timedelta(1), ""),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_over_is_not_published(people, sent, case):
    address = reverse("documents:side_act", args=[sent.uid, "publish"])
    data = {"topic": "综合", "summary": "试", "effective_from": date(2020, 1, 1), "expires_on": case.value}
    answer = browser(people["D07:clerk"]).post(address, {f"publish-{key}": value for key, value in data.items()})
    assert answer.status_code == (422 if case.wanted else 302) and case.wanted in answer.content.decode()
    assert CurrentDocument.objects.unguarded("a test looks").exists() is not bool(case.wanted)


def test_what_has_expired_is_not_offered_again(people, offered):
    OFFER.perform("withdraw", offered, by=people["D07:clerk"], note="核对内容")
    VALIDITY.perform("correct_dates", offered, by=people["D07:clerk"], note="更正", given=Dates(None, TODAY))
    with pytest.raises(Refused, match="已经失效"):
        OFFER.perform("offer_again", offered, by=people["D07:clerk"], note="核对完毕")


def test_the_validity_stands_beside_the_title_of_the_public_page(people, offered):
    page = public(offered)
    assert page.index("现行有效") < page.index("文件信息") and page.index("</h1>") < page.index("现行有效")
    VALIDITY.perform("abolish", offered, by=people["D07:clerk"], note="已有新规定", given=Abolition(TODAY, ""))
    page = public(offered)
    assert page.index("已废止") < page.index("文件信息")


def test_the_document_page_links_to_what_was_published(people, sent, offered):
    clerk = browser(people["D07:clerk"])
    assert "已报送现行文件" in clerk.get(sent.get_absolute_url()).content.decode()
    assert offered.get_absolute_url() in clerk.get(sent.get_absolute_url()).content.decode()
    OFFER.perform("withdraw", offered, by=people["D07:clerk"], note="核对内容")
    assert "已从现行文件撤下" in clerk.get(sent.get_absolute_url()).content.decode()
    delivery = sent.deliveries.unguarded("a test looks").get()
    assert offered.index_no not in browser(people["D09:clerk"]).get(delivery.get_absolute_url()).content.decode()


def test_topic_and_summary_are_corrected_with_an_event(people, offered):
    assert "请填写" in acted(people, offered, "correct_words", topic="", summary="", note="").content.decode()
    answer = acted(people, offered, "correct_words", topic="民政", summary="新的概述", note="原分类有误")
    offered.refresh_from_db()
    assert (offered.topic, offered.summary) == ("民政", "新的概述")
    assert "民政" in public(offered) and "新的概述" in public(offered)
    event = AuditEvent.objects.get(verb="correct_words")
    assert (event.post, event.opinion, event.detail["topic"]) == ("文书", "原分类有误", "民政")
    assert "长宁区信息化委员会 文书" in answer.content.decode()  # the trail gives the post
    with pytest.raises(Refused, match="没有更正分类和概述的权限"):
        VALIDITY.perform("correct_words", offered, by=people["D07:officer"], note="改", given=Words("甲", "乙"))


def test_a_withdrawn_document_is_marked_abolished(people, offered):
    OFFER.perform("withdraw", offered, by=people["D07:clerk"], note="核对内容")
    answer = acted(people, offered, "abolish", abolished_on=TODAY, note="已有新规定")
    offered.refresh_from_db()
    assert answer.status_code == 200 and offered.validity == Validity.ABOLISHED
    assert "停止公开，理由：核对内容" in answer.content.decode()


REASONS = [
    Case("退回理由", "500 个字", "接受", "", 500, ""),
    Case("退回理由", "501 个字", "拒绝，说明现有几个字", "lists and sheets hold no essay", 501, "现有 501 个字"),
    Case("退回理由", "空白", "拒绝", "", 0, "理由"),
]  # fmt: skip


@pytest.mark.parametrize("case", REASONS, ids=str)
def test_the_reason_of_a_return(people, case):
    document = brought_to("submit", people)
    address = reverse("documents:act", args=[document.uid, "send_back"])
    answer = browser(people["D07:reviewer"]).post(address, {"send_back-note": "理" * case.value})
    assert answer.status_code == (422 if case.wanted else 302) and case.wanted in answer.content.decode()
    document.refresh_from_db()
    assert document.state == ("in_review" if case.wanted else "drafting")


def test_too_long_a_reason_for_no_reply_is_refused_not_cut(people):
    document = brought_to(
        "dispatch",
        people,
        to=("D01",),
        doc_type="request_for_instruction",
        routing_direction="up",
        contact="办公室 62510000",
    )
    with pytest.raises(Refused, match="现有 201 个字"):
        waive_reply(document, by=people["D07:clerk"], note="不" * 201)
    waive_reply(document, by=people["D07:clerk"], note="不" * 200)


def test_why_a_draft_came_back_stands_on_its_page_and_in_the_drafters_list(people):
    document = brought_to("check", people)
    take(document, "send_back", people["D07:leader"], note="数据与附件不一致，请核对。")
    officer = browser(people["D07:officer"])
    page = officer.get(document.get_absolute_url()).content.decode()
    assert page.index("数据与附件不一致") < page.index('class="desk"')
    assert "被退回：数据与附件不一致" in officer.get("/waiting/").content.decode()
    assert "退回（签发）" in page  # the way does not call it 签发
    take(document, "submit", people["D07:officer"], note="已核")
    assert "<h2>被退回</h2>" not in officer.get(document.get_absolute_url()).content.decode()


def test_a_return_after_signing_is_one_on_the_way_too(people):
    document = brought_to("number", people)
    take(document, "refer_back", people["D07:clerk"], note="文号与标题不符。")
    take(document, "agree_to_change", people["D07:leader"])
    page = browser(people["D07:officer"]).get(document.get_absolute_url()).content.decode()
    assert "退原签批人复审" in page and page.index("文号与标题不符") < page.index('class="desk"')
    take(document, "submit", people["D07:officer"], note="已说明")  # unchanged: the reviewer's 同意 holds
    for step, post in (("approve", "leader"), ("number", "clerk"), ("proofread", "clerk")):
        take(document, step, people[f"D07:{post}"], note="同意。")


def test_nobody_checks_what_he_himself_has_in_his_hands(people, units):
    """Handed the 修改 of a returned draft, the reviewer submitted it and checked it himself."""
    document = brought_to("submit", people)
    take(document, "send_back", people["D07:reviewer"], note="请改")
    task = Task.objects.of(document).open().get(kind="redraft")
    handover.hand_over([task], people["D07:reviewer"], unit=units["D07"], by=people["D07:clerk"])
    take(document, "submit", same(people["D07:reviewer"]), note="已改")
    with pytest.raises(Refused, match="不得审核本人拟制或修改的文稿"):
        take(document, "check", same(people["D07:reviewer"]), note="同意。")
    checking = Task.objects.of(document).open().get(kind="check")
    handover.hand_over([checking], people["D07:leader"], unit=units["D07"], by=people["D07:clerk"])
    take(document, "check", same(people["D07:leader"]), note="同意。")
    assert draft(people).state == "drafting"


def test_the_one_concerned_is_not_offered_his_own_dismissal_and_decisions_say_who(people, units):
    successor = User.objects.create(username="successor", name="继任", joined_on=date(2020, 1, 1))
    appoint(successor, Post.objects.get(kind="auditor"), by=system_user())
    auditor = Appointment.objects.get(user=people["D07:auditor"])
    change = propose_dismissal(auditor, by=people["D07:sysadmin"], reason="轮岗")
    address = reverse("units:administrators")
    assert "确认免职</button>" not in browser(people["D07:auditor"]).get(address).content.decode()
    assert "确认免职</button>" in browser(people["D07:secadmin"]).get(address).content.decode()
    with pytest.raises(Refused):
        ADMINISTRATION.perform("confirm", change, by=same(people["D07:auditor"]))
    ADMINISTRATION.perform("confirm", change, by=people["D07:secadmin"])
    shown = browser(people["D07:secadmin"]).get(address).content.decode()
    assert f"{people['D07:secadmin'].name}（安全保密管理员）" in shown


def test_no_decision_on_opening_is_chosen_beforehand():
    form = JudgeForm()
    assert form.fields["proposal"].choices[0] == ("", "请选择") and form["proposal"].value() in (None, "")
    assert "proposal" in JudgeForm({"note": "同意"}).errors


def test_print_hides_fields_and_buttons_and_fits_the_sheet_under_the_head():
    style = Path(settings.BASE_DIR, "static/css/print.css").read_text()
    hidden = style.split("display: none")[0]
    assert all(f"  {name},\n" in hidden for name in ("button", ".field", "input", "select", "textarea", ".button"))
    assert "height: 215mm" in style
