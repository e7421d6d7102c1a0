"""A draft saved together with its attachments and 会议回执: one transaction, each an event of its own."""

from django.db import transaction

from . import actions, linking, meeting_replies
from .models import Document
from .reply_calls import call_of
from .reply_inputs import AskInput
from .reply_questions import loaded
from .scan_fields import Landing
from .states import LinkKind

Call = tuple[AskInput, str] | None


@transaction.atomic
def create(
    fields: dict, *, files: Landing = (), call: Call = None, answers: Document | None = None, by, **keywords
) -> Document:
    """`actions.create_draft` with examined files in the order of choosing, what is asked of the receivers, and the
    received paper that it `answers`."""
    document = actions.create_draft(fields, by=by, **keywords)
    if answers is not None:
        linking.link(document, answers, LinkKind.REPLIES, by=by)
    _ask(document, call, by)
    return _attach(document, files, by)


@transaction.atomic
def save(document: Document, fields: dict, *, files: Landing = (), call: Call = None, by, **keywords) -> Document:
    """`actions.save_draft`, and the files after those it has; Stale and Refused keep neither."""
    saved = actions.save_draft(document, fields, by=by, **keywords)
    _ask(saved, call, by)
    return _attach(saved, files, by)


def _ask(document: Document, call: Call, by) -> None:
    """会议回执 as the form has it: asked, changed, or asked no more; an unchanged one is no event."""
    standing = call_of(document)
    if call is None:
        if standing is not None:
            meeting_replies.ask_no_more(document, by=by)
        return
    given, note = call
    if standing is not None:
        minute = standing.due_at.replace(second=0, microsecond=0)  # as a form shows it
        asked = AskInput(minute, standing.most, loaded(standing.questions))
    if standing is None or (asked, standing.note) != (given, note):
        meeting_replies.ask(document, by=by, note=note, given=given)


def _attach(document: Document, files: Landing, by) -> Document:
    for name, landed in files:
        actions.attach(document, landed, by=by, name=name)
    return document
