"""相关公文: found by number or title among what one may see, set on a draft and taken out again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from units.access import gives_one
from units.texts import clean_line
from units.workflow import Refused, patiently

from .. import linking
from ..models import Document
from ..states import LinkKind

LONGEST = 100


@gives_one(Document, "edit")
@require_safe
def links(request, document):
    """?q=: a number, or words of the title."""
    return _show(request, document, request.GET.get("q", ""))


def _show(request, document, typed: str, *, reasons=(), status: int = 200):
    if document.is_incoming:
        raise Http404
    words, found = "", []
    try:
        words = clean_line(typed, label="文号或标题", limit=LONGEST)
        found = linking.candidates(request.user, words, document) if words else []
    except ValidationError as error:
        reasons, status = [*reasons, *error.messages], 422
    context = {
        "document": document,
        "words": words,
        "found": found,
        "kinds": LinkKind.choices,
        "related": [one for one in linking.linked(document, request.user) if one.link],
        "reasons": reasons,
        "most": linking.MOST_FOUND,
    }
    return render(request, "documents/links.html", context, status=status)


@gives_one(Document, "edit")
@require_POST
def link(request, document):
    words = request.POST.get("q", "")
    try:
        other = linking.chosen(request.user, request.POST.get("other") or None)
    except (ValueError, ValidationError):  # a uid that is none
        other = None
    if other is None:
        return _show(request, document, words, reasons=["请先查找，再从结果中选定一件公文。"], status=422)
    try:
        with patiently():
            made = linking.link(document, other, request.POST.get("kind", ""), by=request.user)
    except Refused as refusal:
        return _show(request, document, words, reasons=refusal.reasons, status=422)
    messages.success(request, f"已登记：{made.get_kind_display()}“{other.title}”。")
    return redirect("documents:links", document.uid)


@gives_one(Document, "edit")
@require_POST
def unlink(request, document, link):
    row = document.links.filter(uid=link).select_related("document", "other").first()
    if row is None:
        raise Http404
    with patiently():
        linking.unlink(row, by=request.user)
    messages.success(request, "已移除相关公文。")
    return redirect("documents:links", document.uid)
