"""Many at once: choose an act, give what it asks, read what became of each."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_POST

from units.access import gives_many
from units.workflow import Refused

from .. import bulk
from ..actions import tell_of_marks
from ..bulk_forms import FORMS
from ..models import Document
from ..replaced import replaced
from .following import FROM
from .lists import LISTINGS

READY = "given"  # the hidden field of a filled form: without it the form is only shown


@gives_many(Document)
@require_POST
def many(request, rows):
    """The first POST comes from the list; an act that asks nothing is done at once, the others show their form."""
    act = bulk.ACTS.get(request.POST.get("act", ""))
    documents, unknown = _chosen(request, rows)
    shown: dict[str, object] = {"act": act, "documents": documents, "unknown": unknown, "origin": _origin(request)}
    if act is None:
        return _refused(request, shown, ["请选择要办理的事项。"])
    if act.permission and act not in bulk.acts_for(request.user, act.lists[0]):
        raise Http404
    if not documents:
        return _refused(request, shown, ["请先勾选公文。"])
    tell_of_marks(request.POST, request.user)
    kind = FORMS.get(act.name)
    form = kind(request.POST if READY in request.POST else None, by=request.user, documents=documents) if kind else None
    if form is not None and not form.is_valid():
        barred = bulk.barred(act, documents, request.user)
        shown |= {
            "form": form,
            "barred": barred,
            "count": len(documents) - len(barred),
            "unread": [one.obj for one in barred],
        }
        return render(request, "documents/bulk.html", shown, status=422 if form.is_bound else 200)
    given = form.given() if form is not None else bulk.Given()
    try:
        results = bulk.run(act, documents, by=request.user, given=given)
    except Refused as refusal:
        return _refused(request, shown, refusal.reasons)
    return render(request, "documents/bulk_done.html", {**shown, **_sorted(results), "is_told": act.tells})


def _refused(request, shown: dict, reasons) -> object:
    return render(request, "documents/bulk.html", {**shown, "form": None, "refused": reasons}, status=422)


def _chosen(request, rows) -> tuple[list[Document], int]:
    """What was ticked, each once, in the order of the list; and how many of it the person may not see."""
    uids = dict.fromkeys(uid for text in request.POST.getlist("document") if (uid := _uid(text)))
    rows = rows.filter(uid__in=list(uids)).annotate(replaced=replaced()).select_related("unit", "issued")
    found = {one.uid: one for one in rows} if uids else {}
    return [found[uid] for uid in uids if uid in found], len(uids) - len(found)


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _origin(request) -> str:
    """The list it was chosen in, when it is one of ours."""
    given = request.POST.get(FROM, "")
    paths = {f"/{route.partition(':')[2].replace('_', '-')}/" for route in LISTINGS}
    return given if given.partition("?")[0] in paths else "/waiting/"


def _sorted(results: list) -> dict:
    left = [one for one in results if not one.is_done]
    return {"left": left, "done": [one for one in results if one.is_done], "total": len(results)}
