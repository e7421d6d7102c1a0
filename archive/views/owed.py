"""欠纸质件: what owes paper, here and with the archive, and the acts that say the paper is there or was handed over."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from units import reading
from units.access import gives_many, gives_one, needs
from units.paging import cut
from units.workflow import Refused

from ..effective import of_period
from ..models import Record
from ..states import State
from ..twins import owing, supplying
from ..twins.forms import OwedFilter, PagesForm, SupplyForm, WithdrawSupplyForm
from .arranging import ARRANGE, add_reasons, is_uid, unit_of
from .records import show as show_record
from .twins import print_form, tabs

AT_ONCE = 100  # items registered by one click
PLACES = {"unit": (State.FILED,), "archive": owing.HANDED_OVER}


@needs(ARRANGE)
@gives_many(Record, "supply")
@require_http_methods(["GET", "POST"])
def owed(request, rows):
    """What the unit owes paper of, wherever it is."""
    unit = unit_of(request)
    return listed(request, unit, owing.owed_anywhere(rows, unit))


def listed(request, unit, everything, *, within=None):
    """One list of what owes paper; beneath it 登记纸质件 for what is here, 登记补交 for what the archive has. `within`:
    what handed over all that is listed (a batch), where it is asked of that alone."""
    supplies = "supply" in request.POST
    sent = request.POST if request.method == "POST" else None
    forms = {
        "pages_form": PagesForm(None if supplies else sent),
        "supply_form": SupplyForm(sent if supplies else None, initial={"handed_on": timezone.localdate()}),
    }
    status = 200
    if request.method == "POST":
        if told := _done(request, forms["supply_form" if supplies else "pages_form"], supplies):
            messages.success(request, told)
            return redirect(request.get_full_path())
        status = 422
    listing = OwedFilter(request.GET)
    status = status if listing.is_valid() else 422
    found = _narrowed(everything, listing.cleaned_data) if listing.is_valid() else everything
    years = owing.years_of(everything.filter(state=State.FILED))  # what is printed is what is still here
    latest = years[0][0] if years else timezone.localdate().year
    context = forms | {
        "unit": unit,
        "within": within,
        "form": listing,
        "page": cut(owing.own_first(found.for_list()), request, order=owing.ORDER),
        "print_form": print_form("owed", request.GET.get("year") or (latest if len(years) < 2 else None)),
        "tabs": tabs("owed"),
        "owing_years": owing.years_of(everything),
        "handed_over": everything.filter(state__in=owing.HANDED_OVER).count(),
    }
    return render(request, "archive/twins/owed.html", context, status=status)


def _narrowed(rows, chosen: dict):
    if chosen["year"]:
        rows = rows.filter(year=chosen["year"])
    if chosen["retention"]:
        rows = rows.filter(of_period(chosen["retention"]))
    return rows.filter(state__in=PLACES[chosen["place"]]) if chosen["place"] else rows


def _done(request, form, supplies: bool) -> str:
    """What was done with the ticked ones, in a sentence; "" when the form says why not."""
    if not form.is_valid():
        return ""
    chosen = [UUID(uid) for uid in request.POST.getlist("records")[:AT_ONCE] if is_uid(uid)]
    try:
        if supplies:
            return f"已登记 {supplying.supply(chosen, form.given(), by=request.user)} 件补交的纸质件。"
        done = owing.register_paper(chosen, by=request.user, pages=form.cleaned_data["pages"])
    except Refused as refusal:
        add_reasons(form, refusal)
        return ""
    return f"已登记 {done} 件的纸质件。"


@gives_one(Record, "whole")
@require_POST
def read_supply(request, record):
    """阅毕 of who receives at the archive."""
    reading.read(record, by=request.user, what="补交纸质件")
    messages.success(request, "已阅。")
    return redirect(record)


@gives_one(Record, "supply")
@require_POST
def withdraw_supply(request, record):
    """撤销补交登记 that was a mistake."""
    form = WithdrawSupplyForm(request.POST)
    if form.is_valid():
        try:
            supplying.withdraw(record, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return show_record(request, record, status=add_reasons(form, refusal), supply_form=form)
        messages.success(request, "已撤销补交登记，仍列入“欠纸质件”。")
        return redirect(record)
    return show_record(request, record, status=422, supply_form=form)
