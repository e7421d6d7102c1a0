"""A version drafted while an approved one is still to come follows that one, and the page says so."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import schedule_acts as acts
from tests.archive.test_schedules import approved, drafted, values_of
from tests.transfer.stock import browser

__all__ = ["drafted"]
pytestmark = pytest.mark.django_db


def test_a_version_begins_with_the_approved_one_that_is_still_to_come(drafted, people, units):
    by, day = people["D07:archivist"], timezone.localdate() + timedelta(days=40)
    acts.save_rule(drafted, values_of(drafted, "02-21", retention_code="D30"), by=by, code="02-21")
    approved(drafted, people, valid_from=day)
    client = browser(by)
    made = client.post(reverse("archive:draft_schedule"), {"unit": "D07"}, follow=True)
    following = made.context["schedule"]
    assert following.drafted_from == drafted and following.rules.get(code="02-21").retention_code == "D30"
    text = " ".join(made.content.decode().split())
    assert f"已据“{drafted}”（{day} 起施行，本版本的施行日期应在其后）" in text.replace("&quot;", "")
    again = " ".join(client.get(following.get_absolute_url()).content.decode().split())
    assert f"据{drafted}拟订（{day:%Y-%m-%d} 起施行）" in again
    compared = client.get(reverse("archive:compare_schedules", args=[following.uid]))
    assert compared.context["base"] == drafted and compared.context["differences"] == []
    tried = client.get(reverse("archive:try_schedule", args=[following.uid]))
    assert tried.context["base"] == drafted and f"原条款指{drafted} （{day:%Y-%m-%d} 起施行）" in " ".join(
        tried.content.decode().split()
    )


def test_a_version_stands_beside_the_one_before_its_own_day(drafted, people, units):
    """Not beside the one that followed it: what it changed would be told the wrong way round."""
    sample = drafted.drafted_from
    acts.save_rule(drafted, values_of(drafted, "02-21", retention_code="D30"), by=people["D07:archivist"], code="02-21")
    approved(drafted, people)
    following = acts.draft(units["D07"], by=people["D07:archivist"])
    approved(following, people, valid_from=timezone.localdate() + timedelta(days=40))
    client = browser(people["D07:archivist"])
    bases = [
        client.get(reverse("archive:compare_schedules", args=[one.uid])).context["base"] for one in (drafted, following)
    ]
    assert bases == [sample, drafted]


def test_one_that_ended_is_not_begun_with(drafted, people, units):
    approved(drafted, people, valid_to=timezone.localdate())
    type(drafted)._base_manager.filter(pk=drafted.pk).update(
        valid_from=timezone.localdate() - timedelta(days=9), valid_to=timezone.localdate() - timedelta(days=1)
    )
    assert acts.draft(units["D07"], by=people["D07:archivist"]).drafted_from.unit is None
