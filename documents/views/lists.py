"""待办 已办 在办 办结: four lists, each one queryset that its counter uses too."""

from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from units import context
from units.access import signed_in
from units.matching import holds
from units.models import Task
from units.paging import cut

from .. import lists as documents
from ..forms import ListFilter

PLACES = {
    "document": "documents:detail",
    "record": "archive:record",
    "batch": "transfer:batch",
    "urging": "oversight:urging",
}


def address_of(task) -> str:
    if task.subject_type == "delegation":
        return reverse("units:delegations")
    try:
        return reverse(PLACES[task.subject_type], args=[task.subject_uid])
    except (KeyError, NoReverseMatch):
        return ""


@signed_in
@require_safe
def waiting(request):
    """待办: open tasks of the person and his posts, the urgent ones marked."""
    form = ListFilter(request.GET or None)
    rows = Task.objects.waiting_for(request.user).select_related("post__unit", "assignee", "unit")
    if form.is_valid():
        chosen = form.cleaned_data
        if chosen["q"]:
            rows = rows.filter(holds("head_n", chosen["q"]))
        if chosen["urgency"]:
            rows = rows.filter(urgency=chosen["urgency"])
    del form.fields["doc_type"]
    page = cut(rows, request, order=("-opened_at", "-pk"), label=_counted(_of_menu("documents:waiting", request), form))
    for task in page:
        task.url = address_of(task)
    return render(request, "documents/waiting.html", {"form": form, "page": page}, status=_status(form))


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _counted(counter, form) -> str:
    """The counter heads the unfiltered list as well: it is the same queryset, counted once a page."""
    label = "" if counter is None or (form.is_valid() and form.is_used) else counter()
    return f"{label:,}" if isinstance(label, int) else label


def _of_menu(name: str, request):
    return lambda: context.counted(name, request.user)


def _documents(request, rows, heading: str, empty: str, *, counter=None, order=("-created_at", "-pk"), ways=()):
    form = ListFilter(request.GET or None)
    if form.is_valid():
        chosen = form.cleaned_data
        if chosen["q"]:
            rows = rows.filter(holds("words__head_n", chosen["q"]))
        for name in ("doc_type", "urgency"):
            if chosen[name]:
                rows = rows.filter(**{name: chosen[name]})
    page = cut(rows.for_list(), request, order=order, label=_counted(counter, form), ways=ways)
    shown = {"form": form, "page": page, "heading": heading, "empty": empty}
    return render(request, "documents/list.html", shown, status=_status(form))


@signed_in
@require_safe
def handled(request):
    rows, counter = documents.handled_by(request.user), _of_menu("documents:handled", request)
    return _documents(request, rows, "已办", "您办理过且尚未办结的公文会列在这里。", counter=counter)


@signed_in
@require_safe
def under_way(request):
    rows, counter = documents.led_by_units_of(request.user), _of_menu("documents:under_way", request)
    return _documents(request, rows, "在办", "本单位正在办理的公文会列在这里。", counter=counter)


@signed_in
@require_safe
def completed(request):
    rows, ways = documents.completed_with(request.user)
    return _documents(
        request,
        rows,
        "办结",
        "您参与办理并已办结的公文会列在这里。",
        counter=lambda: documents.count_completed_with(request.user),
        order=documents.BY_ENTRY,
        ways=ways,
    )
