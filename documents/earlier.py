"""An earlier wording as the page it made, by the same layout as today's."""

from dataclasses import replace

import paper

from .models import Revision
from .pages import bound_with, page_input


def page_of_revision(document, revision: Revision) -> "paper.PageInput":
    """Title, text, receivers and attachments as they were; elements that were not kept then stand as they are now."""
    given = replace(page_input(document), title=revision.title, body=revision.body)
    kept = revision.fields
    if not kept:
        return given
    uids = [one["uid"] for one in kept.get("attachments", ())]
    rows = {str(one.uid): one for one in document.attachments.filter(uid__in=uids).select_related("stored_file")}
    urgency = kept.get("urgency", "")
    return replace(
        given,
        main_recipients="、".join(kept.get("main", ())),
        cc_recipients="、".join(kept.get("cc", ())),
        urgency="" if urgency == "一般" else urgency,
        **bound_with([rows[uid] for uid in uids if uid in rows]),
    )
