"""Paper that still bears a 档号 that was given up: counted and lent under its new one, and told to be stamped anew."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.appraisal import holds
from archive.correction import correct
from archive.models import PaperLoan, Record
from archive.twins import owing, stock
from tests.archive.paper_year import year_of
from tests.forms import send_form
from tests.transfer.stock import browser, stocked
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def read(record: Record) -> Record:
    return Record.objects.unguarded("a test looks").get(pk=record.pk)


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def moved(people, by) -> tuple[Record, str]:
    """One of three on paper that was given another period, and the code that its paper still bears."""
    made = stocked(people, 3, year=2016, retention="D10")
    owing.register_paper([one.uid for one in made], by=by)
    old = made[0].archival_code
    correct(read(made[0]), changes={"retention_code": "D30"}, reason="期限有误", by=by, version=read(made[0]).version)
    return read(made[0]), old


def test_a_piece_under_its_old_code_is_in_its_place_and_is_told_to_be_stamped_anew(units, by, moved):
    """Fault: “本单位目录中没有这个档号” of a piece that was renumbered."""
    record, old = moved
    others = [one.archival_code for one in stock.expected_of(units["D07"]) if one != record]
    found = stock.check(units["D07"], "\n".join([old.lower(), *others]), by=by)
    assert record.archival_code in found.found and not found.missing and not found.strange
    told = f"已作废，现为 {record.archival_code}，请更换归档章"
    assert found.outdated == [[old, told]] and found.is_whole
    page = browser(by).get(found.get_absolute_url()).content.decode()
    assert told in page and "1 件仍盖旧档号" in page
    twice = stock.check(units["D07"], f"{old} {record.archival_code}", by=by)
    assert twice.doubled == [record.archival_code]  # one piece, read by both of its codes


def test_another_units_old_code_says_nothing_of_it(units, people, moved):
    _, old = moved
    by = people["D09:archivist"]
    own = year_of(people, 1, unit="D09", periods=("Y",))
    owing.register_paper([own[0].uid], by=by)
    found = stock.check(units["D09"], old, by=by)
    assert found.strange == [[old, "本单位目录中没有这个档号"]] and not found.outdated


def test_a_piece_is_lent_under_its_new_code_and_the_stamp_is_told(by, moved):
    record, old = moved
    sent = {"codes": old, "borrower": "甲", "borrower_unit": "乙局", "purpose": "查考", "approved_by": "区信息委领导",
            "due_on": str(timezone.localdate() + timedelta(days=3))}  # fmt: skip
    page = send_form(browser(by), reverse("archive:loans"), sent)
    assert page.status_code == 302 and PaperLoan.objects.get().record == record
    shown = browser(by)
    shown.cookies = page.client.cookies
    assert f"“{old}”已作废，现为 {record.archival_code}" in shown.get(reverse("archive:loans")).content.decode()


def test_a_hold_on_an_old_code_names_the_new_one(by, moved):
    record, old = moved
    with pytest.raises(Refused, match=f"已作废，现为 {record.archival_code}"):
        holds.place([old], by=by, reason="诉讼")
