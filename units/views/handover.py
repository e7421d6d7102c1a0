"""转办: a person's or a post's open tasks of the unit, to somebody else who can do them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from .. import form_drafts, handover
from ..access import needs, units_with
from ..fitting import Fit
from ..forms import HandOverForm
from ..models import Post, Unit, User
from ..workflow import Refused


@needs("hand_over")
@require_http_methods(["GET", "POST"])
def hand_over(request):
    """?unit=CODE&from=person:KEY or post:KEY; the titles listed are those that the visitor may see anyway."""
    units = list(Unit.objects.filter(pk__in=units_with("hand_over", request.user)).order_by("code"))
    code, chosen = request.GET.get("unit") or units[0].code, request.GET.get("from", "")
    unit = next((one for one in units if one.code == code), None)
    if unit is None:
        raise Http404
    sources = handover.sources(unit)
    tasks = _tasks(unit, chosen, [key for key, _, _ in sources], request.user)
    people = User.objects.filter(pk__in=[one.pk for one in handover.holders(unit, Fit())]).order_by("name", "username")
    form = HandOverForm(request.POST or None, tasks=tasks, people=people)
    form_drafts.attend(request, form, "unit:hand_over")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            count = handover.hand_over(
                list(given["tasks"]), given["to"], unit=unit, by=request.user, reason=given["reason"]
            )
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已将 {count} 项转给{given['to'].name}办理。")
            return redirect(f"{reverse('units:hand_over')}?unit={unit.code}")
    context = {
        "units": units, "unit": unit, "sources": sources, "chosen": chosen, "tasks": list(tasks), "form": form,
        "picked": [str(key) for key in form["tasks"].value() or []],
    }  # fmt: skip
    return render(request, "units/hand_over.html", context, status=422 if request.method == "POST" else 200)


def _tasks(unit, chosen: str, known: list[str], viewer):
    """The open tasks of the chosen person or post whose subjects the visitor may see; none before a choice."""
    if chosen not in known:
        return handover.open_tasks(unit).none()
    kind, _, key = chosen.partition(":")
    source = {"person": User.objects.get(pk=key)} if kind == "person" else {"post": Post.objects.get(pk=key)}
    rows = handover.open_tasks(unit, **source)
    return rows.filter(subject_uid__in=handover.visible_subjects(rows, viewer))
