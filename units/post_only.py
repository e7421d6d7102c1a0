"""An address to which a form is sent is no page: typed, reloaded or gone back to, it leads to the page of the form."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from .access import MACHINES

TOLD = "这个地址只用来提交，打开它没有办理任何事项；已回到所属的页面。"


def page_above(path: str) -> str:
    """The nearest address above `path` that may be a page; "/" always is one.

    What is there may be the address of another act: asked for, it leads further up in the same way.
    """
    while path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            found = resolve(path)
        except Resolver404:
            continue
        if not getattr(found.func, "gives_file", False):
            return path
    return "/"


class PostOnlyMiddleware:
    """405 for whoever looks at the address of an act becomes the way back; for a script and a machine it stays."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        looks = response.status_code == 405 and request.method in ("GET", "HEAD")
        if not looks or request.htmx or not request.accepts("text/html") or _is_of_machines(request):
            return response
        messages.info(request, TOLD)
        return redirect(page_above(request.path_info))


def _is_of_machines(request) -> bool:
    return getattr(request.resolver_match.func, "access", "") == MACHINES
