"""Who is offered which act of the exchange, written by hand: every post of the issuer and of a receiver."""

import pytest

from documents.exchange_workflow import EXCHANGE
from documents.models import OutsideDelivery
from documents.side_acts import SIDE_ACTS
from documents.workflow import workflow_of
from tests.documents.exchanged import at, correction, more, recall
from tests.made import STEPS, brought_to, take
from units.access import forget_standing

pytestmark = pytest.mark.django_db
POSTS = ("D07:clerk", "D07:officer", "D07:reviewer", "D07:leader", "D07:seal_keeper", "D07:archivist", "D09:clerk",
         "D09:leader", "D15:clerk")  # fmt: skip
ISSUERS = ["send_more", "recall", "correct", "note_sending"]
# who is offered which; nobody else is offered any
SENT = {"D07:clerk": [*ISSUERS, "withdraw_request"], "D07:leader": ["consent", "decline"]}
SIGNED_FOR = {"D09:clerk": ["amend"]}
REPLACED = {"D09:clerk": ["dispose"]}
BEFORE = {"D07:clerk": ["add_copies_anew", "drop_addressees"]}
LOOKED_FOR = {*ISSUERS, "withdraw_request", "consent", "decline", "dispose", "amend", "take_back", "take_note"}


def offered(document, people, table, names) -> dict[str, list[str]]:
    document.refresh_from_db()
    found = {}
    for who in POSTS:
        forget_standing(people[who])
        acts = [one.name for one in table.open_to(people[who], document) if one.name in names]
        if acts:
            found[who] = sorted(acts)
    return found


def as_sets(table: dict) -> dict:
    return {who: sorted(acts) for who, acts in table.items()}


def test_on_a_sent_document_the_clerk_acts_and_the_signer_consents(people, units):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    OutsideDelivery.objects.create(document=sent, dispatch=sent.dispatches.get(), name="市民政局", kind="cc")
    more(sent, units, people, "D30")
    assert offered(sent, people, SIDE_ACTS, LOOKED_FOR) == as_sets(SENT)
    assert offered(at(sent, "D09"), people, SIDE_ACTS, LOOKED_FOR) == {}
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    assert offered(at(sent, "D09"), people, SIDE_ACTS, LOOKED_FOR) == as_sets(SIGNED_FOR)
    for who in POSTS:  # what the issuer may do to a delivery is done from his own page alone
        delivery = at(sent, "D15")
        assert [one.name for one in EXCHANGE.open_to(people[who], delivery) if who != "D07:clerk"] == []


def test_a_recalled_one_is_taken_note_of_by_its_receivers_clerk(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    recall(sent, people, at(sent, "D09"))
    assert offered(at(sent, "D09"), people, SIDE_ACTS, LOOKED_FOR) == {"D09:clerk": ["take_note"]}


def test_a_replaced_original_is_its_receivers_clerks_to_dispose_of(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    made = correction(sent, by=people["D07:clerk"])
    for step, post in STEPS:
        take(made, step, people["D07:clerk"] if step == "submit" else people[f"D07:{post}"], note="同意。")
    assert offered(at(sent, "D09"), people, SIDE_ACTS, LOOKED_FOR) == as_sets(REPLACED)
    assert offered(at(sent, "D15"), people, SIDE_ACTS, LOOKED_FOR) == {}
    assert offered(sent, people, SIDE_ACTS, LOOKED_FOR) == {"D07:officer": ["take_note"]}  # the drafter is told


def test_before_dispatch_receivers_are_changed_by_the_clerk(people):
    document = brought_to("seal", people)
    names = {"add_copies", "add_copies_anew", "drop_addressees"}
    assert offered(document, people, workflow_of(document), names) == as_sets(BEFORE)
