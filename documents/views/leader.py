"""领导桌面: one page for five minutes; each part's rows, and the whole part as a list."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from units.access import needs
from units.models import Delegation
from units.paging import cut

from ..leader import PARTS, TOLD, rows_of
from ..rows import add_limits
from .following import FROM
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
    parts = [one for one in parts if one["rows"] or one["part"].name != TOLD]
    _ready([task for one in parts for task in one["rows"]], request)
    return render(request, "documents/leader.html", {"parts": parts, "deputies": _deputies(request.user)})


def _deputies(user) -> str:
    """Who acts for the person today, at which post and until when: what happens in his name he reads here first."""
    rows = Delegation.objects.active().filter(principal=user)
    given = rows.select_related("deputy", "post").order_by("ends_on", "pk")
    return "、".join(
        f"{one.deputy.name}（{one.post.get_kind_display()}，至 {one.ends_on.month}月{one.ends_on.day}日）"
        for one in given
    )


def _ready(tasks: list, request) -> None:
    """Limits and urgings of the rows, and their addresses, which say that they were opened from the desk."""
    add_limits(tasks)
    for task in tasks:
        address = address_of(task)
        is_document = address and task.subject_type == "document"
        task.url = f"{address}?{urlencode({FROM: request.path})}" if is_document else address


def _part(part, user) -> dict:
    """Counted by asking only where not all rows are on the page."""
    rows = list(rows_of(part, user)[: ROWS + 1])
    count = len(rows) if len(rows) <= ROWS else part.rows(user).count()
    return {"part": part, "rows": rows[:ROWS], "count": count, "is_more": count > ROWS}


def _whole(request, name: str):
    part = PARTS.get(name)
    if part is None:
        raise Http404
    counted = f"{part.rows(request.user).count():,}"
    page = cut(rows_of(part, request.user), request, order=part.order, label=counted)
    _ready(page.items, request)
    return render(request, "documents/leader.html", {"part": part, "page": page})
