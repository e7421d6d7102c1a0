"""联合发文（协办）: each co-issuer has its own row, in its 发文登记簿 under the host's number, and files a copy (practice 2.1)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.models import Record
from archive.states import Role
from documents import exchange, joint_copies
from documents.chores import complete_ready
from documents.models import Document
from documents.states import State
from documents.workflow import workflow_of
from oversight.models import FilingFact
from tests.documents import exchanged
from tests.documents.test_joint_issue import joint
from tests.made import STEPS, take
from tests.transfer.stock import browser
from units.models import AuditEvent, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(people, units):
    """D07 with D09 and D15 to D01, dispatched."""
    document = joint(people, units, "D09", "D15")
    for code in ("D07", "D09", "D15"):
        take(document, "seal", people[f"{code}:seal_keeper"])
    return take(document, "dispatch", people["D07:clerk"])


def copy_of(document, code) -> Document:
    return joint_copies.of(document).get(unit__code=code)


def register(person, which="issued") -> str:
    """A register's page, without the marks that keep the end of a number together."""
    page = browser(person).get(reverse("documents:register", args=[which])).content.decode()
    return page.replace('<span class="when">', "").replace("</span>", "")


def test_each_co_issuer_has_its_own_row_at_dispatch_and_is_no_receiver(issued, people):
    assert {(one.unit.code, one.state, one.number_shown) for one in joint_copies.of(issued)} == {
        (code, State.IN_HANDLING, issued.doc_number) for code in ("D09", "D15")
    }
    assert [one.unit.code for one in exchange.deliveries_of(issued)] == ["D01"]
    copy = copy_of(issued, "D09")
    (task,) = Task.objects.of(copy).open()
    assert (task.kind, str(task.post), task.remark) == ("complete", "区民政局 文书", joint_copies.REMARK)
    assert AuditEvent.objects.of(copy).get().verb == "hand_out"
    steps = [one.name for one in workflow_of(copy).open_to(people["D09:clerk"], copy)]
    assert steps == ["complete"]
    assert [one.name for one in workflow_of(copy).open_to(people["D15:clerk"], copy)] == []


def test_the_co_issuers_register_shows_it_with_the_hosts_number(issued, people):
    page = register(people["D09:clerk"])
    row = page[page.index(issued.doc_number) :].partition("</tr>")[0]
    assert "联合发文（协办），主办：区信息委" in row and people["D09:leader"].name in row and "未归档" in row
    assert copy_of(issued, "D09").get_absolute_url() in page and issued.get_absolute_url() not in page
    own = register(people["D07:clerk"])
    assert issued.get_absolute_url() in own and "联合发文（协办）" not in own and "0/1" in own
    assert issued.doc_number not in register(people["D30:clerk"])  # neither issuer nor co-issuer
    assert issued.doc_number not in register(people["D09:clerk"], "received")


def test_it_opens_the_paper_with_the_seals_for_the_co_issuers_staff(issued, people):
    page = browser(people["D09:clerk"]).get(copy_of(issued, "D09").get_absolute_url())
    assert page.status_code == 200 and "协办，主办：长宁区信息化委员会" in page.content.decode()
    assert browser(people["D09:clerk"]).get(issued.get_absolute_url()).status_code == 404


def test_the_host_files_original_and_定稿_and_the_others_a_copy(issued, people):
    take(issued, "complete", people["D07:clerk"])
    copy = copy_of(issued, "D09")
    take(copy, "complete", people["D09:clerk"])
    records = Record.objects.unguarded("a test looks").select_related("unit")
    host, kept = records.get(unit__code="D07"), records.get(unit__code="D09")
    assert not host.copy_only and kept.copy_only and kept.direction == "outgoing" and kept.doc_number == host.doc_number
    assert kept.retention_code == host.retention_code and kept.year == host.year
    assert kept.author == "长宁区信息化委员会、长宁区民政局、" + copy_of(issued, "D15").unit.name
    roles = [one.role for one in kept.components.all()]
    assert roles == [Role.ORIGINAL]
    assert {Role.FINAL_DRAFT, Role.DRAFT_SHEET} <= {one.role for one in host.components.all()}
    original = [one for one in host.components.all() if one.role == Role.ORIGINAL]
    assert kept.components.get().stored_file == original[0].stored_file  # bytes once
    page = browser(people["D09:archivist"]).get(reverse("archive:record", args=[kept.uid])).content.decode()
    assert "本单位存复制件" in page
    assert kept.archival_code in register(people["D09:clerk"])


def test_the_co_issuers_base_date_is_the_dispatch(issued):
    fact = FilingFact.objects.get(document_id=copy_of(issued, "D15").pk)
    assert (fact.base_on, fact.filed_on) == (timezone.localdate(issued.dispatched_at), None)


def test_the_host_is_not_held_up_by_its_co_issuers(issued, people):
    receiver = exchange.deliveries_of(issued).get()
    take(receiver, "sign_for", people["D01:clerk"])
    complete_ready()
    issued.refresh_from_db()
    assert issued.state == State.COMPLETED and copy_of(issued, "D09").state == State.IN_HANDLING


def test_a_correction_takes_the_place_of_what_is_not_filed_yet(issued, people):
    filed = copy_of(issued, "D15")
    take(filed, "complete", people["D15:clerk"])
    correction = exchanged.correction(issued, by=people["D07:clerk"], note="附件有误")
    take(correction, "submit", people["D07:clerk"])
    take(correction, "check", people["D07:reviewer"])
    for code in ("D09", "D15"):
        take(correction, "countersign", people[f"{code}:leader"])
    for step, post in STEPS[2:5]:
        take(correction, step, people[f"D07:{post}"])
    for code in ("D07", "D09", "D15"):
        take(correction, "seal", people[f"{code}:seal_keeper"])
    take(correction, "dispatch", people["D07:clerk"])
    assert copy_of(issued, "D09").state == State.REPLACED and copy_of(issued, "D15").state == State.COMPLETED
    assert {one.unit.code for one in joint_copies.of(correction)} == {"D09", "D15"}
    row = register(people["D09:clerk"])
    assert copy_of(correction, "D09").get_absolute_url() in row and row.count("联合发文（协办）") == 1
