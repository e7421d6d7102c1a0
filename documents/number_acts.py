"""Acts on numbers: 作废字号 of a document that goes on, and 关号 of a year."""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.counters import take
from units.tasks import retitle
from units.texts import too_long
from units.workflow import Refused, patiently

from . import number_book, numbering
from .actions import locked
from .conditions import LONGEST_REASON
from .models import Document, NumberClosing, NumberEntry
from .states import State

NAMED = 20  # documents that a refusal names


@transaction.atomic
def void_number(document: Document, *, by, note: str, given=None) -> str:
    """作废字号: a number taken by mistake; a numbered document has the next one at once. Returns what is told."""
    row = locked(document)
    if not may(by, "number", row):
        raise Refused("您没有作废字号的权限，或者该事项已由他人办理。")
    if reason := number_book.may_be_voided(row) or too_long(note, LONGEST_REASON, "作废理由"):
        raise Refused(reason)
    former = row.doc_number
    number_book.void(row, by=by, reason=note)
    row.doc_number, row.number_prefix, row.number_year, row.number_seq = "", "", None, None
    if row.state == State.NUMBERED:
        number_book.take(row, by=by)
    row.version += 1
    row._history_user = by
    row.save()
    retitle(row)
    audit.record(
        "void_number", "作废字号", row, by=by, through="number", before=row.state, after=row.state, opinion=note,
        voided_number=former, doc_number=row.doc_number,
    )  # fmt: skip
    return f"字号已作废：{former}" + (f"，改用{row.doc_number}" if row.doc_number else "")


def close_year(unit, year: int, *, by) -> NumberClosing:
    """关号: nothing is numbered into `year` of `unit` from now on; Refused with every reason (practice 1)."""
    with patiently(), transaction.atomic():
        last = _lock_series(unit, year)
        if reasons := refusals(unit, year):
            raise Refused(*reasons)
        closing = NumberClosing(unit=unit, year=year, closed_at=timezone.now(), closed_by=by)
        closing.save(force_insert=True)
        if not may(by, "close", closing):
            raise Refused(f"您没有为{unit.short_name}关号的权限，由本单位文书办理。")
        audit.record("close_numbers", "关号", closing, by=by, through="close", year=year, last=last)
    return closing


def _lock_series(unit, year: int) -> dict[str, int]:
    """Nobody takes a number of the year meanwhile; the last one of each series."""
    book = NumberEntry.objects.unguarded("series, not documents").filter(unit=unit, year=year)
    prefixes = sorted(numbering.prefixes_of(unit) | set(book.values_list("prefix", flat=True).distinct()))
    return {prefix: take(numbering.series(prefix, year), 0) - 1 for prefix in prefixes}


def refusals(unit, year: int) -> list[str]:
    """Why the year cannot be closed now."""
    if year >= timezone.localdate().year:
        return [f"{year}年尚未结束，{year + 1}年1月1日起才能关号。"]
    if closing := number_book.closing_of(unit, year):
        return [f"{year}年发文字号已由{closing.closed_by.name}于{timezone.localdate(closing.closed_at)}关号。"]
    left = list(number_book.unnumbered(unit, year)[: NAMED + 1])
    named = [f"“{one.title}”（{one.document_date}签发）尚未编号，请先编号或复核退回。" for one in left[:NAMED]]
    return named + (["签发未编号的公文还有更多，请见下表。"] if len(left) > NAMED else [])
