"""转办: a person's or a post's open tasks of the unit, to somebody else who can do them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from .. import form_drafts, handover
from ..access import needs, units_with
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
    rows = _tasks(unit, chosen, [key for key, _, _ in sources])
    tasks = list(rows)
    seen = handover.visible_subjects(tasks, request.user)
    shown = [task for task in tasks if task.subject_uid in seen]
    receivers = handover.receivers(shown, unit)
    form = HandOverForm(
        request.POST or None, tasks=rows.filter(pk__in=[task.pk for task in shown]), receivers=receivers
    )
    form_drafts.attend(request, form, "unit:hand_over")
    if request.method == "POST" and form.is_valid() and _done(request, form, unit):
        return redirect(f"{reverse('units:hand_over')}?unit={unit.code}")
    context = {
        "units": units, "unit": unit, "sources": sources, "chosen": chosen, "tasks": shown,
        "from_whom": next((name for key, name, _ in sources if key == chosen), ""),
        "unseen": [task for task in tasks if task.subject_uid not in seen],
        "nobody": [] if receivers else handover.without_receiver(shown, unit),
        "form": form, "picked": [str(key) for key in form["tasks"].value() or []],
    }  # fmt: skip
    return render(request, "units/hand_over.html", context, status=422 if request.method == "POST" else 200)


def _done(request, form, unit) -> bool:
    given = form.cleaned_data
    try:
        count = handover.hand_over(
            list(given["tasks"]), given["to"], unit=unit, by=request.user, reason=given["reason"]
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    messages.success(request, f"已将 {count} 项转给{given['to'].name}办理。")
    return True


def _tasks(unit, chosen: str, known: list[str]):
    """The open tasks of the chosen person or post; none before a choice."""
    if chosen not in known:
        return handover.open_tasks(unit).none()
    kind, _, key = chosen.partition(":")
    source = {"person": User.objects.get(pk=key)} if kind == "person" else {"post": Post.objects.get(pk=key)}
    return handover.open_tasks(unit, **source)
