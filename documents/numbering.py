"""Document numbers (发文字号) and receipt numbers: given under a lock, without gap, never twice.

Source: domain 1.4; Regulations of 2012 art. 25(2).
"""

from django.utils import timezone

from units.counters import take

from .states import DocType


def prefix_of(document) -> str:
    """A letter has the unit's prefix with 函 in a series of its own, domain 1.4."""
    return document.unit.document_prefix + ("函" if document.doc_type == DocType.LETTER else "")


def series(prefix: str, year: int) -> str:
    """Name of the counter of one series."""
    return f"document:{prefix}:{year}"


def next_number(document) -> tuple[str, str, int, int]:
    """(number, prefix, year, sequence); the year is that of 成文日期 (practice 1). Inside a transaction.

    A 更正件 bears the number of what it corrects.
    """
    prefix, year = prefix_of(document), document.document_date.year
    if document.corrects_id:
        kept = document.corrects
        return kept.doc_number, kept.number_prefix, kept.number_year, kept.number_seq
    sequence = take(series(prefix, year))
    return f"{prefix}〔{year}〕{sequence}号", prefix, year, sequence


def next_receipt_number(document) -> str:
    """Receipt number of its unit's register, e.g. 2026-收-0312; from 1 anew in each year of 收文日期 (practice 2.1)."""
    year = timezone.localdate(document.signed_for_at).year
    return f"{year}-收-{take(f'receipt:{document.unit.code}:{year}'):04d}"
