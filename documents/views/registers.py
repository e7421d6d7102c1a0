"""登记簿: the three registers on screen, on paper and as workbook; the number register and 关号."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

import paper
from units.access import holds, needs, units_with
from units.doors import logged
from units.models import Unit
from units.paging import cut
from units.views.errors import refused
from units.workflow import Refused, Stale

from .. import number_acts
from ..registers.choice import Choice, RegisterForm, month_before, month_of
from ..registers.columns import on_screen, text_of
from ..registers.excel import as_workbook
from ..registers.numbers import NumbersForm, number_register
from ..registers.rows import REGISTERS, Line, Register

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PRINTED = 2000  # lines; some hundred pages


class Taken:
    """A register taken away on paper or as a file, as the object of an access."""

    AUDIT_TYPE, uid = "register", None


def _units_of(request) -> list[Unit]:
    """Units whose registers the person may open, the one he acts in first."""
    found = list(Unit.objects.filter(pk__in=units_with("view_documents", request.user)).order_by("code"))
    acting = getattr(request, "acting", None)
    return sorted(found, key=lambda unit: acting is None or unit.pk != acting.post.unit_id)


def _register(which: str) -> Register:
    if which not in REGISTERS:
        raise Http404
    return REGISTERS[which]


def _tabs(current: str, unit: Unit | None, request) -> list[tuple]:
    """As parts/tabs.html takes them; the unit goes along where there is a choice."""
    query = f"?{urlencode({'unit': unit.code})}" if unit is not None and "unit" in request.GET else ""
    places = [(one.name, reverse("documents:register", args=[one.key]), one.key) for one in REGISTERS.values()]
    places.append(("发文字号登记", reverse("documents:number_register"), "numbers"))
    return [(name, address + query, None, key == current) for name, address, key in places]


@needs("view_documents")
@require_safe
def first(request):
    """The register a person works with: 用印 for who keeps the seal and numbers nothing."""
    keeps_seal = units_with("seal_documents", request.user) and not units_with("number_documents", request.user)
    return redirect("documents:register", which="seals" if keeps_seal else "issued")


@needs("view_documents")
@require_safe
def register(request, which):
    """One page of a register; the choice stands in the address."""
    found, form = _register(which), RegisterForm(request.GET, which=which, units=_units_of(request))
    context = {"register": found, "form": form, "tabs": _tabs(which, None, request)}
    if not form.is_valid():
        return render(request, "documents/register.html", context, status=422)
    choice = form.choice()
    rows = found.rows(request.user, choice)
    page = cut(rows, request, order=found.order)
    after = found.before(rows, page.items[0]) if found.is_numbered and page.items else 0
    lines = [_shown(found, line) for line in found.lines(page.items, choice, after)]
    kept = urlencode(_kept(choice))
    context |= {
        "choice": choice, "page": page, "lines": lines, "tabs": _tabs(which, choice.unit, request), "kept": kept,
        "months": _months(choice),
    }  # fmt: skip
    return render(request, "documents/register.html", context)


def _shown(found: Register, line: Line) -> dict:
    """A line for the template: (column, text) of each cell, and whether a link to the document stands in it."""
    cells = [
        {"label": column.label, "text": on_screen(cell), "full": cell if on_screen(cell) != text_of(cell) else "",
         "is_title": column.label == "标题",
         "is_struck": line.is_struck and place < len(line.cells), "is_wide": column.is_wide,
         "is_code": column.label == "归档情况" and text_of(cell)[:1].isascii()}
        for place, (column, cell) in enumerate(zip(found.columns, line.cells, strict=True), start=1)
    ]  # fmt: skip
    return {"cells": cells, "url": line.url, "is_struck": line.is_struck}


def _kept(choice: Choice, **changed) -> dict:
    values = {
        "unit": choice.unit.code, "first": choice.first.isoformat(), "last": choice.last.isoformat(),
        "kind": choice.kind, "prefix": choice.prefix, "state": choice.state, "received_as": choice.received_as,
        **changed,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def _months(choice: Choice) -> list[dict]:
    """上月, 本月, 本年 by one click, whatever else is chosen."""
    today = timezone.localdate()
    spans = (
        ("上月", month_before(today)),
        ("本月", month_of(today)),
        ("本年", (today.replace(month=1, day=1), today.replace(month=12, day=31))),
    )
    return [
        {
            "label": label,
            "query": urlencode(_kept(choice, first=since.isoformat(), last=until.isoformat())),
            "is_current": (since, until) == (choice.first, choice.last),
        }
        for label, (since, until) in spans
    ]


@needs("view_documents")
@require_safe
def register_pdf(request, which):
    return _take_away(request, Taken(), which=which, made=_printed)


@needs("view_documents")
@require_safe
def register_workbook(request, which):
    return _take_away(request, Taken(), which=which, made=_workbook)


@logged("export")
def _take_away(request, taken, *, which: str, made):
    """The whole choice, by the same rule and narrowing as the page."""
    found, form = _register(which), RegisterForm(request.GET, which=which, units=_units_of(request))
    if not form.is_valid():
        return refused(request, [text for texts in form.errors.values() for text in texts], status=422)
    try:
        return made(request, found, form.choice())
    except Refused as refusal:
        return refused(request, list(refusal.reasons), status=422)


def _printed(request, found: Register, choice: Choice) -> HttpResponse:
    count = found.rows(request.user, choice).order_by()[: MOST_PRINTED + 1].count()
    if count > MOST_PRINTED:
        raise Refused(f"所选范围超过 {MOST_PRINTED:,} 行，请分段打印，或导出 Excel。")
    now = timezone.now()
    printed = paper.render_ledger(
        paper.Ledger(
            heading=f"{choice.unit.name}{found.name}",
            range=f"登记范围：{choice.range_shown}（共 {count} 行）",
            made=f"{timezone.localtime(now):%Y-%m-%d %H:%M} {request.user.name} 打印",
            columns=tuple((column.label, column.width) for column in found.columns),
            lines=tuple(
                paper.LedgerLine(tuple(map(text_of, line.cells)), line.is_struck)
                for line in found.all_lines(request.user, choice)
            ),
        ),
        moment=now,
    )
    response = HttpResponse(printed.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.key}.pdf"'
    return response


def _workbook(request, found: Register, choice: Choice) -> FileResponse:
    heading = f"{choice.unit.name}{found.name}（{choice.range_shown}）"
    book = as_workbook(found, heading, found.all_lines(request.user, choice), settings.EGOV_TMP_DIR)
    name = f"{found.name}{choice.first.isoformat()}至{choice.last.isoformat()}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=BOOK)


@needs("view_documents")
@require_safe
def numbers(request):
    """发文字号登记."""
    return _numbers(request, request.GET)


def _numbers(request, given, *, status: int = 200, reasons=()):
    form = NumbersForm(given, units=_units_of(request))
    context = {"form": form, "tabs": _tabs("numbers", None, request), "refused": reasons}
    if not form.is_valid():
        return render(request, "documents/register_numbers.html", context, status=422)
    unit, year = form.cleaned_data["unit"], form.cleaned_data["year"]
    found = number_register(request.user, unit, year)
    context |= {
        "found": found,
        "tabs": _tabs("numbers", unit, request),
        "sees_records": holds("view_records", request.user, unit),
        "may_close": found.is_over and found.closing is None and holds("number_documents", request.user, unit),
    }
    return render(request, "documents/register_numbers.html", context, status=status)


@needs("number_documents")
@require_POST
def close(request):
    """关号 of a year; what bars it is said above the register."""
    form = NumbersForm(request.POST, units=_units_of(request))
    if not {"unit", "year"} <= set(request.POST) or not form.is_valid():
        return _numbers(request, request.POST, status=422, reasons=["请选择要关号的单位和年度。"])
    unit, year = form.cleaned_data["unit"], form.cleaned_data["year"]
    try:
        number_acts.close_year(unit, year, by=request.user)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _numbers(request, request.POST, status=status, reasons=refusal.reasons)
    messages.success(request, f"{unit.short_name}{year}年发文字号已关号。")
    return redirect(f"{reverse('documents:number_register')}?{urlencode({'unit': unit.code, 'year': year})}")
