"""区外单位: the bodies outside the platform that a unit writes to."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from units import form_drafts
from units.access import gives_one, needs, units_with
from units.models import Unit
from units.workflow import Refused

from .. import outside_bodies as bodies
from ..exchange_forms import OutsideBodyForm
from ..models import OutsideBody


@needs("dispatch_documents")
@require_http_methods(["GET", "POST"])
def outside_bodies(request):
    """The kept ones of the visitor's unit, and a form for another."""
    rows = OutsideBody.objects.allowing("edit", request.user).filter(retired_at=None).select_related("unit")
    units = Unit.objects.filter(pk__in=units_with("dispatch_documents", request.user)).order_by("code")
    form = form_drafts.attend(request, OutsideBodyForm(request.POST or None, units=units), "documents:bodies")
    if request.method == "POST" and form.is_valid():
        try:
            made = bodies.create(form.cleaned_data, unit=form.cleaned_data["unit"], by=request.user)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"已登记“{made.name}”。")
            return redirect("documents:outside_bodies")
    context = {"bodies": rows.order_by("unit__code", "name"), "form": form}
    return render(request, "documents/outside_bodies.html", context, status=422 if form.is_bound else 200)


@gives_one(OutsideBody, "edit")
@require_http_methods(["GET", "POST"])
def outside_body(request, body):
    initial = {name: getattr(body, name) for name in bodies.FIELDS}
    form = OutsideBodyForm(request.POST or None, initial=initial)
    form_drafts.attend(request, form, "documents:body", of=body, page=request.path)
    if request.method == "POST" and form.is_valid():
        try:
            bodies.change(body, form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "修改已保存。")
            return redirect("documents:outside_bodies")
    context = {"body": body, "form": form}
    return render(request, "documents/outside_body.html", context, status=422 if form.is_bound else 200)


@gives_one(OutsideBody, "edit")
@require_POST
def retire_body(request, body):
    bodies.retire(body, by=request.user)
    messages.success(request, f"已停用“{body.name}”。")
    return redirect("documents:outside_bodies")
