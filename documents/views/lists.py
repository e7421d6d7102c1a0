"""待办 待阅 待发 已办 在办 办结 逾期 领导批示: each list is one queryset that its counter uses too."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from units import context, saved_filters
from units.access import needs, signed_in
from units.calendar import WorkingCalendar
from units.paging import SIZE, Slice, cut
from units.rules import own_tasks

from .. import alerts, bulk
from .. import lists as documents
from ..deadlines import told
from ..filter_forms import FILTERS, ListFilter
from ..models import Document
from ..rows import add_limits, add_work, with_urgings
from ..supervised import supervised_of

PLACES = {
    "document": "documents:detail",
    "record": "archive:record",
    "batch": "transfer:batch",
    "medium": "transfer:medium",
    "seal_asked": "transfer:register_seal",
    "urging": "oversight:urging",
    "year_fixed": "archive:fixed_year",
    "schedule": "archive:schedule",
    "use": "archive:use",
    "appraisal": "archive:appraisal",
    "opening": "archive:opening_round",
    "opinion": "archive:opening_consultation",
}
SELECT, MANY = "select", 200  # ?select=1 shows boxes, and more rows


@dataclass(frozen=True)
class Listing:
    """One list: its route, what it is called, and what stands there when it is empty."""

    route: str
    heading: str
    empty: str

    @property
    def filter(self) -> type[ListFilter]:
        return FILTERS[self.route]

    @property
    def counter(self) -> str:
        return self.route.partition(":")[2]


WAITING = Listing("documents:waiting", "待办", "送到您或您岗位的公文会出现在这里。")
READING = Listing("documents:reading", "待阅", "传阅给您的公文会列在这里。")
DRAFTS = Listing("documents:drafts", "待发（草稿）", "您拟了还没有送审的文稿会列在这里。")
HANDLED = Listing("documents:handled", "已办", "您办理过且尚未办结的公文会列在这里。")
UNDER_WAY = Listing("documents:under_way", "在办", "本单位正在办理的公文会列在这里。")
OVERDUE = Listing("documents:overdue", "逾期", "本单位超过办理时限的公文会列在这里。")
COMPLETED = Listing("documents:completed", "办结", "您参与办理并已办结的公文会列在这里。")
LISTINGS = {one.route: one for one in (WAITING, READING, DRAFTS, HANDLED, UNDER_WAY, OVERDUE, COMPLETED)}


def address_of(task) -> str:
    if task.subject_type == "delegation":
        return reverse("units:delegations")
    try:
        return reverse(PLACES[task.subject_type], args=[task.subject_uid])
    except (KeyError, NoReverseMatch):
        return ""


def _ready(tasks: list) -> None:
    """What a row shows beside its columns; a post is one of the item's unit."""
    add_limits(tasks)
    for task in tasks:
        task.url = address_of(task)
        if task.post is not None and task.post.unit_id == task.unit_id:
            task.post.unit = task.unit


def _shown(request, listing: Listing, form, page: Slice, template: str, **more):
    """The page of a list: its filter, the person's own filters, and what may be done with many."""
    acts = bulk.acts_for(request.user, listing.route)
    of_documents = template == "documents/list.html"
    context_of_list = {
        "listing": listing,
        "form": form,
        "page": page,
        "saved": saved_filters.of(request.user, listing.route),
        "removed": saved_filters.removed(request.session, listing.route),
        "query": saved_filters.cleaned(request.META.get("QUERY_STRING", ""), saved_filters.PAGES[listing.route]),
        "here": _here(request),
        "acts": acts,
        "rows_part": "documents/_documents.html" if of_documents else "documents/_tasks.html",
        "printed_at": timezone.now(),
        "selecting": bool(acts) and SELECT in request.GET,
        **more,
    }
    return render(request, template, context_of_list, status=422 if form.is_bound and form.errors else 200)


def _here(request) -> str:
    """This list with its filter, without the page: where a document opened from it came from."""
    kept = [(key, value) for key, value in request.GET.items() if key not in ("after", "before", SELECT)]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _size(request) -> int:
    return MANY if SELECT in request.GET else SIZE


def _counted(counter: Callable, form) -> str:
    """The counter heads the unfiltered list as well: it is the same queryset, counted once a page."""
    label = "" if form.is_valid() and form.is_used else counter()
    return f"{label:,}" if isinstance(label, int) else label


def _tasks(request, listing: Listing, found: tuple, template: str = "documents/waiting.html", **more):
    form = listing.filter(request.GET or None)
    rows, ways = found
    order = documents.BY_ARRIVAL
    if form.is_valid():
        rows, order = documents.narrowed_tasks(rows, form.cleaned_data)
    label = _counted(lambda: documents.task_counts(request.user)[listing.counter], form)
    rows = with_urgings(rows.select_related("post", "unit"))
    page = cut(rows, request, order=order, size=_size(request), label=label, ways=ways)
    _ready(page.items)
    return _shown(request, listing, form, page, template, **more)


@signed_in
@require_safe
def waiting(request):
    """待办: open items of the person and his posts, the urgent ones marked."""
    return _tasks(request, WAITING, documents.to_do(request.user))


@signed_in
@require_safe
def drafts(request):
    return _tasks(request, DRAFTS, documents.to_send(request.user))


@signed_in
@require_safe
def reading(request):
    """待阅, and 已阅 under its second tab (?done=1)."""
    done = "done" in request.GET
    place = reverse("documents:reading")
    waits = documents.task_counts(request.user)["reading"]
    tabs = [("待阅", place, waits, not done), ("已阅", f"{place}?done=1", "", done)]
    if not done:
        return _tasks(request, READING, documents.to_read(request.user), tabs=tabs)
    return _read(request, tabs)


def _read(request, tabs: list):
    form = ListFilter({key: value for key, value in request.GET.items() if key != "done"} or None)
    rows = documents.read_by(request.user)
    if form.is_valid():
        rows, _ = documents.narrowed_tasks(rows, form.cleaned_data)
    rows = with_urgings(rows.select_related("post", "unit"))
    page = cut(rows, request, order=("-closed_at", "-pk"))
    _ready(page.items)
    return _shown(request, READING, form, page, "documents/waiting.html", tabs=tabs, is_done=True)


def _documents(request, listing: Listing, rows, counter: Callable, *, order=("-created_at", "-pk"), ways=()):
    form = listing.filter(request.GET or None)
    if form.is_valid():
        rows, order = documents.narrowed_documents(rows, form.cleaned_data, order)
    page = cut(
        rows.for_list(), request, order=order, size=_size(request), label=_counted(counter, form), ways=ways
    )  # fmt: skip
    add_work(page.items)
    return _shown(request, listing, form, page, "documents/list.html")


def _of_menu(listing: Listing, request) -> Callable:
    return lambda: context.counted(listing.route, request.user)


@signed_in
@require_safe
def handled(request):
    return _documents(request, HANDLED, documents.handled_by(request.user), _of_menu(HANDLED, request))


@signed_in
@require_safe
def under_way(request):
    return _documents(request, UNDER_WAY, documents.led_by_units_of(request.user), _of_menu(UNDER_WAY, request))


@needs("watch_limits")
@require_safe
def overdue(request):
    """Of the units that the clerk serves, or the leader leads."""
    return _documents(request, OVERDUE, documents.overdue_of(request.user), _of_menu(OVERDUE, request))


@signed_in
@require_safe
def completed(request):
    rows, ways = documents.completed_with(request.user)

    def count() -> str:
        return documents.count_completed_with(request.user)

    return _documents(request, COMPLETED, rows, count, order=documents.BY_ENTRY, ways=ways)


@needs("receive_documents")
@require_safe
def leaders_words(request):
    """领导批示: what leaders wrote on the unit's documents and nobody at the clerk's post has opened yet."""
    rows = alerts.unseen_by(request.user).select_related("document__unit", "opinion")
    page = cut(rows, request, order=("-at", "-pk"), label=context.counted("documents:leaders_words", request.user))
    return render(request, "documents/leaders_words.html", {"page": page})


def rows_of(route: str, user, given) -> tuple:
    """(rows, order) of the list `route` as it stands under the filter `given` (a QueryDict)."""
    listing = LISTINGS[route]
    form = listing.filter(given or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    of_tasks = {WAITING: documents.to_do, READING: documents.to_read, DRAFTS: documents.to_send}
    if listing in of_tasks:
        rows, _ways = of_tasks[listing](user)
        return documents.narrowed_tasks(rows.filter(own_tasks(user)), chosen)
    if listing is COMPLETED:
        return Document.objects.none(), documents.BY_ENTRY  # nothing is open there
    found = {HANDLED: documents.handled_by, UNDER_WAY: documents.led_by_units_of, OVERDUE: documents.overdue_of}
    return documents.narrowed_documents(found[listing](user), chosen, ("-created_at", "-pk"))


SUPERVISED = "documents:supervised"


@needs("watch_limits")
@require_safe
def supervised(request):
    """督办: what is asked and until when feedback is due, of the units whose limits the person watches."""
    rows = supervised_of(request.user).select_related("unit", "lead_officer").defer("body", "issued__body")
    label = context.counted(SUPERVISED, request.user)
    page = cut(rows, request, order=("feedback_due_at", "pk"), label=label)
    calendar = WorkingCalendar()
    for one in page:
        one.limit = told(one.feedback_due_at, calendar)
    return render(request, "documents/supervised.html", {"page": page})
