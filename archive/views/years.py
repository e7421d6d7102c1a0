"""年度整理: the years of a unit's fonds, 定号 with its preview, numbering anew, and the month's 登记表."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units.access import gives_one, holds, may, needs
from units.doors import logged
from units.workflow import Refused

from .. import monthly, year_end
from ..desk_forms import AskForm, FixForm, NoteForm
from ..models import FilingRegister, YearFixed
from ..retention import classes_of, fonds_of
from ..states import Stage
from .desk import unit_of

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTHS = 12  # that the list of registers shows


@needs("view_records")
@require_safe
def years(request):
    """Each year with its count, what is unchecked, and whether its numbers are fixed."""
    unit = unit_of(request, "view_records")
    found = year_end.years_of(unit, request.user)
    for one in found:
        one["url"] = f"{reverse('archive:year', args=[one['year']])}?unit={unit.code}"
    return render(request, "archive/desk/years.html", {"unit": unit, "years": found})


@needs("arrange_records")
@require_http_methods(["GET", "POST"])
def year(request, year: int):
    """Before 定号: gaps, doubles, missing texts, unchecked; then the act."""
    unit = unit_of(request)
    fonds = fonds_of(unit)
    if fonds is None:
        raise Refused(f"{unit}还没有全宗号，请与区档案馆联系。")
    fixed = YearFixed.objects.allowing("view", request.user).filter(fonds=fonds, year=year, reopened_at=None).first()
    form, status = FixForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            row = year_end.fix(unit, year, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            status = 422
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"{year}年度整理完毕，档号已固定。")
            return redirect(row)
    context = {
        "unit": unit,
        "year": year,
        "fixed": fixed,
        "reopened": None if fixed else year_end.reopened_of(fonds, year),
        "state": year_end.preview(unit, fonds, year, request.user),
        "form": form,
        "most": year_end.SHOWN,
        "classes": classes_of(unit),
    }
    return render(request, "archive/desk/year.html", context, status=422 if form.errors else status)


@gives_one(YearFixed)
@require_safe
def fixed_year(request, row):
    return _fixed(request, row)


def _fixed(request, row, *, form=None, status: int = 200):
    context = {
        "row": row,
        "state": year_end.preview(row.unit, row.fonds, row.year, request.user),
        "renumbered": year_end.renumbered(row),
        "form": form or AskForm(),
        "may_ask": may(request.user, "arrange", row) and row.asked_at is None,
        "may_decide": row.asked_at is not None and row.reopened_at is None and may(request.user, "approve", row),
        "most": year_end.SHOWN,
        "classes": classes_of(row.unit),
    }
    return render(request, "archive/desk/fixed_year.html", context, status=status)


@gives_one(YearFixed, "arrange")
@require_POST
def ask(request, row):
    form = AskForm(request.POST)
    if not form.is_valid():
        return _fixed(request, row, form=form, status=422)
    try:
        year_end.ask_to_renumber(row, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _fixed(request, row, form=form, status=422)
    messages.success(request, "已报请单位领导批准。")
    return redirect(row)


@gives_one(YearFixed, "approve")
@require_POST
def decide(request, row):
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise Refused(*(text for texts in form.errors.values() for text in texts))
    agreed = request.POST.get("decision") == "agree"
    year_end.decide(row, by=request.user, agreed=agreed, note=form.cleaned_data["note"])
    messages.success(request, "已同意重新编号。" if agreed else "已答复不同意。")
    return redirect(row)


@needs("view_records")
@require_safe
def registers(request):
    """The last twelve months, each with what was filed and who has signed."""
    unit, today = unit_of(request, "view_records"), timezone.localdate()
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(MONTHS)]
    signed = {
        (one.year, one.month): one
        for one in FilingRegister.objects.allowing("view", request.user).filter(unit=unit)
    }  # fmt: skip
    rows = [{"year": year, "month": month + 1, "row": signed.get((year, month + 1))} for year, month in months]
    rows[0]["goes_on"] = True  # nobody can sign this month yet
    first, _ = monthly.period(rows[-1]["year"], rows[-1]["month"])
    counts = monthly.counts(unit, first)
    for one in rows:
        one["files"], one["paper"] = counts.get((one["year"], one["month"]), (0, 0))
        one["count"] = one["files"] + one["paper"]
    return render(request, "archive/desk/registers.html", {"unit": unit, "rows": rows})


def _month(request, year: int, month: int):
    unit = unit_of(request, "view_records")
    if not (1 <= month <= 12 and 1990 <= year <= timezone.localdate().year):
        raise Http404
    row = monthly.row_of(unit, year, month)
    return unit, row, row.content if row is not None else monthly.filled(unit, year, month)


@needs("view_records")
@require_safe
def register(request, year: int, month: int):
    unit, row, content = _month(request, year, month)
    open_to = [
        (side, monthly.SIDES[side])
        for side, needed in monthly.SIGNED_BY.items()
        if getattr(row, f"{side}_at", None) is None and any(holds(one, request.user, unit) for one in needed)
    ]
    left = monthly.unticked(unit, year, month) if row is None else []
    context = {
        "unit": unit,
        "year": year,
        "month": month,
        "row": row,
        "lines": monthly.lines_of(content, row),
        "failing": content.get("failing", []),
        "bars": [] if row is not None else monthly.bars_signing(unit, year, month, content, left),
        "open_to": open_to,
        "signers": [
            (label, monthly.signers(side))
            for side, label in monthly.SIDES.items()
            if getattr(row, f"{side}_at", None) is None
        ],
        "ticks_at": ticks_at(request, unit, year, month) if left else "",
    }
    return render(request, "archive/desk/register.html", context)


def ticks_at(request, unit, year: int, month: int) -> str:
    """Where whoever may tick the month's sample does so."""
    return reverse("archive:sample", args=[unit.uid, Stage.FILING, year, month]) if may(
        request.user, "check_records", unit
    ) else ""  # fmt: skip


@needs("view_records")
@require_POST
def sign(request, year: int, month: int):
    unit, _, _ = _month(request, year, month)
    side = request.POST.get("side", "")
    if side not in monthly.SIDES:
        raise Http404
    monthly.sign(unit, year, month, side=side, by=request.user)
    messages.success(request, "已签字。")
    return redirect(f"{reverse('archive:filing_register', args=[year, month])}?unit={unit.code}")


class _Taken:
    """A register taken away, as the object of an access."""

    AUDIT_TYPE, uid = "register", None


@logged("export")
def _pdf(request, taken, *, content, row):
    response = HttpResponse(monthly.as_pdf(content, row, timezone.now()), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="filing-register.pdf"'
    return response


@logged("export")
def _book(request, taken, *, content, row):
    with tempfile.TemporaryDirectory(dir=settings.EGOV_TMP_DIR) as folder:
        out = Path(folder) / "register.xlsx"
        monthly.as_workbook(content, row, out)
        file = out.open("rb")  # open past the folder's end: it is read while it is sent
    return FileResponse(file, as_attachment=True, filename=f"{monthly.HEADING}.xlsx", content_type=BOOK)


@needs("view_records")
@require_safe
def register_pdf(request, year: int, month: int):
    _, row, content = _month(request, year, month)
    return _pdf(request, _Taken(), content=content, row=row)


@needs("view_records")
@require_safe
def register_workbook(request, year: int, month: int):
    _, row, content = _month(request, year, month)
    return _book(request, _Taken(), content=content, row=row)
