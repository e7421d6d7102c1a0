"""常用单位组: a unit's own groups of units, which its people find wherever units are chosen."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from .. import form_drafts
from .. import unit_groups as actions
from ..access import gives_one, needs, units_with
from ..forms import UnitGroupForm
from ..models import Unit, UnitGroup
from ..workflow import Refused


@needs("edit_groups")
@require_http_methods(["GET", "POST"])
def unit_groups(request):
    """The groups of the units whose clerk the visitor is, and a new one."""
    units = Unit.objects.filter(pk__in=units_with("edit_groups", request.user)).order_by("code")
    form = form_drafts.attend(request, UnitGroupForm(request.POST or None, units=list(units)), "unit:group")
    if request.method == "POST" and form.is_valid() and _saved(request, form, None):
        return redirect("units:unit_groups")
    rows = UnitGroup.objects.allowing("edit", request.user).select_related("unit").prefetch_related("members")
    context = {"form": form, "groups": rows.order_by("unit__code", "name")}
    return render(request, "units/unit_groups.html", context, status=_status(form))


@gives_one(UnitGroup, "edit")
@require_http_methods(["GET", "POST"])
def edit(request, group):
    initial = {"unit": group.unit_id, "name": group.name, "members": [one.pk for one in group.members.all()]}
    form = UnitGroupForm(request.POST or None, units=[group.unit], initial=initial)
    form_drafts.attend(request, form, "unit:group", of=group, page=request.path)
    if request.method == "POST" and form.is_valid() and _saved(request, form, group):
        return redirect("units:unit_groups")
    return render(request, "units/unit_groups.html", {"form": form, "group": group}, status=_status(form))


def _saved(request, form, group) -> bool:
    given = form.cleaned_data
    try:
        row = actions.save(
            group, unit=given["unit"], name=given["name"], members=given["members"], by=request.user
        )  # fmt: skip
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    messages.success(request, f"单位组“{row}”已保存，共 {len(given['members'])} 个单位。")
    return True


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200


@gives_one(UnitGroup, "edit")
@require_POST
def end(request, group):
    actions.end(group, by=request.user)
    messages.success(request, f"单位组“{group}”已停用，选择单位时不再列出。")
    return redirect("units:unit_groups")
