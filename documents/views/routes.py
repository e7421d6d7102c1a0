"""流转路线: the unit's routes, a version with its picture and history, the editor with its trial."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import form_drafts
from units.access import gives_many, gives_one, needs, units_with
from units.models import Unit
from units.workflow import Refused, Stale

from .. import route_editing, route_picture, route_trial
from ..models import Route, RouteStep
from ..route_forms import RouteForm, TrialForm, changed_rows, initial_of
from ..route_plan import steps_of
from ..routes import DEFAULT_STEPS, LONGEST_ROUTE
from ..states import Direction


@needs("edit_routes")
@gives_many(Route)
@require_safe
def routes(request, rows):
    """By unit and direction: what is in force, and what is no more."""
    units = Unit.objects.filter(pk__in=units_with("edit_routes", request.user)).order_by("code")
    found = list(rows.select_related("unit", "saved_by").order_by("line", "-version"))
    last = {row.line: row for row in reversed(found)}  # the highest version of a line comes last
    lasting = sorted(last.values(), key=lambda row: (not row.is_default, row.name))
    shown = [
        {
            "unit": unit,
            "directions": [
                {
                    "direction": direction,
                    "routes": [row for row in lasting if _is_of(row, unit, direction) and not row.superseded_at],
                    "retired": [row for row in lasting if _is_of(row, unit, direction) and row.superseded_at],
                }
                for direction in Direction
            ],
        }
        for unit in units
    ]
    return render(request, "documents/routes.html", {"shown": shown, "several": len(shown) > 1})


def _is_of(row: Route, unit: Unit, direction: str) -> bool:
    return row.unit_id == unit.pk and row.direction == direction


@gives_one(Route)
@require_safe
def route(request, row):
    return _show(request, row)


def _show(request, row, *, refused=(), status: int = 200):
    """One version: its picture, and all versions of the line."""
    versions = list(Route.objects.allowing("view", request.user).filter(line=row.line).select_related("saved_by"))
    versions.sort(key=lambda one: -one.version)
    acts = [] if row.superseded_at or row.is_default else route_editing.ACTS.items()
    context = {
        "route": row,
        "places": route_picture.of_route(steps_of(row), row.unit),
        "versions": versions,
        "last": versions[0],
        "running": row.runs.filter(ended_at=None).count(),
        "acts": [{"name": name, "label": label} for name, (label, _) in acts],
        "refused": list(refused),
    }
    return render(request, "documents/routes_one.html", context, status=status)


@gives_one(Route, "edit")
@require_POST
def act(request, row, name):
    if name not in route_editing.ACTS:
        raise Http404
    label, does = route_editing.ACTS[name]
    try:
        does(row, by=request.user)
    except Refused as refusal:
        row.refresh_from_db()
        return _show(request, row, refused=refusal.reasons, status=409 if isinstance(refusal, Stale) else 422)
    messages.success(request, f"“{row}”已{label}。")
    return redirect("documents:routes")


@needs("edit_routes")
@require_http_methods(["GET", "POST"])
def create(request, direction):
    """A further route, which starts as the default does."""
    if direction not in Direction.values:
        raise Http404
    units = Unit.objects.filter(pk__in=units_with("edit_routes", request.user)).order_by("code")
    asked = request.GET.get("unit", "")
    unit = next((one for one in units if asked in ("", one.code)), None)
    if unit is None:
        raise Http404
    return _edit(request, unit, direction, None)


@gives_one(Route, "edit")
@require_http_methods(["GET", "POST"])
def edit(request, row):
    later = Route.objects.filter(line=row.line, version__gt=row.version)
    if request.method == "GET" and row.superseded_at and later.exists():
        messages.info(request, "这是以前的版本，请修改最近的版本。")
        return redirect(row)
    return _edit(request, row.unit, row.direction, row)


def _edit(request, unit, direction, row):
    """The form; a button in a row changes the rows, 试走 tries, 保存 saves. Nothing is kept before 保存."""
    if request.method != "POST":
        return _page(request, _fresh(request, unit, direction, row))
    what = request.POST.get("do", "")
    if what not in ("try", "save"):
        data, at = changed_rows(request.POST, what)
        form = RouteForm(data, unit=unit, direction=direction, of=row).silent()
        form.fields[f"kind-{at}"].widget.attrs["autofocus"] = True
        return _page(request, _attended(request, form, row))
    form = _attended(request, RouteForm(request.POST, unit=unit, direction=direction, of=row), row)
    is_sound = form.is_valid()
    if what == "try":
        return _page(request, form, tried=True, status=200 if is_sound else 422)
    if not is_sound:
        return _page(request, form, status=422)
    return _save(request, form, row)


def _attended(request, form, row):
    if row is None:
        return form_drafts.attend(request, form, f"route:new:{form.unit.pk}:{form.direction}")
    return form_drafts.attend(request, form, "route:edit", of=row, version=row.version, page=request.path)


def _fresh(request, unit, direction, row) -> RouteForm:
    """Filled with the route, or with the working default; what was typed and not saved is put in again."""
    if row is not None:
        initial = initial_of(row, steps_of(row))
    else:
        steps = [
            RouteStep(position=position, kind=kind, addressed=addressed, post=post)
            for position, (kind, addressed, post) in enumerate(DEFAULT_STEPS[Direction(direction)], start=1)
        ]
        initial = initial_of(None, steps)
    form = RouteForm(unit=unit, direction=direction, of=row, rows=LONGEST_ROUTE, initial=initial)
    return _attended(request, form, row).trim()


def _save(request, form, row):
    try:
        saved = route_editing.save(form.typed(), by=request.user, unit=form.unit, direction=form.direction, of=row)
    except route_editing.Impossible as refusal:
        form.judge(refusal.findings)
        return _page(request, form, status=422)
    except Stale as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _page(request, form, status=409)
    if row is not None and saved.pk == row.pk:
        messages.info(request, "内容没有变化，没有另存新版本。")
    else:
        messages.success(request, f"“{saved}”已保存为第{saved.version}版；在途公文仍按原路线流转。")
    for warning in form.warnings:
        messages.warning(request, warning)
    return redirect(saved)


def _page(request, form, *, tried: bool = False, status: int = 200):
    trial = TrialForm(request.POST if tried else _kept_trial(request), form=form)
    context = {"form": form, "trial": trial, "route": form.of, "longest": LONGEST_ROUTE}
    if tried and trial.is_valid() and form.steps and len(form.steps) == form.count:
        found = route_trial.try_out(form.steps, trial.subject(), start=timezone.now())
        context |= {
            "places": route_picture.of_trial(found),
            "n_problems": sum(len(one.problems) for one in found),
        }
    return render(request, "documents/routes_edit.html", context | {"tried": tried}, status=status)


def _kept_trial(request):
    """What was chosen for the trial stays while rows change."""
    return request.POST if request.method == "POST" else None
