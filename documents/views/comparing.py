"""历次稿本: every wording of a draft, as text and as page; two of them compared; what a reviewer had before him."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

import paper
from files.serving import file_response
from units.access import gives_one
from units.doors import logged

from .. import corrections, hanging
from ..comparing import LABELS, PRINTED, compared
from ..earlier import page_of_revision
from ..kept_text import while_it_is_kept
from ..models import Document, Revision
from ..reading import reading_of
from ..seen import rendition_seen

SHEETS_AT_ONCE = 12
MOST = 200  # wordings listed


def _own(document) -> Document:
    """What was received has no drafts here: they are the issuer's."""
    if document.is_incoming:
        raise Http404
    return document


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def revisions(request, document):
    """All wordings, the newest first, two of them to be chosen."""
    rows = _own(document).revisions.select_related("saved_by").prefetch_related("renditions").order_by("-number")
    found = list(rows.defer("body", "fields")[:MOST])
    pair = chosen_first(found)
    context = {"document": document, "revisions": found, "pair": [one.number for one in pair]}
    return render(request, "documents/revisions.html", context)


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def revision(request, document, number):
    """One wording as text; with ?page as the page it made."""
    found = _revision(document, number)
    given = page_of_revision(document, found)
    context = {"document": document, "revision": found, "reading": reading_of(given), "title": found.title}
    if "page" in request.GET:
        context["svgs"], context["sheets"] = paper.preview(given, count=SHEETS_AT_ONCE)
    return render(request, "documents/revision.html", context)


def _revision(document, number: int) -> Revision:
    found = _own(document).revisions.select_related("saved_by").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def compare(request, document):
    """?old=1&new=3; without them the last two 送审稿. The older one stands for what was, whichever was named first.

    ?original=1 sets a 更正件 against the document that it replaces, for its receivers too.
    """
    if corrections.AGAINST in request.GET:
        return _against_original(request, document)
    asked = [_number(request.GET.get(name, "")) for name in ("old", "new")]
    rows = {one.number: one for one in _asked(_own(document), [number for number in asked if number])}
    pair = [rows[number] for number in sorted(rows)][-2:]
    context = {"document": document, "pair": pair, "missing": [n for n in asked if n and n not in rows]}
    if len(pair) == 2:
        context["found"] = compared(*pair)
        context["places"] = range(1, context["found"].places + 1)
    return render(request, "documents/compare.html", context)


def _against_original(request, document):
    hanging.attach(document, request.user)
    if document.is_withheld or not corrections.may_be_read_beside(document, request.user):
        raise Http404
    pair = corrections.wordings(document)
    found = compared(*pair, only=PRINTED if document.is_incoming else tuple(LABELS)) if len(pair) == 2 else None
    context = {
        "document": document, "pair": pair, "missing": [], "found": found, "is_against": True,
        "places": range(1, (found.places if found else 0) + 1),
    }  # fmt: skip
    return render(request, "documents/compare.html", context)


def _asked(document, numbers: list[int]):
    if not numbers:
        known = document.revisions.prefetch_related("renditions").order_by("-number").only("number", "document")
        numbers = [one.number for one in chosen_first(list(known[:MOST]))]
    return document.revisions.select_related("saved_by").filter(number__in=numbers)


def chosen_first(found: list[Revision]) -> list[Revision]:
    """Which two of the wordings (newest first) are compared unless others are chosen: the last two 送审稿; before a
    second one, the last 送审稿 and the newest. A file that was added alone makes no other 稿.
    """
    sent = [one for one in found if one.renditions.all()]
    if len(sent) > 1:
        return sent[:2]
    if sent and found[0] != sent[0]:
        return [found[0], sent[0]]
    return found[:2]


def _number(given: str) -> int:
    """0 for what is no number of a wording."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 8 else 0


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def seen(request, document, rendition):
    """当时所见: the very bytes that belong to what was on the screen when an opinion was written."""
    found = rendition_seen(document, rendition)
    if found is None:
        raise Http404
    return file_response(request, found.stored_file, f"{document.title}（当时所见）.pdf", inline=True)
