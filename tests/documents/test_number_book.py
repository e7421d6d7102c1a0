"""The number book: a row for each number ever taken, gaps only by a voided one with reason, years closed by the clerk.

Rules: domain 1.4 and practice 1 ("number's year", 年底关号), practice 2.1 item 12 (issue 12, points 1 and 5).
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from documents import number_acts, number_book
from documents.actions import register_outside
from documents.models import Document, NumberClosing, NumberEntry
from documents.side_acts import SIDE_ACTS
from documents.states import HandlingKind, State
from documents.workflow import workflow_of
from tests.forms import send_form
from tests.made import STEPS, brought_to, referred_back, take
from tests.transfer.stock import browser
from units.models import AuditEvent, Counter, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
LAST_DAY = datetime(2026, 12, 31, 7, 0, tzinfo=UTC)  # 15:00 here
FOURTH = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: that is now, everywhere."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def book(**which) -> list[tuple]:
    rows = NumberEntry.objects.unguarded("a test looks").filter(**which).order_by("prefix", "year", "seq")
    return [(row.number, row.document_id, row.void_reason) for row in rows]


def void_number(document, by, note="编错字号"):
    document.refresh_from_db()
    SIDE_ACTS.perform("void_number", document, by=by, note=note)
    document.refresh_from_db()
    return document


def resigned(document, people):
    """Through the posts once more, up to 签发."""
    for step, post in STEPS[:3]:
        if step == "check" and not Task.objects.of(document).open().filter(kind="check").exists():
            continue  # he agreed to this very text
        take(document, step, people[f"D07:{post}"], note="同意。")
    return document


def test_each_number_has_its_row_with_who_and_when(people):
    document = brought_to("number", people)
    row = NumberEntry.objects.unguarded("a test looks").get()
    assert (row.number, row.document, row.taken_by) == (document.doc_number, document, people["D07:clerk"])
    assert (row.prefix, row.year, row.seq) == (document.number_prefix, document.number_year, document.number_seq)
    assert row.voided_at is None and row.unit == document.unit and row.taken_at <= timezone.now()


def test_a_voided_document_leaves_its_number_in_the_book(people):
    document = brought_to("number", people)
    take(document, "void", people["D07:clerk"], note="重复发文")
    row = NumberEntry.objects.unguarded("a test looks").get()
    assert (row.void_reason, row.voided_by) == ("重复发文", people["D07:clerk"])
    assert brought_to("number", people, title="关于下一件的通知").number_seq == 2


def test_a_reserved_number_falls_with_the_discarded_draft(people):
    document = brought_to("number", people)
    referred_back(document, people, "内容有误。")
    assert book() == [(document.doc_number, document.pk, "")]  # reserved (art. 25(1))
    take(document, "discard", people["D07:officer"], note="不再发文")
    assert book() == [(document.doc_number, document.pk, "不再发文")]


def test_a_number_is_voided_alone_and_the_document_has_the_next(people):
    document = brought_to("number", people)
    first = document.doc_number
    void_number(document, people["D07:clerk"])
    assert document.state == State.NUMBERED and document.number_seq == 2
    assert book() == [(first, document.pk, "编错字号"), (document.doc_number, document.pk, "")]
    event = AuditEvent.objects.of(document).get(verb="void_number")
    assert event.detail == {"voided_number": first, "doc_number": document.doc_number} and event.opinion == "编错字号"
    take(document, "proofread", people["D07:clerk"])
    with pytest.raises(Refused, match="正本印有该字号"):
        void_number(document, people["D07:clerk"])


def test_a_reserved_number_is_voided_alone_and_the_next_comes_at_numbering(people):
    document = brought_to("number", people)
    referred_back(document, people, "内容有误。")
    void_number(document, people["D07:clerk"])
    assert (document.doc_number, document.number_seq, document.state) == ("", None, State.DRAFTING)
    take(resigned(document, people), "number", people["D07:clerk"])
    assert document.number_seq == 2


@pytest.mark.parametrize(("who", "note", "said"), [
    ("D07:officer", "编错", "没有作废字号的权限"), ("D09:clerk", "编错", "没有作废字号的权限"), ("D07:clerk", " ", "须填写理由"),
    ("D07:clerk", "长" * 501, "500"),
])  # fmt: skip
def test_a_number_is_not_voided_without_right_or_reason(people, who, note, said):
    document = brought_to("number", people)
    with pytest.raises(Refused, match=said):
        void_number(document, people[who], note)
    assert book() == [(document.doc_number, document.pk, "")]


def test_the_number_of_another_series_is_voided_at_the_next_numbering(people):
    """A 通知 that comes back as a 函 belongs into the series of letters."""
    document = brought_to("number", people)
    first = document.doc_number
    referred_back(document, people, "文种有误。")
    Document.objects.unguarded("a test changes").filter(pk=document.pk).update(doc_type="letter")
    take(resigned(document, people), "number", people["D07:clerk"])
    assert (document.number_prefix, document.number_seq) == ("长信函", 1)
    year = document.number_year
    assert book(prefix="长信") == [(first, document.pk, f"重新签发后应编入长信函〔{year}〕，原字号作废")]


def test_signed_on_31_december_numbered_on_4_january(people, clock):
    clock(LAST_DAY)
    late = brought_to("approve", people)
    clock(FOURTH)
    take(late, "number", people["D07:clerk"])
    new = brought_to("number", people, title="关于新年第一件的通知")
    assert (late.doc_number, new.doc_number) == ("长信〔2026〕1号", "长信〔2027〕1号")


def test_signed_again_in_the_new_year_voids_the_old_number(people, clock):
    clock(LAST_DAY)
    document = brought_to("number", people)
    referred_back(document, people, "内容有误。")
    clock(FOURTH)
    take(resigned(document, people), "number", people["D07:clerk"])
    assert document.doc_number == "长信〔2027〕1号"
    assert book(year=2026) == [("长信〔2026〕1号", document.pk, "重新签发后应编入长信〔2027〕，原字号作废")]
    assert AuditEvent.objects.of(document).filter(verb="number").last().detail["voided_number"] == "长信〔2026〕1号"


def test_a_year_is_closed_by_the_clerk_once_nothing_is_left(people, units, clock):
    clock(LAST_DAY)
    left = brought_to("approve", people, title="关于年末事项的通知")
    with pytest.raises(Refused, match="2026年尚未结束"):
        number_acts.close_year(units["D07"], 2026, by=people["D07:clerk"])
    clock(FOURTH)
    with pytest.raises(Refused, match="“关于年末事项的通知”（2026-12-31签发）尚未编号"):
        number_acts.close_year(units["D07"], 2026, by=people["D07:clerk"])
    for who in ("D07:leader", "D09:clerk"):
        take(left, "number", people["D07:clerk"]) if left.state == State.APPROVED else None
        with pytest.raises(Refused, match="权限"):
            number_acts.close_year(units["D07"], 2026, by=people[who])
    assert NumberClosing.objects.unguarded("a test looks").count() == 0
    closing = number_acts.close_year(units["D07"], 2026, by=people["D07:clerk"])
    event = AuditEvent.objects.of(closing).get()
    series = {"长信": 1, **dict.fromkeys(("长信函", "长信便函", "长信令", "长信纪要", "长信内部资料"), 0)}
    assert (event.verb, event.detail) == ("close_numbers", {"year": 2026, "last": series})
    with pytest.raises(Refused, match=r"已由.*2027-01-04关号"):
        number_acts.close_year(units["D07"], 2026, by=people["D07:clerk"])


def test_nothing_is_numbered_into_a_closed_year(people, units, clock):
    """One signed on paper in the old year and entered late; a number of that year cannot be changed either."""
    clock(LAST_DAY)
    numbered = brought_to("number", people)
    clock(FOURTH)
    number_acts.close_year(units["D07"], 2026, by=people["D07:clerk"])
    late = brought_to("approve", people, title="关于迟到事项的通知")
    Document.objects.unguarded("a test changes").filter(pk=late.pk).update(document_date=timezone.localdate(LAST_DAY))
    with pytest.raises(Refused, match=r"2026年发文字号已于2027-01-04关号.*复核退回.*重新签发"):
        take(late, "number", people["D07:clerk"])
    with pytest.raises(Refused, match="关号"):
        void_number(numbered, people["D07:clerk"])
    late.refresh_from_db()
    assert (late.state, late.doc_number, len(book())) == (State.APPROVED, "", 1)
    take(numbered, "void", people["D07:clerk"], note="不再发文")  # a gap by a voided number stays possible
    other = brought_to("approve", people, unit="D09", to=("D07",))
    Document.objects.unguarded("a test changes").filter(pk=other.pk).update(document_date=timezone.localdate(LAST_DAY))
    assert take(other, "number", people["D09:clerk"]).number_year == 2026  # each unit closes its own


def test_the_book_holds_its_rules_by_itself(people):
    document = brought_to("number", people)
    row = NumberEntry.objects.unguarded("a test looks").get()
    same = {"unit": row.unit, "taken_by": row.taken_by, "prefix": row.prefix, "year": row.year, "document": document}
    voided = {"voided_at": timezone.now(), "voided_by": row.taken_by}
    for bad in (
        {**same, "number": row.number, "seq": row.seq, **voided, "void_reason": "试"},  # twice the same number
        {**same, "number": "长信〔2026〕99号", "seq": 99},  # two in force for one document
        {**same, "number": "长信〔2026〕99号", "seq": 99, **voided},  # voided without a reason
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NumberEntry.objects.create(**bad)


def test_receipt_numbers_begin_anew_with_the_year_of_receipt(people, units, clock):
    """The local year: at 00:30 on 1 January it is still the old one in UTC; one signed for before stays in the old."""

    def received(title: str):
        return register_outside({"title": title, "sender_name": "市信息委"}, unit=units["D07"], by=people["D07:clerk"])

    def number(document) -> str:
        return take(document, "register", people["D07:clerk"], handling_kind=HandlingKind.FOR_READING).receipt_number

    clock(datetime(2026, 12, 31, 15, 30, tzinfo=UTC))  # 23:30 here
    assert number(received("甲")) == "2026-收-0001"
    late = received("乙")
    clock(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))  # 00:30 of the new year
    assert number(received("丙")) == "2027-收-0001"
    assert number(late) == "2026-收-0002"


def test_the_register_shows_and_closes_a_year(people, units, clock):
    clock(LAST_DAY)
    left = brought_to("approve", people, title="关于年末事项的通知")
    voided = brought_to("number", people, title="关于作废事项的通知")
    take(voided, "void", people["D07:clerk"], note="重复发文")
    clock(FOURTH)
    clerk, address = browser(people["D07:clerk"]), reverse("documents:number_register")
    page = clerk.get(address, {"year": 2026}).content.decode()
    assert "签发未编号（1）" in page and "关于年末事项的通知" in page and "<s>长信〔2026〕1号</s>" in page
    answer = send_form(clerk, reverse("documents:close_numbers"), {"unit": "D07", "year": 2026})
    assert answer.status_code == 422 and "尚未编号，请先编号或复核退回" in answer.content.decode()
    take(left, "number", people["D07:clerk"])
    answer = send_form(clerk, reverse("documents:close_numbers"), {"unit": "D07", "year": 2026})
    assert answer.status_code == 302
    page = clerk.get(answer["Location"]).content.decode()
    assert "2026年已关号" in page and "close/" not in page
    assert "关号</button>" not in browser(people["D07:leader"]).get(address, {"year": 2025}).content.decode()
    for bad in ({"unit": "D07"}, {"unit": "D09", "year": 2026}, {"unit": "D07", "year": "1890"}, {"year": "x"}):
        assert send_form(clerk, reverse("documents:close_numbers"), bad).status_code == 422, bad


def test_a_gap_that_nobody_voided_is_named(people, units):
    brought_to("number", people)
    with transaction.atomic():
        number_book.numbering.take("document:长信:" + str(timezone.localdate().year), 3)  # past the book
    brought_to("number", people, title="关于缺号之后的通知")
    page = browser(people["D07:clerk"]).get(reverse("documents:number_register"))
    (series,) = page.context["found"].series
    assert (series.last, series.taken, series.voided, series.gaps) == (5, 2, 0, "2–4")


@pytest.mark.django_db(transaction=True)
def test_thirty_two_threads_fill_the_book_without_gap_or_double(people):
    """Numbering, with one in four undone, while a third thread voids numbers: book and counter agree."""
    documents = [brought_to("approve", people, title=f"关于第{n}件的通知") for n in range(32)]

    def act(n: int):
        try:
            mine = Document.objects.unguarded("a test looks").get(pk=documents[n].pk)
            by = type(people["D07:clerk"]).objects.get(pk=people["D07:clerk"].pk)
            with transaction.atomic():
                workflow_of(mine).perform("number", mine, by=by)
                if n % 4 == 3:
                    transaction.set_rollback(True)
            if n % 4 == 0:
                SIDE_ACTS.perform("void_number", mine, by=by, note="编错字号")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(act, range(32)))
    rows = NumberEntry.objects.unguarded("a test looks").order_by("seq")
    assert [row.seq for row in rows] == list(range(1, 24 + 8 + 1))
    assert Counter.objects.get(series__startswith="document:").last == 32
    assert sum(row.voided_at is not None for row in rows) == 8
    for document in Document.objects.unguarded("a test looks").filter(doc_number__gt=""):
        assert rows.get(document=document, voided_at=None).number == document.doc_number


@pytest.mark.django_db(transaction=True)
def test_a_year_is_not_closed_beside_a_number_being_taken(people, units, clock):
    """Both ask under the series' lock: either the number is in the book or the closing names the document."""
    clock(LAST_DAY)
    document = brought_to("approve", people)
    clock(FOURTH)

    def act(name: str):
        try:
            by = type(people["D07:clerk"]).objects.get(pk=people["D07:clerk"].pk)
            if name == "close":
                return number_acts.close_year(units["D07"], 2026, by=by)
            mine = Document.objects.unguarded("a test looks").get(pk=document.pk)
            return workflow_of(mine).perform("number", mine, by=by)
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        numbered, closed = pool.map(act, ("number", "close"))
    assert not isinstance(numbered, Refused)  # an unnumbered one bars the closing, never the other way round
    assert isinstance(closed, NumberClosing) or "尚未编号" in closed.reasons[0]
    assert timedelta(0) <= timezone.now() - NumberEntry.objects.unguarded("a test looks").get().taken_at
