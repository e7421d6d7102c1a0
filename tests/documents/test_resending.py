"""退文 seen from both ends: the drafter reads it, the sender sends again to that unit, the receiver asks for that."""

import pytest

from documents import exchange_actions
from documents.exchange_inputs import SendInput, TasksInput
from documents.side_acts import SIDE_ACTS
from tests.documents.exchanged import at, page, state_at, tasks
from tests.made import brought_to, take
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    take(at(sent, "D09"), "return_to_sender", people["D09:clerk"], note="不属本局职责。")
    return sent


def words(shown) -> str:
    return " ".join(shown.content.decode().split())


def ask(delivery, by, note="误退，请重发。"):
    return SIDE_ACTS.perform("ask_again", delivery, by=by, note=note)


def test_the_drafter_reads_on_top_who_gave_it_back_and_why(sent, people):
    text = words(page(people, "D07:officer", sent))
    top = text[: text.index('id="layout"')]
    assert "退文 1" in top and "区民政局退文：不属本局职责。" in top and "重发给该单位" not in top


def test_the_senders_bar_leads_to_补发_for_that_unit(sent, people, units):
    shown = page(people, "D07:clerk", sent)
    assert "退文 1" in words(shown) and 'href="?again=D09#act-send_more"' in shown.content.decode()
    text = page(people, "D07:clerk", sent, "?again=D09").content.decode()
    assert "将补发给：区民政局" in text and "退文后重发" in text
    panel = text[: text.index('id="act-send_more"')].rpartition("<details")[2]
    assert panel.startswith(" open>")
    for wrong in ("D15", "D07", "x", ""):  # has it, sent it, nobody
        assert "将补发给：区" not in page(people, "D07:clerk", sent, f"?again={wrong}").content.decode()
    given = SendInput((units["D09"],))
    exchange_actions.send_more(sent, by=people["D07:clerk"], note="退文后重发", given=given)
    assert "重发给该单位" not in page(people, "D07:clerk", sent).content.decode()


def test_who_gave_it_back_by_mistake_asks_for_it_again(sent, people, units):
    delivery = at(sent, "D09")
    assert "请求重发" in page(people, "D09:clerk", delivery).content.decode()
    with pytest.raises(Refused, match="须填写理由"):
        ask(delivery, people["D09:clerk"], note="")
    with pytest.raises(Refused, match="权限"):
        ask(delivery, people["D09:leader"])
    assert ask(delivery, people["D09:clerk"]) == "已请求区信息委重发，由其文书处理"
    asked = tasks(sent, "take_back")[-1]
    assert asked.post.kind == "clerk" and "请求重发：误退，请重发。" in asked.remark
    assert AuditEvent.objects.of(delivery).get(verb="ask_again").opinion == "误退，请重发。"
    with pytest.raises(Refused, match="已请求重发"):
        ask(delivery, people["D09:clerk"])
    given = SendInput((units["D09"],))
    exchange_actions.send_more(sent, by=people["D07:clerk"], note="误退", given=given)
    exchange_actions.take_back(sent, by=people["D07:clerk"], given=TasksInput())
    assert state_at(sent, "D09") == ["returned_to_sender", "delivered"] and not tasks(sent, "take_back")
    with pytest.raises(Refused, match="已经重发"):
        ask(delivery, people["D09:clerk"])


def test_only_what_was_given_back_is_asked_for(sent, people):
    with pytest.raises(Refused, match="只有已退文"):
        ask(at(sent, "D15"), people["D15:clerk"])
