"""签发前核对, at an address of its own: the document page asks for it when somebody unfolds it."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from units.access import gives_one
from units.doors import logged

from ..before_signing import before_signing as found_before
from ..models import Document
from ..states import State

BEFORE = (State.DRAFTING, State.IN_REVIEW)


@gives_one(Document)
@logged()
@require_safe
def before_signing(request, document):
    """?part gives what stands in the fold of the document page."""
    if document.is_incoming or document.state not in BEFORE:
        raise Http404
    part = "part" in request.GET
    template = "documents/_before_signing.html" if part else "documents/before_signing.html"
    return render(request, template, {"document": document, "found": found_before(document)})
