"""Error pages: always a sentence and a way on."""

from django.shortcuts import render

from ..access import public


def refused(request, reasons: list[str], status: int = 409):
    """A business refusal as a page: 409 for a conflict, 422 for a wrong input."""
    return render(request, "errors/409.html", {"reasons": reasons, "status": status}, status=status)


def too_large(request):
    return render(request, "errors/413.html", {}, status=413)


@public("error page")
def forbidden(request, exception=None):
    return render(request, "errors/403.html", {}, status=403)


@public("error page")
def csrf_failed(request, reason=""):
    return render(request, "errors/403.html", {"csrf": True}, status=403)


@public("error page")
def not_found(request, exception=None):
    return render(request, "errors/404.html", {}, status=404)


@public("error page")
def failed(request):
    return render(request, "errors/500.html", {}, status=500)
