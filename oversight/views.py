"""The inspector's rooms: the district, a unit's own sheet, the rows behind each figure, and the few acts on them."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from units import form_drafts, steering
from units.access import gives_one, may, needs, units_with
from units.audit import log_access
from units.models import Unit
from units.row_forms import Came, put_forms
from units.workflow import Refused

from . import actions, charts, freezing, listing, others, outstanding, papers, rates
from .forms import BaselineForm, GoLiveForm, PeriodForm, SampleForm, UrgeForm, WithdrawForm, YearNoteForm
from .inputs import Asked
from .models import BaselineDue, FilingFact, FrozenFigure, GoLive, Urging
from .periods import Period
from .rules import inspector_seats
from .states import FIGURES, Stage

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SORTS = {"rate": "归档率", "missing": "未归档", "share": "不归档占比", "code": "单位"}


@dataclass
class District:
    """All units' figures of what was asked, and the year's months for the chart."""

    asked: Asked
    lines: list[papers.Line]
    months: dict[int, rates.Figures]
    frozen: freezing.Frozen | None = None
    units: list[Unit] = field(default_factory=list)


def _district(asked: Asked, *, is_checked: bool = False, with_others: bool = False) -> District:
    """One reading of the facts serves the period, the chart and the sums; transfer and opening are read when asked for.

    A frozen month is compared with what is there now; a frozen year holds too many keys for a page (chores.py).
    """
    units = units_of(asked.period)
    keys = [unit.pk for unit in units]
    year = rates.by_month(Period(asked.period.year), asked.as_of, keys)
    more = others.by_unit(asked.period.year, asked.as_of, keys) if with_others else {}
    frozen = freezing.latest(asked.period, is_checked=is_checked and bool(asked.period.month))
    taken = frozen.figures if frozen else {}
    lines = [
        papers.Line(unit, _of_period(year[unit.pk], asked.period), taken.get(unit.pk), more.get(unit.pk))
        for unit in units
    ]
    return District(asked, lines, charts.summed(year), frozen, units)


def units_of(period: Period) -> list[Unit]:
    """The units whose figures the period has: those that lasted, and an abolished one whose papers ended after it."""
    lasting = Q(valid_to=None) | Q(valid_to__gte=period.first)
    handled = FilingFact.objects.filter(unit=OuterRef("pk"), base_on__range=(period.first, period.last))
    return list(Unit.objects.filter(lasting | Exists(handled)).order_by("code"))


def _of_period(months: dict[int, rates.Figures], period: Period) -> rates.Figures:
    return months.get(period.month, rates.Figures()) if period.month else rates.total(months.values())


def _sorted(lines: list[papers.Line], sort: str) -> list[papers.Line]:
    """Whoever is behind comes first; a unit with nothing due comes last."""
    keys = {
        "rate": lambda line: (line.figures.rate is None, line.figures.rate or 0, -line.figures.missing, line.unit.code),
        "missing": lambda line: (-line.figures.missing, line.unit.code),
        "share": lambda line: (-(line.figures.share_not_to_file or 0), line.unit.code),
        "code": lambda line: line.unit.code,
    }
    return sorted(lines, key=keys[sort])


def _order_asked(request) -> str:
    """Page, workbook and print stand in the order that their address asks for."""
    sort = request.GET.get("sort", "rate")
    return sort if sort in SORTS else "rate"


@needs("inspect_units")
@require_safe
def district(request):
    form = PeriodForm(request.GET)
    asked = form.asked()
    return _show_district(request, form, asked, status=422 if form.errors else 200)


def _show_district(request, form, asked: Asked, *, status: int = 200):
    is_transfer = request.GET.get("part") == "transfer"
    found = _district(asked, is_checked=True, with_others=is_transfer)
    sort = _order_asked(request)
    context = {
        "form": form,
        "asked": asked,
        "lines": _sorted(found.lines, sort),
        "urged": outstanding.urged(request.user, asked.period.year),
        "all": papers.summary(found.lines),
        "behind": sum(line.figures.missing > 0 for line in found.lines),
        "sorts": [(name, label, f"?{asked.query_of(sort=name)}") for name, label in SORTS.items()],
        "sort": sort,
        "printed": asked.query_of(sort=sort),
        "chart": charts.monthly(found.months, _frozen_months(asked.period.year)),
        "frozen": found.frozen,
        **_freezing(request, asked.period, found.frozen),
        "notes": papers.NOTES,
        "is_transfer": is_transfer,
    }
    if is_transfer:
        keys = [unit.pk for unit in found.units]
        context["returns"] = others.returns_by_cause(asked.period.year, asked.as_of, keys)
    return render(request, "oversight/district.html", context, status=status)


def _freezing(request, period: Period, frozen: freezing.Frozen | None) -> dict:
    """What of the period is to be taken: now, on a day to come, or by a job that is at it or has failed."""
    stage = freezing.next_stage(period, frozen)
    if stage is None:
        return {}
    if timezone.localdate() < period.due_for(stage):
        return {"freezes_from": period.due_for(stage)}
    job = freezing.last_job(period, stage)
    if job is None or not (job.is_pending or job.state == job.State.FAILED):
        return {"may_freeze": stage}
    steering.attend([job])
    job.may_steer = may(request.user, "steer", job)
    return {"may_freeze": None if job.is_pending else stage, "job": job}


def _frozen_months(year: int, unit: Unit | None = None) -> dict[int, rates.Figures]:
    """Month → frozen sums of all units, or of one; only what a rate needs."""
    rows = FrozenFigure.objects.filter(period__year=year, period__stage=Stage.MONTH)
    rows = rows if unit is None else rows.filter(unit=unit)
    sums = rows.values(month=F("period__month")).annotate(all_due=Sum("due"), all_filed=Sum("filed"))
    return {
        row["month"]: rates.Figures(
            filed=row["all_filed"], missing_by_cause={"undecided": max(0, row["all_due"] - row["all_filed"])},
            excess=max(0, row["all_filed"] - row["all_due"]),
        )
        for row in sums
    }  # fmt: skip


def export_asked(request, of: Unit) -> Asked:
    """What an export is asked for, which is written in the access log of the unit `of`."""
    form = PeriodForm(request.GET)
    asked = form.asked()
    if form.errors:
        raise Refused(*(text for texts in form.errors.values() for text in texts))
    log_access("export", of, by=request.user)
    return asked


def _export_asked(request) -> Asked:
    return export_asked(request, inspector_seats(request.user)[0].unit)


@needs("inspect_units")
@require_safe
def workbook(request):
    asked = _export_asked(request)
    lines = _sorted(_district(asked, with_others=True).lines, _order_asked(request))
    file = papers.workbook(asked, lines, settings.EGOV_TMP_DIR)
    return FileResponse(file, as_attachment=True, filename=f"归档情况-{asked.period}.xlsx", content_type=EXCEL)


@needs("inspect_units")
@require_safe
def pdf(request):
    asked = _export_asked(request)
    lines = _sorted(_district(asked).lines, _order_asked(request))
    response = HttpResponse(papers.pdf(asked, lines), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="filing-{asked.period.year}-{asked.period.month:02d}.pdf"'
    return response


@needs("inspect_units")
@require_POST
def freeze(request):
    form = PeriodForm(request.POST)
    asked = form.asked()
    if not form.is_valid() or not request.POST.get("year"):
        form.add_error("year", "请填写要冻结的年度。")
    else:
        try:
            job = actions.freeze(asked.period, by=request.user)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已开始{job.title}，完成后本页显示冻结的各数，此后不再更改。")
            return redirect(f"{reverse('oversight:district')}?{asked.query}")
    return _show_district(request, form, asked, status=422)


@needs("view_statistics")
@require_safe
def own(request):
    """The sheet of the person's own unit: of the post that he acts in, where that gives the right."""
    held = units_with("view_statistics", request.user)
    acting = getattr(request, "acting", None)
    key = acting.post.unit_id if acting is not None and acting.post.unit_id in held else min(held)
    return redirect("oversight:sheet", Unit.objects.get(pk=key).uid)


@gives_one(Unit, "oversee")
@require_safe
def sheet(request, unit):
    form = PeriodForm(request.GET)
    del form.fields["month"]
    return show_sheet(request, unit, form)


def months_of(unit: Unit, asked: Asked):
    """(month → figures, month → frozen ones, the frozen year or None) of a unit."""
    year = Period(asked.period.year)
    annual = freezing.latest(year)
    months = rates.by_month(year, asked.as_of, [unit.pk])[unit.pk]
    return months, _frozen_months(year.year, unit), annual.figures.get(unit.pk) if annual else None


def show_sheet(request, unit, form=None, *, status: int = 200, came: Came = None, **failed):
    """`came`: a baseline and the form of its withdrawal that was not done."""
    form = form or PeriodForm({})
    asked = form.asked()
    year, keys = asked.period.year, [unit.pk]
    months, frozen, annual = months_of(unit, asked)
    rows = [
        (Period(year, n), months.get(n, rates.Figures()), frozen.get(n), asked.query_of(month=n)) for n in range(1, 13)
    ]
    context = {
        "unit": unit,
        "form": form,
        "asked": asked,
        "rows": [row for row in rows if row[0].first <= asked.as_of],
        "year": (Period(year), rates.total(months.values()), annual),
        "chart": charts.monthly(months, frozen),
        "apart": months.get(0),
        "apart_label": rates.APART,
        "others": others.by_unit(year, asked.as_of, keys)[unit.pk],
        "returns": others.returns_by_cause(year, asked.as_of, keys),
        "urgings": Urging.objects.allowing("view", request.user).filter(unit=unit, year=year).order_by("-pk")[:20],
        "live": GoLive.objects.filter(unit=unit).first(),
        "baselines": _baselines(request.user, unit, came),
        "withdraw_form": came and came[1],
        "notes": papers.NOTES,
        **_sheet_forms(request, unit, failed),
    }
    return render(request, "oversight/sheet.html", context, status=status or (422 if form.errors else 200))


def _baselines(user, unit, came: Came) -> list[BaselineDue]:
    rows = BaselineDue.objects.allowing("view", user).filter(unit=unit).with_may("accept", user)
    found = list(rows.with_may("withdraw", user).select_related("unit", "entered_by", "accepted_by"))
    put_forms(found, WithdrawForm, came)
    return found


def _sheet_forms(request, unit, failed: dict) -> dict:
    page, found = reverse("oversight:sheet", args=[unit.uid]), dict(failed)
    if units_with("inspect_units", request.user):
        found.setdefault("go_live_form", GoLiveForm())
        form_drafts.attend(request, found["go_live_form"], "unit:go_live", of=unit, page=page)
    if unit.pk in units_with("arrange_records", request.user):
        found.setdefault("baseline_form", BaselineForm())
        form_drafts.attend(request, found["baseline_form"], "unit:baseline", of=unit, page=page)
    return found


@gives_one(Unit, "inspect")
@require_POST
def go_live(request, unit):
    form = GoLiveForm(request.POST)
    if done(form, lambda given: actions.set_go_live(unit, by=request.user, day=given["day"])):
        messages.success(request, f"已登记{unit}的上线日期。")
        return redirect("oversight:sheet", unit.uid)
    return show_sheet(request, unit, status=422, go_live_form=form)


@gives_one(Unit, "state_baseline")
@require_POST
def baseline(request, unit):
    form = BaselineForm(request.POST)
    if done(form, lambda given: actions.state_baseline(unit, by=request.user, **given)):
        messages.success(request, "已填报应归档基数，监督指导岗位认可后计入归档率。")
        return redirect("oversight:sheet", unit.uid)
    return show_sheet(request, unit, status=422, baseline_form=form)


@gives_one(BaselineDue, "accept")
@require_POST
def accept_baseline(request, row):
    actions.accept_baseline(row, by=request.user)
    messages.success(request, f"已认可：{row}。")
    return redirect("oversight:sheet", row.unit.uid)


def done(form, act) -> bool:
    """The act with the form's data; what it refuses stands in the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    return True


@gives_one(Unit, "oversee")
@require_safe
def rows(request, unit):
    return show_rows(request, unit, PeriodForm(request.GET), request.GET)


def show_rows(request, unit, form, asked_by, *, status: int = 200, urge_form=None, came: Came = None):
    """`came`: a row's form that was not done."""
    figure = asked_by.get("figure", "missing")
    if figure not in FIGURES:
        raise Http404
    asked = form.asked(figure)
    after = asked_by.get("after", "")
    found = listing.rows_of([unit], asked.period, asked.as_of, figure, viewer=request.user, after=after)
    figures = rates.by_unit(asked.period, asked.as_of, [unit.pk])[unit.pk]
    context = {
        "unit": unit,
        "rows_url": reverse("oversight:rows", args=[unit.uid]),
        "form": form,
        "asked": asked,
        "found": found,
        "figures": figures,
        "tabs": [(name, label, f"?{asked.query_of(figure=name)}") for name, (label, _) in FIGURES.items()],
        "next_url": f"?{asked.query_of(figure=figure, after=found.next_cursor)}" if found.next_cursor else "",
        "first_url": f"?{asked.query_of(figure=figure)}" if after else "",
        "here": asked.query_of(figure=figure, after=after),
        "row_form": came and came[1],
        "may_sample": figure == "not_to_file" and bool(units_with("inspect_units", request.user)),
        "may_note": figure == "overlong" and unit.pk in units_with("complete_documents", request.user),
    }
    put_forms((one.document for one in found.rows), SampleForm if context["may_sample"] else YearNoteForm, came)
    if units_with("inspect_units", request.user):
        context["urge_form"] = _urge_form(request, unit, asked, figures, urge_form)
        context["not_urged"] = "" if context["urge_form"] else outstanding.NONE
    return render(request, "oversight/rows.html", context, status=status if form.is_valid() or status != 200 else 422)


def _urge_form(request, unit, asked: Asked, figures: rates.Figures, form):
    """The usual words stand in the box, where the inspector changes them; None: nothing to urge."""
    words = outstanding.words(unit, asked, figures)
    if not words and form is None:
        return None
    form = UrgeForm(initial={"text": words}) if form is None else form
    page = f"{reverse('oversight:rows', args=[unit.uid])}?{asked.query_of(figure=asked.figure)}"
    return form_drafts.attend(request, form, f"unit:urge:{asked.period.year}-{asked.period.month}", of=unit, page=page)


@gives_one(Unit, "inspect")
@require_POST
def urge(request, unit):
    form, period_form = UrgeForm(request.POST), PeriodForm(request.POST)
    asked = period_form.asked()

    def urged(given) -> None:
        figures = rates.by_unit(asked.period, asked.as_of, [unit.pk])[unit.pk]
        if not outstanding.words(unit, asked, figures):
            raise Refused(outstanding.NONE)
        actions.urge(unit, asked.period, by=request.user, **given)

    if done(form, urged):
        messages.success(request, f"已督办{unit}，对方的待办中已有此事项，{form.cleaned_data['due_on']} 前答复。")
        return redirect(f"{reverse('oversight:district')}?{asked.query}")
    return show_rows(request, unit, period_form, {}, status=422, urge_form=form)
