"""What a citizen can open. Everything is read through the alias `portal`, whose role knows open rows only.

What was withdrawn answers 410 with the day and the public reason, and with nothing of what it was.
"""

from functools import wraps
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from files.serving import path_response
from files.text import beginning_of
from units.access import public
from units.paging import cut

from . import filters
from .filters import BadFilter, chosen_of, number_of, units_with
from .models import OpenCurrent, OpenFile, OpenRecord, OpenUnit, Withdrawn
from .search import LONGEST, BadSearch, Wanted, search

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


def _filtered(view):
    """The view gets what is chosen; an address that chooses what there is not is told so."""

    @wraps(view)
    def inner(request):
        try:
            chosen = chosen_of(request)
        except BadFilter as bad:
            return filters.refused(request, bad)
        return view(request, chosen)

    return inner


@public("portal")
@require_safe
@_filtered
def results(request, chosen):
    text = request.GET.get("q", "")
    context = {"q": text[:LONGEST], "unit": chosen.unit, "year": chosen.year, "kind": chosen.kind}
    if not request.GET.get("q"):  # the form sends an empty q where nothing was typed
        refusal = "请输入要检索的题名、文号或字词。" if "q" in request.GET else ""
        return render(request, "portal/results.html", {**context, "refusal": refusal}, status=422 if refusal else 200)
    try:
        found = search(
            text, page=number_of(request.GET.get("page", ""), 7) or 1,
            wanted=Wanted(chosen.unit, chosen.year, chosen.kind),
        )  # fmt: skip
    except BadSearch as refusal:
        return render(request, "portal/results.html", {**context, "refusal": str(refusal)}, status=422)
    return render(request, "portal/results.html", {**context, "found": found})


@public("portal")
@require_safe
@_filtered
def catalogue(request, chosen):
    """开放目录: by unit and year, what was opened last first; each count is within the other filter."""
    of_unit = Q(unit=chosen.unit) if chosen.unit else Q()
    of_year = Q(year=chosen.year) if chosen.year else Q()
    page = cut(OpenRecord.objects.filter(of_unit & of_year), request, order=("-opened_at", "-pk"))
    years = OpenRecord.objects.filter(of_unit).values_list("year").annotate(Count("pk")).order_by("-year")
    context = {
        "page": page, "unit": chosen.unit, "year": chosen.year, "years": years[:40],
        "units": units_with("records", Q(records__year=chosen.year) if chosen.year else Q()),
    }  # fmt: skip
    return render(request, "portal/catalogue.html", context)


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
@_filtered
def current(request, chosen):
    """现行文件 by unit, what was published last first; a repealed one stays with its mark."""
    rows = OpenCurrent.objects.select_related("unit")
    if chosen.unit is not None:
        rows = rows.filter(unit=chosen.unit)
    page = cut(rows, request, order=("-opened_at", "-pk"))
    context = {"page": page, "unit": chosen.unit, "units": units_with("current_documents", Q())}
    return render(request, "portal/current.html", context)


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
