"""Error pages: always a sentence and a way on."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.shortcuts import render
from django.urls import reverse

from ..access import public


def refused(request, reasons: list[str], status: int = 409):
    """A business refusal as a page: 409 for a conflict, 422 for a wrong input."""
    return render(request, "errors/409.html", {"reasons": reasons, "status": status}, status=status)


def too_large(request):
    return render(request, "errors/413.html", {}, status=413)


@public("error page")
def bad_request(request, exception=None):
    """Too large a form is found before any view runs, so no middleware of ours sees it."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return render(request, "errors/400.html", {}, status=400)


@public("error page")
def forbidden(request, exception=None):
    return render(request, "errors/403.html", {}, status=403)


@public("error page")
def csrf_failed(request, reason=""):
    return render(request, "errors/403.html", {"csrf": True}, status=403)


@public("error page")
def not_found(request, exception=None):
    portal = reverse("portal:home")
    context = {"portal": portal if request.path.startswith(portal) else ""}
    return render(request, "errors/404.html", context, status=404)


@public("error page")
def failed(request):
    return render(request, "errors/500.html", {}, status=500)
