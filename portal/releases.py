"""公布的开放目录: each by its number, as a page, as PDF/A and as a workbook (Archives Law 2020 art. 28).

All three are made of open rows on the day of reading: what was closed since is counted and not named.
"""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

import paper
from archive.states import Precision
from archive.twins.papers import workbook
from units.access import public
from units.paging import cut

from .models import Release

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    ("序号", 12),
    ("档号", 46),
    ("题名", 80),
    ("责任者", 36),
    ("文号", 36),
    ("日期", 22),
    ("全宗", 40),
    ("开放方式", 22),
)


def _found(uid) -> Release:
    found = Release.objects.filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


@public("portal")
@require_safe
def releases(request):
    """The newest first."""
    page = cut(Release.objects.all(), request, order=("-published_at", "-pk"))
    return render(request, "portal/releases.html", {"page": page})


@public("portal")
@require_safe
@cache_control(max_age=0, must_revalidate=True)
def release(request, uid):
    found = _found(uid)
    page = cut(found.items.select_related("record"), request, order=("position",), size=50)
    return render(request, "portal/release.html", {"release": found, "page": page})


def _day(day: date | None, precision: str) -> str:
    if day is None or precision == Precision.UNKNOWN:
        return "不详"
    return {Precision.YEAR: f"{day:%Y}", Precision.MONTH: f"{day:%Y-%m}"}.get(Precision(precision), f"{day:%Y-%m-%d}")


def _rows(found: Release) -> Iterable[tuple[str, ...]]:
    """The cells of COLUMNS."""
    for number, one in enumerate(found.items.select_related("record").order_by("position"), start=1):
        record = one.record
        yield (
            str(number), record.archival_code, record.title, record.author, record.doc_number,
            _day(record.date, record.date_precision), record.fonds_name, "提前开放" if one.is_early else "开放",
        )  # fmt: skip


@public("portal")
@require_safe
@cache_control(max_age=0, must_revalidate=True)
def release_pdf(request, uid):
    found = _found(uid)
    made = f"{timezone.localdate(found.published_at):%Y年%-m月%-d日}公布"
    closed = f"，其后停止开放 {found.closed_records} 件" if found.closed_records else ""
    ledger = paper.Ledger(
        f"{found.unit_name}开放档案目录", f"{found.number} · {found.open_records} 件{closed}", made, COLUMNS,
        tuple(paper.LedgerLine(cells) for cells in _rows(found)), empty="没有开放的档案",
    )  # fmt: skip
    response = HttpResponse(paper.render_ledger(ledger, moment=timezone.now()).pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{found}.pdf")
    return response


@public("portal")
@require_safe
@cache_control(max_age=0, must_revalidate=True)
def release_workbook(request, uid):
    found = _found(uid)
    book = workbook("开放档案目录", [name for name, _ in COLUMNS], _rows(found), settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename=f"{found}.xlsx", content_type=BOOK)
