"""会同形成单位审核: what a unit is asked, what it answers record by record, and the result it is told."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from units import form_drafts
from units.access import gives_many, gives_one, may, standing
from units.former_deputies import tells_former_deputies
from units.models import AuditEvent
from units.paging import cut
from units.step_forms import posted_version
from units.tasks import told_next
from units.workflow import Refused, Stale

from ..models import OpeningConsultation
from ..notices import earlier_opinions
from ..opening_review import consulting, papers
from ..opening_review.advice import as_sent
from ..opening_review.conditions import OVER, SPEAKS, said
from ..opening_review.forms import OpinionForm, form_of
from ..opening_workflow import CONSULTATION
from ..states import ConsultationState
from .arranging import add_reasons, unopened_of

SIZE = 50


@gives_many(OpeningConsultation)
@require_safe
def consultations(request, rows):
    """What the unit was asked, or the archive asked, the newest first."""
    page = cut(rows.select_related("unit", "archive", "round"), request, order=("-asked_at", "-pk"))
    return render(request, "archive/opening/consultations.html", {"page": page})


@gives_one(OpeningConsultation)
@require_safe
def consultation(request, row):
    return show(request, row)


def show(request, row, *, status: int = 200, failed=None, refused=(), opinion_form=None):
    """The page; `failed` is the bound form of a step that was not taken, `refused` the reasons why."""
    people = ("unit", "archive", "round", "asked_by", "answered_by", "signed_by")
    row = OpeningConsultation.objects.select_related(*people).get(pk=row.pk)
    own = row.unit_id in standing(request.user).unit_ids
    opinions = "opinions__by" if own else as_sent()
    items = said(row.items.all(), sent=not own).select_related("record__unit").prefetch_related(opinions)
    if request.GET.get("opinion") == "none":
        items = items.filter(unit_says=None)
    page = cut(items, request, order=("position",), size=SIZE)
    earlier = earlier_opinions(one.record_id for one in page)
    answers = row.state == ConsultationState.ASKED and row.round.state not in OVER and may(request.user, "answer", row)
    form = (opinion_form or OpinionForm()) if answers else None
    if form is not None:
        form_drafts.attend(request, form, "opinion:say", of=row)
    events = list(_events(row, own))
    context = {
        "consultation": row, "page": page, "lines": [(one, earlier.get(one.record_id, "")) for one in page],
        "opinion_form": form, "failed": failed, "refused": list(refused), "acts": _acts(request, row, failed),
        "facts": _facts(row, events), "events": events, "own": own, "is_over": row.round.state in OVER,
        "left": row.items.filter(is_open=True, opinions=None).count() if answers else 0,
    }  # fmt: skip
    return render(request, "archive/opening/consultation.html", context, status=status)


def _events(row, own: bool):
    """What the unit wrote before it sent its answer is its own."""
    events = AuditEvent.objects.of(row)
    return events if own else events.exclude(verb="say_opening")


def _facts(row, events) -> list[tuple[str, str]]:
    unopened = papers.unopened_in(events, SPEAKS)
    signed = f"{row.signed_by.name} {timezone.localdate(row.signed_at):%Y-%m-%d}" if row.signed_by else ""
    signed += unopened.get(SPEAKS["sign"], "") if row.signed_by else ""
    answered = f"{row.answered_by.name}{unopened.get(SPEAKS['answer'], '')}" if row.answered_by else ""
    return [
        ("征求单位", row.archive.name), ("形成单位", row.unit.name), ("批次", row.round.number),
        ("答复期限", str(row.due_on)), ("单位领导审签", "须审签" if row.needs_leader else "建议延期开放的须审签"),
        ("填写人", answered), ("审签人", signed),
    ]  # fmt: skip


def _acts(request, row, failed) -> list[dict]:
    found = []
    for step in sorted(CONSULTATION.open_to(request.user, row), key=lambda one: one.danger):
        form = failed if failed is not None and failed.step is step else form_of(step)
        form_drafts.attend(request, form, f"opinion:{step.name}", of=row)
        found.append({"step": step, "form": form, "open": form.is_bound or not step.danger})
    return found


@gives_one(OpeningConsultation, "answer")
@require_POST
def say(request, row):
    """One opinion for what is ticked, or for all that have none yet."""
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return show(request, row, status=422, opinion_form=form)
    if request.POST.get("all"):
        chosen = list(row.items.filter(is_open=True).values_list("position", flat=True))
    else:
        ticked = request.POST.getlist("records")
        chosen = [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 7]
    try:
        done = consulting.say(row, chosen, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        return show(request, row, status=add_reasons(form, refusal), opinion_form=form)
    messages.success(request, f"已填写 {done.count} 件的开放意见。")
    for told in done.skipped:
        messages.warning(request, told)
    return redirect(row)


@tells_former_deputies
@gives_one(OpeningConsultation)
@require_POST
def act(request, row, step):
    found = CONSULTATION.get(step)
    if found is None or found.name in ("lapse", "drop"):
        raise Http404
    form = form_of(found, request.POST, unopened_of(CONSULTATION, row, found, request.user) if step in SPEAKS else ())
    if not form.is_valid():
        return show(request, row, status=422, failed=form)
    given = form.given() if step in SPEAKS else None
    try:
        CONSULTATION.perform(
            found, row, by=request.user, note=form.noted(), given=given, version=posted_version(request)
        )
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return show(request, row, status=status, failed=form, refused=refusal.reasons)
    messages.success(request, f"“{row}”{found.done}。{told_next(row)}")
    return redirect(row)
