"""A unit's signed advice stands wherever its record goes; what it did not send the archive does not read."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.opening_review import actions, consulting
from archive.opening_review.numbering import gathered, spans
from tests.archive.test_opening_rounds import browser, changed
from tests.opened import LATER, OLD, enlisted, heard, held

pytestmark = pytest.mark.django_db


def text(client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_the_reply_stays_whole_and_the_advice_goes_with_the_record(people):
    records = held(people, 4)
    row = heard(enlisted(people, records), people, against=(2, 3))
    actions.take_out(row, [2, 3], by=people["D30:appraiser"], reason="待重审")
    reply = text(browser(people["D07:archivist"]), row.consultations.get().get_absolute_url())
    assert "共 4 件" in reply and reply.count("退出本批：待重审") == 2
    appraiser = browser(people["D30:appraiser"])
    advice = f"{row.number} 号批次：建议延期开放（区信息委 {timezone.localdate()}"
    assert advice in text(appraiser, records[1].get_absolute_url())
    anew = enlisted(people, records[1:3])
    page = text(appraiser, anew.get_absolute_url())
    assert page.count(advice) == 2 and "已退出该批：待重审" in page
    assert advice not in text(appraiser, row.get_absolute_url())  # the round itself shows it as its opinion


def test_what_is_not_sent_is_the_units_own(people):
    row = enlisted(people, held(people, 2))
    changed(row.items.get(position=1).record, disclosure_attr="not_disclosed")
    consulting.ask(row, by=people["D30:appraiser"], due_on=timezone.localdate() + timedelta(20))
    asked = row.consultations.get()
    consulting.say(asked, [1], by=people["D07:archivist"], opinion="open", note="先这样写")
    for address in (row.get_absolute_url(), asked.get_absolute_url()):
        page = text(browser(people["D30:appraiser"]), address)
        assert "同意开放" not in page.replace("同意开放的，须写明", "") and "先这样写" not in page
    assert "先这样写" in text(browser(people["D07:archivist"]), asked.get_absolute_url())
    client = browser(people["D30:appraiser"])
    judge = reverse("archive:judge_opening", args=[row.uid])
    assert client.post(judge, {"records": ["1"], "proposal": "open"}).status_code == 422  # not agreed yet


@pytest.mark.parametrize(
    ("years", "offered"),
    [((OLD,), {"open", "postpone"}), ((OLD + 5,), {"early"}), ((OLD, OLD + 5), {"open", "postpone", "early"})],
)
def test_only_what_fits_is_offered(people, years, offered):
    row = enlisted(people, [one for year in years for one in held(people, 1, year=year, first=year)])
    form = browser(people["D30:appraiser"]).get(row.get_absolute_url()).context["judge_form"]
    assert {value for value, _ in form.fields["proposal"].widget.choices} - {""} == offered
    assert ("until" in form.fields) is ("postpone" in offered) and ("early_ground" in form.fields) is (
        "early" in offered
    )


def test_left_over_fields_do_not_block_and_many_are_one_line(people):
    row = enlisted(people, [*held(people, 3, year=OLD + 5), *held(people, 1, first=50)])
    client, judge = browser(people["D30:appraiser"]), reverse("archive:judge_opening", args=[row.uid])
    left_over = {"until": str(LATER), "ground": "other_law", "early_ground": "kind"}
    answer = client.post(judge, {"all": "1", "proposal": "open", **left_over})
    assert answer.status_code == 422 and len(answer.context["skipped"]) == 1 and "3 件" in answer.context["skipped"][0]
    assert client.post(judge, {"all": "1", "proposal": "early", **left_over, "until": "x"}).status_code == 422
    assert row.items.filter(proposal="early").count() == 3
    page = client.get(row.get_absolute_url()).content.decode()
    assert page.index("所选档案退出本批") < page.index("<table")


def test_numbers_in_a_line():
    assert spans([7, 1, 2, 3]) == "1—3、7"
    assert gathered({1: "甲。", 2: "乙。", 3: "甲。"}) == ("第 1、3 件（共 2 件）甲。", "第 2 件乙。")


def test_the_limit_that_is_offered_is_a_working_day():
    """Fault: thirty days on was a Sunday."""
    assert consulting.usual_limit(date(2026, 11, 27)) == date(2026, 12, 28)
