"""Error pages: always a sentence and a way on.

None needs a database, a session or a person: they are often what failed.
"""

import sys
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse, JsonResponse
from django.template import loader
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ..access import public
from ..outage import is_database_gone

RETRY_SECONDS = "10"  # a killed database server is back sooner


def _page(template: str, status: int, context: dict | None = None) -> HttpResponse:
    """Without the request: context processors would read who is signed in."""
    return HttpResponse(loader.render_to_string(template, context or {}), status=status)


def refused(request, reasons: list[str], status: int = 409, back: str = "", *, is_secret: bool = False):
    """A business refusal as a page: 409 for a conflict, 422 for a wrong input; `back`: the form, filled again."""
    return _page("errors/409.html", status, {"reasons": reasons, "back": back, "is_secret": is_secret})


def files_unread(request):
    """403 for a form with files of somebody who is not signed in: it was not read, what was typed was kept before."""
    back = came_from(request)
    address = reverse("units:sign_in") + (f"?{urlencode({'next': back})}" if back else "")
    return _page("errors/expired.html", 403, {"back": back, "address": address})


def came_from(request) -> str:
    """Path and question of our page on which the form stood: the address of an act is no page to come back to."""
    address = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    page = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "" if not page.startswith("/") or page.startswith(("//", reverse("units:sign_in"))) else page


def too_large(request):
    """A page, or for a machine that asks for JSON a sentence in it."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(
            {"refused": ["请求过大，没有读取。"]}, status=413, json_dumps_params={"ensure_ascii": False}
        )
    return _page("errors/413.html", 413)


@public("error page")
def bad_request(request, exception=None):
    """Too large a form is found before any view runs, so no middleware of ours sees it."""
    if isinstance(exception, TooManyFieldsSent) and request.method in ("GET", "HEAD"):
        return address_too_long()
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return _page("errors/400.html", 400)


@public("error page")
def forbidden(request, exception=None):
    return _page("errors/403.html", 403)


def forbidden_as_stale():
    """A dead CSRF token where no form of ours could be filled again."""
    return _page("errors/403.html", 403, {"csrf": True})


def address_too_long():
    return _page("errors/414.html", 414)


@public("error page")
def not_found(request, exception=None):
    portal = reverse("portal:home")
    context = {"portal": portal if request.path.startswith(portal) else ""}
    return _page("errors/404.html", 404, context)


@public("error page")
def failed(request):
    """Django calls this where it caught the error: a database that is away is told as what it is."""
    return unavailable() if is_database_gone(sys.exception()) else _page("errors/500.html", 500)


def unavailable() -> HttpResponse:
    """503: the database is away and comes back; what was sent may or may not be kept."""
    page = _page("errors/503.html", 503)
    page["Retry-After"] = RETRY_SECONDS
    return page
