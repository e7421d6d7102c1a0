"""催办 seen by the right side only: a receiver's inner urging stays with it, and nobody is offered to urge himself."""

import pytest
from django.urls import reverse

from documents import urging
from documents.inputs import UrgeInput
from documents.side_acts import SIDE_ACTS
from tests.made import brought_to, draft, take
from tests.transfer.stock import browser
from units.models import Task

pytestmark = pytest.mark.django_db


def urge(document, by, note):
    return SIDE_ACTS.perform("urge", document, by=by, note=note, given=UrgeInput())


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


@pytest.fixture
def both(people):
    sent = brought_to("dispatch", people, to=("D09",))
    delivery = sent.deliveries.unguarded("a test looks").get()
    take(delivery, "sign_for", people["D09:clerk"])
    return sent, delivery


@pytest.mark.parametrize("who", ["clerk", "leader", "officer"])
def test_the_sender_does_not_read_what_the_receiver_urges_within_itself(both, people, who):
    sent, delivery = both
    urge(delivery, people["D09:leader"], "局内催：今天务必登记。")
    assert "局内催" in page_of(people["D09:clerk"], delivery)
    assert "局内催" not in page_of(people[f"D07:{who}"], sent)


def test_what_the_sender_urges_is_read_on_both_sides(both, people):
    sent, delivery = both
    urge(sent, people["D07:clerk"], "请贵局尽快办理。")
    assert "请贵局尽快办理。" in page_of(people["D07:leader"], sent)
    assert "请贵局尽快办理。" in page_of(people["D09:clerk"], delivery)


def test_of_a_receiver_s_steps_the_sender_reads_only_that_it_is_not_completed(both):
    sent, _ = both
    assert [str(one) for one in urging.targets(sent)] == ["区民政局（未办结）"]


def test_nobody_is_offered_to_urge_himself_and_is_not_counted(people):
    document = draft(people)
    address = reverse("documents:side_act", args=[document.uid, "urge"])
    assert address not in page_of(people["D07:officer"], document)
    take(document, "submit", people["D07:officer"])
    assert address not in page_of(people["D07:reviewer"], document)  # it waits at his own post
    assert address in page_of(people["D07:clerk"], document)
    assert Task.objects.of(document).open().exists()
