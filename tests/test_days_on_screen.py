"""A day on a screen is written 2026-11-27; YYYYMMDD stands in catalogues and on forms that the standard asks it of."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.visits import HIDDEN, OTHERS, VISITS
from tests.worlds import build

pytestmark = pytest.mark.django_db

APPS = ("archive", "transfer", "oversight")
COMPACT = re.compile(r"(?<![\w./-])(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?![\w./-])")
APART = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<(?!input)[^>]*>", re.DOTALL)  # what is typed in is read


def test_no_page_of_the_archives_rooms_writes_a_day_without_its_strokes(people):
    world, found, seen = build(1, people), {}, 0
    visits = {route: (route, *visit) for route, visit in VISITS.items()} | OTHERS
    for name, (route, who, which, query) in visits.items():
        if route.partition(":")[0] not in APPS or route in HIDDEN:
            continue
        client = Client()
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(reverse(route, kwargs=world.objects[which]) + query)
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        seen += 1
        text = APART.sub(" ", answer.content.decode())
        if days := sorted({text[max(0, one.start() - 20) : one.end() + 10] for one in COMPACT.finditer(text)}):
            found[name] = days
    assert found == {} and seen > 60
