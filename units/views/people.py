"""人员与岗位: accounts by the system administrator, appointments by the security administrator (domain 12.2)."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import actions, audit
from ..access import gives_many, gives_one, needs, signed_in, units_with
from ..forms import AppointForm, PasswordForm, PersonForm
from ..models import Appointment, Unit
from ..roles import PostKind
from ..workflow import Refused


def _rank(appointment) -> int:
    return list(PostKind.values).index(appointment.post.kind)


@gives_many(Appointment)
@require_safe
def people(request, rows):
    """Units with their people; one unit at a time."""
    code = request.GET.get("unit", "")[:10].replace("\x00", "")
    units = list(Unit.objects.in_force().filter(pk__in=rows.values("post__unit")).order_by("code"))
    if not units and not (units_with("appoint", request.user) or units_with("manage_people", request.user)):
        raise Http404
    everybody = list(Unit.objects.in_force().order_by("code"))
    unit = next((one for one in everybody if one.code == code), everybody[0])
    appointments = rows.filter(post__unit=unit, dismissed_at=None).for_standing()
    may_appoint = unit.pk in units_with("appoint", request.user)
    context = {
        "units": everybody,
        "unit": unit,
        "holders": sorted(appointments, key=_rank),
        "appoint_form": AppointForm(unit=unit, initial={"starts_on": timezone.localdate()}) if may_appoint else None,
        "person_form": PersonForm() if units_with("manage_people", request.user) else None,
    }
    return render(request, "units/people.html", context)


@gives_one(Unit)
@require_POST
def appoint(request, unit):
    if unit.pk not in units_with("appoint", request.user):
        raise Http404
    form = AppointForm(request.POST, unit=unit)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            actions.appoint(
                chosen["person"], chosen["post"], by=request.user, starts_on=chosen["starts_on"],
                ends_on=chosen["ends_on"], department=chosen["department"],
            )  # fmt: skip
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已任命{chosen['person'].name}为{chosen['post']}。")
            return redirect(f"/people/?unit={unit.code}")
    appointments = (
        Appointment.objects.allowing("view", request.user).filter(post__unit=unit, dismissed_at=None).for_standing()
    )
    context = {
        "units": Unit.objects.in_force().order_by("code"),
        "unit": unit,
        "holders": sorted(appointments, key=_rank),
        "appoint_form": form,
    }
    return render(request, "units/people.html", context, status=422)


@needs("appoint")
@require_POST
def dismiss(request, key):
    row = (
        Appointment.objects.allowing("appoint", request.user)
        .select_related("post__unit", "user")
        .filter(pk=key)
        .first()
    )
    if row is None:
        raise Http404
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]
    actions.dismiss(row, by=request.user, reason=reason)
    messages.success(request, f"已免去{row.user.name}的{row.post}。")
    return redirect(f"/people/?unit={row.post.unit.code}")


@needs("manage_people")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def create_person(request):
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.create_person(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error("password", error.messages)
        else:
            messages.success(request, f"已建立{person.name}的账号，请安全保密管理员任命岗位。")
            return redirect("units:people")
    return render(request, "units/person.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request):
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            audit.record("change_password", "修改密码", audit.Account(request.user), by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改。")
        return redirect("documents:waiting")
    return render(request, "units/password.html", {"form": form}, status=422 if form.errors else 200)
