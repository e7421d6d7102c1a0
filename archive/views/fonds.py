"""全宗与机构撤并: whose archives there are, who stands for bodies that ended; the system administrator ends one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from units import form_drafts
from units.access import gives_many, gives_one, units_with
from units.models import Unit
from units.workflow import Refused

from .. import passed_on, reorganising
from ..keeping_forms import EndUnitForm
from ..models import Fonds
from .arranging import add_reasons


@gives_many(Fonds)
@require_http_methods(["GET", "HEAD", "POST"])
def fonds_list(request, rows):
    """POST: 阅毕 of what the person was told of a body that his own succeeds."""
    if request.method == "POST":
        try:
            passed_on.read(request.POST.get("unit", ""), by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "已阅毕。")
        return redirect("archive:fonds")
    found = reorganising.ways(rows)
    if not found:
        raise Http404
    unread = passed_on.unread(request.user)
    may_end = bool(units_with("manage_people", request.user))
    return render(request, "archive/keeping/fonds.html", {"ways": found, "may_end": may_end, "unread": unread})


@gives_one(Unit, "manage")
@require_http_methods(["GET", "POST"])
def end_unit(request, unit):
    """What has to be done before; what the act will do, to be confirmed; and the act, which nothing undoes."""
    others = Unit.objects.filter(valid_to=None).exclude(pk=unit.pk).exclude(category=Unit.Category.ARCHIVE)
    form, status, asked = EndUnitForm(request.POST or None, units=others.order_by("code")), 200, None
    form_drafts.attend(request, form, "unit:end", of=unit, page=request.path)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = dict(form.cleaned_data)
            sure, asked = given.pop("sure"), _asked(unit, form.cleaned_data)
            try:
                if found := reorganising.refusals(unit, by=request.user, **given):
                    asked = None
                    raise Refused(*found)
                if sure == asked["whole"]:
                    reorganising.end_unit(unit, by=request.user, despite=asked["later"], **given)
                    return _ended(request, unit, given["successor"])
            except Refused as refusal:
                status = add_reasons(form, refusal)
    left = reorganising.left_of(unit)
    context = {
        "unit": unit, "form": form, "left": left, "bars": reorganising.bars(unit, None, left), "asked": asked,
    }  # fmt: skip
    return render(request, "archive/keeping/end_unit.html", context, status=status)


def _asked(unit, given) -> dict[str, str]:
    """What has to be confirmed: `whole` changes with the day, the heir and what contradicts the day."""
    heir, later = given["successor"], reorganising.later_than(unit, given["on"])
    passed = f"档案由{heir.name}承接" if heir else "没有承接单位"
    whole = f"{unit.name}自 {given['on']} 起撤并，{passed}，登记后不能撤回"
    return {"later": later, "whole": f"{whole}；{later}，撤并日期仍属无误" if later else whole}


def _ended(request, unit, heir):
    told = f"，档案由{heir.name}承接" if heir else ""
    messages.success(request, f"{unit.name}已撤并{told}，原全宗号不变。")
    return redirect("archive:fonds")
