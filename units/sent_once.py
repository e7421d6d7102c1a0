"""One form sent twice is done once: Back and the button again, or a double click (design section 13, "Form drafts").

The ticket (units.form_drafts) says that it is the same form, a digest of what was sent that nothing was changed since.
What was answered by a redirect is remembered in `DoneForm`, and a second sending is led to where the first one went. A
page opened anew carries another ticket: whoever means a second thing fills in the form again. Two sendings at the same
time wait for one another at a lock of this connection, because what they do may take several transactions.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.db import Error, connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from . import form_drafts
from .models import DoneForm

LOCK_CLASS = 4702116  # pg_advisory_lock(class, form)
BLOCK = 1024 * 1024
TOLD = "这张表已经办理过，没有重复办理；要再办一件，请重新打开填写的页面。"


def answers_itself(why: str):
    """Over a view that has a stricter rule of its own for a form that comes again: `why` says which."""

    def mark(view):
        view.answers_itself = why
        return view

    return mark


def sent(request) -> DoneForm | None:
    """The form that is sent now; None when it is none of the visitor's own."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    ticket = form_drafts.posted(request) or form_drafts.posted(request, form_drafts.ONCE)
    return DoneForm(person=request.user, uid=ticket.uid, content=_digest(request)) if ticket is not None else None


def _digest(request) -> str:
    """Of the address, the fields and the bytes of the files."""
    typed = sorted((name, values) for name, values in form_drafts.typed_of(request.POST.lists()).lists())
    found = hashlib.sha256(json.dumps([form_drafts.here(request), typed]).encode())
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            found.update(json.dumps([name, upload.name, upload.size]).encode())
            for block in upload.chunks(BLOCK):
                found.update(block)
            upload.seek(0)
    return found.hexdigest()


@contextmanager
def alone(form: DoneForm) -> Iterator[None]:
    """While nobody else does the same form."""
    _ask("pg_advisory_lock", form)
    held_on = connection.connection
    try:
        yield
    finally:
        if connection.connection is held_on and not connection.needs_rollback:
            try:
                _ask("pg_advisory_unlock", form)
            except Error:
                connection.close()  # the lock goes with it


def _ask(function: str, form: DoneForm) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, hashtext(%s))", [LOCK_CLASS, str(form.uid)])


def done_before(request, form: DoneForm) -> HttpResponse | None:
    """The way to what became of the same form; None when it was not done yet."""
    rows = DoneForm.objects.allowing("view", request.user).filter(uid=form.uid, content=form.content)
    known = rows.values_list("address", flat=True).first()
    if known is None:
        return None
    messages.info(request, TOLD)
    return redirect(known)


def remember(request, form: DoneForm, response: HttpResponse) -> None:
    """A redirect says that the form was done, unless it leads to a page that says why it was not."""
    queued = getattr(request, "_messages", ())
    if response.status_code != 302 or any(
        one.level >= messages.ERROR for one in getattr(queued, "_queued_messages", ())
    ):
        return
    form.address = response["Location"]
    DoneForm.objects.bulk_create([form], ignore_conflicts=True)


def clear_old() -> int:
    """Rows as old as a ticket can be."""
    old = DoneForm.objects.unguarded("they end by their age, whoever sent them")
    return old.filter(done_at__lt=timezone.now() - form_drafts.KEPT).delete()[0]
