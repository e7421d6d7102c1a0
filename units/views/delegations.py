"""我的代理: whom a person acts for, who acts for him and who arranged it; for the clerk, the whole unit's deputies."""

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from .. import delegations as actions
from .. import form_drafts
from ..access import gives_many, gives_one, units_with
from ..fitting import NOTICE
from ..forms import DelegationForm, EndForm
from ..models import Appointment, Delegation, Task, User
from ..roles import ADMINISTRATORS
from ..workflow import Refused

REASONS = ("出差", "休假", "学习培训", "病假")
PAST = 50  # ended deputyships that the page still lists, the latest first


@gives_many(Delegation)
@require_http_methods(["GET", "POST"])
def delegations(request, rows):
    form = _form(request)
    if request.method == "POST" and form is not None and form.is_valid():
        given = form.cleaned_data
        own = given["appointment"]
        try:
            row = actions.delegate(
                own.user, given["deputy"], own.post, by=request.user, starts_on=given["starts_on"],
                ends_on=given["ends_on"], reason=given["reason"],
                signs_upward=given.get("signs_upward", False),
            )  # fmt: skip
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            days = f"{row.starts_on:%Y-%m-%d} 至 {row.ends_on:%Y-%m-%d}"
            done = f"{days}由{given['deputy'].name}代理{own.user.name}的{own.post}。"
            messages.success(request, done + "".join(actions.told(row, by=request.user)))
            return redirect("units:delegations")
    status = 422 if request.method == "POST" else 200
    return render(request, "units/delegations.html", {**_shown(request, rows), "form": form}, status=status)


def _shown(request, rows) -> dict:
    """What holds or will hold, with what the visitor may do to it; what is over, as history."""
    told = Task.objects.open().filter(kind=NOTICE, assignee=request.user, subject_uid=OuterRef("uid"))
    rows = rows.select_related("post__unit", "principal", "deputy", "given_by")
    current = rows.filter(ended_at=None, ends_on__gte=timezone.localdate()).with_may("end", request.user)
    return {
        "periods": _periods(timezone.localdate()),
        "reasons": REASONS,
        "rows": current.annotate(is_news=Exists(told)).order_by("starts_on", "pk"),
        "past": rows.over().order_by("-ends_on", "-pk")[:PAST],
    }


def _periods(today: date) -> list[dict]:
    """Usual absences, to fill in both days with one tap; weeks are Monday to Sunday."""
    sunday = today + timedelta(6 - today.weekday())
    usual = (
        ("今天", today, today), ("明天", today + timedelta(1), today + timedelta(1)), ("本周", today, sunday),
        ("下周", sunday + timedelta(1), sunday + timedelta(7)),
    )  # fmt: skip
    return [{"label": label, "fill": f"starts_on={first}&ends_on={last}"} for label, first, last in usual]


def _form(request) -> DelegationForm | None:
    """His own appointments, and those of the units whose deputies he arranges; None for who has none."""
    held = Appointment.objects.active().exclude(post__kind__in=ADMINISTRATORS)
    offered = held.filter(Q(user=request.user) | Q(post__unit__in=units_with("delegate_posts", request.user)))
    units = set(offered.values_list("post__unit", flat=True))
    if not units:
        return None
    people = User.objects.filter(pk__in=held.filter(post__unit__in=units).values("user")).order_by("name", "username")
    form = DelegationForm(
        request.POST or None, appointments=offered.for_standing(), people=people, by=request.user,
        arranges_for_others=bool(units_with("delegate_posts", request.user)),
        initial={"starts_on": timezone.localdate()},
    )  # fmt: skip
    return form_drafts.attend(request, form, "delegation:create")


@gives_one(Delegation, "end")
@require_http_methods(["GET", "POST"])
def end(request, delegation):
    """Asked once more on a page of its own: nobody ends a deputyship by one slip."""
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.end(delegation, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{delegation}：代理已结束。")
        return redirect("units:delegations")
    status = 422 if request.method == "POST" else 200
    return render(request, "units/end_delegation.html", {"delegation": delegation, "form": form}, status=status)


@gives_one(Delegation, "take_note")
@require_POST
def take_note(request, delegation):
    actions.take_note(delegation, by=request.user)
    messages.success(request, f"{delegation}：已知悉。")
    return redirect("units:delegations")
