"""函, 便函, 内部资料, 纪要 and 命令 from draft to dispatch and record (issue 13 point 5; practice 2.1 item 5, domain 1.4)."""

import pytest

import paper
from documents import filing_port, pages
from documents.checks import of, problems
from documents.exchange_forms import step_form
from documents.models import NumberEntry
from documents.workflow import workflow_of
from tests.documents.exchanged import at
from tests.documents.way import waiting
from tests.made import draft, take
from units.models import Task, Unit

pytestmark = pytest.mark.django_db
TITLES = {
    "letter": "关于商请提供资料的函",
    "informal_letter": "关于派员参加活动的函",
    "internal_material": "信息化工作简报",
    "minutes": "区信息委主任办公会议纪要",
    "order": "长宁区信息化管理办法施行令",
}
# kind: layout, number in the book, number on the page, is it sealed, mark, signed at its end
KINDS = {
    "letter": ("letter", "长信函〔{y}〕1号", "长信函〔{y}〕1号", True, "长宁区信息化委员会", "长宁区信息化委员会"),
    "informal_letter": (
        "letter", "长信便函〔{y}〕1号", "长信便函〔{y}〕1号", True, "长宁区信息化委员会", "长宁区信息化委员会",
    ),
    "internal_material": (
        "minutes", "长信内部资料〔{y}〕第1期", "长信内部资料〔{y}〕第1期", False, "长宁区信息化委员会内部资料", "",
    ),
    "minutes": ("minutes", "长信纪要〔{y}〕第1期", "长信纪要〔{y}〕第1期", False, "长宁区信息化委员会纪要", ""),
    "order": ("order", "长信令〔{y}〕第1号", "第1号", True, "长宁区信息化委员会令", "长宁区信息化委员会"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def governs(request, units, people):  # after the cast is there: else it comes over the rank
    """Only a government issues an order."""
    if "order" in request.node.name:
        Unit.objects.filter(code="D07").update(rank=1)
        units["D07"].refresh_from_db()


def sent(people, kind: str):
    if kind == "order":
        Unit.objects.filter(code="D07").update(rank=1)
    document = draft(people, doc_type=kind, title=TITLES[kind])
    document.unit.refresh_from_db()  # what is kept of a draft made elsewhere has the rank of there
    take(document, "submit", people["D07:officer"])
    for _ in range(8):
        task = Task.objects.of(document).open().select_related("post").order_by("pk").first()
        if document.state == "dispatched" or task is None:
            return document
        take(document, task.kind, people[f"D07:{task.post.kind}"], note="同意。")
    raise AssertionError(waiting(document))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_goes_from_draft_to_its_receivers(kind, people):
    layout, number, printed, is_sealed, mark, signature = KINDS[kind]
    document = sent(people, kind)
    year = document.document_date.year
    page = pages.page_input(document)
    assert document.state == "dispatched" and document.doc_number == number.format(y=year)
    assert (page.form, page.doc_number) == (layout, printed.format(y=year))
    assert (page.sealed, page.issuing_mark, page.issuer_signature) == (is_sealed, mark, signature)
    assert bool(document.sealed_at) is is_sealed
    assert NumberEntry.objects.unguarded("a test looks").get(document=document).number == document.doc_number
    assert pages.page_of(document) is not None and at(document, "D09").state == "delivered"
    text = paper.render_document(page, moment=pages.moment_of(document)).text
    assert printed.format(y=year) in text.replace("\n", "") and mark in text.replace("\n", "")


def test_an_order_bears_the_name_of_who_signed_it(people):
    document = sent(people, "order")
    assert pages.page_input(document).signatory_name == people["D07:leader"].name


def test_two_orders_of_a_year_are_one_and_two(people):
    assert [pages.page_input(sent(people, "order")).doc_number for _ in range(2)] == ["第1号", "第2号"]


def test_an_informal_letter_is_signed_by_the_office_head_and_nobody_reviews_it_before(people):
    document = draft(people, doc_type="informal_letter", title=TITLES["informal_letter"])
    take(document, "submit", people["D07:officer"])
    assert waiting(document) == {("approve", "D07", "reviewer")}
    take(document, "approve", people["D07:reviewer"], note="同意。")
    assert document.signatory == people["D07:reviewer"]


def test_the_office_head_does_not_sign_his_own(people):
    document = draft({**people, "D07:officer": people["D07:reviewer"]}, doc_type="informal_letter", title="函")
    take(document, "submit", people["D07:reviewer"])
    assert "reviewer" not in {post for kind, _, post in waiting(document) if kind == "approve"}


@pytest.mark.parametrize(
    ("kind", "title", "own", "received"),
    [
        ("informal_letter", TITLES["informal_letter"], "NF-2", ""),
        ("internal_material", TITLES["internal_material"], "", "NF-3"),
    ],
)
def test_what_need_not_be_filed_is_proposed_so_and_a_person_decides(kind, title, own, received, people):
    """便函: NF-2 unless the schedule is about it; 内部资料 of a unit of the same rank: NF-3.

    Shows: NF-2, NF-3
    """
    document = sent(people, kind)
    assert filing_port.propose(document).not_to_file == own
    assert filing_port.propose(at(document, "D09")).not_to_file == received


def test_their_titles_are_not_asked_to_end_with_the_name_of_the_kind(people):
    for kind in ("informal_letter", "internal_material", "order"):
        document = draft(people, doc_type=kind, title=TITLES[kind])
        assert "title-type" not in [one.code for one in problems(of(document))]


def test_internal_material_ends_at_its_receiver_as_a_paper_for_reading(people):
    delivery = at(sent(people, "internal_material"), "D09")
    take(delivery, "sign_for", people["D09:clerk"])
    form = step_form(workflow_of(delivery).get("register"), delivery, people["D09:clerk"])
    assert form["handling_kind"].initial == "for_reading"
