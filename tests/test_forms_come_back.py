"""A form that was sent without what it wants comes back as a form, with the sentence at its field: never a bare page.

Goes over the forms of all pages of the world (tests/visits.py): each is sent by each of its buttons with its hidden
fields and what is chosen by itself, and nothing typed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.urls import reverse
from lxml import html

from archive import year_end
from archive.models import YearFixed
from tests.forms import send_form
from tests.visiting import Browsers
from tests.visits import OTHERS, VISITS
from tests.worlds import build

pytestmark = pytest.mark.django_db

TYPED = ".//textarea | .//input[@type='text' or @type='date' or @type='number' or not(@type)]"
BARE = {"errors/409.html", "errors/400.html"}
# who sees a form that none of the visitors of tests/visits.py does
FURTHER = (
    ("archive:fixed_year", "D07:leader", "fixed", ""),
    ("archive:holds", "D07:leader", "", ""),
    ("archive:appraisal", "D07:leader", "appraisal", ""),
    ("documents:detail", "D07:leader", "submitted", ""),
)


@dataclass(frozen=True)
class Press:
    """One button of a form."""

    address: str
    name: str
    fields: tuple[tuple[str, str], ...]

    @property
    def data(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return found


def presses(page: str, at: str) -> Iterator[Press]:
    """Of each form in which something is typed."""
    tree = html.fromstring(page)
    for form in tree.iter("form"):
        typed = {one.get("name") for one in form.xpath(TYPED)}
        if form.get("method") != "post" or not typed:
            continue
        fields = tuple((name, value) for name, value in form.form_values() if name not in typed)
        buttons = form.xpath(".//button[not(@type) or @type='submit']")
        for button in [*buttons, *tree.xpath("//button[@form=$form]", form=form.get("id") or "-")]:
            own = ((button.get("name"), button.get("value", "")),) if button.get("name") else ()
            action = urljoin(at, button.get("formaction") or form.get("action") or at)
            yield Press(action, " ".join(button.text_content().split()), fields + own)


def is_bare(answer) -> bool:
    return bool({one.name for one in answer.templates} & BARE) or answer.status_code >= 500


def undone(act):
    """What `act` answers; nothing of it stays."""
    with transaction.atomic():
        answer = act()
        transaction.set_rollback(True)
    return answer


def test_no_form_ends_in_a_bare_page_for_what_was_not_filled_in(people):
    world, browsers, wrong, seen = build(1, people), Browsers(), {}, set()
    year_end.ask_to_renumber(YearFixed.objects.get(**world.objects["fixed"]), by=people["D07:archivist"], reason="试")
    for route, who, which, query in [(name, *visit) for name, visit in VISITS.items()] + [*OTHERS.values(), *FURTHER]:
        address = reverse(route, kwargs=world.objects[which]) + query
        if who is None:
            continue
        client = browsers.of(people[who])
        page = undone(lambda client=client, address=address: client.get(address))
        if page.status_code != 200 or page.streaming or not page["Content-Type"].startswith("text/html"):
            continue
        for press in presses(page.content.decode(), address):
            if (key := (press.address.partition("?")[0], press.name)) in seen:
                continue
            seen.add(key)
            client = browsers.of(people[who])  # whatever the visit before left in it is gone
            answer = undone(lambda client=client, press=press: send_form(client, press.address, press.data))
            if is_bare(answer):
                wrong[who, *key] = html.fromstring(answer.content.decode()).text_content().split()
    assert wrong == {}
    assert {"不同意", "解除冻结", "作废", "确定"} <= {name for _, name in seen}
