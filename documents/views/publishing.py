"""现行文件: offering an issued document to the public, its validity, and taking it down."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from units.access import gives_many, gives_one
from units.paging import cut

from .. import current
from ..forms import ReasonForm, ValidityForm
from ..models import CurrentDocument


@gives_many(CurrentDocument)
@require_safe
def offered(request, rows):
    page = cut(rows.select_related("document", "unit"), request, order=("-published_on", "-pk"))
    may = CurrentDocument.objects.allowing("publish", request.user).values_list("pk", flat=True)
    publishable = set(may.filter(pk__in=[one.pk for one in page]))
    for one in page:
        one.may_publish = one.pk in publishable
        one.validity_form = ValidityForm(prefix=str(one.uid)[:8], initial={"validity": one.validity})
    return render(request, "documents/current.html", {"page": page})


@gives_one(CurrentDocument, "publish")
@require_POST
def withdraw(request, offered):
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    current.withdraw(offered, by=request.user, reason=reason)
    messages.success(request, "已撤下，公众不再能看到全文。")
    return redirect("documents:current")


@gives_one(CurrentDocument, "publish")
@require_POST
def validity(request, offered):
    form = ValidityForm(request.POST, prefix=str(offered.uid)[:8])
    chosen = form.cleaned_data if form.is_valid() else {"validity": "", "reason": ""}
    current.set_validity(offered, chosen["validity"], by=request.user, reason=chosen["reason"])
    messages.success(request, "有效性已变更。")
    return redirect("documents:current")
