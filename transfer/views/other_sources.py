"""接收登记 of what came otherwise than by a batch."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from units import form_drafts
from units.access import gives_one, needs, units_with
from units.row_forms import Came, form_of, put_forms
from units.workflow import Refused

from .. import other_sources
from ..media_forms import AccessionForm, VoidForm
from ..models import Accession
from ..register import SIDES
from .registers import cell_of, receiving_archive

COLUMNS = SIDES["accession"].columns


@needs("view_holdings")
@require_http_methods(["GET", "POST"])
def other_accessions(request):
    """The lines, and a form for one more for whoever receives."""
    entering = receiving_archive(request.user)
    form = _enter_form(request, entering, request.POST or None)
    if request.method == "POST":
        if form is None:
            raise Refused("您没有登记接收档案的权限。")
        if form.is_valid():
            try:
                row = other_sources.enter(entering, by=request.user, **form.given())
            except Refused as refusal:
                _add(form, refusal)
            else:
                messages.success(request, f"已登记，登记号 {row.number}。")
                return redirect("transfer:other_accessions")
    return _show(request, form, status=422 if form and form.errors else 200)


def _add(form, refusal: Refused) -> None:
    for reason in refusal.reasons:
        form.add_error(None, reason)


def _enter_form(request, entering, data=None) -> AccessionForm | None:
    """None for whoever does not receive."""
    if entering is None:
        return None
    place = reverse("transfer:other_accessions")
    return form_drafts.attend(request, AccessionForm(data), "accession:enter", page=place)


def _show(request, form, *, status: int, came: Came = None):
    """`came`: the form of a line that was not made void."""
    lines = [
        {
            "row": line["row"],
            "title": line["title"],
            "cells": [cell_of(name, label, line[name]) for name, label, _ in COLUMNS],
        }
        for line in other_sources.lines(units_with("view_holdings", request.user), is_void_shown=True)
    ]
    put_forms((line["row"] for line in lines), VoidForm, came)
    context = {"columns": COLUMNS, "lines": lines, "form": form, "void_form": came and came[1]}
    return render(request, "transfer/other_accessions.html", context, status=status)


@gives_one(Accession, "enter")
@require_POST
def void_accession(request, row):
    form = form_of(row, VoidForm, request.POST)
    if form.is_valid():
        try:
            other_sources.void(row, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            _add(form, refusal)
        else:
            messages.success(request, f"登记号 {row.number} 已作废。")
            return redirect("transfer:other_accessions")
    entry_form = _enter_form(request, receiving_archive(request.user))
    return _show(request, entry_form, status=422, came=(row, form))
