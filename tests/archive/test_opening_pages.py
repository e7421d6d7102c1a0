"""开放审核 on its pages: queues with counters, what was said at transfer, papers, bad input; the inspector's figure."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from archive.models import OpeningRound, Record
from archive.opening_review import papers
from archive.states import Access
from oversight import others
from tests.archive.test_opening_rounds import browser, changed, rows
from tests.opened import LATER, OLD, enlisted, held, opening_round
from tests.scenarios.owner import unwatched
from tests.transfer.stock import inspecting, taken_over

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_counters_equal_lists_and_a_filtered_list_is_chosen_beyond_a_page(people):
    """Bulk: all of a list of 60, of which a page shows 50, with one that is in another round already."""
    held(people, 60)
    held(people, 3, unit="D09")
    client = browser(people["D30:appraiser"])
    page = client.get(reverse("archive:opening"))
    shown = {label: count for label, _, count, _ in page.context["queues"]}
    assert shown["到期待审"] == page.context["page"].count_label == "63" and len(page.context["page"]) == 50
    facets = dict(page.context["facets"])
    assert [(name, count) for name, _, count in facets["形成单位"]] == [("区信息委", 60), ("区民政局", 3)]
    assert [(name, count) for name, _, count in facets["年度"]] == [(f"{OLD}年", 63)]
    answer = client.post(f"{reverse('archive:opening')}?list=due&unit=D07", {"all": "1"})
    row = OpeningRound.objects.get()
    assert answer.status_code == 302 and answer["Location"] == row.get_absolute_url()
    assert row.items.count() == 60 and set(row.items.values_list("unit__code", flat=True)) == {"D07"}
    page = client.get(reverse("archive:opening"))
    shown = {label: count for label, _, count, _ in page.context["queues"]}
    assert (shown["到期待审"], shown["审核中"]) == ("3", "60")


def test_the_inspectors_figure_counts_what_rounds_decided_in_time(people, units):
    opening_round(people, 3, postpone=1)
    waiting = held(people, 2, first=50)
    changed(waiting[0], access_status=Access.CONTROLLED)
    changed(held(people, 1, first=60)[0], direction="incoming")
    late = held(people, 2, first=70)  # came when their 25 years were long over: nobody could be in time
    with unwatched():
        rows = Record.objects.unguarded("a test looks").filter(unit=units["D07"])
        rows.update(accessioned_on=date(OLD + 26, 1, 1))
        rows.filter(pk__in=[one.pk for one in late]).update(accessioned_on=date(OLD + 26, 1, 2))
    key = units["D07"].pk
    found = others.by_unit(TODAY.year, TODAY, [key])[key]
    assert (found.due_for_opening, found.opening_decided, found.opened_in_time) == (7, 3, 3)
    assert found.held_at_term == 5 and str(found.opening_timeliness) == "60.0"
    later = others.by_unit(LATER.year + 1, LATER + timedelta(1), [key])[key]
    assert (later.due_for_opening, later.opening_decided) == (7, 2)  # what was postponed waits again


def test_what_is_not_due_says_so_and_what_is_missing_before_the_second_review(people):
    """未到期 can only be opened early; a unit that nobody asked holds the round back before 审定, so it is told now."""
    row = enlisted(people, [*held(people, 1), *held(people, 1, year=TODAY.year - 3)])
    page = browser(people["D30:appraiser"]).get(row.get_absolute_url()).content.decode()
    assert page.count("未到期，只能提前开放") == 1
    assert "还有 2 件没有征求形成单位意见（区信息委）" in page and "后才能提交审定" in page


def test_what_the_unit_said_at_transfer_is_shown_to_the_reviewers(people):
    """Shows: 10.1-3"""
    taken_over(inspecting(people, 1, year=OLD), people)
    client = browser(people["D30:appraiser"])
    assert "建议开放" in client.get(reverse("archive:opening")).content.decode()
    row = enlisted(people, list(rows().filter(state="accessioned")))
    assert "移交时：建议开放" in client.get(row.get_absolute_url()).content.decode()


def test_papers_hold_what_the_rows_say(people):
    row = opening_round(people, 3, postpone=1)
    sheets = {kind: list(papers.rows_of(papers.items_of(row, kind), kind)) for kind in papers.KINDS}
    assert [len(sheets[kind]) for kind in ("review", "catalogue", "postponed")] == [3, 2, 1]
    assert sheets["postponed"][0][-3:] == (str(LATER), "涉及知识产权或者个人信息", f"长档开〔2026〕3号 {TODAY}")
    assert "建议延期开放" in sheets["review"][2][-2] and people["D07:archivist"].name in sheets["review"][2][-2]
    assert papers.pdf_of(row, "review").startswith(b"%PDF")
    client = browser(people["D30:appraiser"])
    for name in ("opening_paper", "opening_workbook"):
        assert client.get(reverse(f"archive:{name}", args=[row.uid, "review"])).status_code == 200
        assert client.get(reverse(f"archive:{name}", args=[row.uid, "x"])).status_code == 404


def test_the_25_year_list_is_exported_as_it_is_narrowed(people):
    held(people, 2)
    held(people, 1, unit="D09")
    client = browser(people["D30:appraiser"])
    for query, count in (("", 3), ("?list=due&unit=D09", 1), ("?list=early", 0)):
        answer = client.get(reverse("archive:opening_queue") + query)
        book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        assert len(list(book.active.iter_rows())) == count + 1, query


def test_bad_input_gets_a_sentence_at_its_field(people):
    row = enlisted(people, held(people, 1))
    client, judge = browser(people["D30:appraiser"]), reverse("archive:judge_opening", args=[row.uid])
    for given, field in (
        ({}, "proposal"), ({"proposal": "controlled"}, "proposal"),
        ({"proposal": "postpone", "ground": "other_law"}, "until"),
        ({"proposal": "postpone", "until": "明天", "ground": "other_law"}, "until"),
        ({"proposal": "postpone", "until": "2001-01-01", "ground": "other_law"}, "until"),
        ({"proposal": "postpone", "until": str(LATER)}, "ground"), ({"proposal": "early"}, "early_ground"),
        ({"proposal": "open", "note": "长" * 201}, "note"),
    ):  # fmt: skip
        answer = client.post(judge, {"records": ["1"], **given})
        assert answer.status_code == 422 and field in answer.context["judge_form"].errors, given
    for ticked in ([], ["x"], ["²"], ["99"], ["-1"], ["9" * 20]):
        assert client.post(judge, {"proposal": "open", "records": ticked}).status_code == 422
    for address, given in (
        ("archive:ask_units", {"due_on": str(TODAY)}), ("archive:ask_units", {"due_on": "x"}),
        ("archive:take_out_opening", {"records": ["1"]}), ("archive:take_out_opening", {"reason": "误编"}),
    ):  # fmt: skip
        assert client.post(reverse(address, args=[row.uid]), given).status_code == 422
    for query in ("list=due&year=x", "list=due&unit=%00", "year=99999999", "list=due&q=" + "长" * 200):
        assert client.get(f"{reverse('archive:opening')}?{query}").status_code == 200
    assert client.get(f"{reverse('archive:opening')}?list=x").status_code == 404
    assert not row.items.exclude(proposal="").exists()
