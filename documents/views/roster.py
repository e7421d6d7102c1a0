"""值班: today's, the month's table, and Excel out and in."""

import tempfile
from calendar import monthrange
from datetime import date, timedelta

import xlsxwriter
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import form_drafts
from units.access import gives_one, holds, needs, signed_in, standing
from units.calendar import WorkingCalendar
from units.doors import logged
from units.models import Unit
from units.views.errors import refused
from units.workflow import Refused

from .. import roster as duty
from .. import roster_acts as acts
from ..models import DutyDay
from ..roster_forms import DutyForm, RosterFileForm
from .registers import Taken

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _units_of(request) -> list[Unit]:
    """Units in which the person holds a post, the one he acts in first."""
    found = list(Unit.objects.filter(pk__in=standing(request.user).unit_ids).order_by("code"))
    acting = getattr(request, "acting", None)
    return sorted(found, key=lambda unit: acting is None or unit.pk != acting.post.unit_id)


def _chosen(request) -> tuple[Unit, date, list[Unit]]:
    """The unit and the first day of the month that the address names; 404 for another's unit."""
    units = _units_of(request)
    code = request.GET.get("unit", "")
    unit = next((one for one in units if one.code == code), None) if code else next(iter(units), None)
    if unit is None:
        raise Http404
    try:
        year, month = map(int, request.GET.get("month", "").split("-"))
        first = date(year if 1900 <= year <= 2999 else 0, month, 1)
    except ValueError:
        first = timezone.localdate().replace(day=1)
    return unit, first, units


def _key(first: date) -> str:
    """2026-11, as the address names a month."""
    return first.isoformat()[:7]


def _rows(request, unit: Unit, first: date):
    last = first.replace(day=monthrange(first.year, first.month)[1])
    rows = DutyDay.objects.allowing("view", request.user).filter(unit=unit, removed_at=None)
    return rows.filter(day__gte=first, day__lte=last).select_related("person").order_by("day", "pk")


def _days(request, unit: Unit, first: date) -> list[dict]:
    """Every day of the month, on duty or nobody; days off are marked."""
    calendar, by_day = WorkingCalendar(), {}
    for row in _rows(request, unit, first):
        by_day.setdefault(row.day, []).append(row)
    count, today = monthrange(first.year, first.month)[1], duty.duty_day()
    days = (first + timedelta(days=number) for number in range(count))
    return [
        {"day": day, "weekday": "一二三四五六日"[day.weekday()], "is_off": not calendar.is_working(day),
         "is_today": day == today, "rows": by_day.get(day, [])}
        for day in days
    ]  # fmt: skip


def _place(unit: Unit, first: date) -> str:
    return f"{reverse('documents:roster')}?unit={unit.code}&month={_key(first)}"


@signed_in
@require_http_methods(["GET", "POST"])
def roster(request):
    unit, first, units = _chosen(request)
    keeps = holds("receive_documents", request.user, unit)
    if request.method == "POST" and not keeps:
        raise Http404
    form = DutyForm(request.POST or None, unit=unit) if keeps else None
    if form is not None:
        form_drafts.attend(request, form, "documents:duty", page=_place(unit, first))
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, f"{acts.enter(unit, form.rows(), by=request.user)}。")
            return redirect(_place(unit, form.cleaned_data["day"]))
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    context = {
        "unit": unit, "units": units, "month": f"{first.year}年{first.month}月", "month_key": _key(first),
        "days": _days(request, unit, first), "form": form,
        "file_form": RosterFileForm() if keeps else None, "today": duty.on_duty(unit),
        "everywhere": duty.today_everywhere(), "told": duty.told_lately(request.user, unit),
        "here": _place(unit, first),
        "before": _place(unit, before.replace(day=1)), "after": _place(unit, after.replace(day=1)),
    }  # fmt: skip
    return render(request, "documents/roster.html", context, status=422 if form is not None and form.errors else 200)


@needs("receive_documents")
@require_POST
def take_in(request):
    unit, first, _ = _chosen(request)
    form = RosterFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return refused(request, [text for texts in form.errors.values() for text in texts], status=422)
    try:
        messages.success(request, f"{acts.take_in(unit, form.cleaned_data['file'], by=request.user)}。")
    except Refused as refusal:
        return refused(request, list(refusal.reasons), status=422)
    return redirect(_place(unit, first))


@gives_one(DutyDay, "edit")
@require_POST
def remove(request, row):
    acts.remove(row, by=request.user)
    messages.success(request, f"已撤下 {row.day} 的值班。")
    return redirect(_place(row.unit, row.day))


@signed_in
@require_safe
def workbook(request):
    """The month as it stands; filled and sent back it is taken in again."""
    unit, first, _ = _chosen(request)
    return _taken(request, Taken(), unit=unit, first=first)


@logged("export")
def _taken(request, taken, *, unit: Unit, first: date) -> FileResponse:
    file = tempfile.TemporaryFile(dir=settings.EGOV_TMP_DIR)
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, text = book.add_worksheet("值班表"), book.add_format({"num_format": "@"})
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, (name, width) in enumerate(zip(acts.COLUMNS, (14, 16, 20, 30), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, book.add_format({"bold": True}))
    for line, row in enumerate(_rows(request, unit, first), start=1):
        sheet.write_datetime(line, 0, row.day, day_format)
        for place, value in enumerate((row.person.name, row.phone, row.note), start=1):
            if value:
                sheet.write_string(line, place, value, text)
    sheet.freeze_panes(1, 0)
    book.close()
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{unit.short_name}值班表{_key(first)}.xlsx", content_type=BOOK
    )
