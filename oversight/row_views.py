"""The rows behind figures of transfer and opening, and behind those of all units: as many as the figure says; and what
is done to one of a unit's rows."""

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from archive.models import Record
from archive.querysets import period_given
from documents.models import Document
from units.access import gives_one, needs
from units.models import Unit
from units.row_forms import form_of

from . import actions, listing, others, rates
from .forms import PeriodForm, SampleForm, YearNoteForm
from .states import FIGURES
from .views import done, show_rows, units_of

SIZE = 50
SIGNER = Signer(salt="oversight.records")


@needs("inspect_units")
@require_safe
def all_rows(request):
    """Documents behind a figure of all units."""
    form, figure = PeriodForm(request.GET), request.GET.get("figure", "missing")
    if figure not in FIGURES:
        raise Http404
    asked, after = form.asked(figure), request.GET.get("after", "")
    units = units_of(asked.period)
    found = listing.rows_of(units, asked.period, asked.as_of, figure, viewer=request.user, after=after)
    context = {
        "form": form,
        "asked": asked,
        "found": found,
        "figures": rates.total(rates.by_unit(asked.period, asked.as_of, [one.pk for one in units]).values()),
        "tabs": [(name, label, f"?{asked.query_of(figure=name)}") for name, (label, _) in FIGURES.items()],
        "next_url": f"?{asked.query_of(figure=figure, after=found.next_cursor)}" if found.next_cursor else "",
        "first_url": f"?{asked.query_of(figure=figure)}" if after else "",
        "rows_url": reverse("oversight:all_rows"),
    }
    return render(request, "oversight/rows.html", context, status=200 if form.is_valid() else 422)


@gives_one(Unit, "oversee")
@require_safe
def records(request, unit):
    return _records(request, [unit], unit)


@needs("inspect_units")
@require_safe
def all_records(request):
    return _records(request, units_of(PeriodForm(request.GET).asked().period))


def _records(request, units: list[Unit], unit: Unit | None = None):
    """Records behind a figure of transfer or opening; a title only where the visitor may view the record."""
    figure, reason = request.GET.get("figure", "due_for_transfer"), request.GET.get("reason", "")
    if figure not in others.FIGURES or "\x00" in reason:
        raise Http404
    form = PeriodForm(request.GET)
    asked, after = form.asked(), _read(request.GET.get("after", ""))
    keys = others.rows_of(
        figure, asked.period.year, asked.as_of, [one.pk for one in units], reason=reason, after=after, size=SIZE + 1
    )
    more, keys = len(keys) > SIZE, keys[:SIZE]
    known = Record.objects.unguarded("codes of a unit's figures; titles are asked for below")
    rows = (
        known.filter(pk__in=keys).annotate(kept_as=period_given()).select_related("unit").defer("title").order_by("pk")
    )
    titles = dict(Record.objects.allowing("view", request.user).filter(pk__in=keys).values_list("pk", "title"))
    told = {"figure": figure} | ({"reason": reason} if figure == "returned" else {})
    context = {
        "unit": unit,
        "form": form,
        "asked": asked,
        "label": others.FIGURES[figure][0] + (f"：{reason or '未写明'}" if figure == "returned" else ""),
        "rows": [(row, titles.get(row.pk)) for row in rows],
        "next_url": f"?{asked.query_of(**told, after=SIGNER.sign_object(keys[-1]))}" if more else "",
        "first_url": f"?{asked.query_of(**told)}" if after else "",
    }
    return render(request, "oversight/records.html", context, status=200 if form.is_valid() else 422)


def _read(after: str) -> int:
    """A cursor that was not made here is ignored: the first page is shown."""
    try:
        return int(SIGNER.unsign_object(after))
    except (BadSignature, ValueError, UnicodeError):
        return 0


@gives_one(Document, "sample")
@require_POST
def sample(request, document):
    form, refused = form_of(document, SampleForm, request.POST), request.POST.get("verdict") == "refuse"
    if done(
        form, lambda given: actions.check_sample(document, by=request.user, is_refused=refused, reason=given["reason"])
    ):
        messages.success(request, "抽查不予认可，该件重新计入应归档。" if refused else "抽查已认可。")
        return redirect("oversight:sheet", document.unit.uid)
    return _again(request, document, form, "not_to_file")


@gives_one(Document, "note_year")
@require_POST
def year_note(request, document):
    form = form_of(document, YearNoteForm, request.POST)
    if done(form, lambda given: actions.note_year(document, by=request.user, reason=given["reason"])):
        messages.success(request, "已登记跨年办理。")
        return redirect("oversight:sheet", document.unit.uid)
    return _again(request, document, form, "overlong")


def _again(request, document, form, figure: str):
    """The rows among which it stood."""
    asked_by = {"figure": figure} | request.GET.dict()
    return show_rows(request, document.unit, PeriodForm(request.GET), asked_by, status=422, came=(document, form))
