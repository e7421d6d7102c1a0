"""三员变更: who the three are, and the dismissal of one by two of them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from .. import administrators as actions
from .. import form_drafts
from ..access import gives_one, may, needs
from ..forms import NoteForm, ReasonForm
from ..models import AdministratorChange, Appointment, AuditEvent
from ..workflow import Refused


@needs("change_administrators")
@require_safe
def administrators(request):
    return _show(request)


def _reason(request, row, failed):
    """The form of one proposal; the failed one is of its own appointment."""
    auto_id = _auto_id(row)
    form = failed if failed is not None and failed.auto_id == auto_id else ReasonForm(auto_id=auto_id)
    return _attended(request, form, f"appointment:propose:{row.pk}", row)


def _auto_id(row) -> str:
    return f"why-{row.pk}-%s"


def _note(request, change, step):
    return _attended(request, NoteForm(), f"administrator:{step.name}:{change.pk}", change.appointment)


def _attended(request, form, name: str, appointment):
    """All three sit in one unit: what was typed on the page is read once."""
    page = reverse("units:administrators")
    return form_drafts.attend(request, form, name, of=appointment.post.unit, page=page)


def _show(request, *, form=None, refused=(), status: int = 200):
    changes = AdministratorChange.objects.allowing("view", request.user).select_related(
        "appointment__user", "appointment__post__unit", "proposed_by"
    )
    changes = list(changes.order_by("-pk")[:50])
    decided = AuditEvent.objects.filter(object_uid__in=[one.uid for one in changes], verb__in=("confirm", "reject"))
    last = {event.object_uid: event for event in decided.order_by("pk")}
    rows = [
        {
            "change": change,
            "told": "已逾期" if change.is_late and change.state in actions.OPEN else change.get_state_display(),
            "decision": last.get(change.uid),
            "steps": [
                {"step": step, "form": _note(request, change, step)}
                for step in ([] if change.is_late else actions.ADMINISTRATION.open_to(request.user, change))
            ],
        }
        for change in changes
    ]
    held = [one for several in actions.holders().values() for one in several]
    holders = [{"appointment": one, "form": _reason(request, one, form)} for one in held]
    context = {"holders": holders, "rows": rows, "form": form or ReasonForm(), "refused": list(refused)}
    return render(request, "units/administrators.html", context, status=status)


@needs("change_administrators")
@require_POST
def propose(request, key):
    rows = Appointment.objects.allowing("propose_dismissal", request.user).select_related("user", "post__unit")
    row = rows.filter(pk=key, dismissed_at=None).first()
    if row is None:
        raise Http404
    form = ReasonForm(request.POST, auto_id=_auto_id(row))
    if not form.is_valid():
        return _show(request, form=form, status=422)
    try:
        actions.propose_dismissal(row, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        return _show(request, form=form, refused=refusal.reasons, status=422)
    messages.success(request, f"已提请免去{row.user.name}的{row.post}，待另一名管理员确认。")
    return redirect("units:administrators")


@gives_one(AdministratorChange)
@require_POST
def decide(request, change, step):
    transition = actions.ADMINISTRATION.get(step)
    if transition is None or not may(request.user, transition.permission, change):
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, refused=form.errors["note"], status=422)
    try:
        actions.ADMINISTRATION.perform(transition, change, by=request.user, note=form.cleaned_data["note"])
    except Refused as refusal:
        return _show(request, refused=refusal.reasons, status=422)
    messages.success(request, f"{change}：{transition.done}。")
    return redirect("units:administrators")
