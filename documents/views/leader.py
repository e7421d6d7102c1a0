"""领导桌面: one page for five minutes; each part's rows, and the whole part as a list."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from units.access import needs
from units.paging import cut

from ..leader import PARTS
from .lists import address_of

ROWS = 6  # of a part on the page; more stand in its own list


@needs("instruct_documents")
@require_safe
def desk(request):
    """The four parts with their first rows; ?part=NAME: one part whole, in pages."""
    name = request.GET.get("part", "")
    if name:
        return _whole(request, name)
    parts = [_part(one, request.user) for one in PARTS.values()]
    return render(request, "documents/leader.html", {"parts": parts})


def _rows(part, user):
    return part.rows(user).select_related("post__unit", "assignee", "unit").order_by(*part.order)


def _part(part, user) -> dict:
    """Counted by asking only where not all rows are on the page."""
    rows = list(_rows(part, user)[: ROWS + 1])
    count = len(rows) if len(rows) <= ROWS else part.rows(user).count()
    for task in rows:
        task.url = address_of(task)
    return {"part": part, "rows": rows[:ROWS], "count": count, "is_more": count > ROWS}


def _whole(request, name: str):
    part = PARTS.get(name)
    if part is None:
        raise Http404
    counted = f"{part.rows(request.user).count():,}"
    page = cut(_rows(part, request.user), request, order=part.order, label=counted)
    for task in page:
        task.url = address_of(task)
    return render(request, "documents/leader.html", {"part": part, "page": page})
