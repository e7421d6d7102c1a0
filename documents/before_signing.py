"""签发前核对: what becomes of the document when it is signed as it stands: number, archival code, period, publicity."""

from dataclasses import dataclass

from django.utils import timezone

from units.counters import following

from . import current, number_book, numbering
from .filing_port import Proposal, propose
from .pages import page_input
from .states import Direction, Disclosure


@dataclass(frozen=True)
class Expected:
    """预计文号; `note` is what is to be known with it."""

    number: str
    note: str = ""


@dataclass(frozen=True)
class Public:
    """What a citizen will find; `reasons`: why he will find nothing."""

    reasons: tuple[str, ...]
    body: str = ""
    bound: tuple[str, ...] = ()  # attachments that are printed with the page
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class BeforeSigning:
    expected: Expected
    filing: Proposal
    public: Public
    reason_is_missing: bool


def before_signing(document) -> BeforeSigning:
    """Nothing is taken and nothing written: what is expected may be somebody else's by then."""
    asks_why = document.disclosure_attr == Disclosure.NOT_DISCLOSED  # the only one that 送审 asks a reason of
    return BeforeSigning(
        expected_number(document), propose(document), public_face(document),
        asks_why and not document.disclosure_reason,
    )  # fmt: skip


def expected_number(document) -> Expected:
    """The next number of the series of today's year, which is that of 成文日期 when it is signed today (practice 1)."""
    if document.direction != Direction.OUTGOING:
        return Expected("", "签报不编发文字号。")
    if document.corrects_id:
        return Expected(document.corrects.doc_number, "更正件沿用原件的文号。")
    year = (document.document_date or timezone.localdate()).year
    prefix = numbering.prefix_of(document)
    if document.doc_number and (document.number_prefix, document.number_year) == (prefix, year):
        return Expected(document.doc_number, "原编文号保留。")
    if number_book.closing_of(document.unit, year) is not None:
        return Expected("", f"{year}年的发文字号已关号，签发后不能编号，请与文书联系。")
    serial = numbering.SERIAL.get(document.doc_type, "{}号").format(following(numbering.series(prefix, year)))
    number = f"{prefix}〔{year}〕{serial}"
    return Expected(number, "预计，以编号时为准。")


def public_face(document) -> Public:
    """By the rule of 报送现行文件 itself (documents/current.py): who may offer it, and which files the public gets."""
    if reasons := current.not_public(document):
        return Public(tuple(reasons))
    given = page_input(document)
    bound = tuple(one.title for one in given.enclosures)
    beside = tuple(name for name in given.attachments if name not in bound)
    return Public((), document.body, bound, beside)
