"""Whose act it was, as a page tells it: the system holds no post, and works for no unit on what it works on."""

import pytest

from tests.made import draft
from units import audit
from units.actions import system_user
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_the_systems_acts_bear_no_units_name_on_a_page(people):
    document = draft(people)
    audit.record("check_bytes", "核验", document, by=system_user())
    of_a_person, of_the_system = AuditEvent.objects.of(document).order_by("pk")
    assert of_the_system.unit_name and of_the_system.seat_shown == ""
    assert of_a_person.seat_shown == f"{of_a_person.unit_name} {of_a_person.post}"
