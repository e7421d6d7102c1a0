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

from units import reading
from units.access import gives_one, holds, may, needs
from units.doors import logged
from units.paging import cut
from units.workflow import Refused

from .. import monthly, year_end
from ..desk_forms import AskForm, DecideForm, FixForm
from ..models import FilingRegister, YearFixed
from ..retention import classes_of, fonds_of
from ..states import Stage
from .arranging import add_reasons
from .desk import unit_of

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CODES = 100  # old and new codes on a page
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
            messages.success(request, f"{year}年度整理完毕，档号已固定，须经单位领导批准方可重新编号。")
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


def _fixed(request, row, *, form=None, decide_form=None, status: int = 200):
    is_asked = row.asked_at is not None
    may_enter = may(request.user, "arrange", row)
    may_ask = may_enter and not is_asked
    may_decide = is_asked and row.reopened_at is None and may(request.user, "approve", row)
    context = {
        "row": row,
        "state": year_end.preview(row.unit, row.fonds, row.year, request.user),
        "form": form or AskForm(),
        "decide_form": decide_form or DecideForm(),
        "may_enter": may_enter,
        "may_ask": may_ask,
        "may_decide": may_decide,
        "bars": year_end.bars_new_codes(row) if may_ask or may_decide else "",
        "news": reading.to_read(row, request.user),
        "most": year_end.SHOWN,
        "classes": classes_of(row.unit),
        **_codes(request, row),
    }
    return render(request, "archive/desk/fixed_year.html", context, status=status)


def _codes(request, row) -> dict:
    """Old and new codes: all of them on the page of the fixing that was reopened, the first on that of the next."""
    if row.reopened_at is not None:
        after = year_end.later(row)
        found = year_end.renumbered(row, after)
        return {"after": after, "codes": cut(found, request, order=("code", "pk"), size=CODES)}
    before = year_end.earlier(row)
    found = year_end.renumbered(before, row).order_by("code") if before is not None else []
    return {"before": before, "codes": found[: year_end.SHOWN], "total": found.count() if before is not None else 0}


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
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            year_end.decide(row, by=request.user, agreed=form.agreed, note=form.cleaned_data["note"])
        except Refused as refusal:
            add_reasons(form, refusal)
        else:
            messages.success(request, f"{'已同意重新编号' if form.agreed else '已答复不同意'}，已告知档案员。")
            return redirect(row)
    return _fixed(request, row, decide_form=form, status=422)


@gives_one(YearFixed)
@require_POST
def read(request, row):
    """阅毕 of the answer."""
    reading.read(row, by=request.user, what="重新编号的答复")
    messages.success(request, "已阅。")
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
    rows[0]["opens_on"] = monthly.opens_on(today.year, today.month)  # nobody can sign this month yet
    first, _ = monthly.period(rows[-1]["year"], rows[-1]["month"])
    counts = monthly.counts(unit, first)
    for one in rows:
        one["files"], one["paper"] = counts.get((one["year"], one["month"]), (0, 0))
        one["count"] = one["files"] + one["paper"]
    told = f"{today.month}月的登记表{monthly.told_signing(today.year, today.month)}"
    return render(request, "archive/desk/registers.html", {"unit": unit, "rows": rows, "told_signing": told})


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
            if getattr(row, f"{side}_at", None) is None and timezone.localdate() >= monthly.opens_on(year, month)
        ],  # before that day the sentence of what bars it says so
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
