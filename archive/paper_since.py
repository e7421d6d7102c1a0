"""The paper that came after the accession (twins/supplying.py), as every other room tells it: one rule for it all.

The row of an accessioned record stays as it was received; what came since stands beside it, and carrier, pages and
place follow it on the record's page, in lists, in the catalogue and in its metadata (`Record.came_pages`).
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from .models import Record, SuppliedPaper
from .querysets import paper_came
from .states import State


def with_paper(rows: QuerySet) -> QuerySet:
    """`rows` of records as `Record.came_pages` reads them in a list, without a query for each."""
    return rows.annotate(came_since=paper_came())


def tell(records: Iterable[Record]) -> dict[int, SuppliedPaper]:
    """The same for rows that were read already; answers record → how its paper came. One query."""
    rows = list(records)
    open_rows = SuppliedPaper.objects.filter(record__in=[one.pk for one in rows], withdrawn_at=None)
    found = {one.record_id: one for one in open_rows.select_related("made_by")}
    for one in rows:
        came = found.get(one.pk)
        one.came_since = None if came is None else came.pages or 0
    return found


def came(record: Record) -> SuppliedPaper | None:
    """How its paper came, where it came later; the record knows it from then on."""
    if record.state in (State.FILED, State.IN_TRANSFER):
        return None
    return tell([record]).get(record.pk)


def place_of(record: Record, row: SuppliedPaper | None) -> str:
    """长宁区档案馆（2026-11-27 补制后移交）: where the paper is that came by `row`; "" where none did."""
    return f"{record.custodian.name}（{row.handed_on} {row.get_how_display()}）" if row is not None else ""
