"""本单位的 and 馆藏的 are two rights: the archive's clerk and leader do not read all accessioned records (B4)."""

import pytest
from django.urls import reverse

from archive.models import RecordText, RecordWords
from archive.search import search
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked

pytestmark = pytest.mark.django_db

READS = ("accessioner", "appraiser", "inspector")
READS_NOT = ("clerk", "leader", "archivist", "officer", "reviewer", "seal_keeper")


@pytest.fixture
def accessioned(people, units):
    record = stocked(people, 1)[0]
    text = RecordText.objects.create(
        record=record, unit=record.unit, custodian=record.custodian, year=record.year, sorted_on=record.date,
        use_scope=record.use_scope,
    )  # fmt: skip
    RecordWords.objects.create(
        record=text, head_n="关于第1号事项的批复", text_n="关于第1号事项的批复\x1f关于第1号事项的批复 第1号事项"
    )
    record.custodian, record.state = units["D30"], "accessioned"
    with unwatched():
        record.save(state_change=True)
    record.refresh_from_db()
    return record


@pytest.mark.parametrize("kind", READS)
def test_the_archives_own_posts_read_holdings(people, accessioned, kind):
    """Shows: S-12, E-14"""
    person = people[f"D30:{kind}"]
    assert browser(person).get(accessioned.get_absolute_url()).status_code == 200
    assert search(person, "号事项").total == 1


@pytest.mark.parametrize("kind", READS_NOT)
def test_the_archives_clerk_and_leader_do_not_read_all_accessioned_records(people, accessioned, kind):
    person = people[f"D30:{kind}"]
    assert browser(person).get(accessioned.get_absolute_url()).status_code == 404
    assert search(person, "号事项").total == 0
    # nor by way of an act on it whose page would show it
    act = reverse("archive:check", args=[accessioned.uid])
    assert browser(person).post(act, {}).status_code == 404


def test_the_archives_people_read_what_their_own_unit_made(people, units):
    own = stocked(people, 1, unit="D30")[0]
    for kind in ("clerk", "leader", "archivist"):
        assert browser(people[f"D30:{kind}"]).get(own.get_absolute_url()).status_code == 200


def test_the_unit_goes_on_reading_what_it_transferred(people, accessioned):
    for kind in ("clerk", "leader", "archivist"):
        assert browser(people[f"D07:{kind}"]).get(accessioned.get_absolute_url()).status_code == 200
