"""人员与岗位: accounts by the system administrator, appointments by the security administrator (domain 12.2)."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import audit, form_drafts
from .. import people as people_actions
from ..access import gives_many, gives_one, needs, signed_in, units_with
from ..forms import AppointForm, DismissForm, PasswordForm, PersonForm
from ..handover import items_of, left_vacant
from ..models import Appointment, Unit
from ..roles import PostKind
from ..workflow import Refused, Stale


def _rank(appointment) -> int:
    return list(PostKind.values).index(appointment.post.kind)


# whether the unit is about to end only the administrator knows, who registers that it has (archive/reorganising.py)
VACANT = "现在无人担任，请任命继任者；本单位即将撤并的不必任命，请系统管理员在全部免职后登记撤并。"


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
    return _show(request, unit)


def _page_of(unit) -> str:
    return f"{reverse('units:people')}?unit={unit.code}"


def _show(request, unit, *, form=None, status: int = 200):
    rows = Appointment.objects.allowing("view", request.user).filter(post__unit=unit, dismissed_at=None)
    if unit.pk in units_with("appoint", request.user):
        form = form or AppointForm(unit=unit, initial={"starts_on": timezone.localdate()})
        form_drafts.attend(request, form, "unit:appoint", of=unit, page=_page_of(unit))
    context = {
        "units": Unit.objects.in_force().order_by("code"),
        "unit": unit,
        "holders": sorted(rows.for_standing(), key=_rank),
        "appoint_form": form,
        "may_create": bool(units_with("manage_people", request.user)),
    }
    return render(request, "units/people.html", context, status=status)


@gives_one(Unit, "appoint")
@require_POST
def appoint(request, unit):
    form = AppointForm(request.POST, unit=unit)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            people_actions.appoint(
                chosen["person"], chosen["post"], by=request.user, starts_on=chosen["starts_on"],
                ends_on=chosen["ends_on"], department=chosen["department"],
            )  # fmt: skip
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已任命{chosen['person'].name}为{chosen['post']}。")
            return redirect(_page_of(unit))
    return _show(request, unit, form=form, status=422)


@needs("appoint")
@require_http_methods(["GET", "POST"])
def dismiss(request, key):
    """What is open and hangs on the appointment, and who has it next; then the end, in one act."""
    rows = Appointment.objects.allowing("appoint", request.user)
    row = rows.select_related("post__unit", "user").filter(pk=key).first()
    if row is None:
        raise Http404
    if row.dismissed_at is not None:
        raise Stale(people_actions.dismissed_already(row))
    if row.post.is_administrator:
        return redirect("units:administrators")
    groups = items_of(row, viewer=request.user)
    form = DismissForm(request.POST or None, groups=groups)
    form_drafts.attend(request, form, "appointment:dismiss")
    if request.method == "POST" and form.is_valid():
        try:
            people_actions.dismiss(row, by=request.user, reason=form.cleaned_data["reason"], choices=form.choices())
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已免去{row.user.name}的{row.post}。")
            if left_vacant(row) is not None:
                messages.warning(request, f"{row.post}{VACANT}")
            return redirect(_page_of(row.post.unit))
    status = 422 if request.method == "POST" else 200
    context = {"appointment": row, "groups": groups, "form": form, "waiting": left_vacant(row)}
    return render(request, "units/dismiss.html", context, status=status)


@needs("manage_people")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def create_person(request):
    form = form_drafts.attend(request, PersonForm(request.POST or None), "account:create")
    if request.method == "POST" and form.is_valid():
        try:
            person = people_actions.create_person(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None if hasattr(error, "error_dict") else "password", error)
        else:
            messages.success(request, f"已建立{person.name}的账号，请安全保密管理员任命岗位。")
            return redirect("units:people")
    return render(request, "units/person.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request):
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            audit.record("change_password", "修改密码", audit.Account(request.user), by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改。")
        return redirect("documents:waiting")
    context = {"form": form, "is_initial": request.user.must_change_password}
    return render(request, "units/password.html", context, status=422 if form.errors else 200)
