"""What helps while a draft is written: the page beside the text, the text of a Word file. Nothing is saved by it.

Both take the draft's form as it stands and give it back filled; a script asks for the page alone and puts it beside.
"""

from urllib.parse import parse_qs, urlsplit

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from units import form_drafts
from units.access import gives_one, needs
from units.workflow import Refused

from .. import actions, word_in
from .. import report_forms as drafting
from ..models import Document
from ..preview import Preview, preview_of
from ..states import SECRET_CLASSES
from .drafts import answered_by, initial_of

ALONE = "X-Egov-Part"  # the header with which the script asks for the page alone
MOST_NAMED = 50  # files chosen at once
NOT_HERE = "涉密公文不得在本系统拟制，请立即停止录入；已填写的内容没有保存。"


def _form(request, document, data=None):
    if document is not None:
        form, page = _plain(request, document, data), reverse("documents:edit", args=[document.uid])
        return form_drafts.attend(request, form, "document:edit", of=document, version=document.version, page=page)
    form = _plain(request, None, data)
    return form_drafts.attend(request, form, drafting.NAMES[form.makes], page=_page_of(request))


def _page_of(request) -> str:
    """The page on which the form stands: what its own ticket says."""
    sent = form_drafts.posted(request)
    return sent.page if sent is not None else reverse("documents:draft")


def _back(request, document):
    """Somebody came to the address of an aid: the form itself is meant."""
    page = reverse("documents:edit", args=[document.uid]) if document is not None else reverse("documents:draft")
    return redirect(f"{page}?{request.GET.urlencode()}" if request.GET else page)


def _filled(request, bound, document, typed):
    """The form as it was typed, unjudged, under the same ticket."""
    form = _plain(request, document)
    form_drafts.fill(form, typed)
    form.draft = bound.draft
    form.draft.restored_at = None
    return form


def _plain(request, document, data=None):
    if document is not None:
        form = drafting.form_of(document.direction)
        return form(data, units=[document.unit], by=request.user, initial=initial_of(document))
    form = drafting.form_of(drafting.direction_of(request))
    return form(data, units=actions.may_draft_for(request.user), by=request.user)


def _typed(request):
    return form_drafts.typed_of(request.POST.lists())


def _is_secret(request) -> bool:
    return any(value in SECRET_CLASSES for value in request.POST.getlist("security_class"))


def _given_back(request, document):
    """A secret class was chosen: the form with every character, and the sentence at the field; nothing is stored."""
    form = _form(request, document, request.POST)
    form.full_clean()
    form.add_error("security_class", actions.told_of_secret(request.POST.get("security_class", ""), request.user))
    return _shown(request, form, document, status=422, answered=_answered(request))


@needs("draft_documents")
@require_http_methods(["GET", "POST"])
def preview_new(request):
    return _preview(request, None)


@gives_one(Document, "edit")
@require_http_methods(["GET", "POST"])
def preview(request, document):
    if document.is_incoming:
        raise Http404
    return _preview(request, document)


def _preview(request, document):
    if request.method == "GET":
        return _back(request, document)
    is_alone = bool(request.headers.get(ALONE))
    if _is_secret(request):
        if is_alone:
            return render(request, "documents/_draft_page.html", {"preview": Preview(said=NOT_HERE)})
        return _given_back(request, document)
    bound, answered = _form(request, document, request.POST), _answered(request)
    shown = preview_of(
        bound,
        document,
        by=request.user,
        answers=answered.issued if answered is not None else None,
        sheet=_number(request.POST.get("sheet", "")) or 1,
        painted=request.POST.get("paper") != "0",
        chosen=request.POST.getlist("attached_name")[:MOST_NAMED],
        cursor=_number(request.POST.get("cursor", "")),
    )
    if is_alone:
        return render(request, "documents/_draft_page.html", {"preview": shown})
    form = _filled(request, bound, document, _typed(request))
    return _shown(request, form, document, answered=answered, preview=shown)


def _shown(request, form, document, *, status: int = 200, **more):
    return render(request, "documents/draft.html", {"form": form, "document": document, **more}, status=status)


def _answered(request):
    """The received 请示 that this draft replies to: the address of its form names it."""
    return answered_by(request, parse_qs(urlsplit(_page_of(request)).query).get("reply_to", [None])[0])


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 8 else None


@needs("draft_documents")
@require_http_methods(["GET", "POST"])
def word_new(request):
    return _word(request, None)


@gives_one(Document, "edit")
@require_http_methods(["GET", "POST"])
def word(request, document):
    if document.is_incoming:
        raise Http404
    return _word(request, document)


def _word(request, document):
    """The text of a .docx in the form, unsaved; kept as what is typed is kept."""
    if request.method == "GET":
        return _back(request, document)
    if _is_secret(request):
        return _given_back(request, document)
    typed, bound = _typed(request), _form(request, document, request.POST)
    try:
        taken = word_in.take(request.FILES.get("word"))
        merged = word_in.put_in(typed, taken, replaces=request.POST.get("word_place") == "replace")
    except Refused as refusal:
        form = _filled(request, bound, document, typed)
        return _shown(request, form, document, status=422, answered=_answered(request), refused=refusal.reasons)
    sent = form_drafts.posted(request)
    if sent is not None:
        form_drafts.keep(sent, merged.typed, by=request.user)
    form = _filled(request, bound, document, merged.typed)
    return _shown(request, form, document, answered=_answered(request), taken=merged)
