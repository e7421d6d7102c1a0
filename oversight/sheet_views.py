"""A unit's own sheet on paper and as a workbook: the months of its page, and the year; a baseline of it withdrawn."""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from units.access import gives_one
from units.models import Unit
from units.row_forms import form_of

from . import actions, papers, rates
from .forms import WithdrawForm
from .inputs import Asked
from .models import BaselineDue
from .periods import Period
from .views import EXCEL, done, export_asked, months_of, show_sheet


def _asked(request, unit: Unit) -> Asked:
    """The whole year, as the page has it."""
    asked = export_asked(request, unit)
    return replace(asked, period=Period(asked.period.year))


def _lines(unit: Unit, asked: Asked) -> list[papers.Line]:
    months, frozen, annual = months_of(unit, asked)
    begun = [n for n in range(1, 13) if Period(asked.period.year, n).first <= asked.as_of]
    found = [papers.Line(unit, months.get(n, rates.Figures()), frozen.get(n), label=f"{n}月") for n in begun]
    if 0 in months:  # without it the lines do not add up to the year
        found.append(papers.Line(unit, months[0], label=rates.APART))
    return [*found, papers.Line(unit, rates.total(months.values()), annual, label="全年")]


@gives_one(BaselineDue, "withdraw")
@require_POST
def withdraw_baseline(request, row):
    form = form_of(row, WithdrawForm, request.POST)
    if done(form, lambda given: actions.withdraw_baseline(row, by=request.user, **given)):
        messages.success(request, f"已撤回：{row}。")
        return redirect("oversight:sheet", row.unit.uid)
    return show_sheet(request, row.unit, status=422, came=(row, form))


@gives_one(Unit, "oversee")
@require_safe
def sheet_workbook(request, unit):
    asked = _asked(request, unit)
    file = papers.unit_workbook(asked, unit, _lines(unit, asked), settings.EGOV_TMP_DIR)
    name = f"归档情况-{unit.short_name}-{asked.period.year}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=EXCEL)


@gives_one(Unit, "oversee")
@require_safe
def sheet_pdf(request, unit):
    asked = _asked(request, unit)
    response = HttpResponse(papers.unit_pdf(asked, unit, _lines(unit, asked)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="filing-{unit.code}-{asked.period.year}.pdf"'
    return response
