"""A draft saved together with its attachments: one transaction, each file an event of its own."""

from django.db import transaction

from . import actions
from .models import Document
from .scan_fields import Landing


@transaction.atomic
def create(fields: dict, *, files: Landing = (), by, **keywords) -> Document:
    """`actions.create_draft` with examined files in the order of choosing."""
    document = actions.create_draft(fields, by=by, **keywords)
    return _attach(document, files, by)


@transaction.atomic
def save(document: Document, fields: dict, *, files: Landing = (), by, **keywords) -> Document:
    """`actions.save_draft`, and the files after those it has; Stale and Refused keep neither."""
    return _attach(actions.save_draft(document, fields, by=by, **keywords), files, by)


def _attach(document: Document, files: Landing, by) -> Document:
    for name, landed in files:
        actions.attach(document, landed, by=by, name=name)
    return document
