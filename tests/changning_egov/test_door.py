"""The door of the site: help before signing in, practice accounts of a demo only, an expired page keeps the name."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from changning_egov.demo import cast
from tests.forms import send_form
from units.actions import system_user
from units.models import Unit

pytestmark = pytest.mark.django_db


def door() -> str:
    return Client().get(reverse("units:sign_in")).content.decode()


def test_it_says_whom_to_call_and_leads_to_help(db):
    assert "系统管理员" in door() and reverse("units:sign_in_help") in door()
    assert "忘记密码" in Client().get(reverse("units:sign_in_help")).content.decode()


def test_practice_accounts_stand_there_in_a_demo_and_never_in_production(units, settings):
    assert cast.PASSWORD not in door()  # a demo that was not made has no accounts
    unit = Unit.objects.get(code="D07")
    cast.ensure_people(unit, 0, by=system_user(), since=unit.valid_from or date(2020, 1, 1))
    settings.EGOV_ENV = "demo"
    assert cast.PASSWORD in door() and "chenjing" in door()
    settings.EGOV_ENV = "production"
    assert cast.PASSWORD not in door() and "chenjing" not in door()


def test_an_expired_sign_in_page_keeps_the_name_in_a_framed_error(people):
    client, address = Client(enforce_csrf_checks=True), reverse("units:sign_in")
    page = send_form(client, address, {"username": "d07-officer", "password": "geheim-geheim"})
    text = page.content.decode()
    assert page.status_code == 403 and 'value="d07-officer"' in text and "geheim" not in text
    assert text.index('class="summary"') < text.index("此页已过期")
