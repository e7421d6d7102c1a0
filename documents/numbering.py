"""Document numbers (发文字号) and receipt numbers: given under a lock, without gap, never twice.

Source: domain 1.4; Regulations of 2012 art. 25(2).
"""

from django.utils import timezone

from units.counters import take

from .states import DocType

# Kinds with a series of their own (domain 1.4; practice 2.1 item 5), and how those write their numbers that are no 字号
SUFFIX = {
    DocType.LETTER: "函",
    DocType.INFORMAL_LETTER: "便函",
    DocType.ORDER: "令",
    DocType.MINUTES: "纪要",
    DocType.INTERNAL_MATERIAL: "内部资料",
}
SERIAL = {DocType.ORDER: "第{}号", DocType.MINUTES: "第{}期", DocType.INTERNAL_MATERIAL: "第{}期"}


def prefix_of(document) -> str:
    """The unit's 机关代字, with what is a series of its own."""
    return document.unit.document_prefix + SUFFIX.get(document.doc_type, "")


def prefixes_of(unit) -> set[str]:
    """All that the unit may number in."""
    return {unit.document_prefix, *(f"{unit.document_prefix}{suffix}" for suffix in SUFFIX.values())}


def printed(document) -> str:
    """As it stands on the page: 令号 is 第×号 alone (GB/T 9704—2012, 10.2)."""
    is_order = document.doc_type == DocType.ORDER and document.number_seq is not None
    return SERIAL[DocType.ORDER].format(document.number_seq) if is_order else document.doc_number


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
    serial = SERIAL.get(document.doc_type, "{}号").format(sequence)
    return f"{prefix}〔{year}〕{serial}", prefix, year, sequence


def next_receipt_number(document) -> str:
    """Receipt number of its unit's register, e.g. 2026-收-0312; from 1 anew in each year of 收文日期 (practice 2.1)."""
    year = timezone.localdate(document.signed_for_at).year
    return f"{year}-收-{take(f'receipt:{document.unit.code}:{year}'):04d}"
