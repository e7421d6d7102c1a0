"""Wherever a 更正件 stands as a row it bears its mark, read with the row: ten of them cost what one costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import Document
from tests.documents.exchanged import at, browser
from tests.documents.test_corrections import begun, sent_again
from tests.made import brought_to, take

pytestmark = pytest.mark.django_db
MARK = "更正件（替换"


def shown(people, who: str, route: str, *args, query: str = "") -> str:
    return browser(people, who).get(reverse(route, args=args) + query).content.decode()


def sent(people) -> Document:
    return brought_to("dispatch", people, to=("D09",))


def registered(people) -> Document:
    """The delivery of a 更正件 that D09 has."""
    row = at(sent_again(sent(people), people), "D09")
    take(row, "sign_for", people["D09:clerk"])
    return take(row, "register", people["D09:clerk"], handling_kind="for_reading")


def test_the_lists_of_both_units_mark_it(people):
    row = registered(people)
    for who in ("D07:clerk", "D09:clerk"):
        for route in ("under_way", "handled"):
            assert shown(people, who, f"documents:{route}").count(MARK) == 1, (who, route)
    assert row.list_detail().startswith(MARK)
    take(row, "complete", people["D09:clerk"])
    take(row.issued, "complete", people["D07:clerk"])
    assert MARK in shown(people, "D09:clerk", "documents:completed")
    assert MARK in shown(people, "D07:clerk", "documents:completed")


def test_a_hit_of_a_search_and_a_row_of_the_registers_mark_it(people):
    row = registered(people)
    for who in ("D07:clerk", "D09:clerk"):
        assert shown(people, who, "archive:search", query=f"?q={row.title}").count(MARK) == 1
    for who, register in (("D09:clerk", "received"), ("D07:clerk", "seals")):
        assert shown(people, who, "documents:register", register).count(MARK) == 1, register


def test_many_at_once_name_it(people):
    made = begun(sent(people), people)
    take(made, "check", people["D07:reviewer"], note="同意。")
    answer = browser(people, "D07:leader").post(reverse("documents:many"), {"act": "approve", "document": [made.uid]})
    assert MARK in answer.content.decode()


@pytest.mark.parametrize("route", ["under_way", "handled", "overdue"])
def test_a_row_costs_the_same_with_and_without_the_mark(people, route):
    client = browser(people, "D09:clerk")

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(f"documents:{route}")).status_code == 200
        return len(found)

    brought_to("dispatch", people, to=("D09",))
    registered(people)
    asked()
    once = asked()
    registered(people)
    registered(people)
    assert asked() == once
