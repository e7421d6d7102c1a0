"""阅件: its way is 传阅 and 办结, and 传阅 stands first (practice 2.1, 收文登记簿)."""

import pytest

from documents import way_shown
from documents.inputs import CirculateInput
from documents.side_acts import SIDE_ACTS
from tests.made import registered, take
from tests.transfer.stock import browser

pytestmark = pytest.mark.django_db


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


def way(document) -> list[tuple[str, str]]:
    return [(one["label"], one["state"]) for one in way_shown.route_of(document)][2:]  # behind 签收 and 登记


def circulate(document, people) -> None:
    given = CirculateInput((people["D09:officer"],))
    SIDE_ACTS.perform("circulate", document, by=people["D09:clerk"], given=given)


def test_the_way_of_a_paper_for_reading_is_传阅_and_办结(people):
    document = registered(people, kind="for_reading")
    assert way(document) == [("拟办", "current"), ("阅件：传阅", "ahead"), ("办结", "ahead")]
    circulate(document, people)
    assert way(document) == [("拟办", "current"), ("传阅", "current"), ("办结", "ahead")]
    SIDE_ACTS.perform("recall_circulation", document, by=people["D09:clerk"])
    assert ("阅件：传阅", "ahead") in way(document)
    circulate(document, people)
    SIDE_ACTS.perform("read", document, by=people["D09:officer"])
    take(document, "complete", people["D09:clerk"], not_to_file="NF-1")
    assert "ahead" not in dict(way(document)).values() and ("传阅", "done") in way(document)


def test_that_of_a_paper_to_be_handled_stays_as_its_route_says(people):
    document = registered(people, kind="for_action")
    assert [label for label, _ in way(document)] == ["拟办", "批示", "接办", "填报办理结果", "办结"]


def test_a_leader_whom_it_is_shown_to_all_the_same_stands_in_its_way(people):
    document = registered(people, kind="for_reading")
    take(document, "propose", people["D09:reviewer"], note="请局领导阅示。")
    assert way(document) == [
        ("拟办", "done"), ("批示", "current"), ("阅件：传阅", "ahead"), ("办结", "ahead")
    ]  # fmt: skip


def places(page: str) -> list[int]:
    return [page.index(f'id="act-{name}"') for name in ("circulate", "propose")]


def test_传阅_stands_first_and_open_until_somebody_was_asked(people):
    document = registered(people, kind="for_reading")
    page = page_of(people["D09:clerk"], document)
    first, then = places(page)
    assert first < then and "阅件：传阅" in page and page.count('id="act-circulate"') == 1
    assert "<details open>" in page[page.index('class="circulation"') : first]
    assert 'href="#act-circulate"' in page and "去传阅" in page
    circulate(document, people)
    page = page_of(people["D09:clerk"], document)
    assert page.index('id="act-propose"') < page.index("0/1 已阅") < page.index("<h2>流转</h2>")
    assert page.count('class="circulation"') == 1


def test_a_paper_to_be_handled_keeps_传阅_below_its_way(people):
    page = page_of(people["D09:clerk"], registered(people, kind="for_action"))
    assert page.index("<h2>流转</h2>") < page.index('class="circulation"') and "阅件：传阅" not in page


def test_who_only_reads_is_asked_for_nothing_but_that(people):
    document = registered(people, kind="for_reading")
    circulate(document, people)
    page = page_of(people["D09:officer"], document)
    assert 'id="act-read"' in page and 'id="act-circulate"' not in page
