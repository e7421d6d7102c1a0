"""Every figure opens its rows: each link of each of the inspector's pages leads to exactly as many as it says."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from archive.models import Record
from oversight import others
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, inspecting, made, stocked, taken_over
from transfer import actions
from transfer.inputs import MarkManyInput
from transfer.side_acts import BATCH_SIDE

from .test_examples import march

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


class Figures(HTMLParser):
    """(address, number) of each link that is a number; `bare` are the numbers other than 0 that lead nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, int]] = []
        self.bare: list[str] = []
        self.href, self.inside, self.counted, self.second = "", False, False, 0

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        if tag == "a":
            self.href = given.get("href", "")
        if tag in ("td", "dd"):
            self.inside, self.label = True, given.get("data-label", "")
        if tag == "span":
            self.second += 1

    def handle_endtag(self, tag) -> None:
        if tag == "a":
            self.href = ""
        if tag in ("td", "dd"):
            self.inside = False
        if tag == "span":
            self.second -= 1

    def handle_data(self, text) -> None:
        found = re.fullmatch(r"([\d,]+)(?: 件)?", text.strip())
        if not found or (not self.inside and "figure=" not in self.href):
            return
        number = int(found[1].replace(",", ""))
        if "figure=" in self.href:
            self.links.append((self.href, number))
        elif number and not self.second:
            self.bare.append(f"{self.label} {number}")


def rows_behind(client, page: str, address: str) -> int:
    """All rows of the pages behind the link, as a person who turns them counts."""
    count, at = 0, address if address.startswith("/") else page.partition("?")[0] + address
    path = at.partition("?")[0]
    while at:
        answer = client.get(at)
        assert answer.status_code == 200, at
        context = answer.context
        count += len(context["found"].rows) if "found" in context else len(context["rows"])
        assert answer.content.decode().count("<tr>") - 1 == (len(context["found"].rows) if "found" in context
                                                             else len(context["rows"])) or not count  # fmt: skip
        at = path + context["next_url"] if context["next_url"] else ""
    return count


@pytest.fixture
def world(people, units):
    """Filing of March, a batch with a return and one taken out of a draft, records due long ago, opened and not."""
    march(units["D07"], people["D07:archivist"])
    batch = inspecting(people, 4, year=2010)
    given = MarkManyInput((2,), reason="正本缺页，请补扫。")
    BATCH_SIDE.perform("mark_many", batch, by=people["D30:accessioner"], given=given)
    taken_over(batch, people)
    stocked(people, 3, year=1995, first=1)
    stocked(people, 2, year=YEAR - 11, first=1)
    draft = made(people, first_year=1995, last_year=1995)
    actions.take_out(draft.items.get(position=1), by=people["D07:archivist"], reason="重复")
    stocked(people, 55, unit="D09", year=2012)  # more than a page
    old = Record.objects.unguarded("a test spoils").filter(year=2010, state="accessioned")
    keys = list(old.values_list("pk", flat=True)[:2])
    with unwatched(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE archive_record SET year = 1990, access_status = 'postponed', postponed_until = '2099-01-01' "
            "WHERE id = ANY(%s)", [keys],
        )  # fmt: skip
    return units


PAGES = (
    ("district", "?year=2026&month=3&as_of=2026-04-30"), ("district", "?year=2026"), ("district", "?part=transfer"),
)  # fmt: skip


def walked(client, page: str) -> int:
    figures = Figures()
    text = client.get(page).content.decode()
    figures.feed(re.sub(r"<svg.*?</svg>", "", text, flags=re.S))
    for address, number in dict.fromkeys(figures.links):
        assert rows_behind(client, page, address) == number, (page, address)
    assert figures.bare == [], page
    return len(figures.links)


def test_every_figure_of_every_page_opens_exactly_its_rows(people, world):
    client = browser(people["D30:inspector"])
    pages = [reverse(f"oversight:{name}") + query for name, query in PAGES]
    pages += [reverse("oversight:sheet", args=[unit.uid]) + "?year=2026" for unit in world.values()]
    pages += [reverse("oversight:sheet", args=[world["D07"].uid])]
    assert sum(walked(client, page) for page in pages) > 60


def test_the_figures_of_transfer_are_what_the_world_says(people, world):
    keys = [world["D07"].pk, world["D09"].pk]
    found = others.by_unit(YEAR, timezone.localdate(), keys)
    told = found[world["D07"].pk]
    assert (told.inspected, told.accepted_at_first) == (4, 3)  # what was taken out of a draft was never inspected
    assert (told.due_for_transfer, told.not_transferred) == (9, 6)
    assert (found[world["D09"].pk].due_for_transfer, found[world["D09"].pk].overdue) == (55, 55)
    assert (told.due_for_opening, told.opening_decided, told.opened_in_time) == (2, 2, 0)


def test_rows_show_titles_only_to_whom_they_are_shown_elsewhere(people, world):
    address = reverse("oversight:records", args=[world["D07"].uid]) + "?figure=not_transferred"
    rows = browser(people["D30:inspector"]).get(address).context["rows"]
    assert all(title is None for row, title in rows if row.custodian_id != world["D30"].pk)
    own = browser(people["D07:archivist"]).get(address).context["rows"]
    assert all(title for _, title in own) and len(own) == len(rows) == 6
    assert browser(people["D09:archivist"]).get(address).status_code == 404
    for wrong in ("?figure=all", "?figure=returned&reason=%00"):
        assert browser(people["D30:inspector"]).get(address.partition("?")[0] + wrong).status_code == 404
    assert len(browser(people["D30:inspector"]).get(address + "&after=x").context["rows"]) == 6
