"""下一件: after an act the next open item is offered, of the list the document was opened from, else of 待办."""

from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.db.models import Q
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.html import format_html

from units.access import standing
from units.models import Task
from units.rules import own_tasks

from .. import leader
from ..states import BESIDE
from . import lists

FROM = "from"
DESK = "documents:leader"
SHORT = 30  # characters of the title on the button


def offer(request, document) -> None:
    """A message with the link; nothing when no other item waits. While this one still does, it is said instead."""
    if standing(request.user).is_system:
        return
    mine = Task.objects.of(document).open().filter(own_tasks(request.user)).exclude(kind__in=BESIDE)
    if still := mine.order_by("pk").first():  # this very one first
        messages.info(request, f"本件仍待您办理：{still.label}。")
        return
    route, given, origin = came_from(request)
    found = _following(request.user, document, route, given)
    if found is None and origin:
        origin = ""
        found = _following(request.user, document, lists.WAITING.route, QueryDict())
    if found is None:
        return
    address, title = found
    if origin and "?" not in address:
        address = f"{address}?{urlencode({FROM: origin})}"
    shown = title if len(title) <= SHORT else f"{title[:SHORT]}…"
    messages.info(request, format_html('<a class="button main" href="{}">下一件：{}</a>', address, shown), "next")


def came_from(request) -> tuple[str, QueryDict, str]:
    """(route, filter, address) of the list that the document's page was opened from: its page says so in `from`."""
    page = urlsplit(request.META.get("HTTP_REFERER", ""))
    origin = QueryDict(page.query[:4000]).get(FROM, "") if page.query else ""
    address = urlsplit(origin)
    try:
        match = resolve(address.path) if address.path.startswith("/") else None
    except Resolver404:
        match = None
    if match is None or address.netloc or match.view_name not in (*lists.LISTINGS, DESK):
        return lists.WAITING.route, QueryDict(), ""
    return match.view_name, QueryDict(address.query), origin


def _following(user, document, route: str, given: QueryDict) -> tuple[str, str] | None:
    """(address, title) of the item after `document` in the list's order, else of the first one that is another."""
    if route == DESK:
        return _on_the_desk(user, document)
    rows, order = lists.rows_of(route, user, given)
    if rows.model is not Task:
        rows = rows.exclude(pk=document.pk)
        return _first(_after(rows, order, _keys(document, order)), order) or _first(rows, order)
    own = rows.exclude(subject_uid=document.uid)
    mine = _his_own(user, document).order_by("-pk").first()
    return _first(_after(own, order, _keys(mine, order)), order) or _first(own, order)


def _his_own(user, document):
    return Task.objects.of(document).filter(own_tasks(user) | Q(done_by=user))


def _on_the_desk(user, document) -> tuple[str, str] | None:
    done = _his_own(user, document).filter(done_by=user).order_by("-closed_at", "-pk").first()
    parts = leader.after(user, done.kind if done is not None else "")
    found = (rows.exclude(subject_uid=document.uid).first() for rows in parts)
    row = next((one for one in found if one is not None), None)
    return None if row is None else (lists.address_of(row), row.title)


def _keys(row, order: tuple) -> list | None:
    return None if row is None else [getattr(row, name.lstrip("-"), None) for name in order]


def _after(rows, order: tuple, keys: list | None):
    """Rows beyond `keys` in an order of two columns; none where the place is not known."""
    if not keys or len(keys) != 2 or None in keys:
        return rows.none()
    column, least = (name.lstrip("-") for name in order)
    step = {True: "lt", False: "gt"}
    beyond = Q(**{f"{column}__{step[order[0].startswith('-')]}": keys[0]})
    equal = Q(**{column: keys[0], f"{least}__{step[order[1].startswith('-')]}": keys[1]})
    return rows.filter(beyond | equal)


def _first(rows, order: tuple) -> tuple[str, str] | None:
    row = rows.order_by(*order).first()
    if row is None:
        return None
    return (lists.address_of(row) if isinstance(row, Task) else row.get_absolute_url()), row.title
