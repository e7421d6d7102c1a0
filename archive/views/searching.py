"""检索: one box, facets with counts, a result line; and the same result as a table file."""

import csv

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from units.access import signed_in
from units.audit import log_access
from units.models import Unit
from units.views.errors import refused

from ..models import Record
from ..search import BadSearch, Narrow, all_ids, search

COLUMNS = ("档号", "题名", "责任者", "文号", "日期", "年度", "保管期限", "立档单位")


def _chosen(request) -> dict:
    """Facet choices; what is none is ignored, because a facet is a link of ours and never typed."""
    year, page, unit = (request.GET.get(name, "") for name in ("year", "page", "unit"))
    return {
        "unit": Unit.objects.filter(code=unit[:10].replace("\x00", "")).first() if unit else None,
        "year": int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        "page": int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1,
    }


def _narrow(chosen: dict) -> Narrow:
    year = chosen["year"]
    return Narrow(unit=chosen["unit"], years=None if year is None else (year, year))


@signed_in
@require_safe
def results(request):
    text = request.GET.get("q", "")
    if not text.strip():
        return render(request, "archive/search.html", {"q": ""})
    chosen = _chosen(request)
    try:
        found = search(request.user, text, narrow=_narrow(chosen), page=chosen["page"])
    except BadSearch as refusal:
        return render(request, "archive/search.html", {"q": text[:200], "refusal": str(refusal)}, status=422)
    if found.total:
        log_access("search", Result(), by=request.user)  # snippets are text too
    context = {"q": text[:200], "found": found, **chosen}
    return render(request, "archive/search.html", context)


@signed_in
@require_safe
def export(request):
    """Every hit as CSV, streamed; the same rule and the same words as the page."""
    chosen = _chosen(request)
    try:
        ids = all_ids(request.user, request.GET.get("q", ""), narrow=_narrow(chosen))
    except BadSearch as refusal:
        return refused(request, [str(refusal)], status=422)
    log_access("export", Result(), by=request.user)
    response = StreamingHttpResponse(_lines(ids), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        "attachment; filename=\"records.csv\"; filename*=UTF-8''%E6%A3%80%E7%B4%A2%E7%BB%93%E6%9E%9C.csv"
    )
    return response


class Result:
    """A result of the search as the object of an access."""

    AUDIT_TYPE, uid = "search", None


class _Echo:
    def write(self, value: str) -> str:
        return value


def _lines(ids):
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    batch: list = []
    for uid in ids:
        batch.append(uid)
        if len(batch) == 500:
            yield from _rows(writer, batch)
            batch = []
    yield from _rows(writer, batch)


def _rows(writer, uids):
    rows = {
        record.uid: record
        for record in Record.objects.unguarded("the keys come from an allowed search")
        .filter(uid__in=uids)
        .select_related("unit")
    }
    for uid in uids:
        one = rows[uid]
        values = (
            one.archival_code,
            one.title,
            one.author,
            one.doc_number,
            one.date_text,
            one.year,
            one.get_retention_code_display(),
            one.unit.name,
        )
        # a cell that a spreadsheet would take for a formula is told to be text
        yield writer.writerow(
            ["'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value for value in values]
        )
