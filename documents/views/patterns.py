"""单位范本: the clerk of the unit keeps what its drafts begin from."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from units import form_drafts
from units.access import gives_one, needs, units_with
from units.models import Unit
from units.workflow import Refused, Stale

from .. import actions, patterns, starting
from ..models import Document, Pattern
from ..pattern_forms import PatternForm


@needs("edit_patterns")
@require_http_methods(["GET", "POST"])
def pattern_list(request):
    """The kept ones of the visitor's units, and a form for another."""
    rows = Pattern.objects.allowing("edit", request.user).filter(retired_at=None).defer("body")
    units = Unit.objects.filter(pk__in=units_with("edit_patterns", request.user)).order_by("code")
    _tell_of_marks(request)
    source = _source(request)
    form = PatternForm(request.POST or None, units=units, initial=_initial(source, units))
    form_drafts.attend(request, form, "documents:patterns")
    if request.method == "POST" and form.is_valid():
        try:
            made = patterns.create(form.cleaned_data, unit=form.cleaned_data["unit"], by=request.user)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"已建立范本“{made.name}”，拟稿时可选用。")
            return redirect("documents:patterns")
    kept = rows.select_related("unit", "changed_by").order_by("unit__code", "name")
    context = {"patterns": kept, "form": form, "source": source}
    return render(request, "documents/patterns.html", context, status=422 if form.is_bound else 200)


def _source(request) -> Document | None:
    """存为范本: the document that `?from=` names, when the visitor may begin a draft from it; 404 otherwise."""
    if not (uid := request.GET.get("from")):
        return None
    found = starting.base_named(uid, request.user)
    if found is None or not starting.may_be_pattern(found):
        raise Http404
    return found


def _initial(source: Document | None, units) -> dict:
    """Kind, title and text of `source`; whose pattern it is: that unit's, when the visitor keeps its patterns."""
    if source is None:
        return {}
    found = starting.initial_from(source.content, starting.USUAL)
    own = units.filter(pk=source.unit_id).first()
    return found | ({"unit": own.pk} if own else {})


@gives_one(Pattern, "edit")
@require_http_methods(["GET", "POST"])
def pattern(request, row):
    if row.retired_at is not None:
        raise Http404
    _tell_of_marks(request)
    initial = {name: getattr(row, name) for name in (*patterns.FIELDS, "version")}
    form = PatternForm(request.POST or None, initial=initial)
    form_drafts.attend(request, form, "documents:pattern", of=row, version=row.version, page=request.path)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            patterns.change(row, form.cleaned_data, by=request.user, version=form.cleaned_data["version"] or 0)
        except Refused as refusal:
            form.add_error("name", str(refusal))
            status = 409 if isinstance(refusal, Stale) else 422
        else:
            messages.success(request, "修改已保存。")
            return redirect("documents:patterns")
    return render(request, "documents/pattern.html", {"pattern": row, "form": form}, status=status)


def _tell_of_marks(request) -> None:
    if request.method == "POST":
        actions.tell_of_marks(request.POST, request.user)


@gives_one(Pattern, "edit")
@require_POST
def retire(request, row):
    patterns.retire(row, by=request.user)
    messages.success(request, f"已停用范本“{row.name}”。")
    return redirect("documents:patterns")
