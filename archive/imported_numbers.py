"""Numbers of issued documents that back-files brought: they are no numbers of the platform's own series, and may meet
them, or one another (the number register shows doubles)."""

from collections.abc import Collection

from documents.filing_port import Imported

from .models import Record


def _rows(unit):
    return Record.objects.unguarded("a number and a code, no title").filter(unit=unit, document=None)


def _shown(rows) -> list[Imported]:
    found = rows.order_by("doc_number", "pk").values_list("doc_number", "archival_code", "uid")
    return [Imported(number, code, str(uid)) for number, code, uid in found]


def imported(unit, numbers: Collection[str]) -> list[Imported]:
    """Records of `unit` without a document here that bear one of `numbers`."""
    return _shown(_rows(unit).filter(doc_number__in=list(numbers))) if numbers else []


def imported_of_year(unit, year: int) -> list[Imported]:
    """Records of `unit` without a document here whose number begins with its 机关代字 and is of `year`."""
    if not unit.document_prefix:
        return []
    rows = _rows(unit).filter(doc_number__startswith=unit.document_prefix, doc_number__contains=f"〔{year}〕")
    return _shown(rows)
