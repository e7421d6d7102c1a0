"""全宗与机构撤并: whose archives there are, who stands for bodies that ended; the system administrator ends one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from units import form_drafts
from units.access import gives_many, gives_one, units_with
from units.models import Unit
from units.workflow import Refused

from .. import reorganising
from ..keeping_forms import EndUnitForm
from ..models import Fonds
from .arranging import add_reasons


@gives_many(Fonds)
@require_safe
def fonds_list(request, rows):
    found = reorganising.ways(rows)
    if not found:
        raise Http404
    may_end = bool(units_with("manage_people", request.user))
    return render(request, "archive/keeping/fonds.html", {"ways": found, "may_end": may_end})


@gives_one(Unit, "manage")
@require_http_methods(["GET", "POST"])
def end_unit(request, unit):
    """What has to be done before, and the act."""
    others = Unit.objects.filter(valid_to=None).exclude(pk=unit.pk).exclude(category=Unit.Category.ARCHIVE)
    form, status = EndUnitForm(request.POST or None, units=others.order_by("code")), 200
    form_drafts.attend(request, form, "unit:end", of=unit, page=request.path)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                reorganising.end_unit(unit, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                status = add_reasons(form, refusal)
            else:
                heir = form.cleaned_data["successor"]
                told = f"，档案由{heir.name}承接" if heir else ""
                messages.success(request, f"{unit.name}已撤并{told}，原全宗号不变。")
                return redirect("archive:fonds")
    left = reorganising.left_of(unit)
    context = {
        "unit": unit, "form": form, "left": left, "bars": reorganising.bars(unit, None, left),
    }  # fmt: skip
    return render(request, "archive/keeping/end_unit.html", context, status=status)
