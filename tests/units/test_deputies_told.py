"""Nobody makes himself another's deputy; the principal is told; bounds in time (issue 10, a newcomer's trial: A2)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.states import RoutingDirection
from tests.cases import Case
from tests.made import brought_to, take
from tests.transfer.stock import browser, made, stocked
from tests.units.test_delegations import given, post, same
from tests.units.test_dismissal import by as by_of
from tests.units.test_dismissal import second_officer as second_officer_of
from transfer.actions import start_packaging
from transfer.background import package_batch
from units import delegations, handover
from units import people as actions
from units.access import may
from units.fitting import NOTICE
from units.models import Appointment, AuditEvent, Delegation, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PAGE = "units:delegations"
by = by_of
second_officer = second_officer_of


def form(people, principal="D07:leader", deputy="D07:archivist", starts=TODAY, ends=TODAY, reason="出差") -> dict:
    own = Appointment.objects.get(user=people[principal])
    return {
        "appointment": own.pk,
        "deputy": people[deputy].pk,
        "starts_on": starts,
        "ends_on": ends,
        "reason": reason,
        "sure": "on",
    }


def test_whoever_arranges_it_for_another_is_not_the_deputy(people):
    """A clerk made herself the leader's deputy and signed in his name."""
    with pytest.raises(Refused, match=f"不能自任代理人，请由{people['D07:leader'].name}本人"):
        given(people, deputy="D07:clerk", by="D07:clerk")
    told = browser(people["D07:clerk"]).post(reverse(PAGE), form(people, deputy="D07:clerk"))
    offered = [label for _, label in told.context["form"].fields["deputy"].choices]
    assert not any(people["D07:clerk"].name in one for one in offered)
    assert f"{people['D07:archivist'].name}（区信息委 档案员）　兼归档，不宜" in offered  # no user names
    assert told.status_code == 422 and "不能自任代理人" in told.content.decode()
    assert not Delegation.objects.exists() and not AuditEvent.objects.filter(verb="delegate").exists()
    given(people, deputy="D07:clerk", by="D07:leader")  # the principal himself may choose her


def test_the_principal_is_told_and_his_page_says_who_arranged_it(people):
    row = given(people, by="D07:clerk")
    leader = browser(people["D07:leader"])
    waiting = leader.get("/waiting/").content.decode()
    assert "代理告知" in waiting and f"{people['D07:clerk'].name}安排" in waiting and reverse(PAGE) in waiting
    shown = leader.get(reverse(PAGE)).content.decode()
    assert (
        people["D07:clerk"].name in shown and f"{timezone.localtime(row.given_at):%H:%M}" in shown and "知悉" in shown
    )
    note = reverse("units:note_delegation", args=[row.uid])
    assert browser(row.deputy).post(note).status_code == 404
    assert leader.post(note).status_code == 302
    assert not Task.objects.open().filter(kind=NOTICE).exists()
    assert "知悉</button>" not in leader.get(reverse(PAGE)).content.decode()
    assert AuditEvent.objects.get(verb="note_delegation").actor == people["D07:leader"]
    assert leader.post(note).status_code == 422  # told once


def test_the_notice_is_the_principals_own(people):
    """His deputy does not have it, nobody is handed it, and it goes with his last post of the unit."""
    row = given(people, by="D07:clerk")
    assert not Task.objects.waiting_for(same(row.deputy)).filter(kind=NOTICE).exists()
    assert [key for key, _, _ in handover.sources(row.unit)] == []
    own = Appointment.objects.get(user=people["D07:leader"])
    assert handover.items_of(own) == []
    actions.dismiss(own, by=people["D07:secadmin"], reason="调离")
    assert not Task.objects.open().filter(kind=NOTICE).exists()


def test_no_notice_of_what_he_arranged_himself(people):
    given(people)
    assert not Task.objects.filter(kind=NOTICE).exists()


CASES = [
    Case("代理起止", "止日 9999-12-31", "拒绝，说明最长一年", "no bound", date(9999, 12, 31), "一次最长一年"),
    Case("代理起止", "止日在四年以后", "拒绝，说明最长一年", "", TODAY + timedelta(1500), "一次最长一年"),
    Case("代理起止", "止日在一年零一天以后", "拒绝，说明最长一年", "", TODAY + timedelta(366), "一次最长一年"),
    Case("代理起止", "起止日均为 9999-12-31", "拒绝，说明最多提前一年", "", (date(9999, 12, 31),) * 2, "最多提前一年"),
    Case("代理起止", "整一年", "接受", "", TODAY + timedelta(365), ""),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_days_of_a_deputyship(people, case):
    starts, ends = case.value if isinstance(case.value, tuple) else (TODAY, case.value)
    response = browser(people["D07:leader"]).post(reverse(PAGE), form(people, starts=starts, ends=ends))
    assert response.status_code == (422 if case.wanted else 302)
    assert case.wanted in response.content.decode()
    assert Delegation.objects.exists() is not bool(case.wanted)


def test_a_second_deputy_of_the_same_post_is_refused_while_the_first_holds(people):
    given(people, days=(2, 5))
    with pytest.raises(Refused, match=f"已由{people['D07:archivist'].name}代理.*只能有一名代理人"):
        given(people, deputy="D07:clerk", days=(5, 8))
    given(people, deputy="D07:clerk", days=(6, 8))
    delegations.end(Delegation.objects.get(deputy=people["D07:archivist"]), by=people["D07:leader"])
    given(people, deputy="D07:reviewer", days=(3, 4))


def test_a_leaders_own_deputy_is_told_at_once_that_he_signs_nothing_upward(people):
    pages = browser(people["D07:leader"])
    told = pages.post(reverse(PAGE), form(people), follow=True).content.decode()
    assert "不能签发上行文" in told and f"{TODAY:%Y-%m-%d} 至 {TODAY:%Y-%m-%d}由" in told
    document = brought_to("check", people, to=("D01",), routing_direction=RoutingDirection.UP)
    with pytest.raises(Refused, match="可代行签发上行文"):
        take(document, "approve", same(people["D07:archivist"]), note="同意。")


def test_ended_deputyships_stay_listed(people):
    row = given(people)
    delegations.end(row, by=people["D07:leader"], reason="已返回")
    Delegation.objects.create(
        principal=people["D07:leader"], deputy=people["D07:clerk"], post=post("leader"), reason="休假",
        starts_on=TODAY - timedelta(9), ends_on=TODAY - timedelta(3), given_by=people["D07:leader"],
    )  # fmt: skip
    for who in ("leader", "clerk"):
        shown = browser(people[f"D07:{who}"]).get(reverse(PAGE)).content.decode()
        assert "过去的代理" in shown and "提前结束" in shown and "到期" in shown, who
    assert "过去的代理" not in browser(people["D09:leader"]).get(reverse(PAGE)).content.decode()


def test_ending_is_asked_once_more_on_a_page_of_its_own(people):
    row, pages = given(people), browser(people["D07:leader"])
    listed = pages.get(reverse(PAGE)).content.decode()
    address = reverse("units:end_delegation", args=[row.uid])
    assert f'href="{address}"' in listed and f'action="{address}"' not in listed  # a link: nothing ends by one key
    asked = pages.get(address).content.decode()
    assert "确认结束代理" in asked and asked.index('name="reason"') < asked.index("确认结束代理")
    assert Delegation.objects.get().ended_at is None
    assert pages.post(address, {"reason": "返" * 201}).status_code == 422 and Delegation.objects.get().ended_at is None
    assert pages.post(address, {"reason": "已返回"}).status_code == 302
    assert AuditEvent.objects.get(verb="end_delegation").opinion == "已返回"
    assert pages.post(address).status_code == 422  # already ended


def send(deputy, document, words="同意，按修改后的文本印发。"):
    return browser(same(deputy)).post(reverse("documents:act", args=[document.uid, "approve"]), {"approve-note": words})


def test_a_deputy_on_an_open_page_after_the_end_is_told_and_keeps_his_words(people):
    """He still sees the document as its drafter."""
    document, row = brought_to("check", people), given(people, deputy="D07:officer")
    delegations.end(row, by=people["D07:clerk"])
    told = send(row.deputy, document)
    words = told.content.decode()
    assert told.status_code == 422 and "结束，不能再代为办理" in words and "按修改后的文本印发" in words
    document.refresh_from_db()
    assert document.state == "in_review"
    assert send(row.deputy, brought_to("check", people, unit="D09", to=("D07",))).status_code == 404


def test_a_deputy_who_does_not_see_the_document_any_more_is_told_too(people, second_officer):
    document = brought_to("check", people)
    row = given(people | {"D07:second": second_officer}, deputy="D07:second")
    assert may(same(second_officer), "approve", document)
    delegations.end(row, by=people["D07:leader"])
    assert not may(same(second_officer), "view", document)
    told = send(second_officer, document, "同意甲乙丙。")
    assert told.status_code == 422 and "同意甲乙丙" in told.content.decode() and "结束" in told.content.decode()
    assert browser(same(second_officer)).get(document.get_absolute_url()).status_code == 404
    after = brought_to("check", people, title="关于结束以后的通知")
    assert send(second_officer, after).status_code == 404  # it never was before him


def test_a_former_deputy_is_told_on_a_batch_too(people, second_officer):
    stocked(people, 1)
    batch = made(people)
    package_batch(start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    row = given(people | {"D07:second": second_officer}, deputy="D07:second")
    assert may(same(second_officer), "approve", batch)
    delegations.end(row, by=people["D07:leader"])
    act = reverse("transfer:act", args=[batch.uid, "approve"])
    told = browser(same(second_officer)).post(act, {"approve-note": "同意移交。"})
    assert told.status_code == 422 and "不能再代为办理" in told.content.decode()
    batch.refresh_from_db()
    assert batch.state == "self_checked"


def test_the_header_says_for_whom_one_acts(people):
    row = given(people)
    said = f"代{row.principal.name}（区信息委 领导）"
    assert said in browser(same(row.deputy)).get("/waiting/").content.decode()
    assert said not in browser(row.principal).get("/waiting/").content.decode()
