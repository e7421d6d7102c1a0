"""相关公文 on the document page."""

from units.panels import Page

from . import linking
from .models import Document
from .states import State

EDITED = (State.DRAFTING,)


def related(page: Page) -> dict | None:
    """What this document is tied to, as far as the visitor may see it; who has the draft may change it."""
    document: Document = page.obj
    if document.is_withheld:
        return None
    rows = linking.linked(document, page.user)
    may_edit = not document.is_incoming and document.state in EDITED and "attach" in page.facts.get("side_acts", ())
    changes = any(one.changes_validity_by(document) for one in rows)
    noted = linking.to_be_noted(document, page.user) if changes else []
    return {"related": rows, "may_edit": may_edit, "to_be_noted": noted} if rows or may_edit else None
