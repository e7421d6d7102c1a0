"""Two savings of one draft: both texts side by side, nothing lost, nothing overwritten unseen."""

from django.shortcuts import render
from django.urls import reverse

from units import form_drafts
from units.access import may
from units.behind import is_all_own


def both(request, document, form, stale, *, initial: dict | None = None):
    """What the person sent beside what is stored now (`initial`, None when it cannot be changed any more).

    His text is kept, on the present version: he goes on with it where it may still be changed.
    """
    stored = initial if initial is not None else {name: getattr(document, name) for name in ("title", "body")}
    pairs = [
        (form.fields[name].label, own, other)
        for name, value in stored.items()
        if name in form.fields and name != "version"
        for own, other in [(_shown(form.fields[name], form[name].value()), _shown(form.fields[name], value))]
        if own != other
    ]
    context = {
        "document": document,
        "pairs": pairs,
        "reasons": stale.reasons,
        "is_own": all(is_all_own(reason) for reason in stale.reasons),
        "mine": _keep(request, document) if initial is not None and may(request.user, "edit", document) else "",
    }
    return render(request, "documents/conflict.html", context, status=409)


def _keep(request, document) -> str:
    """The address at which the person goes on with his own text."""
    page = reverse("documents:edit", args=[document.uid])
    sent = form_drafts.posted(request)
    more = {"uid": sent.uid} if sent is not None else {}
    ticket = form_drafts.Ticket(request.user.pk, "document:edit", page, document.uid, document.version, **more)
    typed = form_drafts.typed_of(request.POST.lists())
    typed["version"] = str(document.version)
    request.is_resumed = True  # kept here, on the present version
    return ticket.address if form_drafts.keep(ticket, typed, by=request.user) is not None else ""


def _shown(field, value) -> str:
    """A field's value in words."""
    if hasattr(field, "choices"):
        labels = {str(one): str(label) for one, label in field.choices}
        given = value if isinstance(value, list | tuple) else [value]
        return "、".join(labels.get(str(one), "") for one in given if one not in (None, ""))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
