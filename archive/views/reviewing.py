"""开放审核: the queues of what the archive holds, from which records go into a round; the closing of what is open."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units.access import gives_many, gives_one, needs, units_with
from units.audit import log_access
from units.models import Unit
from units.paging import capped_number, cut
from units.workflow import Refused, Stale

from ..forms import CloseForm
from ..models import OpeningRound, Record
from ..notices import earlier_opinions
from ..opening_review import actions, listing, papers
from ..opening_review.forms import EnlistForm, QueueFilter
from ..states import RoundState
from ..twins.papers import workbook
from ..workflow import OPENING
from .arranging import is_uid
from .records import show

SIZE = 50
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("open_records")
@gives_many(Record, "open")
@require_http_methods(["GET", "POST"])
def review(request, rows):
    """One queue, by forming unit and year; what is ticked, or all of the list, goes into a round."""
    queue = listing.BY_KEY.get(request.GET.get("list") or "due")
    if queue is None:
        raise Http404
    today, asked = timezone.localdate(), QueueFilter(request.GET)
    listed = queue.rows(rows, today)
    found = listing.narrowed(listed, asked.narrowing())
    form = EnlistForm(request.POST or None, rounds=_rounds(request).filter(state=RoundState.FIRST))
    refused, named = [], ()
    if request.method == "POST":
        made, named, refused = _enlist(request, form, rows, found if queue.chooses else rows.none())
        if made is not None and not named:
            return redirect(made)
    page = cut(found.for_list(), request, order=("year", "pk"), size=SIZE)
    context = {
        "queue": queue, "queues": _tabs(listing.counters(rows, today), queue), "form": asked, "enlist": form,
        "page": page, "refused": refused, "skipped": named, "facets": _facets(listed, queue, asked),
        "exported": request.GET.urlencode(), "earlier": earlier_opinions(one.pk for one in page), "today": today,
    }  # fmt: skip
    return render(request, "archive/opening/queue.html", context, status=422 if refused or named else 200)


@needs("open_records")
@gives_many(Record, "open")
@require_safe
def queue_workbook(request, rows):
    """The queue as it is narrowed, as a workbook: of all years and units when nothing is chosen."""
    queue = listing.BY_KEY.get(request.GET.get("list") or "due")
    if queue is None:
        raise Http404
    found = listing.narrowed(queue.rows(rows, timezone.localdate()), QueueFilter(request.GET).narrowing())
    archive = Unit.objects.filter(pk__in=units_with("open_records", request.user)).order_by("code")[0]
    log_access("export", archive, by=request.user)
    book = workbook(queue.label, papers.QUEUE_COLUMNS, papers.queue_rows(found), settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename=f"开放审核-{queue.label}.xlsx", content_type=BOOK)


def _rounds(request):
    rows = OpeningRound.objects.allowing("review", request.user)
    return rows.order_by("-created_at", "-pk")


def _enlist(request, form, rows, listed):
    """(the round, sentences on what did not go in, reasons why nothing did)."""
    archive = Unit.objects.filter(pk__in=units_with("open_records", request.user)).order_by("code").first()
    if archive is None:
        raise Http404
    if not form.is_valid():
        return None, (), [error for errors in form.errors.values() for error in errors]
    wanted = listed if request.POST.get("all") else rows.filter(uid__in=_uids(request))
    keys = list(wanted.order_by("pk").values_list("pk", flat=True)[: actions.MOST + 1])
    try:
        made, done = actions.enlist(keys, archive, by=request.user, into=form.cleaned_data["into"])
    except Refused as refusal:
        return None, (), refusal.reasons
    messages.success(request, f"已编入{made} {done.count} 件。")
    return made, done.skipped, []


def _uids(request) -> list[str]:
    return [one for one in request.POST.getlist("records")[:SIZE] if is_uid(one)]


def _tabs(counts: dict[str, int], current: listing.Queue) -> list[tuple]:
    return [(one.label, f"?list={one.key}", capped_number(counts[one.key]), one is current) for one in listing.QUEUES]


def _facets(listed, queue: listing.Queue, asked: QueueFilter) -> list[tuple]:
    """By forming unit and by year, of the whole list; what is chosen already stays chosen."""
    units, years = listing.by_unit_and_year(listed)
    chosen = asked.narrowing()

    def address(**more) -> str:
        kept = {"list": queue.key, "q": chosen.q, "unit": chosen.unit, "year": chosen.year or ""} | more
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    return [
        ("形成单位", [(name, address(unit=code), count) for code, name, count in units]),
        ("年度", [(f"{year}年", address(year=year), count) for year, count in years]),
    ]


@gives_one(Record, "open")
@require_POST
def decide(request, record):
    """What was opened wrongly is closed at once, with a reason, and waits for a new review."""
    form = CloseForm(request.POST)
    if not form.is_valid():
        return show(request, record, status=422, opening_form=form)
    try:
        OPENING.perform("review_again", record, by=request.user, note=form.cleaned_data["reason"], given=form.given())
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return show(request, record, status=409 if isinstance(refusal, Stale) else 422, opening_form=form)
    messages.success(request, "已停止开放，公众门户随即更新。")
    return redirect(record)
