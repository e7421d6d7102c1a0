"""开放审核批次: the list of rounds, one round with its stages, its papers."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from units import form_drafts
from units.access import gives_many, gives_one, may, units_with
from units.doors import logged
from units.former_deputies import tells_former_deputies
from units.models import AuditEvent
from units.paging import cut
from units.step_forms import posted_version
from units.tasks import told_next
from units.texts import some_of
from units.workflow import Refused, Stale

from .. import ticking
from ..models import OpeningRound
from ..notices import earlier_opinions
from ..opening_review import actions, advice, consulting, looking, papers
from ..opening_review.conditions import PASSES, acted_elsewhere, weighed
from ..opening_review.forms import AskForm, JudgeForm, LeaveForm, form_of
from ..opening_workflow import ROUND
from ..states import Proposal, RoundState, UnitOpinion
from ..twins.papers import workbook
from .arranging import add_reasons, unopened_of

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 50
UNSAID = "none"  # of a filter: no proposal, no opinion
ASKS = (RoundState.FIRST, RoundState.SECOND)


@gives_many(OpeningRound)
@require_safe
def rounds(request, rows):
    """The archive's rounds, the newest first."""
    page = cut(rows.select_related("unit"), request, order=("-created_at", "-pk"))
    reviews = bool(units_with("open_records", request.user))
    return render(request, "archive/opening/rounds.html", {"page": page, "reviews": reviews})


@gives_one(OpeningRound)
@require_safe
def opening_round(request, row):
    return show(request, row)


def items_asked_for(request, row):
    """The round's records as its page is narrowed: by unit, proposal and what the unit said."""
    items = weighed(row.items.filter(left_because=""))
    unit, proposal, opinion = (request.GET.get(name, "")[:10] for name in ("unit", "proposal", "opinion"))
    if unit:
        items = items.filter(unit__code=unit)
    if proposal in Proposal.values or proposal == UNSAID:
        items = items.filter(proposal="" if proposal == UNSAID else proposal)
    if opinion in UnitOpinion.values:
        items = items.filter(unit_says=opinion)
    elif opinion == UNSAID:
        items = items.filter(unit_says=None)
    return items


def show(request, row, *, status: int = 200, failed=None, refused=(), skipped=(), **forms):
    """The page; `failed` is the bound form of a step that was not taken, `refused` and `skipped` say why."""
    row = OpeningRound.objects.select_related("unit", "first_by", "second_by", "final_by", "published_by").get(
        pk=row.pk
    )
    items = items_asked_for(request, row).select_related("record", "unit", "judged_by")
    page = cut(items.prefetch_related(advice.as_sent(), "verdicts__by"), request, order=("position",), size=SIZE)
    earlier = earlier_opinions(one.record_id for one in page)
    context = {
        "round": row, "failed": failed, "refused": list(refused), "skipped": skipped, "page": page,
        "lines": [(one, earlier.get(one.record_id, "")) for one in page], "acts": _acts(request, row, failed),
        "consultations": row.consultations.select_related("unit", "round"), "unasked": consulting.unasked(row).count(),
        "kinds": papers.KINDS.items(), "events": AuditEvent.objects.of(row), "counts": _counts(row),
        "persons": actions.persons_of(row), **_judging(request, row), **forms,
        "advised": advice.told_before([one.record_id for one in page], besides=row),
    }  # fmt: skip
    for name in ("judge_form", "ask_form", "leave_form"):
        if context[name] is not None:
            form_drafts.attend(request, context[name], f"opening:{name}", of=row)
    return render(request, "archive/opening/round.html", context, status=status)


def _judging(request, row) -> dict:
    """The forms that are open to the person now; `barred` says why a stage is not his."""
    permission = actions.JUDGES.get(RoundState(row.state))
    judges = permission is not None and may(request.user, permission, row)
    barred = acted_elsewhere(row, request.user) if judges else ""
    open_now = judges and not barred
    asks = row.state in ASKS and may(request.user, "review", row)
    return {
        "barred": barred,
        "judge_form": JudgeForm(due=_due_ones(row)) if open_now else None,
        "leave_form": LeaveForm() if open_now and row.state == RoundState.FIRST else None,
        "ask_form": AskForm() if asks else None,
    }


def _due_ones(row) -> frozenset[bool]:
    """Whether the records under review are due: all, none, or both kinds."""
    return frozenset(row.items.filter(is_open=True).order_by().values_list("is_due", flat=True).distinct())


def _counts(row) -> list[tuple[str, str, int]]:
    """(name, value of the filter, how many) a proposal; counters equal lists."""
    rows = list(row.items.filter(left_because="").values_list("proposal", flat=True))
    found = [(one.label, one.value, rows.count(one.value)) for one in Proposal]
    return [("全部", "", len(rows)), *found, ("未定", UNSAID, rows.count(""))]


def _acts(request, row, failed) -> list[dict]:
    """Steps that are open: what goes on first and open, what goes back or ends it folded."""
    steps = sorted(ROUND.open_to(request.user, row), key=lambda one: one.danger)
    found = []
    for place, step in enumerate(steps):
        form = failed if failed is not None and failed.step is step else form_of(step)
        form_drafts.attend(request, form, f"opening:{step.name}", of=row)
        is_open = form.is_bound or (place == 0 and not step.danger)
        found.append({"step": step, "form": form, "open": is_open, "warns": _warns(row, step.name)})
    return found


def _warns(row, step: str) -> str:
    """Before 复审: the units are asked now or then, and without their answer it does not come to 审定."""
    if step != "pass_first":
        return ""
    left = list(consulting.unasked(row).order_by("unit__code").values_list("unit__short_name", flat=True))
    if not left:
        return ""
    names = some_of(list(dict.fromkeys(left)), 5, "个单位")
    return (
        f"还有 {len(left)} 件没有征求形成单位意见（{names}）。"
        "可以先提交复审，但征求并收到答复（或记为逾期）后才能提交审定。"
    )


def _opened_by_none(row, records) -> int:
    """How many of `records`, which whoever decides has not opened, nobody before him has opened either."""
    files = [(one, one.component_count) for one in records]
    return len(ticking.unopened(files, *looking.persons_in(row))) if files else 0


@tells_former_deputies
@gives_one(OpeningRound)
@require_POST
def act(request, row, step):
    found = ROUND.get(step)
    if found is None:
        raise Http404
    unopened = unopened_of(ROUND, row, found, request.user) if step in PASSES else []
    unseen = _opened_by_none(row, unopened) if step == "approve" else 0
    form = form_of(found, request.POST, unopened, unseen)
    if not form.is_valid():
        return show(request, row, status=422, failed=form)
    try:
        ROUND.perform(
            found, row, by=request.user, note=form.noted(), given=form.given(), version=posted_version(request)
        )
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return show(request, row, status=status, failed=form, refused=refusal.reasons)
    messages.success(request, f"“{row}”{found.done}。{told_next(row)}")
    return redirect(row)


def _chosen(request, row) -> list[int]:
    """Positions that were ticked, or all of the list as it is narrowed (`all`)."""
    if request.POST.get("all"):
        open_ones = items_asked_for(request, row).filter(is_open=True)
        return list(open_ones.order_by("position").values_list("position", flat=True))
    return [int(one) for one in request.POST.getlist("records") if one.isascii() and one.isdigit() and len(one) < 7]


@gives_one(OpeningRound)
@require_POST
def judge(request, row):
    """One proposal for what is ticked; `n done, k named`."""
    form = JudgeForm(request.POST, due=_due_ones(row))
    if not form.is_valid():
        return show(request, row, status=422, judge_form=form)
    try:
        done = actions.judge(row, _chosen(request, row), by=request.user, given=form.verdict())
    except Refused as refusal:
        return show(request, row, status=add_reasons(form, refusal), judge_form=form)
    messages.success(request, f"已填写 {done.count} 件的审核意见。")
    return show(request, row, status=422, skipped=done.skipped) if done.skipped else redirect(_back(request, row))


def _back(request, row) -> str:
    query = request.GET.urlencode()
    return row.get_absolute_url() + (f"?{query}" if query else "")


@gives_one(OpeningRound, "review")
@require_POST
def take_out(request, row):
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return show(request, row, status=422, leave_form=form)
    try:
        done = actions.take_out(row, _chosen(request, row), by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        return show(request, row, status=add_reasons(form, refusal), leave_form=form)
    messages.success(request, f"{done.count} 件已退出本批，恢复待审。")
    return show(request, row, status=422, skipped=done.skipped) if done.skipped else redirect(_back(request, row))


@gives_one(OpeningRound, "review")
@require_POST
def ask(request, row):
    """征求形成单位意见, of every unit that has not been asked."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return show(request, row, status=422, ask_form=form)
    try:
        done = consulting.ask(row, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        return show(request, row, status=add_reasons(form, refusal), ask_form=form)
    messages.success(request, f"已向 {done.count} 个单位征求意见。")
    for told in done.skipped:
        messages.warning(request, told)
    return redirect(row)


@gives_one(OpeningRound)
@logged("export")
@require_safe
def paper(request, row, kind):
    """开放审核表, 开放目录 and 延期开放清单 as PDF/A."""
    if kind not in papers.KINDS:
        raise Http404
    response = HttpResponse(papers.pdf_of(row, kind), content_type="application/pdf")
    name = f"{papers.KINDS[kind]}{row.release_no or row.number}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name)
    return response


@gives_one(OpeningRound)
@logged("export")
@require_safe
def book(request, row, kind):
    """The same as a workbook."""
    if kind not in papers.KINDS:
        raise Http404
    columns = [name for name, _ in papers.columns_of(kind)]
    cells = papers.rows_of(papers.items_of(row, kind), kind)
    made = workbook(papers.KINDS[kind], columns, cells, settings.EGOV_TMP_DIR)
    name = f"{papers.KINDS[kind]}{row.release_no or row.number}.xlsx"
    return FileResponse(made, as_attachment=True, filename=name, content_type=BOOK)
