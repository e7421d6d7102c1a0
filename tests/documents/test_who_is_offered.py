"""Whom a form offers for handling and reading: with the post beside the name, and never the three administrators."""

import pytest

from documents.desk_forms import side_form
from documents.exchange_forms import step_form
from documents.side_acts import SIDE_ACTS
from documents.states import HandlingKind
from documents.workflow import INCOMING
from tests.documents.exchanged import at, page
from tests.made import brought_to, registered, take
from units.choosing import people_in

pytestmark = pytest.mark.django_db


def test_三员_are_offered_neither_for_handling_nor_for_reading(people, units):
    delivery = at(brought_to("dispatch", people, unit="D09", to=("D07",)), "D07")
    take(delivery, "sign_for", people["D07:clerk"])
    take(delivery, "register", people["D07:clerk"], handling_kind=HandlingKind.FOR_ACTION)
    admins = {people[f"D07:{kind}"] for kind in ("sysadmin", "secadmin", "auditor")}
    offered = {one.row for one in people_in(units["D07"]).candidates}
    assert people["D07:officer"] in offered and not admins & offered
    form = step_form(INCOMING.get("propose"), delivery, people["D07:clerk"])
    keys = {str(key) for _, rows in form.fields["lead_officer"].choices if isinstance(rows, list) for key, _ in rows}
    assert str(people["D07:officer"].pk) in keys and not {str(one.pk) for one in admins} & keys
    readers = side_form(SIDE_ACTS.get("circulate"), delivery).fields["readers"].offer
    assert not admins & {one.row for one in readers.candidates}


def test_the_post_stands_beside_the_name(people):
    delivery = registered(people, kind=HandlingKind.FOR_ACTION)
    text = page(people, "D09:clerk", delivery).content.decode()
    officer = people["D09:officer"]
    post = officer.appointments.get().post.get_kind_display()
    assert text.count(f"{officer.name}（{post}）") >= 2  # 主办 and the readers
