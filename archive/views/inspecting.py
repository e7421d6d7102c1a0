"""四性检测: a record inspected now and its report; samples and surroundings; who has read it; its further description."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from units import form_drafts
from units.access import gives_one, may, signed_in, units_with
from units.audit import log_access
from units.models import Unit
from units.views import again
from units.workflow import Refused

from .. import describing, inspection_report, seen, ticking
from ..check_forms import DescribeForm, EnvironmentForm, TickForm
from ..disposed import not_here
from ..exporting import zipped
from ..finding_links import to_mend
from ..models import Record
from ..packages.contents import SourceDamaged
from ..plan import ITEMS, VERSION, By
from ..reinspection import inspect_record
from ..sample_verdicts import told_of
from ..standing_findings import surroundings_of
from ..states import Stage, State

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTHS = 12


def _stage(request) -> Stage:
    asked = request.GET.get("stage", Stage.FILING.value)
    return Stage(asked) if asked in Stage.values else Stage.FILING


@gives_one(Record, "whole")
@require_safe
def inspection(request, record):
    stage = _stage(request)
    judged = inspect_record(record, stage)
    log_access("view", record, by=request.user)
    context = {
        "record": record, "stage": stage, "stages": Stage, "judged": judged, "plan": VERSION,
        "summary": inspection_report.summary(judged), "methods": inspection_report.METHOD_OF,
        "told": to_mend(record, judged, request.user),
    }  # fmt: skip
    return render(request, "archive/inspection.html", context)


@gives_one(Record, "whole")
@require_safe
def report(request, record, kind):
    """The same rows as JSON, workbook or PDF/A."""
    if kind not in ("json", "xlsx", "pdf"):
        raise Http404
    stage = _stage(request)
    judged = inspect_record(record, stage)
    log_access("export", record, by=request.user)
    name = f"四性检测-{record.archival_code}-{stage.label}"
    if kind == "json":
        answer = JsonResponse(
            inspection_report.as_data(record, stage, judged), json_dumps_params={"ensure_ascii": False}
        )
    elif kind == "xlsx":
        answer = HttpResponse(inspection_report.workbook(record, stage, judged), content_type=EXCEL)
    else:
        made = inspection_report.pdf(record, stage, judged, moment=timezone.now())
        answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(kind != "pdf", f"{name}.{kind}")
    return answer


@gives_one(Record, "whole")
@require_safe
def readers(request, record):
    context = {"record": record, "looks": seen.looks(record, request.user), "would": seen.would_see(record)}
    return render(request, "archive/readers.html", context)


@gives_one(Record, "whole")
@require_safe
def package(request, record):
    """One record as a ZIP that is readable without this software; what is damaged is not handed out."""
    if record.state == State.JOINED:
        raise Refused(f"“{record}”与复文合为一件，请导出“{record.joined_to}”。")
    if record.state == State.DESTROYED:
        raise Refused(f"“{record}”{not_here(record)}，不能导出。")
    try:
        made = zipped(record, settings.EGOV_TMP_DIR)
    except SourceDamaged as damage:
        raise Refused(f"没有导出：{damage}") from damage
    log_access("export", record, by=request.user)
    return FileResponse(
        made, as_attachment=True, filename=f"{record.archival_code}.zip", content_type="application/zip"
    )


@gives_one(Record, "arrange")
@require_http_methods(["GET", "POST"])
def description(request, record):
    form = form_drafts.attend(
        request,
        DescribeForm(request.POST if request.method == "POST" else None, record=record),
        "record:description",
        of=record,
        version=record.version,
        page=request.path,
        offers=True,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                describing.describe(
                    record,
                    given=form.given(),
                    reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"] or 0,
                    by=request.user,
                )
            except Refused as refusal:
                status = again.refused(form, refusal, record, form.fields)
            else:
                messages.success(request, "补充著录已保存。")
                return redirect(record)
    return render(request, "archive/description.html", {"record": record, "form": form}, status=status)


@signed_in
@require_safe
def own_checks(request):
    """The page of the unit that the person acts in, where that gives the right."""
    held = units_with("arrange_records", request.user) | units_with("receive_batches", request.user)
    acting = getattr(request, "acting", None)
    if not held:
        raise Http404
    key = acting.post.unit_id if acting is not None and acting.post.unit_id in held else min(held)
    return redirect("archive:checks", Unit.objects.get(pk=key).uid)


@gives_one(Unit, "note_environment")
@require_http_methods(["GET", "POST"])
def checks(request, unit):
    form = EnvironmentForm(
        request.POST if request.method == "POST" else None, is_administrator=may(request.user, "manage", unit)
    )
    form = form_drafts.attend(request, form, "unit:environment")
    if request.method == "POST" and form.is_valid():
        try:
            ticking.note_environment(unit, form.noted(), by=request.user)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "环境检测已登记，今后的检测即以此为据。")
            return redirect("archive:checks", unit.uid)
    known = surroundings_of(unit.pk)
    context = {
        "unit": unit,
        "form": form,
        "months": _months(unit) if may(request.user, "check_records", unit) else None,
        "this_month": timezone.localdate(),
        "environment": [(one, known.get(one.serial)) for one in ITEMS.values() if one.by == By.ENVIRONMENT],
    }
    return render(request, "archive/checks.html", context, status=422 if form.is_bound and form.errors else 200)


def _months(unit: Unit) -> list[dict]:
    """The last months in which the unit filed: how many records, and what of them is ticked."""
    rows = Record.objects.unguarded("a unit's own months are counted").items().filter(unit=unit)
    counted = rows.annotate(month=TruncMonth("filed_at")).values("month").annotate(records=Count("pk"))
    counted = list(counted.order_by("-month")[:MONTHS])
    first = min((timezone.localdate(row["month"]) for row in counted), default=None)
    ticked = ticking.month_ticks(unit, first) if first else {}
    needed = len(ticking.items_to_tick(Stage.FILING))
    return [
        {
            "day": day,
            "shown": f"{day.year}年{day.month}月",
            "records": row["records"],
            "needed": needed,
            **ticked.get(day, {"done": 0, "failed": 0, "had": 0, "which": []}),
        }
        for row in counted
        for day in [timezone.localdate(row["month"])]
    ]


@gives_one(Unit, "check_records")
@require_http_methods(["GET", "POST"])
def sample(request, unit, stage, year, month):
    if stage not in (Stage.FILING, Stage.KEEPING) or not (1900 <= year <= 2999 and 1 <= month <= 12):
        raise Http404
    scope = ticking.month_scope(unit, Stage(stage), date(year, month, 1))
    return sampled(request, scope, back=("archive:checks", unit.uid))


def sampled(request, scope: ticking.Scope, *, back: tuple, closed: str = ""):
    """The page of one sample: its records with their files, and one form for the verdicts; `closed` says why none."""
    if request.method == "POST" and closed:
        raise Refused(closed)
    looked_at = ticking.with_files(scope.sample)
    unopened = [] if closed else ticking.unopened(looked_at, request.user.pk)
    standing = ticking.standing_of(scope)
    given = request.POST if request.method == "POST" else None
    form = TickForm(given, scope=scope, standing=standing, unopened=unopened)
    form = form_drafts.attend(request, form, "unit:sample")
    if request.method == "POST" and form.is_valid():
        try:
            ticking.tick(
                scope, form.verdicts(), note=form.told(), by=request.user, failing=form.failing(),
                mended=form.cleaned_data.get("mended", ""), medium=form.cleaned_data.get("medium", ""),
                unopened=form.passed_unopened(),
            )  # fmt: skip
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"{scope.name}的人工检测已登记。")
            return redirect(*back)
    context = {
        "scope": scope,
        "form": form,
        "closed": closed,
        "records": looked_at,
        "ticks": [(one, told_of(one)) for one in ticking.ticks_of(scope)],
        "items": ITEMS,
        "open_items": ticking.open_items(scope),
    }
    return render(request, "archive/sample.html", context, status=422 if form.is_bound and form.errors else 200)
