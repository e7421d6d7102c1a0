"""开放审核: the list of accessioned records with bulk choice, and one record's decision."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from units import form_drafts
from units.access import gives_many, gives_one
from units.matching import holds
from units.paging import cut
from units.workflow import Refused, Stale

from ..forms import OpeningFilter, OpeningForm
from ..models import Record
from ..states import Access, State
from ..workflow import OPENING
from .records import show

AT_ONCE = 100


@gives_many(Record, "open")
@require_http_methods(["GET", "POST"])
def review(request, rows):
    """Records in the archive's custody; several at once, each decided on its own."""
    form = form_drafts.attend(request, OpeningForm(request.POST or None), "record:review")
    refusals: list[str] = []
    if request.method == "POST" and form.is_valid():
        refusals = _decide_many(request, rows, form)
        if not refusals:
            return redirect(request.get_full_path())
    listing = OpeningFilter(request.GET if "access" in request.GET else {"access": Access.PENDING})
    page = cut(_filtered(rows, listing).for_list(), request, order=("-filed_at", "-pk"))
    context = {"form": listing, "decision": form, "page": page, "refusals": refusals}
    status = 422 if refusals or (form.is_bound and form.errors) else 200
    return render(request, "archive/opening.html", context, status=status)


def _decide_many(request, rows, form) -> list[str]:
    """Every refusal, in words; what was decided is told by a message."""
    chosen = [uid for uid in request.POST.getlist("records")[:AT_ONCE] if _is_uid(uid)]
    picked = list(rows.filter(uid__in=chosen)) if chosen else []
    if not picked:
        return ["请先勾选要审核的档案。"]
    note, given = form.cleaned_data["reason"], form.given()
    results = OPENING.perform_each(form.step, picked, by=request.user, note=note, given=given)
    if done := sum(result.is_done for result in results):
        messages.success(request, f"已审核 {done} 件。")
    return [reason for result in results for reason in result.reasons]


def _filtered(rows, listing):
    rows = rows.filter(state=State.ACCESSIONED)
    if not listing.is_valid():
        return rows
    chosen = listing.cleaned_data
    if words := chosen["q"]:
        rows = rows.filter(holds("text__words__head_n", words))
    return rows.filter(access_status=chosen["access"]) if chosen["access"] else rows


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@gives_one(Record, "open")
@require_POST
def decide(request, record):
    """One decision; what bars it is said at the form, and nothing is changed."""
    form = OpeningForm(request.POST, record=record)
    if not form.is_valid():
        return show(request, record, status=422, opening_form=form)
    try:
        OPENING.perform(form.step, record, by=request.user, note=form.cleaned_data["reason"], given=form.given())
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return show(request, record, status=409 if isinstance(refusal, Stale) else 422, opening_form=form)
    messages.success(request, "审核意见已记录，公众门户随即更新。")
    return redirect(record)
