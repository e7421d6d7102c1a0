"""整理设置 of a unit; 单套制 as 区档案局 approved it; the evaluation of 单套管理 by unit and authority."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import form_drafts
from units.access import gives_many, gives_one, may, needs, units_with
from units.models import Unit
from units.row_forms import Came, form_of, put_forms
from units.workflow import Refused

from .. import class_registry, code_schemes, evaluating, pairs
from ..evidence import ASSESSED, PAGES, evidence_of
from ..keeping_forms import ApproveForm, BeginForm, ClassForm, CloseForm, EndForm, JudgeForm, PairForm, PatternForm
from ..models import CodeScheme, SingleSet, SingleSetEvaluation
from ..retention import fonds_of
from ..states import EvaluationKind, PairPolicy
from ..twins import single_set
from .arranging import ARRANGE, add_reasons, unit_of


@needs(ARRANGE)
@require_http_methods(["GET", "POST"])
def settings(request):
    """How the unit's codes are written, from which year; the 机构（问题） that they name; what makes one item of 来文 and
    复文, from which day."""
    unit = unit_of(request)
    if request.method != "POST":
        return show_settings(request, unit)
    if request.POST.get("act") == "class":
        return _register_class(request, unit)
    form, status = PatternForm(request.POST), 422
    if form.is_valid():
        try:
            code_schemes.set_pattern(unit, _fonds_of(unit), by=request.user, **form.cleaned_data)
        except Refused as refusal:
            status = add_reasons(form, refusal)
        else:
            messages.success(request, f"自{form.cleaned_data['from_year']}年度起按所选构成编制档号。")
            return redirect("archive:settings")
    return show_settings(request, unit, status=status, form=form)


def _fonds_of(unit):
    if (fonds := fonds_of(unit)) is None:
        raise Refused(f"{unit}还没有全宗号，请与区档案馆联系。")
    return fonds


def show_settings(request, unit, *, status: int = 200, **forms):
    fonds, today = _fonds_of(unit), timezone.localdate()
    pattern = code_schemes.pattern_of(fonds.pk, today.year)
    context = {
        "unit": unit, "fonds": fonds, "this_year": today.year,
        "form": PatternForm(initial={"from_year": today.year + 1}),
        "class_form": ClassForm(), "classes": class_registry.registered(unit),
        "example": code_schemes.render_code(fonds.code, today.year, "Y", "BGS", 1, pattern=pattern),
        "schemes": CodeScheme.objects.filter(fonds=fonds).select_related("set_by").order_by("-from_year"),
        "pair_form": PairForm(initial={"starts_on": today}, auto_id="pair_%s"),
        "pair_policy": PairPolicy(pairs.policy_of(unit.pk)).label, "pair_policies": pairs.policies_of(unit),
        **forms,
    }  # fmt: skip
    return render(request, "archive/keeping/settings.html", context, status=status)


def _register_class(request, unit: Unit):
    form, status = ClassForm(request.POST), 422
    if form.is_valid():
        try:
            row = class_registry.register(unit, by=request.user, **form.given())
        except Refused as refusal:
            status = add_reasons(form, refusal)
        else:
            messages.success(request, f"已登记 {row.class_code} {row.name}。")
            return redirect("archive:settings")
    return show_settings(request, unit, status=status, class_form=form)


def _all_units():
    return Unit.objects.filter(valid_to=None).order_by("code")


def _approve_form(request, data=None) -> ApproveForm | None:
    """None for whoever is not of 区档案局."""
    if not units_with("inspect_units", request.user):
        return None
    place = reverse("archive:single_sets")
    return form_drafts.attend(request, ApproveForm(data, units=_all_units()), "single_set:approve", page=place)


@gives_many(SingleSet)
@require_http_methods(["GET", "POST"])
def single_sets(request, rows):
    """Approvals, with their ends; entering one is 区档案局's."""
    form, status = _approve_form(request, request.POST or None), 200
    if request.method == "POST":
        if form is None:
            raise Refused("单套制由区档案局批准，应由区档案局登记。")
        status = 422
        if form.is_valid():
            try:
                made = single_set.approve(by=request.user, **form.cleaned_data)
            except Refused as refusal:
                status = add_reasons(form, refusal)
            else:
                messages.success(request, f"{made.unit.name}自{made.from_year}年度起实行单套制。")
                return redirect("archive:single_sets")
    return _show_single_sets(request, rows, form, status=status)


def _show_single_sets(request, rows, form, *, status: int, came: Came = None):
    """`came`: the form of an end that was not done."""
    found = rows.with_may("end", request.user).select_related("unit", "entered_by", "ended_by")
    listed = list(found.order_by("-pk"))
    put_forms(listed, EndForm, came)
    context = {"rows": listed, "form": form, "end_form": came and came[1]}
    return render(request, "archive/keeping/single_sets.html", context, status=status)


@gives_one(SingleSet, "end")
@require_POST
def end_single_set(request, row):
    form, status = form_of(row, EndForm, request.POST), 422
    if form.is_valid():
        try:
            ended = single_set.end(row, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            status = add_reasons(form, refusal)
        else:
            messages.success(request, f"{ended.unit.name}的单套制自 {ended.ended_on} 终止，此后归档的须有纸质件。")
            return redirect("archive:single_sets")
    rows = SingleSet.objects.allowing("view", request.user)
    return _show_single_sets(request, rows, _approve_form(request), status=status, came=(row, form))


@gives_many(SingleSetEvaluation)
@require_http_methods(["GET", "POST"])
def evaluations(request, rows):
    """评估 of one's own unit, or those that 区档案局 makes."""
    own = Unit.objects.filter(pk__in=units_with(ARRANGE, request.user)).order_by("code")
    is_authority = bool(units_with("inspect_units", request.user))
    begins = [(EvaluationKind.OWN, own)] if own else []
    begins += [(EvaluationKind.AUTHORITY, evaluating.to_evaluate())] if is_authority else []
    asked = [(BeginForm(units=units, prefix=kind), kind) for kind, units in begins]
    status = 200
    if request.method == "POST":
        status = 422
        asked = [
            (BeginForm(request.POST, units=units, prefix=kind), kind)
            for kind, units in begins
            if f"{kind}-unit" in request.POST
        ]
        for form, kind in asked:
            if form.is_valid():
                try:
                    return redirect(evaluating.begin(form.cleaned_data["unit"], kind, by=request.user))
                except Refused as refusal:
                    status = add_reasons(form, refusal)
    found = list(rows.select_related("unit").order_by("-pk")[:200])
    today = timezone.localdate()
    context = {
        "rows": found, "forms": [(form, kind.label) for form, kind in asked],
        "keeps": bool(own),
        "overdue": [one for one in found if one.next_due and one.next_due < today],
    }  # fmt: skip
    return render(request, "archive/keeping/evaluations.html", context, status=status)


@gives_one(SingleSetEvaluation)
@require_safe
def evaluation(request, row):
    return _show(request, row)


def _show(request, row, *, form=None, close_form=None, status: int = 200):
    """The 26 rows with what the platform shows; open to whoever judges, else as they were."""
    row = SingleSetEvaluation.objects.select_related("unit", "begun_by", "closed_by").get(pk=row.pk)
    judges = row.closed_at is None and may(request.user, "judge", row)
    form = form or (JudgeForm(evaluation=row) if judges else None)
    if judges:
        form_drafts.attend(request, form, "evaluation:judge", of=row)
        close_form = close_form or CloseForm(initial={"version": row.version})
    items = {one.serial: one for one in row.items.all()}
    shown = {one.serial: one.evidence for one in items.values()} if row.closed_at else evidence_of(row.unit)
    arranges, before = may(request.user, "arrange_years", row.unit), evaluating.judged_before(row)
    lines = [
        {
            "asked": asked, "item": items[asked.serial], "evidence": shown.get(asked.serial, ""),
            "before": before.get(asked.serial, ()),
            "page": PAGES.get(asked.serial, "") if arranges or (asked.serial in ASSESSED and judges) else "",
            "verdict": form[f"verdict_{asked.serial}"] if judges else None,
            "note": form[f"note_{asked.serial}"] if judges else None,
        }
        for asked in evaluating.ITEMS
    ]  # fmt: skip
    context = {
        "evaluation": row, "lines": lines, "form": form, "close_form": close_form if judges else None,
        "passed": sum(one.verdict == "passed" for one in items.values()), "count": len(lines),
    }  # fmt: skip
    return render(request, "archive/keeping/evaluation.html", context, status=status)


@gives_one(SingleSetEvaluation, "judge")
@require_POST
def judge_evaluation(request, row):
    form = JudgeForm(request.POST, evaluation=row)
    if not form.is_valid():
        return _show(request, row, form=form, status=422)
    try:
        evaluating.judge(row, form.found(), by=request.user, version=form.cleaned_data["version"] or 0)
    except Refused as refusal:
        return _show(request, row, form=form, status=add_reasons(form, refusal))
    messages.success(request, "已保存。")
    return redirect(row)


@gives_one(SingleSetEvaluation, "judge")
@require_POST
def close_evaluation(request, row):
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _show(request, row, close_form=form, status=422)
    given = form.cleaned_data
    try:
        done = evaluating.close(row, opinion=given["opinion"], by=request.user, version=given["version"] or 0)
    except Refused as refusal:
        return _show(request, row, close_form=form, status=add_reasons(form, refusal))
    messages.success(request, f"评估完成：{done.get_verdict_display()}。")
    return redirect(done)
