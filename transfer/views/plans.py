"""接收计划 for both sides: what the archive asks for, what a unit would hand over by it, what stays behind and why."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import form_drafts, reading
from units.access import gives_many, gives_one, may, needs, units_with
from units.models import AuditEvent, Unit
from units.workflow import Refused

from .. import actions, plans, unready, wanted_formats
from ..models import ReceivingPlan
from ..plan_forms import CorrectPlanForm, PlanForm, WithdrawForm
from .registers import receiving_archive

SHOWN = 50  # plans of one page: an archive publishes a few a year


@gives_many(ReceivingPlan)
@require_safe
def plan_list(request, rows):
    """The archive's plans, and of each what the visitor's units would hand over now."""
    found = list(rows.filter(withdrawn_at=None).select_related("archive").prefetch_related("units")[:SHOWN])
    own = list(Unit.objects.filter(pk__in=units_with("make_batches", request.user)).order_by("code")[:5])
    proposed = {plan.pk: [] for plan in found}
    for unit in own:
        asked = [plan for plan in found if not (named := plan.units.all()) or unit in named]
        for one in plans.proposals(asked, unit, request.user):
            proposed[one.plan.pk].append(one)
    shown = [{"plan": plan, "proposals": proposed[plan.pk]} for plan in found]
    may_publish = bool(units_with("receive_batches", request.user))
    gone = list(rows.exclude(withdrawn_at=None).order_by("-withdrawn_at", "-pk")[:SHOWN])
    context = {"plans": shown, "may_publish": may_publish, "withdrawn": gone}
    return render(request, "transfer/plans.html", context)


@needs("receive_batches")
@require_http_methods(["GET", "POST"])
def publish_plan(request):
    form = form_drafts.attend(request, PlanForm(request.POST or None), "plan:publish")
    if request.method == "POST" and form.is_valid():
        archive = receiving_archive(request.user)
        plan = plans.publish(archive, by=request.user, **form.cleaned_data)
        messages.success(request, f"“{plan.name}”已发布，各移交单位可以看到。")
        return redirect("transfer:plans")
    return render(request, "transfer/publish_plan.html", {"form": form}, status=422 if form.errors else 200)


@gives_one(ReceivingPlan)
@require_safe
def plan(request, plan):
    return show(request, plan)


def show(request, plan, *, status: int = 200, **failed):
    """The plan with its history, and what this visitor may do with it; `failed` are forms that came back."""
    batches = plans.batches_of(plan).count()
    may_change = plan.withdrawn_at is None and may(request.user, "withdraw", plan)
    context = {
        "plan": plan, "batches": batches, "events": AuditEvent.objects.of(plan),
        "is_to_read": reading.to_read(plan, request.user).exists(), "correct_form": None, "withdraw_form": None,
    }  # fmt: skip
    if may_change:
        initial = {"formats": plan.formats, "due_on": plan.due_on}
        context |= {"correct_form": CorrectPlanForm(initial=initial), "withdraw_form": _withdraw_form(plan, batches)}
    return render(request, "transfer/plan.html", context | failed, status=status)


def _withdraw_form(plan, batches: int, sent=None) -> WithdrawForm:
    return WithdrawForm(sent, told=plans.told_before_withdrawal(plan, batches))


@gives_one(ReceivingPlan)
@require_POST
def read_plan(request, plan):
    reading.read(plan, by=request.user, what="接收计划")
    messages.success(request, f"“{plan.name}”已阅。")
    return redirect(plan)


@gives_one(ReceivingPlan, "withdraw")
@require_POST
def correct_plan(request, plan):
    form = CorrectPlanForm(request.POST)
    if not form.is_valid():
        return show(request, plan, status=422, correct_form=form)
    plans.correct(plan, by=request.user, **form.cleaned_data)
    messages.success(request, f"“{plan.name}”已更正，已告知各移交单位。")
    return redirect(plan)


@gives_one(ReceivingPlan, "withdraw")
@require_POST
def withdraw_plan(request, plan):
    form = _withdraw_form(plan, plans.batches_of(plan).count(), request.POST)
    if not form.is_valid():
        return show(request, plan, status=422, withdraw_form=form)
    plans.withdraw(plan, by=request.user, **form.cleaned_data)
    messages.success(request, f"“{plan.name}”已撤回，已告知各移交单位。")
    return redirect("transfer:plans")


@gives_one(ReceivingPlan)
@require_POST
def batch_by_plan(request, plan):
    """编制移交清单 by the proposal: everything that fits, of one of the visitor's units."""
    code = request.POST.get("unit", "").replace("\x00", "")
    unit = Unit.objects.filter(pk__in=units_with("make_batches", request.user), code=code).first()
    if unit is None:
        raise Http404
    if not plans.open_plans(unit).filter(pk=plan.pk).exists():
        raise Refused("该接收计划已撤回，或者不涉及本单位。")
    batch = actions.create_batch(unit, by=request.user, name=plan.name, plan=plan)
    messages.success(
        request,
        f"移交清单已按计划编制，共 {batch.record_count} 件，请填写随附情况，并“送审移交目录”，由区档案馆先看目录。"
        f"{unready.told_after(batch)}{wanted_formats.told_of(batch)}",
    )
    return redirect(batch)
