"""待办 待阅 待发 已办 在办 办结 逾期 领导批示: each list is one queryset that its counter uses too."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from units import context, form_drafts, saved_filters
from units.access import needs, signed_in, standing
from units.calendar import WorkingCalendar
from units.paging import SIZE, FirstPage, Slice, cut
from units.places import place
from units.prepared import lasting, prepared
from units.rules import own_tasks

from .. import alerts, bulk
from .. import lists as documents
from ..deadlines import told
from ..filter_forms import FILTERS, ListFilter
from ..models import Document
from ..replaced import replaced
from ..report_forms import NAMES, tabs_of
from ..rows import add_limits, add_work, row_of, row_of_task, with_urgings
from ..supervised import supervised_of

PLACES = {
    "document": "documents:detail",
    "record": "archive:record",
    "batch": "transfer:batch",
    "medium": "transfer:medium",
    "conversion": "transfer:conversion",
    "seal_asked": "transfer:register_seal",
    "receiving_plan": "transfer:plan",
    "urging": "oversight:urging",
    "year_fixed": "archive:fixed_year",
    "schedule": "archive:schedule",
    "use": "archive:use",
    "appraisal": "archive:appraisal",
    "opening": "archive:opening_round",
    "opinion": "archive:opening_consultation",
}
# what has no page of its own, but stands on one
PAGES = {
    "delegation": ("units:delegations",), "space": ("transfer:holding", "space"),
    "backup_sets": ("transfer:holding", "sets"), "succession": ("archive:fonds",),
}  # fmt: skip
BY_DAY = ("-created_at", "-pk")
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
OTHERS_DONE = Listing(
    "documents:others_done", "已办", "您办理过的移交、接收、开放审核、鉴定、利用申请等事项会列在这里。"
)
UNDER_WAY = Listing("documents:under_way", "在办", "本单位正在办理的公文会列在这里。")
OVERDUE = Listing("documents:overdue", "逾期", "本单位超过办理时限的公文会列在这里。")
COMPLETED = Listing(
    "documents:completed", "办结", "您参与办理、已经办结的公文会列在这里；作废、收回、退回来文单位的也在其中。"
)
LISTINGS = {one.route: one for one in (WAITING, READING, DRAFTS, HANDLED, UNDER_WAY, OVERDUE, COMPLETED)}


def address_of(task) -> str:
    if task.subject_type in PAGES:
        return reverse(PAGES[task.subject_type][0], args=PAGES[task.subject_type][1:])
    try:
        return place(PLACES[task.subject_type], task.subject_uid)
    except (KeyError, NoReverseMatch):
        return ""


def _posts_of(user) -> dict[int, str]:
    """Unit's key → 区民政局 承办人: in what the person does there what was given to him by name."""
    held: dict[int, list[str]] = {}
    for one in standing(user).appointments:
        is_second = one.post.unit_id in held
        held.setdefault(one.post.unit_id, []).append(one.post.get_kind_display() if is_second else str(one.post))
    return {key: "、".join(dict.fromkeys(words)) for key, words in held.items()}


def _ready(tasks: list, user) -> None:
    """What a row shows beside its columns; a post is one of the item's unit."""
    add_limits(tasks)
    posts = _posts_of(user)
    for task in tasks:
        task.held_post = posts.get(task.unit_id) or task.unit.short_name
        task.url = address_of(task)
        if task.post is not None and task.post.unit_id == task.unit_id:
            task.post.unit = task.unit


def _shown(request, listing: Listing, form, page: Slice, template: str, **more):
    """The page of a list: its filter, the person's own filters, and what may be done with many."""
    acts = bulk.fitting(bulk.acts_for(request.user, listing.route), page.items)
    of_documents = template == "documents/list.html"
    here = _here(request)
    context_of_list = {
        "listing": listing,
        "form": form,
        "page": page,
        "shown": [(row_of if of_documents else row_of_task)(one) for one in page],
        "saved": saved_filters.of(request.user, listing.route),
        "removed": saved_filters.removed(request.session, listing.route),
        "query": saved_filters.cleaned(request.META.get("QUERY_STRING", ""), saved_filters.PAGES[listing.route]),
        "here": here,
        "quoted": quote(here, safe=""),
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


def _is_plain(request, form) -> bool:
    """The first page of the whole list: its statement is the same at every visit."""
    return not form.is_used and not {"after", "before"} & set(request.GET)


def _first(request, listing: Listing, write: Callable, order: tuple, label: str) -> Slice:
    """The first page of `write()` (rows and ways); 逾期 alone follows from the clock."""
    size, keep = _size(request), prepared if listing is OVERDUE else lasting
    page = keep((listing.route, size), request.user, lambda: FirstPage(*write(), order, size))
    return page.ask(request, label)


def _tasks(request, listing: Listing, found: Callable, template: str = "documents/waiting.html", **more):
    form = listing.filter(request.GET or None)
    label = _counted(lambda: documents.task_counts(request.user)[listing.counter], form)

    def rows_and_ways() -> tuple:
        rows, ways = found(request.user)
        return with_urgings(rows.select_related("post", "unit")), ways

    if _is_plain(request, form):
        page = _first(request, listing, rows_and_ways, documents.BY_ARRIVAL, label)
    else:
        (rows, ways), order = rows_and_ways(), documents.BY_ARRIVAL
        if form.is_valid():
            rows, order = documents.narrowed_tasks(rows, form.cleaned_data)
        page = cut(rows, request, order=order, size=_size(request), label=label, ways=ways)
    _ready(page.items, request.user)
    return _shown(request, listing, form, page, template, **more)


@signed_in
@require_safe
def waiting(request):
    """待办: open items of the person and his posts, the urgent ones marked."""
    return _tasks(request, WAITING, documents.to_do)


@signed_in
@require_safe
def drafts(request):
    found = form_drafts.begun(request.user, NAMES.values())
    pages = zip(NAMES.values(), tabs_of("", reverse("documents:draft")), strict=True)
    unsaved = [(found[name], label, address) for name, (label, address, *_) in pages if name in found]
    return _tasks(request, DRAFTS, documents.to_send, unsaved=unsaved)


@signed_in
@require_safe
def reading(request):
    """待阅, and 已阅 under its second tab (?done=1)."""
    done = "done" in request.GET
    here = reverse("documents:reading")
    waits = documents.task_counts(request.user)["reading"]
    tabs = [("待阅", here, waits, not done), ("已阅", f"{here}?done=1", "", done)]
    if not done:
        return _tasks(request, READING, documents.to_read, tabs=tabs)
    return _read(request, tabs)


def _read(request, tabs: list):
    form = ListFilter({key: value for key, value in request.GET.items() if key != "done"} or None)
    rows = documents.read_by(request.user)
    if form.is_valid():
        rows, _ = documents.narrowed_tasks(rows, form.cleaned_data)
    rows = with_urgings(rows.select_related("post", "unit"))
    page = cut(rows, request, order=("-closed_at", "-pk"))
    _ready(page.items, request.user)
    return _shown(request, READING, form, page, "documents/waiting.html", tabs=tabs, is_done="阅毕")


def _documents(request, listing: Listing, found: Callable, counter: Callable, *, order=BY_DAY, **more):
    """`found`: person → rows, and the ways to them (units.paging.cut)."""
    form = listing.filter(request.GET or None)
    label = _counted(counter, form)

    def rows_and_ways() -> tuple:
        rows, ways = found(request.user)
        return rows.for_list(), ways

    if _is_plain(request, form):
        page = _first(request, listing, rows_and_ways, order, label)
    else:
        rows, ways = rows_and_ways()
        if form.is_valid():
            rows, order = documents.narrowed_documents(rows, form.cleaned_data, order)
        page = cut(rows, request, order=order, size=_size(request), label=label, ways=ways)
    add_work(page.items)
    return _shown(request, listing, form, page, "documents/list.html", **more)


def _without_ways(rows: Callable) -> Callable:
    return lambda user: (rows(user), ())


def _of_menu(listing: Listing, request) -> Callable:
    return lambda: context.counted(listing.route, request.user)


@signed_in
@require_safe
def handled(request):
    counts = documents.done_counts(request.user)
    tabs = _tabs_of_handled(HANDLED, counts)
    return _documents(request, HANDLED, _without_ways(documents.handled_by), lambda: counts["documents"], tabs=tabs)


def _tabs_of_handled(shown: Listing, counts: dict[str, str]) -> list:
    """The menu's counter is the sum of both."""
    tabs = (("公文", HANDLED, "documents"), ("档案和其他事项", OTHERS_DONE, "others"))
    return [(label, reverse(one.route), counts[name], one is shown) for label, one, name in tabs]


@signed_in
@require_safe
def others_done(request):
    """已办 of the archive's work and of whatever else is no document: each item done, the last one first."""
    form = OTHERS_DONE.filter(request.GET or None)
    counts = documents.done_counts(request.user)
    rows, ways = documents.others_done_by(request.user)
    label = counts["others"]
    if form.is_valid() and form.is_used:
        rows, label = documents.narrowed_done(rows, form.cleaned_data), ""
    rows = with_urgings(rows.select_related("post", "unit"))
    page = cut(rows, request, order=documents.BY_END, label=label, ways=ways)
    _ready(page.items, request.user)
    tabs = _tabs_of_handled(OTHERS_DONE, counts)
    return _shown(
        request, OTHERS_DONE, form, page, "documents/waiting.html", tabs=tabs, is_done="办毕", with_filters=True
    )


@signed_in
@require_safe
def under_way(request):
    return _documents(request, UNDER_WAY, _without_ways(documents.led_by_units_of), _of_menu(UNDER_WAY, request))


@needs("watch_limits")
@require_safe
def overdue(request):
    """Of the units that the clerk serves, or the leader leads."""
    return _documents(request, OVERDUE, _without_ways(documents.overdue_of), _of_menu(OVERDUE, request))


@signed_in
@require_safe
def completed(request):
    def count() -> str:
        return documents.count_completed_with(request.user)

    return _documents(request, COMPLETED, documents.completed_with, count, order=documents.BY_ENTRY)


@needs("receive_documents")
@require_safe
def leaders_words(request):
    """领导批示: what leaders wrote on the unit's documents and nobody at the clerk's post has opened yet."""
    joined = ("document", "document__corrects", "document__issued", "document__issued__corrects")
    rows = alerts.unseen_by(request.user).select_related(*joined, "document__unit", "opinion")
    rows = rows.defer(*(f"{one}__body" for one in joined))
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
    return documents.narrowed_documents(found[listing](user), chosen, BY_DAY)


SUPERVISED = "documents:supervised"


@needs("watch_limits")
@require_safe
def supervised(request):
    """督办: what is asked and until when feedback is due, of the units whose limits the person watches."""
    rows = supervised_of(request.user).select_related("unit", "lead_officer", "issued").defer("body", "issued__body")
    rows = rows.annotate(replaced=replaced())
    label = context.counted(SUPERVISED, request.user)
    page = cut(rows, request, order=("feedback_due_at", "pk"), label=label)
    calendar = WorkingCalendar()
    for one in page:
        one.limit = told(one.feedback_due_at, calendar)
    return render(request, "documents/supervised.html", {"page": page})
