"""What an act said stands on the page that it led to: two tabs of one person share one store of messages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.models import UseRequest
from tests.forms import send_form
from tests.transfer.stock import browser
from units import page_messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(people):
    return browser(people["D09:officer"])


def asks(visitor, units, **changed):
    typed = {"unit": units["D07"].pk, "wanted": "某件", "purpose": "编史", "asked_for": units["D09"].pk,
             "until": timezone.localdate() + timedelta(days=9)}  # fmt: skip
    return send_form(visitor, reverse("archive:uses"), typed | changed)


def test_the_message_of_another_tab_does_not_stand_over_a_refusal_nor_on_a_page_of_its_own(visitor, units):
    led_to = asks(visitor, units)["Location"]
    refused = asks(visitor, units, until="明天")
    assert refused.status_code == 422 and "已向" not in refused.content.decode()
    assert "已向" not in visitor.get(reverse("archive:search")).content.decode()
    assert "已向" in visitor.get(led_to).content.decode()
    assert "已向" not in visitor.get(led_to).content.decode()


def test_a_refusal_at_the_very_page_that_a_message_waits_for_does_not_show_it(visitor, units):
    asks(visitor, units)
    asked = UseRequest.objects.get()
    answer = visitor.post(reverse("archive:use_act", args=[asked.uid, "withdraw"]), {"version": 9})
    assert answer.status_code == 409 and "已向" not in answer.content.decode()


def test_a_message_goes_with_the_page_that_leads_on_and_is_gone_when_nobody_came(visitor, units, monkeypatch):
    led_to = asks(visitor, units)["Location"]
    monkeypatch.setattr(page_messages, "LASTS", -1)
    visitor.get(reverse("archive:search"))
    assert "已向" not in visitor.get(led_to).content.decode()
