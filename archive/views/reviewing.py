"""开放审核: the list of accessioned records with bulk choice, and one record's decision."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from units.access import gives_many, gives_one
from units.paging import cut

from .. import opening
from ..forms import OpeningFilter, OpeningForm
from ..models import Record
from ..states import Access, State
from .records import show


@gives_many(Record, "open")
@require_http_methods(["GET", "POST"])
def review(request, rows):
    """Records in the archive's custody; several at once, each decided on its own."""
    form = OpeningForm(request.POST or None)
    refusals: list[str] = []
    if request.method == "POST" and form.is_valid():
        chosen = [uid for uid in request.POST.getlist("records") if len(uid) == 36 and uid.replace("-", "").isalnum()][
            :100
        ]
        picked = list(rows.filter(uid__in=[uid for uid in chosen if _is_uid(uid)])) if chosen else []
        if not picked:
            refusals = ["请先勾选要审核的档案。"]
        else:
            done, refusals = opening.decide_many(
                picked, form.cleaned_data["status"], by=request.user, reason=form.cleaned_data["reason"]
            )
            if done:
                messages.success(request, f"已审核 {done} 件。")
            if not refusals:
                return redirect(request.get_full_path())
    listing = OpeningFilter(request.GET if "access" in request.GET else {"access": Access.PENDING})
    rows = rows.filter(state=State.ACCESSIONED)
    if listing.is_valid():
        chosen = listing.cleaned_data
        if chosen["q"]:
            rows = rows.filter(
                Q(title__icontains=chosen["q"])
                | Q(doc_number__icontains=chosen["q"])
                | Q(archival_code__icontains=chosen["q"])
            )
        if chosen["access"]:
            rows = rows.filter(access_status=chosen["access"])
    page = cut(rows.for_list(), request, order=("-filed_at", "-pk"))
    status = 422 if refusals or (form.is_bound and form.errors) else 200
    context = {"form": listing, "decision": form, "page": page, "refusals": refusals}
    return render(request, "archive/opening.html", context, status=status)


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@gives_one(Record, "open")
@require_POST
def decide(request, record):
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return show(request, record, status=422, opening_form=form)
    opening.decide(record, form.cleaned_data["status"], by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "审核意见已记录，公众门户随即更新。")
    return redirect(record)
