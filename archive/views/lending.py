"""借阅登记: what of the unit's paper is in whose hands, lending it, taking it back, the register on paper."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import paper
from units import form_drafts
from units.access import gives_many, gives_one, needs
from units.doors import logged
from units.paging import cut
from units.row_forms import Came, form_of, put_forms
from units.workflow import Refused

from ..keeping_forms import LendForm, ReturnForm
from ..models import PaperLoan
from ..twins import lending
from .arranging import ARRANGE, add_reasons, unit_of
from .twins import Taken, tabs

USUAL = timedelta(days=30)  # for which paper is lent when nothing else is said
MOST = 5_000  # lines of one printed register


@needs(ARRANGE)
@gives_many(PaperLoan)
@require_http_methods(["GET", "POST"])
def loans(request, rows):
    """What is out, the longest overdue first, with its return; then lending, then what is back."""
    unit = unit_of(request)
    form, status = _lend_form(request, unit, request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = lending.lend(unit, form.cleaned_data["codes"], form.given(), by=request.user)
            except Refused as refusal:
                status = add_reasons(form, refusal)
            else:
                messages.success(request, f"已借出 {len(made)} 件，{form.cleaned_data['due_on']} 应还。")
                for one in lending.stamps_told(form.cleaned_data["codes"], unit):
                    messages.warning(request, one)
                return redirect("archive:loans")
    return _show_loans(request, rows.filter(unit=unit), form, status=status)


def _lend_form(request, unit, data=None) -> LendForm:
    usual = {"codes": request.GET.get("code", ""), "due_on": timezone.localdate() + USUAL}
    form = LendForm(data, unit=unit, by=request.user, initial=usual)
    return form_drafts.attend(request, form, "paper:lend", page=reverse("archive:loans"))


def _show_loans(request, rows, form, *, status: int, came: Came = None):
    """`rows` of one unit; `came`: the form of a return that was not done."""
    own = rows.select_related("record", "lent_by", "returned_to")
    out = list(own.filter(returned_on=None).order_by("due_on", "pk"))
    put_forms(out, ReturnForm, came)
    context = {
        "form": form, "tabs": tabs("loans"), "out": out, "return_form": came and came[1],
        "page": cut(own.filter(returned_on__isnull=False), request, order=("-returned_on", "-pk"), size=50),
    }  # fmt: skip
    return render(request, "archive/twins/loans.html", context, status=status)


@gives_one(PaperLoan, "return")
@require_POST
def return_loan(request, loan):
    form, status = form_of(loan, ReturnForm, request.POST), 422
    if form.is_valid():
        try:
            lending.take_back(loan, by=request.user, condition=form.cleaned_data["condition"])
        except Refused as refusal:
            status = add_reasons(form, refusal)
        else:
            messages.success(request, f"“{loan.record.archival_code}”已归还。")
            return redirect("archive:loans")
    rows = PaperLoan.objects.allowing("view", request.user).filter(unit=loan.unit)
    return _show_loans(request, rows, _lend_form(request, unit_of(request)), status=status, came=(loan, form))


@needs(ARRANGE)
@gives_many(PaperLoan)
@require_safe
def loans_pdf(request, rows):
    """借阅登记簿, in the order of lending."""
    return _register(request, Taken(), rows=rows)


@logged("export")
def _register(request, taken, *, rows):
    unit = unit_of(request)
    found = rows.filter(unit=unit).select_related("record").order_by("-pk")[:MOST]
    ledger = paper.Ledger(
        f"{unit.name}档案借阅登记簿", unit.name, f"{timezone.localdate():%Y年%-m月%-d日}打印", lending.COLUMNS,
        tuple(paper.LedgerLine(cells) for cells in lending.lines_of(reversed(found))),
    )  # fmt: skip
    response = HttpResponse(paper.render_ledger(ledger, moment=timezone.now()).pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, "档案借阅登记簿.pdf")
    return response
