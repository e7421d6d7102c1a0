"""What a citizen can open. Everything is read through the alias `portal`, whose role knows open rows only.

What was withdrawn answers 410 with the day and the public reason, and with nothing of what it was.
"""

from pathlib import Path

from django.conf import settings
from django.db.models import Count
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from files.serving import path_response
from files.text import beginning_of
from units.access import public
from units.paging import cut

from .models import OpenCurrent, OpenFile, OpenRecord, OpenUnit, Withdrawn
from .search import KINDS, BadSearch, Wanted, search

SHOWN_TEXT = 20_000  # characters of a text file on the record page
ROLES = {"original": "正文", "attachment": "附件", "converted": "转换件", "copy": "复制件"}


def _one(model, uid):
    found = model.objects.filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def _gone(request, kind: str, uid):
    """410 for what was public once, 404 for what never was."""
    withdrawn = Withdrawn.objects.filter(uid=uid, kind=kind).first()
    if withdrawn is None:
        raise Http404
    return render(request, "portal/withdrawn.html", {"withdrawn": withdrawn}, status=410)


def _place(sha256: str) -> Path:
    """Opened files lie in the public root; no other folder is known here."""
    return Path(settings.EGOV_PUBLIC_DIR) / sha256[:2] / sha256


@public("portal")
@require_safe
def home(request):
    context = {
        "records": OpenRecord.objects.order_by("-opened_at", "-pk")[:6],
        "currents": OpenCurrent.objects.order_by("-opened_at", "-pk")[:6],
        "record_count": OpenRecord.objects.count(),
        "current_count": OpenCurrent.objects.count(),
        "unit_count": OpenUnit.objects.count(),
    }
    return render(request, "portal/home.html", context)


def _number(text: str, length: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= length else None


def _unit(request) -> OpenUnit | None:
    code = request.GET.get("unit", "")[:10].replace("\x00", "")
    return OpenUnit.objects.filter(code=code).first() if code else None


@public("portal")
@require_safe
def results(request):
    text = request.GET.get("q", "")
    kind = request.GET.get("kind", "")
    chosen = {
        "unit": _unit(request), "year": _number(request.GET.get("year", ""), 4), "kind": kind if kind in KINDS else None
    }  # fmt: skip
    if not text.strip():
        return render(request, "portal/results.html", {"q": "", **chosen})
    try:
        found = search(text, page=_number(request.GET.get("page", ""), 7) or 1, wanted=Wanted(**chosen))
    except BadSearch as refusal:
        return render(request, "portal/results.html", {"q": text[:200], "refusal": str(refusal), **chosen}, status=422)
    return render(request, "portal/results.html", {"q": text[:200], "found": found, **chosen})


@public("portal")
@require_safe
def catalogue(request):
    """开放目录: by unit and year, the newest first."""
    unit, year = _unit(request), _number(request.GET.get("year", ""), 4)
    rows = OpenRecord.objects.all()
    if unit is not None:
        rows = rows.filter(unit=unit)
    if year is not None:
        rows = rows.filter(year=year)
    page = cut(rows, request, order=("-opened_at", "-pk"))
    base = OpenRecord.objects.filter(unit=unit) if unit is not None else OpenRecord.objects.all()
    years = base.values_list("year").annotate(Count("pk")).order_by("-year")[:40]
    units = (
        [] if unit is not None else OpenUnit.objects.annotate(open_records=Count("records")).filter(open_records__gt=0)
    )
    return render(
        request, "portal/catalogue.html", {"page": page, "unit": unit, "year": year, "years": years, "units": units}
    )


@public("portal")
@require_safe
@cache_control(max_age=0, must_revalidate=True)
def record(request, uid):
    found = OpenRecord.objects.filter(uid=uid).first()
    if found is None:
        return _gone(request, "record", uid)
    files = list(found.files.all())
    for one in files:
        one.label = ROLES.get(one.role, one.role)
    return render(request, "portal/record.html", {"record": found, "files": files, "text": _text_of(files)})


def _text_of(files) -> str:
    for one in files:
        if one.mime == "text/plain" and one.role == "original" and _place(one.sha256).is_file():
            return beginning_of(_place(one.sha256), SHOWN_TEXT)
    return ""


@public("portal")
@require_safe
@cache_control(max_age=0, must_revalidate=True)
def file(request, uid):
    found = _one(OpenFile, uid)
    path = _place(found.sha256)
    if not path.is_file():
        raise Http404
    return path_response(path, found.filename, found.mime, inline="show" in request.GET)


@public("portal")
@require_safe
def current(request):
    """现行文件 by unit, the newest first; a repealed one stays with its mark."""
    unit = _unit(request)
    rows = OpenCurrent.objects.select_related("unit")
    if unit is not None:
        rows = rows.filter(unit=unit)
    page = cut(rows, request, order=("-opened_at", "-pk"))
    return render(request, "portal/current.html", {"page": page, "unit": unit})


@public("portal")
@require_safe
@cache_control(max_age=0, must_revalidate=True)
def document(request, uid):
    found = OpenCurrent.objects.filter(uid=uid).first()
    if found is None:
        return _gone(request, "current", uid)
    return render(request, "portal/document.html", {"document": found})


@public("portal")
@require_safe
@cache_control(max_age=0, must_revalidate=True)
def document_file(request, uid):
    found = _one(OpenCurrent, uid)
    if not found.sha256 or not _place(found.sha256).is_file():
        raise Http404
    return path_response(_place(found.sha256), f"{found.title}.pdf", "application/pdf", inline="show" in request.GET)
