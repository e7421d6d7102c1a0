"""The number book (发文字号登记): each number's row is written in the transaction that takes, keeps or voids the number.

A number is the document's only while the series (机关代字, year of 成文日期) is the one it belongs to; a gap is a voided
row with its reason. A year is open until the clerk closes it (关号). Source: domain 1.4; practice 1, 2.1.
"""

from django.utils import timezone

from units.workflow import Refused

from . import numbering
from .models import Document, NumberClosing, NumberEntry
from .replaced import replaced
from .states import Direction, State

BEFORE_THE_PAGE = (State.DRAFTING, State.IN_REVIEW, State.APPROVED, State.NUMBERED)


def keeps_its_number(document) -> bool:
    """Was the number reserved by an earlier approval, in the series into which the document now belongs?

    A 更正件 bears the number of what it corrects, whatever has become of the year since.
    """
    if document.corrects_id:
        return True
    series = (numbering.prefix_of(document), document.document_date.year)
    return bool(document.doc_number) and (document.number_prefix, document.number_year) == series


def settle(document, *, by) -> str:
    """编号: the reserved number stays, or is voided and the next one taken. Returns the number voided, or "".

    The row of a number that a 更正件 goes on with is the original's.
    """
    if document.corrects_id:
        _number(document)
    if keeps_its_number(document):
        return ""
    former = document.doc_number
    if former:
        void(document, by=by, reason=f"重新签发后应编入{_series_of(document)}，原字号作废")
    take(document, by=by)
    return former


def _series_of(document) -> str:
    return f"{numbering.prefix_of(document)}〔{document.document_date.year}〕"


def take(document, *, by) -> None:
    """The next number of the document's series becomes its own, on the instance; the caller saves it.

    Refused when the year was closed; asked under the series' lock, which 关号 takes as well.
    """
    _number(document)
    if reason := _closed(document.unit, document.number_year):
        raise Refused(reason)
    NumberEntry.objects.create(
        unit=document.unit, document=document, number=document.doc_number, prefix=document.number_prefix,
        year=document.number_year, seq=document.number_seq, taken_at=timezone.now(), taken_by=by,
    )  # fmt: skip


def _number(document) -> None:
    document.doc_number, document.number_prefix, document.number_year, document.number_seq = numbering.next_number(
        document
    )


def void(document, *, by, reason: str) -> None:
    """The number in force stands in the book struck through from now on."""
    NumberEntry.objects.unguarded("the act on the document was allowed").filter(
        document=document, voided_at=None
    ).update(voided_at=timezone.now(), voided_by=by, void_reason=reason)


def closing_of(unit, year: int) -> NumberClosing | None:
    rows = NumberClosing.objects.unguarded("whether a year is closed is asked before an act")
    return rows.filter(unit=unit, year=year).select_related("closed_by").first()


def _closed(unit, year: int) -> str:
    closing = closing_of(unit, year)
    if closing is None:
        return ""
    return (
        f"{unit.short_name}{year}年发文字号已于{timezone.localdate(closing.closed_at)}关号，不能再编入。"
        "请先复核退回，由签批人重新签发，再按新的成文日期编号。"
    )


def year_is_open(document, act) -> str:
    """A new number is not taken of a year that was closed (关号); one reserved before stays"""
    return (
        ""
        if document.corrects_id or keeps_its_number(document)
        else _closed(document.unit, document.document_date.year)
    )


def may_be_voided(document) -> str:
    """作废字号 without the document: as long as no page bears the number."""
    if document.direction != Direction.OUTGOING or not document.doc_number:
        return "该公文还没有发文字号，不必作废字号。"
    if document.corrects_id:
        return "更正件沿用原件的发文字号，不能另行作废；更正件不再发出的，请作废整件。"
    if document.state not in BEFORE_THE_PAGE:
        return f"“{document}”{document.get_state_display()}，正本印有该字号，不能只作废字号；校对后的可先复核退回。"
    return ""


def unnumbered(unit, year: int):
    """签发未编号: signed in the year and not numbered yet, oldest first."""
    return (
        Document.objects.unguarded("who closes a year has to know what is left")
        .filter(unit=unit, direction=Direction.OUTGOING, state=State.APPROVED, document_date__year=year)
        .annotate(replaced=replaced())
        .order_by("document_date", "pk")
    )
