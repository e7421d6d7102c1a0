"""An approver whom the archivist names: a leader of the unit or one who signed on paper, never herself."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import class_notes
from archive.models import PaperLoan, Record, YearFixed
from archive.retention import fonds_of
from archive.twins import lending, owing
from tests.archive.paper_year import year_of
from tests.forms import send_form
from tests.transfer.stock import browser
from units.workflow import Refused

pytestmark = pytest.mark.django_db
INVENTED = "不存在的人"


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def fixed(units, by) -> int:
    YearFixed.objects.create(unit=units["D07"], fonds=fonds_of(units["D07"]), year=1998, items=0, fixed_by=by)
    return 1998


def sent(**more) -> dict:
    return {
        "title": "关于另件的通知", "author": "区信息委", "year": "1998", "retention_code": "Y", "class_code": "BGS",
        "date": "1998-05-04", "page_count": "2", "is_paper_alone": "on", "use_scope": "unit",
        "security_class": "public", "late_reason": "夹在别卷中", "late_found_on": "2026-03-01", **more,
    }  # fmt: skip


def late_ones():
    return Record.objects.unguarded("a test looks").filter(year=1998)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"late_approved_by": INVENTED}, "所选内容不在列表中"),
        ({"late_approved_by": "区信息委档案员"}, "所选内容不在列表中"),
        ({"late_approved_by": "paper"}, "请填写在纸质件上签字的批准人"),
        ({"late_approved_by": "paper", "signed_by": "区信息委档案员"}, "批准人不能是您本人"),
        ({"late_approved_by": "区信息委领导", "signed_by": INVENTED}, "已选领导的请删去"),
    ],
)
def test_a_late_paper_is_approved_by_a_leader_or_on_paper_never_by_oneself(people, by, fixed, given, said):
    """Fault: 批准人 was free text, and 不存在的人 a fact."""
    page = send_form(browser(by), f"{reverse('archive:enter')}?late=1", sent(**given))
    assert page.status_code == 422 and said in page.content.decode()
    assert not late_ones().exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"late_approved_by": "区信息委领导"}, "区信息委领导"),
        ({"late_approved_by": "paper", "signed_by": "王原主任"}, "王原主任（纸质签字）"),
    ],
)
def test_what_was_named_is_told_as_entered_by_the_archivist(people, units, by, fixed, given, kept):
    client = browser(by)
    page = send_form(client, f"{reverse('archive:enter')}?late=1", sent(**given))
    assert page.status_code == 302
    (record,) = late_ones()
    assert record.late_approved_by == kept
    told = f"批准人（档案员填写）：{kept}"
    assert told in client.get(record.get_absolute_url()).content.decode()
    assert any(told in one for one in class_notes.notes_of(fonds_of(units["D07"]), 1998, "Y", "BGS"))


def test_paper_alone_asks_for_the_same(by, fixed):
    page = send_form(
        browser(by), reverse("archive:paper_alone"),
        {"title": "另件", "author": "区信息委", "year": "1998", "retention_code": "Y", "pages": "2",
         "late_reason": "夹在别卷中", "late_found_on": "2026-03-01", "late_approved_by": INVENTED},
    )  # fmt: skip
    assert page.status_code == 422 and not late_ones().exists()


@pytest.mark.parametrize("name", [INVENTED, "区信息委档案员", "区信息委档案员（纸质签字）", "区民政局领导"])
def test_a_loan_is_not_approved_by_who_lends_nor_by_anybody(people, units, by, name):
    """Fault: the archivist named herself as 批准人 of the loan."""
    (one,) = year_of(people, 1, periods=("Y",))
    owing.register_paper([one.uid], by=by)
    due = timezone.localdate() + timedelta(days=3)
    with pytest.raises(Refused, match=r"批准人不能是您本人|不是本单位现任领导"):
        lending.lend(units["D07"], one.archival_code, lending.Lending("甲", "乙局", "查考", name, due), by=by)
    assert not PaperLoan.objects.exists()
    client = browser(by)
    assert "区信息委档案员</option>" not in client.get(reverse("archive:loans")).content.decode()
    lending.lend(units["D07"], one.archival_code, lending.Lending("甲", "乙局", "查考", "区信息委领导", due), by=by)
    assert "批准人（档案员填写）：区信息委领导" in client.get(reverse("archive:loans")).content.decode()
    assert any("档案员填写" in cell for line in lending.lines_of(PaperLoan.objects.all()) for cell in line)


def test_a_leader_who_left_approves_nothing_more(people, units, by):
    people["D07:leader"].appointments.update(ends_on=date(2026, 1, 1))
    given = lending.Lending("甲", "乙局", "查考", "区信息委领导", timezone.localdate())
    assert any("不是本单位现任领导" in one for one in given.faults(units["D07"], by))
