"""接收登记 of what came otherwise than by a batch."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from units import form_drafts
from units.access import gives_one, needs, units_with
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
    archives = units_with("view_holdings", request.user)
    entering = receiving_archive(request.user)
    form = None
    if entering is not None:
        form = form_drafts.attend(request, AccessionForm(request.POST or None), "accession:enter")
    if request.method == "POST":
        if form is None:
            raise Refused("您没有登记接收档案的权限。")
        if form.is_valid():
            row = other_sources.enter(entering, by=request.user, **form.given())
            messages.success(request, f"已登记，登记号 {row.number}。")
            return redirect("transfer:other_accessions")
    lines = [
        {
            "row": line["row"],
            "title": line["title"],
            "cells": [cell_of(name, label, line[name]) for name, label, _ in COLUMNS],
        }
        for line in other_sources.lines(archives, is_void_shown=True)
    ]
    context = {"columns": COLUMNS, "lines": lines, "form": form, "void_form": VoidForm() if form else None}
    return render(request, "transfer/other_accessions.html", context, status=422 if form and form.errors else 200)


@gives_one(Accession, "enter")
@require_POST
def void_accession(request, row):
    form = VoidForm(request.POST)
    if not form.is_valid():
        raise Refused("作废须填写理由。")
    other_sources.void(row, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, f"登记号 {row.number} 已作废。")
    return redirect("transfer:other_accessions")
