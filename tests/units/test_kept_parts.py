"""What is kept of a page follows from what it shows: other people, rights, rows and days have others."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.deadlines import Deadline
from documents.models import Document
from documents.rows import row_of
from tests.made import draft
from units import kept_parts
from units.models import Appointment, Post, Task, Unit, User
from units.people import appoint
from units.templatetags import egov

pytestmark = pytest.mark.django_db


def _client(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _menu(client: Client, route: str = "documents:waiting") -> list[str]:
    page = client.get(reverse(route)).content.decode()
    return re.findall(r'<a href="([^"]+)"', page[page.index("<nav") : page.index("</nav>")])


def test_two_people_with_other_rights_see_other_menus_whoever_comes_first(people):
    clerk, officer = (_client(people[f"D07:{kind}"]) for kind in ("clerk", "officer"))
    only = {reverse("documents:routes"), reverse("documents:leaders_words")}
    for _ in range(2):
        assert only <= set(_menu(clerk))
        assert not only & set(_menu(officer))
    admin = set(_menu(_client(people["D07:sysadmin"])))
    assert reverse("units:chores") in admin and reverse("units:chores") not in _menu(clerk)


def test_counters_and_the_current_entry_are_those_of_the_page(people):
    client = _client(people["D07:officer"])

    def shown(route: str) -> tuple[str, str]:
        page = client.get(reverse(route)).content.decode()
        menu = re.sub(r"\s+", " ", page[page.index("<nav") : page.index("</nav>")])
        entry = re.search(rf'<a href="{reverse("documents:drafts")}"[^>]*>.*?</a>', menu)[0]
        return re.search(r'<span class="count[^"]*">([^<]*)<', entry)[1], re.search(r'href="([^"]+)" aria-c', menu)[1]

    assert shown("documents:drafts") == ("0", reverse("documents:drafts"))
    draft(people)
    assert shown("documents:drafts") == ("1", reverse("documents:drafts"))
    assert shown("documents:waiting") == ("1", reverse("documents:waiting"))


def test_a_new_post_and_the_end_of_one_change_menu_and_pages_at_once(people, units):
    person, route = people["D09:officer"], "documents:routes"
    client, document = _client(person), draft(people)
    assert reverse(route) not in _menu(client)
    assert client.get(document.get_absolute_url()).status_code == 404
    row = appoint(person, Post.objects.get(unit=units["D07"], kind="clerk"), by=people["D07:secadmin"])
    assert reverse(route) in _menu(client)
    assert client.get(document.get_absolute_url()).status_code == 200
    Appointment.objects.filter(pk=row.pk).update(starts_on="2020-01-01", ends_on="2026-01-01")
    assert reverse(route) not in _menu(client)
    assert client.get(document.get_absolute_url()).status_code == 404


def test_a_row_follows_what_it_shows(people):
    document = draft(people, title="关于甲的通知")
    client = _client(people["D07:clerk"])
    for title in ("关于甲的通知", "关于乙的通知", "关于<b>丙</b>的通知"):
        Document.objects.unguarded("a test changes it").filter(pk=document.pk).update(title=title)
        page = client.get(reverse("documents:under_way")).content.decode()
        assert page.count(title.replace("<", "&lt;").replace(">", "&gt;")) >= 1 and "<b>" not in page
    one, other = _client(people["D07:officer"]), _client(people["D07:leader"])
    Task.objects.of(document).update(assignee=people["D07:officer"])
    assert "关于" in one.get(reverse("documents:drafts")).content.decode()
    assert document.get_absolute_url() not in other.get(reverse("documents:drafts")).content.decode()


def test_a_limit_of_another_year_is_told_with_it_from_new_year_on(people, monkeypatch):
    document = draft(people)
    row = Document.objects.unguarded("a test looks").for_list().get(pk=document.pk)
    now = timezone.localtime().replace(month=6, day=15, hour=12)
    row.work = type("Work", (), {"held_by": "", "since": None, "set_back": None, "urged": None, "circulating": 0,
                                 "deadline": Deadline(now, "逾期 1 年以上", "overdue")})()  # fmt: skip
    shown = [row_of(row)]
    template = "documents/_row.html"
    assert f"{now.year}-06-15" not in egov.rows({}, template, shown, here="")
    later = now + timedelta(days=366)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert f"{now.year}-06-15" in egov.rows({}, template, shown, here="")


def test_a_filter_offers_the_units_there_are(people):
    client = _client(people["D07:clerk"])
    unit = Unit.objects.get(code="D09")
    for name in (unit.short_name, "改了名的单位"):
        Unit.objects.filter(pk=unit.pk).update(short_name=name)
        for route in ("documents:under_way", "archive:search"):
            assert f">{name}</option>" in client.get(reverse(route)).content.decode()
    chosen = client.get(reverse("documents:under_way") + "?unit=D09").content.decode()
    assert '<option value="D09" selected>' in chosen
    assert '<option value="D09" selected>' not in client.get(reverse("documents:under_way")).content.decode()


def test_the_posts_to_act_in_are_the_persons_own(people, units):
    appoint(people["D07:clerk"], Post.objects.get(unit=units["D09"], kind="clerk"), by=people["D07:secadmin"])
    person = User.objects.get(pk=people["D07:clerk"].pk)
    page = _client(person).get(reverse("documents:waiting")).content.decode()
    assert len(re.findall(r"<option", page[page.index('id="acting"') : page.index("切换")])) == 2
    other = _client(people["D09:clerk"]).get(reverse("documents:waiting")).content.decode()
    assert 'id="acting"' not in other


def test_the_memories_are_bounded():
    assert kept_parts.PARTS.most <= 1000 and kept_parts.ROWS.most <= 10_000
