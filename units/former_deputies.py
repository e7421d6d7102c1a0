"""A page that a deputy opened before his deputyship ended: what he sends from it is answered with that."""

from functools import wraps

from django.http import Http404

from .delegations import ended_for, over
from .workflow import Refused


def tells_former_deputies(view):
    """What a deputy sends from a page opened before his deputyship ended is answered with that, never with a 404.

    Only where an item of the object had been before him: who never saw it learns nothing.
    """

    @wraps(view)
    def inner(request, uid, **kwargs):
        try:
            return view(request, uid=uid, **kwargs)
        except Http404:
            row = ended_for(request.user, uid) if request.method == "POST" else None
            if row is None:
                raise
            words = next((text for name, text in request.POST.items() if name.endswith("-note") and text.strip()), "")
            raise Refused(over(row), f"您填写的内容没有提交，原文是：{words}" if words else "") from None

    inner.access = view.access
    return inner
