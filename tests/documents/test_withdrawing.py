"""Issue 12: a 补发 that was asked for and not answered is withdrawn by its asker: 撤销请求."""

import pytest
from django.urls import reverse

from documents import exchange_actions
from documents.models import DispatchRequest
from documents.side_acts import SIDE_ACTS
from tests.documents.exchanged import browser, more, page, state_at, tasks
from tests.made import brought_to
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
WITHDRAW = "withdraw_request"


@pytest.fixture
def sent(people):
    return brought_to("dispatch", people)


def withdraw(client, document, *requests, note=""):
    address = reverse("documents:side_act", args=[document.uid, WITHDRAW])
    return client.post(address, {f"{WITHDRAW}-requests": requests, f"{WITHDRAW}-note": note})


def test_the_asker_withdraws_on_the_page_and_the_signer_is_told(sent, people, units):
    more(sent, units, people, "D30", names=("市档案局",), note="请掌握")
    page(people, "D07:leader", sent)  # he has opened it
    asked = DispatchRequest.objects.get()
    shown = page(people, "D07:clerk", sent).content.decode()
    assert "待原签批人同意" in shown and 'href="#act-withdraw_request"' in shown
    assert "补发区档案局、市档案局：请掌握" in shown
    clerk = browser(people, "D07:clerk")
    assert withdraw(clerk, sent, asked.pk, note="单位填错了").status_code == 302
    asked.refresh_from_db()
    assert asked.withdrawn_at and (asked.decided_at, asked.is_agreed, asked.answer) == (None, None, "单位填错了")
    assert not tasks(sent, "consent") and state_at(sent, "D30") == []
    ended = Task.objects.of(sent).get(kind="consent")
    name = people["D07:clerk"].name
    assert ended.outcome == "taken_back" and ended.remark.startswith(f"{name}已撤销请求：单位填错了（")
    (notice,) = tasks(sent, "notice")
    assert notice.assignee == people["D07:leader"] and f"{name}已撤销请求：单位填错了" in notice.remark
    event = AuditEvent.objects.filter(object_uid=sent.uid, verb=WITHDRAW).get()
    assert event.actor == people["D07:clerk"] and event.opinion == "撤销补发区档案局、市档案局的请求：单位填错了"
    after = page(people, "D07:clerk", sent).content.decode()
    assert "已撤销：单位填错了" in after and 'id="act-withdraw_request"' not in after
    with pytest.raises(Refused, match="没有待您同意"):
        exchange_actions.consent(sent, by=people["D07:leader"])
    more(sent, units, people, "D30", note="改正后再请求")  # withdrawn is not waiting: it may be asked for anew
    assert len(tasks(sent, "consent")) == 1


def test_one_of_several_is_withdrawn_and_the_others_wait(sent, people, units):
    more(sent, units, people, "D30")
    more(sent, units, people, "D15")
    first, second = DispatchRequest.objects.order_by("pk")
    clerk = browser(people, "D07:clerk")
    nothing = withdraw(clerk, sent)
    assert nothing.status_code == 422 and "请至少选择一项" in nothing.content.decode()
    assert withdraw(clerk, sent, second.pk).status_code == 302
    (left,) = tasks(sent, "consent")
    assert left.step_uid == first.uid and not tasks(sent, "notice")  # who never saw it lost nothing
    again = withdraw(clerk, sent, second.pk)
    assert again.status_code == 422 and "所选请求已经答复或者撤销" in again.content.decode()
    exchange_actions.consent(sent, by=people["D07:leader"])
    assert (state_at(sent, "D30"), state_at(sent, "D15")) == (["delivered"], [])


def test_nobody_else_withdraws_it_and_nothing_that_is_answered(sent, people, units):
    more(sent, units, people, "D30")
    for who in ("D07:leader", "D07:officer", "D07:reviewer", "D09:clerk"):
        with pytest.raises(Refused, match="没有您可撤销的补发请求"):
            SIDE_ACTS.perform(WITHDRAW, sent, by=people[who])
    exchange_actions.decline(sent, by=people["D07:leader"], note="不属其职责。")
    with pytest.raises(Refused, match="没有待原签批人同意的补发请求"):
        SIDE_ACTS.perform(WITHDRAW, sent, by=people["D07:clerk"])
    assert not AuditEvent.objects.filter(object_uid=sent.uid, verb=WITHDRAW).exists()
