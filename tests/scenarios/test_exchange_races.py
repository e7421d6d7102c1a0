"""Two at once on what was sent: one wins, the other reads why not."""

import pytest

from documents import exchange_actions, registering
from documents.exchange_inputs import RecallDeliveriesInput, SendInput
from documents.models import DispatchRequest, Document
from documents.side_acts import SIDE_ACTS
from documents.workflow import workflow_of
from tests.made import brought_to
from tests.scenarios.test_concurrency import at_once
from units.models import User
from units.workflow import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(document) -> Document:
    return Document.objects.unguarded("a test looks").get(pk=document.pk)


def person(user) -> User:
    return User.objects.get(pk=user.pk)


def test_signing_for_against_recall(people):
    sent = brought_to("dispatch", people)
    delivery = sent.deliveries.unguarded("a test looks").get()

    def act(number: int):
        if number:
            return exchange_actions.recall(
                fresh(sent), by=person(people["D07:clerk"]), note="误", given=RecallDeliveriesInput()
            )
        return workflow_of(delivery).perform("sign_for", fresh(delivery), by=person(people["D09:clerk"]))

    answers = at_once(2, act)
    lost = [isinstance(one, Refused) for one in answers]
    assert sum(lost) == 1
    assert fresh(delivery).state == ("signed_for" if lost[1] else "recalled")


def test_two_clerks_send_the_same_unit_a_copy(people, units):
    sent = brought_to("dispatch", people)
    exchange_actions.recall(sent, by=people["D07:clerk"], note="误", given=RecallDeliveriesInput())

    def act(number: int):
        given = SendInput((units["D09"],))
        return exchange_actions.send_more(fresh(sent), by=person(people["D07:clerk"]), note="补", given=given)

    answers = at_once(2, act)
    assert sum(isinstance(one, Refused) for one in answers) == 1
    assert sorted(one.state for one in sent.deliveries.unguarded("a test looks")) == ["delivered", "recalled"]


def test_a_request_is_withdrawn_while_it_is_agreed_to(people, units):
    sent = brought_to("dispatch", people)
    clerk, leader = people["D07:clerk"], people["D07:leader"]
    exchange_actions.send_more(sent, by=clerk, note="补", given=SendInput((units["D30"],)))

    def act(number: int):
        if number:
            return exchange_actions.consent(fresh(sent), by=person(leader))
        return SIDE_ACTS.perform("withdraw_request", fresh(sent), by=person(clerk))

    answers = at_once(2, act)
    lost = [isinstance(one, Refused) for one in answers]
    assert sum(lost) == 1
    reached = sent.deliveries.unguarded("a test looks").filter(unit=units["D30"]).exists()
    assert reached == lost[0] and DispatchRequest.objects.filter(withdrawn_at=None).exists() == lost[0]


def test_two_clerks_register_the_same_paper(people, units):
    fields = {"title": "关于检查的通知", "sender_name": "上海市民政局", "sender_number": "沪民〔2026〕1号"}

    def act(number: int):
        return registering.register_outside(fields, unit=units["D07"], by=person(people["D07:clerk"]))

    answers = at_once(2, act)
    assert sum(isinstance(one, Refused) for one in answers) == 1
    assert Document.objects.unguarded("a test looks").filter(sender_number="沪民〔2026〕1号").count() == 1
