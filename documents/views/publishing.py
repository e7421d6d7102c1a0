"""现行文件: the list, and one of them with its validity, taking it down and offering it again."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from files.forms import publication_panel
from units import form_drafts
from units.access import gives_many, gives_one
from units.models import AuditEvent
from units.paging import cut
from units.workflow import Refused, Stale

from ..current import OFFER, VALIDITY, outcome
from ..models import CurrentDocument
from ..offer_forms import offer_form


@gives_many(CurrentDocument)
@require_safe
def current_documents(request, rows):
    page = cut(rows.for_detail(), request, order=("-published_on", "-pk"))
    return render(request, "documents/current.html", {"page": page})


@gives_one(CurrentDocument)
@require_safe
def offered(request, offered):
    return _show(request, offered)


def _show(request, offered, *, status: int = 200, failed=None):
    acts = OFFER.open_to(request.user, offered) + VALIDITY.open_to(request.user, offered)
    forms = [offer_form(act, offered) for act in acts]
    if failed is not None:
        forms = [failed if form.act is failed.act else form for form in forms]
    for form in forms:
        form_drafts.attend(request, form, f"current:{form.act.name}", of=offered)
    context = {
        "offered": offered,
        "forms": forms,
        "failed": failed,
        "events": AuditEvent.objects.of(offered),
        **publication_panel(offered, request.GET),
    }
    return render(request, "documents/offered.html", context, status=status)


@gives_one(CurrentDocument, "publish")
@require_POST
def act(request, offered, name):
    """One transition or side act; what bars it is said at its form, and nothing is changed."""
    table = OFFER if OFFER.get(name) else VALIDITY
    row = table.get(name)
    if row is None:
        raise Http404
    form = offer_form(row, offered, request.POST)
    if not form.is_valid():
        return _show(request, offered, status=422, failed=form)
    try:
        table.perform(row, offered, by=request.user, note=form.cleaned_data["note"], given=form.given())
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _show(request, offered, status=409 if isinstance(refusal, Stale) else 422, failed=form)
    messages.success(request, f"“{offered}”{outcome(row, offered)}。")
    return redirect(offered)
