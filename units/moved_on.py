"""A form on something that moved on meanwhile: what was typed is shown and kept, to whoever still may view the thing.

The ticket says that the form was this person's and on this object, so nothing is told that he did not know; without one
the answer is the 404 that everybody gets.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.shortcuts import render

from . import form_drafts
from .access import NotGiven
from .behind import changed_since
from .form_drafts import Typed
from .guarded import RULES
from .models import AuditEvent

CODE = re.compile(r"[\w:.+-]{0,60}", re.ASCII)  # what is chosen from a list is sent as a code or key
WORDS = {"note": "意见、理由", "reason": "理由", "q": "查找"}


@dataclass(frozen=True)
class Written:
    """One field: its name where the thing has such a column, what was typed, and what stands there now."""

    label: str
    own: str
    stored: str = ""


def answer(request, missing: NotGiven):
    """The page, 409, for a form of the visitor's own; None: a 404 as for everybody."""
    asked = _asked(request, missing)
    if asked is None:
        return None
    ticket, typed = asked
    obj = missing.model._default_manager.allowing("view", request.user).filter(uid=missing.uid).first()
    if obj is None:
        return None
    last = AuditEvent.objects.of(obj).order_by("-pk").first() if hasattr(obj, "AUDIT_TYPE") else None
    is_kept = request.method == "GET" or form_drafts.keep(ticket, typed, by=request.user) is not None
    request.is_resumed = True  # kept here
    context = {
        "object": obj,
        "last": last,
        "since": changed_since(obj, ticket.base_version) if ticket.base_version is not None else "",
        "written": written_of(obj, typed) if is_kept else [],
        "is_kept": is_kept,
        "address": ticket.address if ticket.page == request.path else "",
    }
    return render(request, "errors/moved_on.html", context, status=409)


def _asked(request, missing: NotGiven) -> tuple[form_drafts.Ticket, Typed] | None:
    """What was sent with a ticket on this thing, or what is kept of it under the address that is asked for."""
    if not request.user.is_authenticated or "view" not in RULES.get(missing.model, {}):
        return None
    if (ticket := form_drafts.posted(request)) is not None:
        is_own = ticket.object_uid is not None and str(ticket.object_uid) == str(missing.uid)
        return (ticket, form_drafts.typed_of(request.POST.lists())) if is_own else None
    if request.method != "GET":
        return None
    row = form_drafts.kept_at(request, missing.uid)
    return (form_drafts.ticket_of(row, request.path), form_drafts.content_of(row)) if row is not None else None


def written_of(obj: Any, typed: Typed) -> list[Written]:
    """Every text that was typed, the longest last; keys and codes of choices are nobody's words."""
    found = []
    for key, values in typed.lists():
        name = key.rpartition("-")[2]
        own = "、".join(one.replace("\r\n", "\n").strip() for one in values if one.strip())
        column = _column(obj, name)
        if name == "version" or not own or getattr(column, "is_relation", False) or getattr(column, "choices", None):
            continue
        if CODE.fullmatch(own) and (column is None or column.get_internal_type() not in ("CharField", "TextField")):
            continue
        stored = str(getattr(obj, name, "") or "").strip() if column is not None else ""
        label = str(column.verbose_name) if column is not None else WORDS.get(name, "您填写的")
        found.append(Written(label, own, stored if stored != own else ""))
    return sorted(found, key=lambda one: len(one.own))


def _column(obj, name: str):
    try:
        return obj._meta.get_field(name)
    except FieldDoesNotExist:
        return None
