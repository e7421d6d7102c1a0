"""我的代理: whom a person acts for, who acts for him, and, for the clerk, the whole unit's deputies."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from .. import delegations as actions
from .. import form_drafts
from ..access import gives_many, gives_one, units_with
from ..forms import DelegationForm
from ..models import Appointment, Delegation, User
from ..roles import ADMINISTRATORS
from ..workflow import Refused


@gives_many(Delegation)
@require_http_methods(["GET", "POST"])
def delegations(request, rows):
    today = timezone.localdate()
    form = _form(request)
    if request.method == "POST" and form is not None and form.is_valid():
        given = form.cleaned_data
        own = given["appointment"]
        try:
            actions.delegate(
                own.user, given["deputy"], own.post, by=request.user, starts_on=given["starts_on"],
                ends_on=given["ends_on"], reason=given["reason"],
            )  # fmt: skip
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已由{given['deputy'].name}代理{own.user.name}的{own.post}。")
            return redirect("units:delegations")
    rows = rows.filter(ended_at=None, ends_on__gte=today).with_may("end", request.user)
    context = {
        "rows": rows.select_related("post__unit", "principal", "deputy").order_by("starts_on", "pk"),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "units/delegations.html", context, status=status)


def _form(request) -> DelegationForm | None:
    """His own appointments, and those of the units whose deputies he arranges; None for who has none."""
    held = Appointment.objects.active().exclude(post__kind__in=ADMINISTRATORS)
    offered = held.filter(Q(user=request.user) | Q(post__unit__in=units_with("delegate_posts", request.user)))
    units = set(offered.values_list("post__unit", flat=True))
    if not units:
        return None
    people = User.objects.filter(pk__in=held.filter(post__unit__in=units).values("user")).order_by("name", "username")
    form = DelegationForm(
        request.POST or None, appointments=offered.for_standing(), people=people,
        initial={"starts_on": timezone.localdate()},
    )  # fmt: skip
    return form_drafts.attend(request, form, "delegation:create")


@gives_one(Delegation, "end")
@require_POST
def end(request, delegation):
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:200]
    actions.end(delegation, by=request.user, reason=reason)
    messages.success(request, f"{delegation}：代理已结束。")
    return redirect("units:delegations")
